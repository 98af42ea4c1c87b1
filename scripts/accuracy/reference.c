/*
 * Measures loops made of numbats' math functions against correctly rounded results.
 *
 *   reference check LOOPS.so FUNCTION SYMBOL COUNT SEED    prints the largest error in ulps and its argument
 *   reference table LOOPS.so FUNCTION SYMBOL COUNT SEED    prints arguments and correctly rounded results as hex
 *   reference bench LOOPS.so FUNCTION SYMBOL N LOW HIGH    prints nanoseconds per element
 *
 * A SYMBOL that has `f32` in it is a loop over float32 arrays: `check` then takes COUNT float32s evenly among all of them,
 * or pairs as above, rounded.
 *
 * `table` takes a quarter of its COUNT arguments at random, and for the others those where the loop errs most.
 *
 * `check` takes COUNT arguments in all: random bit patterns, every binade, the function's interesting intervals, and the
 * neighbourhood of its special points. Each result is first compared with the C library's long double function, which has
 * 11 bits more than a double; where that says the error is among the largest so far, MPFR has the last word.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <math.h>
#include <mpfr.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef int (*mpfr1)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);
typedef int (*mpfr2)(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t);

struct interval { double low, high; };

struct function {
  const char *name;
  long double (*one)(long double);
  long double (*two)(long double, long double);
  mpfr1 exact1;
  mpfr2 exact2;
  /* Where most of the interesting arguments are. */
  struct interval main[4];
  /* Points near which to look closely; the list ends at NAN. */
  double points[10];
};

#define ONE(f) f##l, NULL, (mpfr1)mpfr_##f, NULL
#define TWO(f, m) NULL, f##l, NULL, (mpfr2)mpfr_##m

static const struct function functions[] = {
  {"sin", ONE(sin), {{-4, 4}, {-100, 100}, {0, 1e7}, {1e11, 2e12}}, {0, 0x1p40, NAN}},
  {"cos", ONE(cos), {{-4, 4}, {-100, 100}, {0, 1e7}, {1e11, 2e12}}, {0, 0x1p40, NAN}},
  {"tan", ONE(tan), {{-4, 4}, {-100, 100}, {0, 1e7}, {1e11, 2e12}}, {0, 0x1p40, 0.7853981633974483, NAN}},
  {"asin", ONE(asin), {{-1, 1}, {0.4, 0.6}, {0.9, 1}, {-0.01, 0.01}}, {0, 0.5, -0.5, 1, -1, NAN}},
  {"acos", ONE(acos), {{-1, 1}, {0.4, 0.6}, {0.9, 1}, {-0.01, 0.01}}, {0, 0.5, -0.5, 1, -1, NAN}},
  {"atan", ONE(atan), {{-1, 1}, {-4, 4}, {0.3, 0.5}, {2, 3}}, {0, 1, -1, 0.41421356237309503, 2.414213562373095, NAN}},
  {"sinh", ONE(sinh), {{-1, 1}, {-4, 4}, {-711, 711}, {0.2, 0.5}}, {0, 710.4758600739439, -710.4758600739439, 0.34657359, 1.03972, NAN}},
  {"cosh", ONE(cosh), {{-1, 1}, {-4, 4}, {-711, 711}, {0.2, 0.5}}, {0, 710.4758600739439, -710.4758600739439, 0.34657359, 1.03972, NAN}},
  {"tanh", ONE(tanh), {{-1, 1}, {-4, 4}, {-20, 20}, {0.2, 0.5}}, {0, 19.06, 22, 0.17328679, 0.5198, NAN}},
  {"asinh", ONE(asinh), {{-1, 1}, {-4, 4}, {-100, 100}, {0, 1e9}}, {0, 1, 0x1p28, 0.3535533905932738, NAN}},
  {"acosh", ONE(acosh), {{1, 2}, {1, 1.1}, {1, 100}, {0, 1e9}}, {1, 2, 0x1p28, 1.0606601717798212, NAN}},
  {"atanh", ONE(atanh), {{-1, 1}, {-0.5, 0.5}, {0.9, 1}, {0.1, 0.3}}, {0, 1, -1, 0.5, 0.17157287525380988, 0.3333333333333333, NAN}},
  {"exp", ONE(exp), {{-1, 1}, {-20, 20}, {-746, 711}, {-746, -707}}, {0, 709.782712893384, -708.3964185322641, -745.1332191019412, 0.34657359, NAN}},
  {"expm1", ONE(expm1), {{-1, 1}, {-40, 40}, {-746, 711}, {0.3, 0.4}}, {0, 709.782712893384, -37.42, 0.34657359, -0.34657359, 1.0397, NAN}},
  {"log", ONE(log), {{0, 1}, {0.9, 1.1}, {0.5, 2}, {1, 1000}}, {1, 0.7071067811865476, 1.4142135623730951, 0, INFINITY, NAN}},
  {"log1p", ONE(log1p), {{-1, 1}, {-0.1, 0.1}, {-0.3, 0.5}, {0, 1000}}, {0, -1, -0.29289321881345254, 0.41421356237309515, NAN}},
  {"log2", ONE(log2), {{0, 1}, {0.9, 1.1}, {0.5, 2}, {1, 1000}}, {1, 0.7071067811865476, 1.4142135623730951, 0, INFINITY, NAN}},
  {"log10", ONE(log10), {{0, 1}, {0.9, 1.1}, {0.5, 2}, {1, 1000}}, {1, 0.7071067811865476, 1.4142135623730951, 0, INFINITY, NAN}},
  {"cbrt", ONE(cbrt), {{0, 8}, {-1, 1}, {1, 2}, {0, 1e6}}, {0, 1, 8, 27, NAN}},
  {"atan2", TWO(atan2, atan2), {{-1, 1}, {-4, 4}, {0.3, 0.5}, {0, 1000}}, {0, 1, -1, NAN}},
  {"pow", TWO(pow, pow), {{0, 4}, {-20, 20}, {0.9, 1.1}, {0, 1000}}, {0, 1, -1, 2, 0.5, NAN}},
  {"hypot", TWO(hypot, hypot), {{-1, 1}, {0, 10}, {1e-3, 1e3}, {0, 1e6}}, {0, 1, 0x1p500, 0x1p-500, NAN}},
};

static uint64_t state[2];

static uint64_t next(void) {
  uint64_t a = state[0], b = state[1];
  state[0] = b;
  a ^= a << 23;
  state[1] = a ^ b ^ (a >> 18) ^ (b >> 5);
  return state[1] + b;
}

static double of_bits(uint64_t b) { double x; memcpy(&x, &b, 8); return x; }
static uint64_t to_bits(double x) { uint64_t b; memcpy(&b, &x, 8); return b; }
static double unit(void) { return (next() >> 11) * 0x1p-53; }

/* A finite double of a binade between the two exponents, all binades alike. */
static double of_binade(int low, int high) {
  int e = low + (int)(next() % (uint64_t)(high - low + 1));
  double x = ldexp(1 + unit(), e);
  return next() & 1 ? -x : x;
}

static double any(void) {
  for (;;) {
    double x = of_bits(next());
    if (isfinite(x)) return x;
  }
}

static double near(double point, int spread) {
  int64_t b = (int64_t)to_bits(point) + (int64_t)(next() % (2 * (uint64_t)spread + 1)) - spread;
  double x = of_bits((uint64_t)b);
  return isfinite(x) ? x : of_bits(next() % (uint64_t)spread);
}

/* A double next to a multiple of π/2, by a random number of binades' worth of them. */
static double near_quarter_turn(void) {
  uint64_t k = next() >> (next() % 63 + 1);
  return near((double)((long double)k * 1.57079632679489661923132169163975144L), 1);
}

static double argument(const struct function *f, int kind) {
  switch (kind % 8) {
    case 0: return any();
    case 1: return of_binade(-1074, 1023);
    case 2: return of_binade(-60, 60);
    case 3: return of_binade(-6, 10);
    case 4: {
      int n = 0;
      while (!isnan(f->points[n])) n++;
      double p = f->points[next() % (uint64_t)n];
      return next() & 1 ? near(p, 1000) : p + of_binade(-60, -1) * (p == 0 ? 1 : p);
    }
    case 5:
      if (f->one == sinl || f->one == cosl || f->one == tanl) return near_quarter_turn();
      /* fallthrough */
    default: {
      struct interval i = f->main[next() % 4];
      return i.low + (i.high - i.low) * unit();
    }
  }
}

static void arguments(const struct function *f, double *x, double *y) {
  uint64_t kind = next();
  *x = argument(f, (int)(kind & 7));
  if (f->two == NULL) { *y = 0; return; }
  *y = argument(f, (int)(kind >> 3 & 7));
  if (f->two == powl) {
    /* Negative bases have few powers; large powers overflow unless the base fits. */
    if (!(kind >> 6 & 7)) *y = rint(*y); else *x = fabs(*x);
    if (kind >> 9 & 1) {
      double l = log2(fabs(*x));
      double e = (unit() * 2 - 1) * 1080;
      if (kind >> 10 & 1) e = kind >> 11 & 1 ? 1024 - unit() : -1022 - 54 * unit();
      if (isfinite(l) && l != 0) *y = e / l;
    }
  } else if (kind >> 6 & 1) {
    *y = *x * ldexp(1 + unit(), (int)(next() % 64) - 32);
  }
  if (!isfinite(*y)) *y = 1;
}

/* The size of a unit in the last place of a double near v; 2^971 at and beyond the largest. */
static long double ulp_at(long double v) {
  int e;
  frexpl(v, &e);
  if (e > 1024) e = 1024;
  if (e < -1021 || v == 0) e = -1021;
  return ldexpl(1.0L, e - 53);
}

static long double as_finite(double r) {
  return isinf(r) ? copysignl(0x1p1024L, r) : (long double)r;
}

/* What overflows counts as 2^1024. */
static long double limited(long double v) {
  return fabsl(v) > 0x1p1024L ? copysignl(0x1p1024L, v) : v;
}

static int evaluate(const struct function *f, mpfr_t out, double x, double y) {
  mpfr_t a, b;
  mpfr_inits2(53, a, b, NULL);
  mpfr_set_d(a, x, MPFR_RNDN);
  mpfr_set_d(b, y, MPFR_RNDN);
  int t = f->exact1 ? f->exact1(out, a, MPFR_RNDN) : f->exact2(out, a, b, MPFR_RNDN);
  mpfr_clears(a, b, NULL);
  return t;
}

static long double exact_error(const struct function *f, double x, double y, double r) {
  mpfr_t v, d;
  mpfr_inits2(160, v, d, NULL);
  evaluate(f, v, x, y);
  long double ulp = ulp_at(mpfr_get_ld(v, MPFR_RNDZ));
  if (isinf(r) || mpfr_get_exp(v) > 1024) {
    long double e = fabsl(as_finite(r) - limited(mpfr_get_ld(v, MPFR_RNDN))) / ulp;
    mpfr_clears(v, d, NULL);
    return e;
  }
  mpfr_sub_d(d, v, r, MPFR_RNDN);
  long double e = fabsl(mpfr_get_ld(d, MPFR_RNDN)) / ulp;
  mpfr_clears(v, d, NULL);
  return e;
}

static const struct function *find(const char *name) {
  for (size_t k = 0; k < sizeof functions / sizeof *functions; k++)
    if (!strcmp(functions[k].name, name)) return functions + k;
  fprintf(stderr, "no function %s\n", name);
  exit(2);
}

typedef void (*loop1)(const double *, double *, int64_t);
typedef void (*loop2)(const double *, const double *, double *, int64_t);

static void *symbol_of(const char *library, const char *symbol) {
  void *handle = dlopen(library, RTLD_NOW);
  void *s = handle ? dlsym(handle, symbol) : NULL;
  if (s == NULL) { fprintf(stderr, "%s\n", dlerror()); exit(2); }
  return s;
}

enum { BLOCK = 4096 + 5 };
static double xs[BLOCK], ys[BLOCK], rs[BLOCK], ts[BLOCK];

static void run(const struct function *f, void *loop, const double *x, const double *y, double *r, int64_t n) {
  if (f->two) ((loop2)loop)(x, y, r, n); else ((loop1)loop)(x, r, n);
}

static int check(const struct function *f, void *loop, int64_t count) {
  long double worst = 0;
  double at_x = 0, at_y = 0;
  int64_t wrong = 0, uneven = 0;
  for (int64_t done = 0; done < count; done += BLOCK) {
    for (int k = 0; k < BLOCK; k++) arguments(f, xs + k, ys + k);
    run(f, loop, xs, ys, rs, BLOCK);
    for (int k = 0; k < BLOCK; k++) {
      double x = xs[k], y = ys[k], r = rs[k];
      long double v = f->one ? f->one(x) : f->two(x, y);
      if (f->two == powl && isnan(y)) v = NAN;
      if (isnan(v) || isnan(r)) {
        if (isnan(v) != isnan(r) && wrong++ < 5) printf("  %s(%a, %a) is %a, not %La\n", f->name, x, y, r, v);
        continue;
      }
      if (v == 0 && (r != 0 || !signbit(r) != !signbit(v)) && wrong++ < 5)
        printf("  %s(%a, %a) is %a, not %La\n", f->name, x, y, r, v);
      if (isinf(v) && !isinf((double)r) && wrong++ < 5) printf("  %s(%a, %a) is %a, not %La\n", f->name, x, y, r, v);
      long double error = fabsl(as_finite(r) - limited(v)) / ulp_at(v);
      if (error > worst - 0.001L) {
        error = exact_error(f, x, y, r);
        if (error > worst) { worst = error; at_x = x; at_y = y; }
      }
    }
    /* An element's result must not depend on where it stands: a few, one at a time, as in a loop's remainder. */
    for (int k = 0; k < BLOCK; k += 16) run(f, loop, xs + k, ys + k, ts + k, 1);
    for (int k = 0; k < BLOCK; k += 16)
      if (to_bits(ts[k]) != to_bits(rs[k]) && !isnan(rs[k]) && uneven++ < 5)
        printf("  %s(%a, %a) is %a alone and %a in a vector\n", f->name, xs[k], ys[k], ts[k], rs[k]);
  }
  printf("%s %.4Lf %a %a %ld %ld\n", f->name, worst, at_x, at_y, (long)wrong, (long)uneven);
  return 0;
}

/* ── float32 ── */

typedef void (*loop1f)(const float *, float *, int64_t);
typedef void (*loop2f)(const float *, const float *, float *, int64_t);

static float fxs[BLOCK], fys[BLOCK], frs[BLOCK], fts[BLOCK];

static void run32(const struct function *f, void *loop, const float *x, const float *y, float *r, int64_t n) {
  if (f->two) ((loop2f)loop)(x, y, r, n); else ((loop1f)loop)(x, r, n);
}

static double ulp32_at(double v) {
  int e;
  frexp(v, &e);
  if (e > 128) e = 128;
  if (e < -125 || v == 0) e = -125;
  return ldexp(1.0, e - 24);
}

static double limited32(double v) {
  return fabs(v) > 0x1p128 ? copysign(0x1p128, v) : v;
}

/* The errors of the long double functions are nothing beside a float32's ulp. */
static int check32(const struct function *f, void *loop, int64_t count) {
  double worst = 0;
  float at_x = 0, at_y = 0;
  int64_t wrong = 0, uneven = 0;
  uint32_t pattern = (uint32_t)next(), step = (uint32_t)(0x100000000u / (uint64_t)count) | 1;
  for (int64_t done = 0; done < count; done += BLOCK) {
    for (int k = 0; k < BLOCK; k++) {
      if (f->one) {
        memcpy(fxs + k, &pattern, 4);
        pattern += step;
        continue;
      }
      double x, y;
      arguments(f, &x, &y);
      if (next() & 1) {
        pattern = (uint32_t)next();
        memcpy(fxs + k, &pattern, 4);
      } else fxs[k] = (float)x;
      fys[k] = (float)y;
    }
    run32(f, loop, fxs, fys, frs, BLOCK);
    for (int k = 0; k < BLOCK; k++) {
      float x = fxs[k], y = fys[k], r = frs[k];
      double v = (double)(f->one ? f->one(x) : f->two(x, y));
      if (f->two == powl && (isnan(y) || (fabsf(x) == 1 && isinf(y)))) v = NAN;
      if (isnan(v) || isnan(r)) {
        if (isnan(v) != isnan(r) && wrong++ < 5) printf("  %s(%a, %a) is %a, not %a\n", f->name, x, y, r, v);
        continue;
      }
      if (v == 0 && (r != 0 || !signbit(r) != !signbit(v)) && wrong++ < 5)
        printf("  %s(%a, %a) is %a, not %a\n", f->name, x, y, r, v);
      double finite = isinf(r) ? copysign(0x1p128, r) : r;
      double error = fabs(finite - limited32(v)) / ulp32_at(v);
      if (error > worst) { worst = error; at_x = x; at_y = y; }
    }
    for (int k = 0; k < BLOCK; k += 16) run32(f, loop, fxs + k, fys + k, fts + k, 1);
    for (int k = 0; k < BLOCK; k += 16)
      if (memcmp(fts + k, frs + k, 4) && !isnan(frs[k]) && uneven++ < 5)
        printf("  %s(%a, %a) is %a alone and %a in a vector\n", f->name, fxs[k], fys[k], fts[k], frs[k]);
  }
  printf("%s %.4f %a %a %ld %ld\n", f->name, worst, at_x, at_y, (long)wrong, (long)uneven);
  return 0;
}

struct row { double x, y; long double error; };

static int by_error(const void *a, const void *b) {
  long double d = ((const struct row *)b)->error - ((const struct row *)a)->error;
  return d > 0 ? 1 : d < 0 ? -1 : 0;
}

static void print_row(const struct function *f, double x, double y) {
  mpfr_t v;
  mpfr_init2(v, 53);
  mpfr_exp_t low = mpfr_get_emin(), high = mpfr_get_emax();
  mpfr_set_emin(-1073);
  mpfr_set_emax(1024);
  int t = evaluate(f, v, x, y);
  mpfr_subnormalize(v, t, MPFR_RNDN);
  double r = mpfr_get_d(v, MPFR_RNDN);
  mpfr_set_emin(low);
  mpfr_set_emax(high);
  mpfr_clear(v);
  if (f->two) printf("%016lx %016lx %016lx\n", to_bits(x), to_bits(y), to_bits(r));
  else printf("%016lx %016lx\n", to_bits(x), to_bits(r));
}

static int table(const struct function *f, void *loop, int64_t count) {
  enum { BLOCKS = 100 };
  static struct row rows[BLOCKS * BLOCK];
  int64_t n = 0;
  for (int block = 0; block < BLOCKS; block++) {
    for (int k = 0; k < BLOCK; k++) arguments(f, xs + k, ys + k);
    run(f, loop, xs, ys, rs, BLOCK);
    for (int k = 0; k < BLOCK; k++) {
      long double v = f->one ? f->one(xs[k]) : f->two(xs[k], ys[k]);
      if (isnan(v) || isinf(v) || v == 0) continue;
      rows[n++] = (struct row){xs[k], ys[k], fabsl(as_finite(rs[k]) - limited(v)) / ulp_at(v)};
    }
  }
  for (int64_t k = 0; k < count / 4; k++) print_row(f, rows[k].x, rows[k].y);
  qsort(rows, (size_t)n, sizeof *rows, by_error);
  for (int64_t k = 0; k < count - count / 4; k++) print_row(f, rows[k].x, rows[k].y);
  return 0;
}

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

/* The best of many short samples: what other programs take from the machine shows in the rest. */
#define BEST_OF(call) do { \
    int64_t rounds = 200000 / n + 1; \
    for (int sample = 0; sample < 300; sample++) { \
      double start = seconds(); \
      for (int64_t k = 0; k < rounds; k++) call; \
      double t = (seconds() - start) / (double)(rounds * n); \
      if (t < best) best = t; \
    } \
  } while (0)

static int bench(const struct function *f, void *loop, int64_t n, double low, double high, int is_f32) {
  size_t size = (size_t)n * 8 + 64;
  double *x = aligned_alloc(64, size / 64 * 64 + 64), *y = aligned_alloc(64, size / 64 * 64 + 64);
  double *r = calloc(1, size + 64), best = INFINITY;
  float *fx = (float *)x, *fy = (float *)y;
  for (int64_t k = 0; k < n; k++) {
    double a = low + (high - low) * unit(), b = low + (high - low) * unit();
    if (is_f32) { fx[k] = (float)a; fy[k] = (float)b; } else { x[k] = a; y[k] = b; }
  }
  if (is_f32) BEST_OF(run32(f, loop, fx, fy, (float *)r, n)); else BEST_OF(run(f, loop, x, y, r, n));
  printf("%s %.3f\n", f->name, best * 1e9);
  return 0;
}

int main(int argc, char **argv) {
  state[0] = 0x9e3779b97f4a7c15u;
  state[1] = 0xbf58476d1ce4e5b9u;
  if (argc >= 6 && !strcmp(argv[1], "check")) {
    state[1] += argc > 6 ? strtoull(argv[6], NULL, 0) : 0;
    return (strstr(argv[4], "f32") ? check32 : check)(find(argv[3]), symbol_of(argv[2], argv[4]), atoll(argv[5]));
  }
  if (argc >= 6 && !strcmp(argv[1], "table")) {
    state[1] += argc > 6 ? strtoull(argv[6], NULL, 0) : 0;
    return table(find(argv[3]), symbol_of(argv[2], argv[4]), atoll(argv[5]));
  }
  if (argc >= 8 && !strcmp(argv[1], "bench"))
    return bench(find(argv[3]), symbol_of(argv[2], argv[4]), atoll(argv[5]), atof(argv[6]), atof(argv[7]), strstr(argv[4], "f32") != NULL);
  fprintf(stderr, "see the comment at the top of reference.c\n");
  return 2;
}

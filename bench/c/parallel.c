// The kernels of bench/sections/parallel/kernels.ts with OpenMP: compiled by GCC, `fork_join` and `mandelbrot` without -ffast-math.

EXPORT void fork_join(f64 *restrict a, i64 a_length, i32 times) {
  for (i32 t = 0; t < times; t++) {
#pragma omp parallel for schedule(static)
    for (i64 i = 0; i < a_length; i++) a[i] = (f64)(i + t);
  }
}

EXPORT void mandelbrot(u16 *restrict out, i64 out_length, i32 w, i32 h, i32 limit) {
#pragma omp parallel for schedule(dynamic)
  for (i32 y = 0; y < h; y++) {
    for (i32 x = 0; x < w; x++) {
      f64 cr = (f64)x / w * 3 - 2;
      f64 ci = (f64)y / h * 2.4 - 1.2;
      f64 zr = 0, zi = 0;
      i32 n = 0;
      while (n < limit && zr * zr + zi * zi < 4) {
        f64 t = zr * zr - zi * zi + cr;
        zi = 2 * zr * zi + ci;
        zr = t;
        n++;
      }
      out[y * w + x] = (u16)n;
    }
  }
}

EXPORT void forces(f64 *restrict x, i64 x_length, f64 *restrict y, i64 y_length, f64 *restrict z, i64 z_length,
                   f64 *restrict m, i64 m_length, f64 *restrict out, i64 out_length) {
#pragma omp parallel for schedule(static)
  for (i64 i = 0; i < x_length; i++) {
    f64 f = 0;
    for (i64 j = 0; j < x_length; j++) {
      f64 dx = x[j] - x[i], dy = y[j] - y[i], dz = z[j] - z[i];
      f64 d = dx * dx + dy * dy + dz * dz + 1e-9;
      f += m[j] / (d * sqrt(d));
    }
    out[i] = f;
  }
}

EXPORT void black_scholes(f64 *restrict price, i64 price_length, f64 *restrict strike, i64 strike_length,
                          f64 *restrict years, i64 years_length, f64 *restrict out, i64 out_length) {
#pragma omp parallel for simd schedule(static)
  for (i64 i = 0; i < price_length; i++) {
    f64 root = 0.3 * sqrt(years[i]);
    f64 d = (log(price[i] / strike[i]) + 0.065 * years[i]) / root;
    f64 normal = 1 / (1 + exp(-1.702 * d));
    f64 lower = 1 / (1 + exp(-1.702 * (d - root)));
    out[i] = price[i] * normal - strike[i] * exp(-0.02 * years[i]) * lower;
  }
}

EXPORT void copy(f64 *restrict a, i64 a_length, f64 *restrict b, i64 b_length) {
#pragma omp parallel for schedule(static)
  for (i64 i = 0; i < a_length; i++) a[i] = b[i];
}

EXPORT void triad(f64 *restrict a, i64 a_length, f64 *restrict b, i64 b_length, f64 *restrict c, i64 c_length) {
#pragma omp parallel for schedule(static)
  for (i64 i = 0; i < a_length; i++) a[i] = b[i] + 3 * c[i];
}

EXPORT f64 sum(f64 *restrict a, i64 a_length) {
  f64 s = 0;
#pragma omp parallel for simd schedule(static) reduction(+ : s)
  for (i64 i = 0; i < a_length; i++) s += a[i];
  return s;
}

EXPORT void histogram(u8 *restrict a, i64 a_length, u32 *restrict counts, i64 counts_length) {
  for (i64 k = 0; k < 256; k++) counts[k] = 0;
#pragma omp parallel for schedule(static) reduction(+ : counts[:256])
  for (i64 i = 0; i < a_length; i++) counts[a[i]]++;
}

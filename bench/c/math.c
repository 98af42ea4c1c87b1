// The loops of bench/sections/math.ts: each function over an array. Scalar with strict floating point; GCC with -ffast-math
// replaces the calls by those of glibc's vector library, where it has one.

f64 sinh(f64), cosh(f64), tanh(f64), asinh(f64), acosh(f64), atanh(f64);
f64 expm1(f64), log1p(f64), log2(f64), log10(f64);
f32 sinf(f32), cosf(f32), expf(f32), logf(f32);

EXPORT void sin_f64(const f64 *restrict x, i64 x_length, f64 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = sin(x[i]);
}

EXPORT void cos_f64(const f64 *restrict x, i64 x_length, f64 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = cos(x[i]);
}

EXPORT void tan_f64(const f64 *restrict x, i64 x_length, f64 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = tan(x[i]);
}

EXPORT void asin_f64(const f64 *restrict x, i64 x_length, f64 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = asin(x[i]);
}

EXPORT void acos_f64(const f64 *restrict x, i64 x_length, f64 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = acos(x[i]);
}

EXPORT void atan_f64(const f64 *restrict x, i64 x_length, f64 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = atan(x[i]);
}

EXPORT void sinh_f64(const f64 *restrict x, i64 x_length, f64 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = sinh(x[i]);
}

EXPORT void cosh_f64(const f64 *restrict x, i64 x_length, f64 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = cosh(x[i]);
}

EXPORT void tanh_f64(const f64 *restrict x, i64 x_length, f64 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = tanh(x[i]);
}

EXPORT void asinh_f64(const f64 *restrict x, i64 x_length, f64 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = asinh(x[i]);
}

EXPORT void acosh_f64(const f64 *restrict x, i64 x_length, f64 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = acosh(x[i]);
}

EXPORT void atanh_f64(const f64 *restrict x, i64 x_length, f64 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = atanh(x[i]);
}

EXPORT void exp_f64(const f64 *restrict x, i64 x_length, f64 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = exp(x[i]);
}

EXPORT void expm1_f64(const f64 *restrict x, i64 x_length, f64 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = expm1(x[i]);
}

EXPORT void log_f64(const f64 *restrict x, i64 x_length, f64 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = log(x[i]);
}

EXPORT void log1p_f64(const f64 *restrict x, i64 x_length, f64 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = log1p(x[i]);
}

EXPORT void log2_f64(const f64 *restrict x, i64 x_length, f64 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = log2(x[i]);
}

EXPORT void log10_f64(const f64 *restrict x, i64 x_length, f64 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = log10(x[i]);
}

EXPORT void cbrt_f64(const f64 *restrict x, i64 x_length, f64 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = cbrt(x[i]);
}

EXPORT void atan2_f64(const f64 *restrict x, i64 x_length, const f64 *restrict y, i64 y_length, f64 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = atan2(x[i], y[i]);
}

EXPORT void pow_f64(const f64 *restrict x, i64 x_length, const f64 *restrict y, i64 y_length, f64 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = pow(x[i], y[i]);
}

EXPORT void hypot_f64(const f64 *restrict x, i64 x_length, const f64 *restrict y, i64 y_length, f64 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = hypot(x[i], y[i]);
}

EXPORT void sin_f32(const f32 *restrict x, i64 x_length, f32 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = sinf(x[i]);
}

EXPORT void cos_f32(const f32 *restrict x, i64 x_length, f32 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = cosf(x[i]);
}

EXPORT void exp_f32(const f32 *restrict x, i64 x_length, f32 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = expf(x[i]);
}

EXPORT void log_f32(const f32 *restrict x, i64 x_length, f32 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = logf(x[i]);
}

// GCC would turn the two calls into one of cexp, which isn't vectorised.
EXPORT void identity_f64(const f64 *restrict x, i64 x_length, f64 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) {
    f64 s = sin(x[i]);
    out[i] = s * s;
  }
  for (i64 i = 0; i < out_length; i++) {
    f64 c = cos(x[i]);
    out[i] += c * c;
  }
}

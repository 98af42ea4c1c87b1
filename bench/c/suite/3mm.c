static void multiply(i32 n, const f64 *restrict a, const f64 *restrict b, f64 *restrict out) {
  for (i32 i = 0; i < n; i++) {
    for (i32 j = 0; j < n; j++) out[i * n + j] = 0;
    for (i32 k = 0; k < n; k++) {
      f64 t = a[i * n + k];
      for (i32 j = 0; j < n; j++) out[i * n + j] += t * b[k * n + j];
    }
  }
}

EXPORT void k3mm(i32 n, const f64 *restrict a, i64 a_length, const f64 *restrict b, i64 b_length,
                 const f64 *restrict c, i64 c_length, const f64 *restrict d, i64 d_length,
                 f64 *restrict g, i64 g_length) {
  f64 *e = calloc(n * n, sizeof(f64));
  f64 *f = calloc(n * n, sizeof(f64));
  multiply(n, a, b, e);
  multiply(n, c, d, f);
  multiply(n, e, f, g);
  free(e);
  free(f);
}

EXPORT void atax(const f64 *restrict a, i64 a_length, const f64 *restrict x, i64 x_length,
                 f64 *restrict y, i64 y_length) {
  i64 n = x_length, m = a_length / n;
  for (i64 j = 0; j < n; j++) y[j] = 0;
  for (i64 i = 0; i < m; i++) {
    f64 sum = 0;
    for (i64 j = 0; j < n; j++) sum += a[i * n + j] * x[j];
    for (i64 j = 0; j < n; j++) y[j] += a[i * n + j] * sum;
  }
}

EXPORT void durbin(const f64 *restrict r, i64 r_length, f64 *restrict y, i64 y_length) {
  i32 n = (i32)r_length;
  f64 *restrict z = calloc(n, sizeof(f64));
  y[0] = -r[0];
  f64 beta = 1, alpha = -r[0];
  for (i32 k = 1; k < n; k++) {
    beta *= 1 - alpha * alpha;
    f64 sum = 0;
    for (i32 i = 0; i < k; i++) sum += r[k - i - 1] * y[i];
    alpha = -(r[k] + sum) / beta;
    for (i32 i = 0; i < k; i++) z[i] = y[i] + alpha * y[k - i - 1];
    for (i32 i = 0; i < k; i++) y[i] = z[i];
    y[k] = alpha;
  }
  free(z);
}

EXPORT void cholesky(i32 n, f64 *restrict a, i64 a_length) {
  for (i32 i = 0; i < n; i++) {
    for (i32 j = 0; j < i; j++) {
      f64 sum = a[i * n + j];
      for (i32 k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = sum / a[j * n + j];
    }
    f64 diagonal = a[i * n + i];
    for (i32 k = 0; k < i; k++) diagonal -= a[i * n + k] * a[i * n + k];
    a[i * n + i] = sqrt(diagonal);
  }
}

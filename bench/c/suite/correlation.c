EXPORT void correlation(i32 n, i32 m, f64 *restrict data, i64 data_length, f64 *restrict matrix, i64 matrix_length) {
  f64 *restrict mean = calloc(m, sizeof(f64));
  f64 *restrict deviation = calloc(m, sizeof(f64));
  for (i32 i = 0; i < n; i++) {
    for (i32 j = 0; j < m; j++) mean[j] += data[i * m + j];
  }
  for (i32 j = 0; j < m; j++) mean[j] /= n;
  for (i32 i = 0; i < n; i++) {
    for (i32 j = 0; j < m; j++) {
      f64 d = data[i * m + j] - mean[j];
      deviation[j] += d * d;
    }
  }
  for (i32 j = 0; j < m; j++) {
    f64 d = sqrt(deviation[j] / n);
    deviation[j] = d <= 0.1 ? 1 : d;
  }
  for (i32 i = 0; i < n; i++) {
    for (i32 j = 0; j < m; j++) data[i * m + j] = (data[i * m + j] - mean[j]) / (sqrt(n) * deviation[j]);
  }
  for (i32 i = 0; i < m; i++) {
    for (i32 j = i; j < m; j++) matrix[i * m + j] = 0;
    for (i32 k = 0; k < n; k++) {
      f64 t = data[k * m + i];
      for (i32 j = i; j < m; j++) matrix[i * m + j] += t * data[k * m + j];
    }
    for (i32 j = i; j < m; j++) matrix[j * m + i] = matrix[i * m + j];
  }
  free(mean);
  free(deviation);
}

EXPORT void gemm(i32 n, f64 alpha, f64 beta, const f64 *restrict a, i64 a_length, const f64 *restrict b, i64 b_length,
                 f64 *restrict c, i64 c_length) {
  for (i32 i = 0; i < n; i++) {
    for (i32 j = 0; j < n; j++) c[i * n + j] *= beta;
    for (i32 k = 0; k < n; k++) {
      f64 t = alpha * a[i * n + k];
      for (i32 j = 0; j < n; j++) c[i * n + j] += t * b[k * n + j];
    }
  }
}

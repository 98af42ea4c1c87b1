EXPORT void seidel_2d(i32 steps, i32 n, f64 *restrict a, i64 a_length) {
  for (i32 t = 0; t < steps; t++) {
    for (i32 i = 1; i < n - 1; i++) {
      for (i32 j = 1; j < n - 1; j++) {
        i32 p = i * n + j;
        a[p] = (a[p - n - 1] + a[p - n] + a[p - n + 1] + a[p - 1] + a[p] + a[p + 1] + a[p + n - 1] + a[p + n] +
                a[p + n + 1]) / 9;
      }
    }
  }
}

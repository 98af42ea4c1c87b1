static void step(i32 n, const f64 *restrict from, f64 *restrict to) {
  i32 nn = n * n;
  for (i32 i = 1; i < n - 1; i++) {
    for (i32 j = 1; j < n - 1; j++) {
      for (i32 k = 1; k < n - 1; k++) {
        i32 p = i * nn + j * n + k;
        to[p] = 0.125 * (from[p + nn] - 2 * from[p] + from[p - nn]) +
                0.125 * (from[p + n] - 2 * from[p] + from[p - n]) +
                0.125 * (from[p + 1] - 2 * from[p] + from[p - 1]) + from[p];
      }
    }
  }
}

EXPORT void heat_3d(i32 steps, i32 n, f64 *restrict a, i64 a_length, f64 *restrict b, i64 b_length) {
  for (i32 t = 0; t < steps; t++) {
    step(n, a, b);
    step(n, b, a);
  }
}

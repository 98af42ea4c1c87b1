EXPORT void floyd_warshall(i32 n, i32 *restrict path, i64 path_length) {
  for (i32 k = 0; k < n; k++) {
    for (i32 i = 0; i < n; i++) {
      for (i32 j = 0; j < n; j++) {
        path[i * n + j] = min_i32(path[i * n + j], path[i * n + k] + path[k * n + j]);
      }
    }
  }
}

EXPORT i32 nussinov(i32 n, const i32 *restrict bases, i64 bases_length, i32 *restrict table, i64 table_length) {
  for (i32 i = n - 1; i >= 0; i--) {
    for (i32 j = i + 1; j < n; j++) {
      i32 best = max_i32(table[i * n + j - 1], table[(i + 1) * n + j]);
      i32 pair = i < j - 1 && bases[i] + bases[j] == 3 ? 1 : 0;
      best = max_i32(best, table[(i + 1) * n + j - 1] + pair);
      for (i32 k = i + 1; k < j; k++) best = max_i32(best, table[i * n + k] + table[(k + 1) * n + j]);
      table[i * n + j] = best;
    }
  }
  return table[n - 1];
}

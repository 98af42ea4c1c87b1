EXPORT void spmv(const i32 *restrict starts, i64 starts_length, const i32 *restrict columns, i64 columns_length,
                 const f64 *restrict values, i64 values_length, const f64 *restrict x, i64 x_length,
                 f64 *restrict y, i64 y_length) {
  for (i64 i = 0; i < y_length; i++) {
    f64 sum = 0;
    for (i32 k = starts[i]; k < starts[i + 1]; k++) sum += values[k] * x[columns[k]];
    y[i] = sum;
  }
}

EXPORT void softmax(i32 columns, const f32 *restrict x, i64 x_length, f32 *restrict out, i64 out_length) {
  i32 rows = (i32)(x_length / columns);
  for (i32 i = 0; i < rows; i++) {
    i32 row = i * columns;
    f32 greatest = x[row];
    for (i32 j = 1; j < columns; j++) greatest = x[row + j] > greatest ? x[row + j] : greatest;
    f64 sum = 0;
    for (i32 j = 0; j < columns; j++) {
      f64 e = exp((f64)x[row + j] - greatest);
      out[row + j] = (f32)e;
      sum += e;
    }
    for (i32 j = 0; j < columns; j++) out[row + j] = (f32)(out[row + j] / sum);
  }
}

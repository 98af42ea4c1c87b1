EXPORT void z_score(const f32 *restrict image, i64 image_length, f32 *restrict out, i64 out_length) {
  i64 n = image_length;
  f64 sum = 0;
  for (i64 i = 0; i < n; i++) sum += image[i];
  f64 mean = sum / n;
  f64 squares = 0;
  for (i64 i = 0; i < n; i++) {
    f64 d = image[i] - mean;
    squares += d * d;
  }
  f64 scale = 1 / sqrt(squares / n);
  for (i64 i = 0; i < n; i++) out[i] = (f32)((image[i] - mean) * scale);
}

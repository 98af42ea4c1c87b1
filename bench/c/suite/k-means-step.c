EXPORT f64 k_means_step(i32 bands, const f32 *restrict pixels, i64 pixels_length, f32 *restrict centres,
                        i64 centres_length, u8 *restrict labels, i64 labels_length) {
  i32 k = (i32)(centres_length / bands);
  f64 *restrict sums = calloc(k * bands, sizeof(f64));
  i32 *restrict counts = calloc(k, sizeof(i32));
  f64 total = 0;
  for (i64 i = 0; i < labels_length; i++) {
    i32 nearest = 0;
    // The greatest f64: under -ffast-math there is no infinity.
    f64 least = 1.7976931348623157e308;
    for (i32 c = 0; c < k; c++) {
      f64 square = 0;
      for (i32 b = 0; b < bands; b++) {
        f64 d = (f64)pixels[i * bands + b] - centres[c * bands + b];
        square += d * d;
      }
      if (square < least) {
        least = square;
        nearest = c;
      }
    }
    labels[i] = (u8)nearest;
    counts[nearest]++;
    for (i32 b = 0; b < bands; b++) sums[nearest * bands + b] += pixels[i * bands + b];
    total += least;
  }
  for (i32 c = 0; c < k; c++) {
    if (counts[c] == 0) continue;
    for (i32 b = 0; b < bands; b++) centres[c * bands + b] = (f32)(sums[c * bands + b] / counts[c]);
  }
  free(sums);
  free(counts);
  return total;
}

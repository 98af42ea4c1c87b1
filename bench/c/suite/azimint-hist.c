EXPORT void azimint_hist(const f64 *restrict data, i64 data_length, const f64 *restrict radius, i64 radius_length,
                         i32 *restrict counts, i64 counts_length, f64 *restrict means, i64 means_length) {
  i32 bins = (i32)means_length;
  f64 low = radius[0], high = radius[0];
  for (i64 i = 1; i < radius_length; i++) {
    low = radius[i] < low ? radius[i] : low;
    high = radius[i] > high ? radius[i] : high;
  }
  for (i32 k = 0; k < bins; k++) {
    counts[k] = 0;
    means[k] = 0;
  }
  f64 scale = bins / (high - low);
  for (i64 i = 0; i < radius_length; i++) {
    i32 k = min_i32((i32)((radius[i] - low) * scale), bins - 1);
    counts[k]++;
    means[k] += data[i];
  }
  for (i32 k = 0; k < bins; k++) means[k] /= counts[k];
}

EXPORT void rolling(const f64 *restrict series, i64 series_length, i32 window, f64 *restrict mean, i64 mean_length,
                    f64 *restrict deviation, i64 deviation_length, f64 *restrict least, i64 least_length,
                    f64 *restrict greatest, i64 greatest_length) {
  i32 n = (i32)series_length;
  f64 sum = 0, squares = 0;
  for (i32 i = 0; i < n; i++) {
    sum += series[i];
    squares += series[i] * series[i];
    if (i >= window) {
      sum -= series[i - window];
      squares -= series[i - window] * series[i - window];
    }
    i32 count = min_i32(i + 1, window);
    f64 m = sum / count;
    mean[i] = m;
    f64 variance = squares / count - m * m;
    deviation[i] = sqrt(variance > 0 ? variance : 0);
  }
  i32 *restrict low = calloc(n, sizeof(i32));
  i32 *restrict high = calloc(n, sizeof(i32));
  i32 low_first = 0, low_end = 0, high_first = 0, high_end = 0;
  for (i32 i = 0; i < n; i++) {
    f64 v = series[i];
    while (low_end > low_first && series[low[low_end - 1]] >= v) low_end--;
    low[low_end++] = i;
    if (low[low_first] <= i - window) low_first++;
    least[i] = series[low[low_first]];
    while (high_end > high_first && series[high[high_end - 1]] <= v) high_end--;
    high[high_end++] = i;
    if (high[high_first] <= i - window) high_first++;
    greatest[i] = series[high[high_first]];
  }
  free(low);
  free(high);
}

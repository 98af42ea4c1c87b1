EXPORT void arc_distance(const f64 *restrict lon1, i64 lon1_length, const f64 *restrict lat1, i64 lat1_length,
                         const f64 *restrict lon2, i64 lon2_length, const f64 *restrict lat2, i64 lat2_length,
                         f64 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) {
    f64 a = sin((lat2[i] - lat1[i]) / 2);
    f64 b = sin((lon2[i] - lon1[i]) / 2);
    f64 h = a * a + cos(lat1[i]) * cos(lat2[i]) * b * b;
    out[i] = 2 * atan2(sqrt(h), sqrt(1 - h));
  }
}

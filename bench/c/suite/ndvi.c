EXPORT void ndvi(const u8 *restrict nir, i64 nir_length, const u8 *restrict red, i64 red_length,
                 f32 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) {
    i32 sum = nir[i] + red[i];
    out[i] = sum == 0 ? 0 : (f32)((f64)(nir[i] - red[i]) / sum);
  }
}

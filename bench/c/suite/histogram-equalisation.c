EXPORT void histogram_equalisation(const u8 *restrict image, i64 image_length, u8 *restrict out, i64 out_length) {
  i32 histogram[256] = {0};
  for (i64 i = 0; i < image_length; i++) histogram[image[i]]++;
  i32 darkest = 0;
  while (histogram[darkest] == 0) darkest++;
  i32 first = histogram[darkest];
  u8 levels[256] = {0};
  i32 below = 0;
  for (i32 v = 0; v < 256; v++) {
    below += histogram[v];
    levels[v] = below <= first ? 0 : (u8)floor((f64)(below - first) / (image_length - first) * 255 + 0.5);
  }
  for (i64 i = 0; i < image_length; i++) out[i] = levels[image[i]];
}

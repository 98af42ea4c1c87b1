EXPORT void conv2d(i32 side, i32 size, i32 channels, i32 filters, const f32 *restrict images, i64 images_length,
                   const f32 *restrict weights, i64 weights_length, const f32 *restrict bias, i64 bias_length,
                   f32 *restrict out, i64 out_length) {
  i32 out_side = side - size + 1;
  i32 count = (i32)(images_length / (side * side * channels));
  for (i32 image = 0; image < count; image++) {
    for (i32 y = 0; y < out_side; y++) {
      for (i32 x = 0; x < out_side; x++) {
        i32 o = ((image * out_side + y) * out_side + x) * filters;
        for (i32 f = 0; f < filters; f++) out[o + f] = bias[f];
        for (i32 dy = 0; dy < size; dy++) {
          for (i32 dx = 0; dx < size; dx++) {
            for (i32 c = 0; c < channels; c++) {
              f64 v = images[((image * side + y + dy) * side + x + dx) * channels + c];
              i32 w = ((dy * size + dx) * channels + c) * filters;
              for (i32 f = 0; f < filters; f++) out[o + f] = (f32)(out[o + f] + v * weights[w + f]);
            }
          }
        }
      }
    }
  }
}

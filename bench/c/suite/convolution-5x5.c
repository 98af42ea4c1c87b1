EXPORT void convolution_5x5(const f32 *restrict image, i64 image_length, i32 width, i32 height,
                            const f32 *restrict weights, i64 weights_length, f32 *restrict out, i64 out_length) {
  for (i32 y = 0; y < height; y++) {
    for (i32 x = 0; x < width; x++) {
      f64 sum = 0;
      for (i32 dy = -2; dy <= 2; dy++) {
        i32 row = clamp_i32(y + dy, height - 1) * width;
        for (i32 dx = -2; dx <= 2; dx++) {
          sum += (f64)image[row + clamp_i32(x + dx, width - 1)] * weights[(dy + 2) * 5 + dx + 2];
        }
      }
      out[y * width + x] = (f32)sum;
    }
  }
}

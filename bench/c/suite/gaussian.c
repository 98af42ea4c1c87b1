EXPORT void gaussian(const f32 *restrict image, i64 image_length, i32 width, i32 height,
                     const f32 *restrict weights, i64 weights_length, f32 *restrict out, i64 out_length) {
  i32 radius = (i32)weights_length - 1;
  f32 *restrict blurred = calloc(width * height, sizeof(f32));
  for (i32 y = 0; y < height; y++) {
    i32 row = y * width;
    for (i32 x = 0; x < width; x++) {
      f64 sum = (f64)weights[0] * image[row + x];
      for (i32 d = 1; d <= radius; d++) {
        i32 left = max_i32(x - d, 0);
        i32 right = min_i32(x + d, width - 1);
        sum += weights[d] * ((f64)image[row + left] + image[row + right]);
      }
      blurred[row + x] = (f32)sum;
    }
  }
  for (i32 y = 0; y < height; y++) {
    i32 row = y * width;
    for (i32 x = 0; x < width; x++) out[row + x] = (f32)((f64)weights[0] * blurred[row + x]);
    for (i32 d = 1; d <= radius; d++) {
      i32 above = max_i32(y - d, 0) * width;
      i32 below = min_i32(y + d, height - 1) * width;
      for (i32 x = 0; x < width; x++) {
        out[row + x] = (f32)(out[row + x] + weights[d] * ((f64)blurred[above + x] + blurred[below + x]));
      }
    }
  }
  free(blurred);
}

EXPORT void bilinear_resize(const f32 *restrict image, i64 image_length, i32 width, i32 height,
                            f32 *restrict out, i64 out_length, i32 out_width, i32 out_height) {
  f64 scale_x = (f64)width / out_width;
  f64 scale_y = (f64)height / out_height;
  for (i32 y = 0; y < out_height; y++) {
    f64 sy = (y + 0.5) * scale_y - 0.5;
    sy = sy < 0 ? 0 : sy > height - 1 ? height - 1 : sy;
    i32 y0 = (i32)sy;
    i32 y1 = min_i32(y0 + 1, height - 1);
    f64 fy = sy - y0;
    for (i32 x = 0; x < out_width; x++) {
      f64 sx = (x + 0.5) * scale_x - 0.5;
      sx = sx < 0 ? 0 : sx > width - 1 ? width - 1 : sx;
      i32 x0 = (i32)sx;
      i32 x1 = min_i32(x0 + 1, width - 1);
      f64 fx = sx - x0;
      f64 top = image[y0 * width + x0] * (1 - fx) + image[y0 * width + x1] * fx;
      f64 bottom = image[y1 * width + x0] * (1 - fx) + image[y1 * width + x1] * fx;
      out[y * out_width + x] = (f32)(top * (1 - fy) + bottom * fy);
    }
  }
}

EXPORT void sobel(const u8 *restrict image, i64 image_length, i32 width, i32 height, u8c *restrict out, i64 out_length) {
  for (i32 y = 1; y < height - 1; y++) {
    for (i32 x = 1; x < width - 1; x++) {
      i32 p = y * width + x;
      i32 left = image[p - width - 1] + 2 * image[p - 1] + image[p + width - 1];
      i32 right = image[p - width + 1] + 2 * image[p + 1] + image[p + width + 1];
      i32 above = image[p - width - 1] + 2 * image[p - width] + image[p - width + 1];
      i32 below = image[p + width - 1] + 2 * image[p + width] + image[p + width + 1];
      i32 gx = right - left;
      i32 gy = below - above;
      f64 v = rint(sqrt(gx * gx + gy * gy));
      out[p] = v > 255 ? 255 : (u8)v;
    }
  }
}

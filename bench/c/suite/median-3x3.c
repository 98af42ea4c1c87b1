EXPORT void median_3x3(const u8 *restrict image, i64 image_length, i32 width, i32 height,
                       u8 *restrict out, i64 out_length) {
  memcpy(out, image, image_length);
  for (i32 y = 1; y < height - 1; y++) {
    for (i32 x = 1; x < width - 1; x++) {
      i32 p = y * width + x;
      i32 a = image[p - width - 1], b = image[p - width], c = image[p - width + 1];
      i32 d = image[p - 1], e = image[p], f = image[p + 1];
      i32 g = image[p + width - 1], h = image[p + width], i = image[p + width + 1];
      i32 low = max_i32(min_i32(a, min_i32(b, c)), max_i32(min_i32(d, min_i32(e, f)), min_i32(g, min_i32(h, i))));
      i32 high = min_i32(max_i32(a, max_i32(b, c)), min_i32(max_i32(d, max_i32(e, f)), max_i32(g, max_i32(h, i))));
      i32 top = max_i32(min_i32(a, b), min_i32(max_i32(a, b), c));
      i32 centre = max_i32(min_i32(d, e), min_i32(max_i32(d, e), f));
      i32 bottom = max_i32(min_i32(g, h), min_i32(max_i32(g, h), i));
      i32 middle = max_i32(min_i32(top, centre), min_i32(max_i32(top, centre), bottom));
      out[p] = (u8)max_i32(min_i32(low, middle), min_i32(max_i32(low, middle), high));
    }
  }
}

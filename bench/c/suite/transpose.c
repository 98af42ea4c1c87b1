EXPORT void transpose(const f32 *restrict image, i64 image_length, i32 width, i32 height, f32 *restrict out,
                      i64 out_length) {
  for (i32 y = 0; y < height; y++)
    for (i32 x = 0; x < width; x++) out[x * height + y] = image[y * width + x];
}

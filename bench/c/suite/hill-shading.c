EXPORT void hill_shading(const f32 *restrict heights, i64 heights_length, i32 width, i32 height, f64 cell,
                         f64 altitude, f64 azimuth, u8 *restrict out, i64 out_length) {
  f64 zenith = PI / 2 - altitude;
  f64 sin_zenith = sin(zenith), cos_zenith = cos(zenith);
  f64 towards = fmod(2.5 * PI - azimuth, 2 * PI);
  for (i32 y = 0; y < height; y++) {
    i32 above = max_i32(y - 1, 0) * width;
    i32 row = y * width;
    i32 below = min_i32(y + 1, height - 1) * width;
    for (i32 x = 0; x < width; x++) {
      i32 left = max_i32(x - 1, 0);
      i32 right = min_i32(x + 1, width - 1);
      f64 east = (f64)heights[above + right] + 2 * (f64)heights[row + right] + heights[below + right];
      f64 west = (f64)heights[above + left] + 2 * (f64)heights[row + left] + heights[below + left];
      f64 south = (f64)heights[below + left] + 2 * (f64)heights[below + x] + heights[below + right];
      f64 north = (f64)heights[above + left] + 2 * (f64)heights[above + x] + heights[above + right];
      f64 dx = (east - west) / (8 * cell);
      f64 dy = (south - north) / (8 * cell);
      f64 slope = atan(sqrt(dx * dx + dy * dy));
      f64 aspect = atan2(dy, -dx);
      f64 light = cos_zenith * cos(slope) + sin_zenith * sin(slope) * cos(towards - aspect);
      out[row + x] = light > 0 ? (u8)floor(255 * light + 0.5) : 0;
    }
  }
}

EXPORT void mandelbrot(i32 width, i32 height, i32 limit, u16 *restrict out, i64 out_length) {
  for (i32 y = 0; y < height; y++) {
    for (i32 x = 0; x < width; x++) {
      f64 cr = (3.0 * x) / (width - 1) - 2.25;
      f64 ci = (2.5 * y) / (height - 1) - 1.25;
      f64 zr = 0, zi = 0;
      i32 steps = 0;
      while (steps < limit && zr * zr + zi * zi <= 4) {
        f64 t = zr * zr - zi * zi + cr;
        zi = 2 * zr * zi + ci;
        zr = t;
        steps++;
      }
      out[y * width + x] = (u16)steps;
    }
  }
}

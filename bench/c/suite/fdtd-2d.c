EXPORT void fdtd_2d(i32 nx, i32 ny, f64 *restrict ex, i64 ex_length, f64 *restrict ey, i64 ey_length,
                    f64 *restrict hz, i64 hz_length, const f64 *restrict source, i64 source_length) {
  for (i64 t = 0; t < source_length; t++) {
    for (i32 j = 0; j < ny; j++) ey[j] = source[t];
    for (i32 i = 1; i < nx; i++) {
      for (i32 j = 0; j < ny; j++) ey[i * ny + j] -= 0.5 * (hz[i * ny + j] - hz[(i - 1) * ny + j]);
    }
    for (i32 i = 0; i < nx; i++) {
      for (i32 j = 1; j < ny; j++) ex[i * ny + j] -= 0.5 * (hz[i * ny + j] - hz[i * ny + j - 1]);
    }
    for (i32 i = 0; i < nx - 1; i++) {
      for (i32 j = 0; j < ny - 1; j++) {
        i32 p = i * ny + j;
        hz[p] -= 0.7 * (ex[p + 1] - ex[p] + ey[p + ny] - ey[p]);
      }
    }
  }
}

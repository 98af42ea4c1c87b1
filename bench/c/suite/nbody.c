#define SOFTENING 0.05

static void accelerate(i32 n, const f64 *restrict mass, const f64 *restrict x, const f64 *restrict y,
                       const f64 *restrict z, f64 *restrict a) {
  for (i32 i = 0; i < n; i++) {
    f64 ax = 0, ay = 0, az = 0;
    for (i32 j = 0; j < n; j++) {
      f64 dx = x[j] - x[i], dy = y[j] - y[i], dz = z[j] - z[i];
      f64 square = dx * dx + dy * dy + dz * dz + SOFTENING * SOFTENING;
      f64 pull = mass[j] / (square * sqrt(square));
      ax += pull * dx;
      ay += pull * dy;
      az += pull * dz;
    }
    a[i] = ax;
    a[n + i] = ay;
    a[2 * n + i] = az;
  }
}

EXPORT void nbody(i32 steps, f64 dt, const f64 *restrict mass, i64 mass_length, f64 *restrict x, i64 x_length,
                  f64 *restrict y, i64 y_length, f64 *restrict z, i64 z_length,
                  f64 *restrict velocity, i64 velocity_length) {
  i32 n = (i32)mass_length;
  f64 *restrict a = calloc(3 * n, sizeof(f64));
  accelerate(n, mass, x, y, z, a);
  for (i32 t = 0; t < steps; t++) {
    for (i32 i = 0; i < 3 * n; i++) velocity[i] += (a[i] * dt) / 2;
    for (i32 i = 0; i < n; i++) {
      x[i] += velocity[i] * dt;
      y[i] += velocity[n + i] * dt;
      z[i] += velocity[2 * n + i] * dt;
    }
    accelerate(n, mass, x, y, z, a);
    for (i32 i = 0; i < 3 * n; i++) velocity[i] += (a[i] * dt) / 2;
  }
  free(a);
}

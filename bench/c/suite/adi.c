EXPORT void adi(i32 steps, i32 n, f64 *restrict u, i64 u_length, f64 *restrict v, i64 v_length,
                f64 *restrict p, i64 p_length, f64 *restrict q, i64 q_length) {
  f64 dx = 1.0 / n, dt = 1.0 / steps;
  f64 mul1 = (2 * dt) / (dx * dx), mul2 = dt / (dx * dx);
  f64 a = -mul1 / 2, b = 1 + mul1, c = a, d = -mul2 / 2, e = 1 + mul2, f = d;
  for (i32 t = 1; t <= steps; t++) {
    for (i32 i = 1; i < n - 1; i++) {
      v[i] = 1;
      p[i * n] = 0;
      q[i * n] = v[i];
      for (i32 j = 1; j < n - 1; j++) {
        f64 r = a * p[i * n + j - 1] + b;
        p[i * n + j] = -c / r;
        q[i * n + j] =
            (-d * u[j * n + i - 1] + (1 + 2 * d) * u[j * n + i] - f * u[j * n + i + 1] - a * q[i * n + j - 1]) / r;
      }
      v[(n - 1) * n + i] = 1;
      for (i32 j = n - 2; j > 0; j--) v[j * n + i] = p[i * n + j] * v[(j + 1) * n + i] + q[i * n + j];
    }
    for (i32 i = 1; i < n - 1; i++) {
      u[i * n] = 1;
      p[i * n] = 0;
      q[i * n] = u[i * n];
      for (i32 j = 1; j < n - 1; j++) {
        f64 r = d * p[i * n + j - 1] + e;
        p[i * n + j] = -f / r;
        q[i * n + j] =
            (-a * v[(i - 1) * n + j] + (1 + 2 * a) * v[i * n + j] - c * v[(i + 1) * n + j] - d * q[i * n + j - 1]) / r;
      }
      u[i * n + n - 1] = 1;
      for (i32 j = n - 2; j > 0; j--) u[i * n + j] = p[i * n + j] * u[i * n + j + 1] + q[i * n + j];
    }
  }
}

EXPORT void vadv(i32 ni, i32 nj, i32 nk, f64 rate, const f64 *restrict wind, i64 wind_length,
                 const f64 *restrict u, i64 u_length, const f64 *restrict start, i64 start_length,
                 const f64 *restrict tendency, i64 tendency_length, f64 *restrict out, i64 out_length) {
  i32 layer = ni * nj, wind_layer = (ni + 1) * nj;
  f64 *restrict above = calloc(layer * nk, sizeof(f64));
  f64 *restrict right = calloc(layer * nk, sizeof(f64));
  for (i32 k = 0; k < nk; k++) {
    for (i32 i = 0; i < ni; i++) {
      for (i32 j = 0; j < nj; j++) {
        i32 p = k * layer + i * nj + j;
        i32 w = k * wind_layer + i * nj + j;
        f64 a = 0, c = 0, correction = 0;
        if (k > 0) {
          a = -0.125 * (wind[w + nj] + wind[w]);
          correction -= a * (u[p - layer] - u[p]);
        }
        if (k < nk - 1) {
          c = 0.125 * (wind[w + wind_layer + nj] + wind[w + wind_layer]);
          correction -= c * (u[p + layer] - u[p]);
        }
        f64 d = rate * start[p] + tendency[p] + out[p] + correction;
        f64 b = rate - a - c;
        if (k == 0) {
          above[p] = c / b;
          right[p] = d / b;
        } else {
          f64 scale = 1 / (b - above[p - layer] * a);
          above[p] = c * scale;
          right[p] = (d - right[p - layer] * a) * scale;
        }
      }
    }
  }
  for (i32 k = nk - 1; k >= 0; k--) {
    for (i32 p = k * layer; p < (k + 1) * layer; p++) {
      if (k < nk - 1) right[p] -= above[p] * right[p + layer];
      out[p] = rate * (right[p] - start[p]);
    }
  }
  free(above);
  free(right);
}

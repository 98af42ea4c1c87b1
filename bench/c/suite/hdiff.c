EXPORT void hdiff(i32 ni, i32 nj, i32 nk, const f64 *restrict field, i64 field_length,
                  const f64 *restrict coefficient, i64 coefficient_length, f64 *restrict out, i64 out_length) {
  i32 row = (nj + 4) * nk;
  f64 *restrict laplacian = calloc((ni + 4) * row, sizeof(f64));
  for (i32 i = 1; i < ni + 3; i++) {
    for (i32 j = 1; j < nj + 3; j++) {
      for (i32 k = 0; k < nk; k++) {
        i32 p = i * row + j * nk + k;
        laplacian[p] = 4 * field[p] - (field[p + row] + field[p - row] + field[p + nk] + field[p - nk]);
      }
    }
  }
  f64 *restrict flux_i = calloc((ni + 4) * row, sizeof(f64));
  for (i32 i = 1; i < ni + 2; i++) {
    for (i32 j = 2; j < nj + 2; j++) {
      for (i32 k = 0; k < nk; k++) {
        i32 p = i * row + j * nk + k;
        f64 flux = laplacian[p + row] - laplacian[p];
        flux_i[p] = flux * (field[p + row] - field[p]) > 0 ? 0 : flux;
      }
    }
  }
  f64 *restrict flux_j = calloc((ni + 4) * row, sizeof(f64));
  for (i32 i = 2; i < ni + 2; i++) {
    for (i32 j = 1; j < nj + 2; j++) {
      for (i32 k = 0; k < nk; k++) {
        i32 p = i * row + j * nk + k;
        f64 flux = laplacian[p + nk] - laplacian[p];
        flux_j[p] = flux * (field[p + nk] - field[p]) > 0 ? 0 : flux;
      }
    }
  }
  for (i32 i = 0; i < ni; i++) {
    for (i32 j = 0; j < nj; j++) {
      for (i32 k = 0; k < nk; k++) {
        i32 p = (i + 2) * row + (j + 2) * nk + k;
        i32 o = (i * nj + j) * nk + k;
        out[o] = field[p] - coefficient[o] * (flux_i[p] - flux_i[p - row] + flux_j[p] - flux_j[p - nk]);
      }
    }
  }
  free(laplacian);
  free(flux_i);
  free(flux_j);
}

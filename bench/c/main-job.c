// The main job's kernels (examples/kernels), as the same loops in C.

EXPORT f64 sum_of_roots(const f64 *restrict x, i64 x_length) {
  f64 s = 0;
  for (i64 i = 0; i < x_length; i++) s += sqrt(x[i]) * 2 + 1;
  return s;
}

EXPORT f64 identity(const f64 *restrict x, i64 x_length) {
  f64 s = 0;
  for (i64 i = 0; i < x_length; i++) {
    f64 c = cos(x[i]);
    f64 d = sin(x[i]);
    s += c * c + d * d;
  }
  return s;
}

EXPORT void ndvi(const u8 *restrict nir, i64 nir_length, const u8 *restrict red, i64 red_length,
                 f32 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) {
    i32 sum = nir[i] + red[i];
    out[i] = sum == 0 ? 0 : (f32)((f64)(nir[i] - red[i]) / sum);
  }
}

EXPORT void focal_stats(const f32 *restrict image, i64 image_length, i32 width, i32 height, i32 radius,
                        f32 *restrict mean, i64 mean_length, f32 *restrict deviation, i64 deviation_length) {
  i32 count = (2 * radius + 1) * (2 * radius + 1);
  for (i32 y = 0; y < height; y++) {
    for (i32 x = 0; x < width; x++) {
      f64 sum = 0, squares = 0;
      for (i32 dy = -radius; dy <= radius; dy++) {
        i32 row = clamp_i32(y + dy, height - 1) * width;
        for (i32 dx = -radius; dx <= radius; dx++) {
          f64 v = image[row + clamp_i32(x + dx, width - 1)];
          sum += v;
          squares += v * v;
        }
      }
      f64 m = sum / count;
      mean[y * width + x] = m;
      f64 variance = squares / count - m * m;
      deviation[y * width + x] = sqrt(variance > 0 ? variance : 0);
    }
  }
}

EXPORT void focal_stats_running(const f32 *restrict image, i64 image_length, i32 width, i32 height, i32 radius,
                                f32 *restrict mean, i64 mean_length, f32 *restrict deviation, i64 deviation_length) {
  i32 count = (2 * radius + 1) * (2 * radius + 1);
  f64 *restrict sums = calloc(width, sizeof(f64));
  f64 *restrict squares = calloc(width, sizeof(f64));
  for (i32 dy = -radius; dy <= radius; dy++) {
    i32 row = clamp_i32(dy, height - 1) * width;
    for (i32 x = 0; x < width; x++) {
      f64 v = image[row + x];
      sums[x] += v;
      squares[x] += v * v;
    }
  }
  for (i32 y = 0; y < height; y++) {
    f64 sum = 0, square = 0;
    for (i32 dx = -radius; dx <= radius; dx++) {
      sum += sums[clamp_i32(dx, width - 1)];
      square += squares[clamp_i32(dx, width - 1)];
    }
    for (i32 x = 0; x < width; x++) {
      f64 m = sum / count;
      mean[y * width + x] = m;
      f64 variance = square / count - m * m;
      deviation[y * width + x] = sqrt(variance > 0 ? variance : 0);
      i32 enters = clamp_i32(x + radius + 1, width - 1);
      i32 leaves = clamp_i32(x - radius, width - 1);
      sum += sums[enters] - sums[leaves];
      square += squares[enters] - squares[leaves];
    }
    i32 enters = clamp_i32(y + radius + 1, height - 1) * width;
    i32 leaves = clamp_i32(y - radius, height - 1) * width;
    for (i32 x = 0; x < width; x++) {
      f64 a = image[enters + x];
      f64 b = image[leaves + x];
      sums[x] += a - b;
      squares[x] += a * a - b * b;
    }
  }
  free(sums);
  free(squares);
}

EXPORT void z_score(const f32 *restrict image, i64 image_length, const f32 *restrict mean, i64 mean_length,
                    const f32 *restrict deviation, i64 deviation_length, f32 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) {
    out[i] = deviation[i] > 0 ? (f32)(((f64)image[i] - mean[i]) / deviation[i]) : 0;
  }
}

EXPORT i32 unpack(const i16 *restrict packed, i64 packed_length, f64 scale, f64 offset, i32 missing,
                  f32 *restrict out, i64 out_length) {
  i32 present = 0;
  for (i64 i = 0; i < out_length; i++) {
    if (packed[i] == missing) {
      out[i] = __builtin_nanf("");
    } else {
      out[i] = (f32)(packed[i] * scale + offset);
      present++;
    }
  }
  return present;
}

EXPORT void anomaly(const f32 *restrict temperature, i64 temperature_length, const f32 *restrict climatology,
                    i64 climatology_length, f32 *restrict out, i64 out_length) {
  for (i64 i = 0; i < out_length; i++) out[i] = (f32)((f64)temperature[i] - climatology[i]);
}

EXPORT f64 global_mean(const f32 *restrict values, i64 values_length, const f64 *restrict latitudes,
                       i64 latitudes_length) {
  i64 width = values_length / latitudes_length;
  f64 sum = 0, area = 0;
  for (i64 y = 0; y < latitudes_length; y++) {
    f64 weight = cos(latitudes[y] * PI / 180);
    for (i64 x = 0; x < width; x++) {
      f64 v = values[y * width + x];
      if (v == v) {
        sum += v * weight;
        area += weight;
      }
    }
  }
  return sum / area;
}

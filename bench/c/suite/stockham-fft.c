EXPORT void stockham_fft(f64 *restrict re, i64 re_length, f64 *restrict im, i64 im_length,
                         const f64 *restrict cos, i64 cos_length, const f64 *restrict sin, i64 sin_length,
                         f64 *restrict work_re, i64 work_re_length, f64 *restrict work_im, i64 work_im_length) {
  i32 n = (i32)re_length;
  i32 stride = 1;
  for (i32 half = n >> 1; half >= 1; half >>= 1) {
    for (i32 p = 0; p < half; p++) {
      f64 wr = cos[p * stride];
      f64 wi = -sin[p * stride];
      for (i32 q = 0; q < stride; q++) {
        i32 a = q + stride * p;
        i32 b = a + stride * half;
        i32 out = q + stride * 2 * p;
        f64 dr = re[a] - re[b];
        f64 di = im[a] - im[b];
        work_re[out] = re[a] + re[b];
        work_im[out] = im[a] + im[b];
        work_re[out + stride] = dr * wr - di * wi;
        work_im[out + stride] = dr * wi + di * wr;
      }
    }
    for (i32 i = 0; i < n; i++) {
      re[i] = work_re[i];
      im[i] = work_im[i];
    }
    stride *= 2;
  }
}

function clamped(i: i32, last: i32): i32 {
  return i < 0 ? 0 : i > last ? last : i;
}

export function run(image: usize, width: i32, height: i32, weights: usize, out: usize): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0.0;
      for (let dy = -2; dy <= 2; dy++) {
        const row = clamped(y + dy, height - 1) * width;
        for (let dx = -2; dx <= 2; dx++) {
          const v = load<f32>(image + ((row + clamped(x + dx, width - 1)) << 2));
          sum += <f64>v * load<f32>(weights + (((dy + 2) * 5 + dx + 2) << 2));
        }
      }
      store<f32>(out + ((y * width + x) << 2), <f32>sum);
    }
  }
}

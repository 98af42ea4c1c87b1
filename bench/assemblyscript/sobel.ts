function pixel(at: usize): i32 {
  return <i32>load<u8>(at);
}

export function run(image: usize, width: i32, height: i32, out: usize): void {
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const p = image + y * width + x;
      const left = pixel(p - width - 1) + 2 * pixel(p - 1) + pixel(p + width - 1);
      const right = pixel(p - width + 1) + 2 * pixel(p + 1) + pixel(p + width + 1);
      const above = pixel(p - width - 1) + 2 * pixel(p - width) + pixel(p - width + 1);
      const below = pixel(p + width - 1) + 2 * pixel(p + width) + pixel(p + width + 1);
      const gx = right - left;
      const gy = below - above;
      const v = nearest(sqrt(<f64>(gx * gx + gy * gy)));
      store<u8>(out + y * width + x, v > 255 ? 255 : <u8>v);
    }
  }
}

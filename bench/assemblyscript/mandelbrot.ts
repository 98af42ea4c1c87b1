export function run(width: i32, height: i32, limit: i32, out: usize): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cr = (3.0 * x) / (width - 1) - 2.25;
      const ci = (2.5 * y) / (height - 1) - 1.25;
      let zr = 0.0;
      let zi = 0.0;
      let steps = 0;
      while (steps < limit && zr * zr + zi * zi <= 4) {
        const t = zr * zr - zi * zi + cr;
        zi = 2 * zr * zi + ci;
        zr = t;
        steps++;
      }
      store<u16>(out + ((y * width + x) << 1), <u16>steps);
    }
  }
}

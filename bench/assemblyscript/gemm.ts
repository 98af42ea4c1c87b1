export function run(n: i32, alpha: f64, beta: f64, a: usize, b: usize, c: usize): void {
  for (let i = 0; i < n; i++) {
    const row = c + ((i * n) << 3);
    for (let j = 0; j < n; j++) store<f64>(row + (j << 3), load<f64>(row + (j << 3)) * beta);
    for (let k = 0; k < n; k++) {
      const t = alpha * load<f64>(a + ((i * n + k) << 3));
      const from = b + ((k * n) << 3);
      for (let j = 0; j < n; j++) {
        store<f64>(row + (j << 3), load<f64>(row + (j << 3)) + t * load<f64>(from + (j << 3)));
      }
    }
  }
}

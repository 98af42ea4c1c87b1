function step(n: i32, from: usize, to: usize): void {
  const row = n << 3;
  for (let i = 1; i < n - 1; i++) {
    for (let j = 1; j < n - 1; j++) {
      const p = from + ((i * n + j) << 3);
      const sum = load<f64>(p) + load<f64>(p - 8) + load<f64>(p + 8) + load<f64>(p + row) + load<f64>(p - row);
      store<f64>(to + ((i * n + j) << 3), 0.2 * sum);
    }
  }
}

export function run(steps: i32, n: i32, a: usize, b: usize): void {
  for (let t = 0; t < steps; t++) {
    step(n, a, b);
    step(n, b, a);
  }
}

export function run(n: i32, path: usize): void {
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const p = path + ((i * n + j) << 2);
        const through = load<i32>(path + ((i * n + k) << 2)) + load<i32>(path + ((k * n + j) << 2));
        store<i32>(p, min(load<i32>(p), through));
      }
    }
  }
}

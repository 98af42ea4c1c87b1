/** Heat in a cube: takes temperatures, applies an explicit step of the heat equation over and over; the faces stay. */
import { njit, prange } from "../../src/index.ts";
import { allNear, define } from "./benchmark.ts";

function step(n: number, from: Float64Array, to: Float64Array): void {
  const nn = n * n;
  for (let i = 1; i < n - 1; i++) {
    for (let j = 1; j < n - 1; j++) {
      for (let k = 1; k < n - 1; k++) {
        const p = i * nn + j * n + k;
        to[p] =
          0.125 * (from[p + nn] - 2 * from[p] + from[p - nn]) +
          0.125 * (from[p + n] - 2 * from[p] + from[p - n]) +
          0.125 * (from[p + 1] - 2 * from[p] + from[p - 1]) +
          from[p];
      }
    }
  }
}

function stepInParallel(n: number, from: Float64Array, to: Float64Array): void {
  const nn = n * n;
  for (const i of prange(1, n - 1)) {
    for (let j = 1; j < n - 1; j++) {
      for (let k = 1; k < n - 1; k++) {
        const p = i * nn + j * n + k;
        to[p] =
          0.125 * (from[p + nn] - 2 * from[p] + from[p - nn]) +
          0.125 * (from[p + n] - 2 * from[p] + from[p - n]) +
          0.125 * (from[p + 1] - 2 * from[p] + from[p - 1]) +
          from[p];
      }
    }
  }
}

export const heat3d = define({
  name: "heat-3d",
  group: "npbench",
  fastmath: true,
  kernel: njit(
    (steps: number, n: number, a: Float64Array, b: Float64Array): void => {
      for (let t = 0; t < steps; t++) {
        step(n, a, b);
        step(n, b, a);
      }
    },
    { fastmath: true },
  ),
  parallel: njit(
    (steps: number, n: number, a: Float64Array, b: Float64Array): void => {
      for (let t = 0; t < steps; t++) {
        stepInParallel(n, a, b);
        stepInParallel(n, b, a);
      }
    },
    { fastmath: true, parallel: true },
  ),
  inputs(size) {
    const [steps, n] = size === "full" ? [25, 40] : [3, 9];
    const a = field(n, 1);
    return [steps, n, a, a.slice()];
  },
  changes: [2, 3],
  check([steps, n, a]) {
    const decay = 1 + 3 * 0.125 * (2 * Math.cos(Math.PI / (n - 1)) - 2);
    allNear(a, field(n, decay ** (2 * steps)), 1e-10, "a");
  },
});

/** A linear field, which is in balance, and an arch that is 0 on the faces, which decays. */
function field(n: number, arch: number): Float64Array {
  const wave = (i: number) => Math.sin((Math.PI * i) / (n - 1));
  return Float64Array.from({ length: n * n * n }, (_, p) => {
    const i = Math.floor(p / (n * n));
    const j = Math.floor(p / n) % n;
    const k = p % n;
    return (i - 2 * j + 3 * k) / n + arch * wave(i) * wave(j) * wave(k);
  });
}

/** Bodies under each other's gravity, softened at short distance: takes their state, gives it after the steps (leapfrog). */
import { njit } from "../../src/index.ts";
import { uniform } from "../random.ts";
import { define, near } from "./benchmark.ts";

const SOFTENING = 0.05;

function accelerate(mass: Float64Array, x: Float64Array, y: Float64Array, z: Float64Array, a: Float64Array): void {
  const n = mass.length;
  for (let i = 0; i < n; i++) {
    let ax = 0;
    let ay = 0;
    let az = 0;
    for (let j = 0; j < n; j++) {
      const dx = x[j] - x[i];
      const dy = y[j] - y[i];
      const dz = z[j] - z[i];
      const square = dx * dx + dy * dy + dz * dz + SOFTENING * SOFTENING;
      const pull = mass[j] / (square * Math.sqrt(square));
      ax += pull * dx;
      ay += pull * dy;
      az += pull * dz;
    }
    a[i] = ax;
    a[n + i] = ay;
    a[2 * n + i] = az;
  }
}

export const nbody = define({
  name: "nbody",
  group: "npbench",
  fastmath: true,
  kernel: njit(
    (
      steps: number,
      dt: number,
      mass: Float64Array,
      x: Float64Array,
      y: Float64Array,
      z: Float64Array,
      velocity: Float64Array,
    ): void => {
      const n = mass.length;
      const a = new Float64Array(3 * n);
      accelerate(mass, x, y, z, a);
      for (let t = 0; t < steps; t++) {
        for (let i = 0; i < 3 * n; i++) velocity[i] += (a[i] * dt) / 2;
        for (let i = 0; i < n; i++) {
          x[i] += velocity[i] * dt;
          y[i] += velocity[n + i] * dt;
          z[i] += velocity[2 * n + i] * dt;
        }
        accelerate(mass, x, y, z, a);
        for (let i = 0; i < 3 * n; i++) velocity[i] += (a[i] * dt) / 2;
      }
    },
    { fastmath: true },
  ),
  inputs(size) {
    const [n, steps] = size === "full" ? [300, 20] : [8, 5];
    const [x, y, z] = [1, 2, 3].map((seed) => uniform(n, seed, -1, 1));
    return [steps, 0.002, uniform(n, 4, 0.5 / n, 1.5 / n), x, y, z, uniform(3 * n, 5, -0.3, 0.3)];
  },
  changes: [3, 4, 5, 6],
  /** Momentum is kept exactly, energy nearly, and the bodies have moved. */
  check([, , mass, ...state], _, [steps, dt, , ...start]) {
    for (let axis = 0; axis < 3; axis++) {
      near(momentum(mass, state[3], axis), momentum(mass, start[3], axis), 1e-12, `momentum ${axis}`);
    }
    const before = energy(mass, start);
    near(energy(mass, state), before, 1e-4 * Math.abs(before), "energy");
    const drift = (state[0][0] - start[0][0]) / (steps * dt);
    near(drift, start[3][0], 0.5, "the first body's mean velocity");
  },
});

type State = readonly [x: Float64Array, y: Float64Array, z: Float64Array, velocity: Float64Array];

function momentum(mass: Float64Array, velocity: Float64Array, axis: number): number {
  return mass.reduce((sum, m, i) => sum + m * velocity[axis * mass.length + i], 0);
}

function energy(mass: Float64Array, [x, y, z, velocity]: State): number {
  const n = mass.length;
  let total = velocity.reduce((sum, v, k) => sum + (mass[k % n] * v * v) / 2, 0);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      total -= (mass[i] * mass[j]) / Math.hypot(x[i] - x[j], y[i] - y[j], z[i] - z[j], SOFTENING);
    }
  }
  return total;
}

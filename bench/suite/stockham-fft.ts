/** The fast Fourier transform that sorts itself (Stockham's), of complex numbers in two arrays; their number a power of 2. */
import { njit } from "../../src/index.ts";
import { uniform } from "../random.ts";
import { define, near } from "./benchmark.ts";

/** `cos` and `sin` hold a half turn in n / 2 steps. The result is in `re` and `im`; the other two are room to work in. */
export const stockhamFft = define({
  name: "stockham-fft",
  group: "npbench",
  kernel: njit(
    (
      re: Float64Array,
      im: Float64Array,
      cos: Float64Array,
      sin: Float64Array,
      workRe: Float64Array,
      workIm: Float64Array,
    ): void => {
      const n = re.length;
      let stride = 1;
      for (let half = n >> 1; half >= 1; half >>= 1) {
        for (let p = 0; p < half; p++) {
          const wr = cos[p * stride];
          const wi = -sin[p * stride];
          for (let q = 0; q < stride; q++) {
            const a = q + stride * p;
            const b = a + stride * half;
            const out = q + stride * 2 * p;
            const dr = re[a] - re[b];
            const di = im[a] - im[b];
            workRe[out] = re[a] + re[b];
            workIm[out] = im[a] + im[b];
            workRe[out + stride] = dr * wr - di * wi;
            workIm[out + stride] = dr * wi + di * wr;
          }
        }
        for (let i = 0; i < n; i++) {
          re[i] = workRe[i];
          im[i] = workIm[i];
        }
        stride *= 2;
      }
    },
  ),
  inputs(size) {
    const n = size === "full" ? 2 ** 15 : 64;
    const turn = (f: (angle: number) => number) =>
      Float64Array.from({ length: n / 2 }, (_, p) => f((2 * Math.PI * p) / n));
    const room = () => new Float64Array(n);
    return [uniform(n, 1, -1, 1), uniform(n, 2, -1, 1), turn(Math.cos), turn(Math.sin), room(), room()];
  },
  changes: [0, 1],
  /** Some frequencies from the transform's definition, and the energy of all of them. */
  check([re, im], _, [re0, im0]) {
    const n = re.length;
    for (let k = 0; k < n; k += Math.ceil(n / 13)) {
      let [sumRe, sumIm] = [0, 0];
      for (let i = 0; i < n; i++) {
        const angle = (-2 * Math.PI * ((i * k) % n)) / n;
        sumRe += re0[i] * Math.cos(angle) - im0[i] * Math.sin(angle);
        sumIm += re0[i] * Math.sin(angle) + im0[i] * Math.cos(angle);
      }
      near(re[k], sumRe, 1e-8, `re[${k}]`);
      near(im[k], sumIm, 1e-8, `im[${k}]`);
    }
    const energy = (x: Float64Array, y: Float64Array) => x.reduce((sum, v, i) => sum + v * v + y[i] * y[i], 0);
    near(energy(re, im) / n, energy(re0, im0), 1e-8 * n, "the energy");
  },
});

import { njit, prange } from "../../src/index.ts";
import { define, near } from "./benchmark.ts";

/** Steps until z² + c escapes, for each c of a grid over [−2.25, 0.75] × [−1.25, 1.25]; `limit` where it doesn't. */
export const mandelbrot = define({
  name: "mandelbrot",
  group: "npbench",
  kernel: njit((width: number, height: number, limit: number, out: Uint16Array): void => {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const cr = (3 * x) / (width - 1) - 2.25;
        const ci = (2.5 * y) / (height - 1) - 1.25;
        let zr = 0;
        let zi = 0;
        let steps = 0;
        while (steps < limit && zr * zr + zi * zi <= 4) {
          const t = zr * zr - zi * zi + cr;
          zi = 2 * zr * zi + ci;
          zr = t;
          steps++;
        }
        out[y * width + x] = steps;
      }
    }
  }),
  parallel: njit(
    (width: number, height: number, limit: number, out: Uint16Array): void => {
      for (const y of prange(height)) {
        for (let x = 0; x < width; x++) {
          const cr = (3 * x) / (width - 1) - 2.25;
          const ci = (2.5 * y) / (height - 1) - 1.25;
          let zr = 0;
          let zi = 0;
          let steps = 0;
          while (steps < limit && zr * zr + zi * zi <= 4) {
            const t = zr * zr - zi * zi + cr;
            zi = 2 * zr * zi + ci;
            zr = t;
            steps++;
          }
          out[y * width + x] = steps;
        }
      }
    },
    { parallel: true },
  ),
  inputs(size) {
    const [width, height, limit] = size === "full" ? [250, 201, 150] : [31, 21, 60];
    return [width, height, limit, new Uint16Array(width * height)];
  },
  /** The two largest parts of the set are known in closed form; far from it, points leave at once. */
  check([width, height, limit, out]) {
    for (const [p, steps] of out.entries()) {
      const x = p % width;
      const y = Math.floor(p / width);
      const re = (3 * x) / (width - 1) - 2.25;
      const im = (2.5 * y) / (height - 1) - 1.25;
      const q = (re - 0.25) ** 2 + im * im;
      const inCardioid = q * (q + re - 0.25) < 0.2499 * im * im;
      const inDisc = (re + 1) ** 2 + im * im < 0.0624;
      if (inCardioid || inDisc) near(steps, limit, 0, `steps at ${re}, ${im}`);
      if (Math.hypot(re, im) > 2.0001) near(steps, 1, 0, `steps at ${re}, ${im}`);
      // The grid is symmetric up to rounding, which only points at the set's very border feel.
      const mirrored = out[(height - 1 - y) * width + x];
      if (steps < 20) near(steps, mirrored, 0, `steps at ${re}, ${im} and its mirror image`);
    }
  },
});

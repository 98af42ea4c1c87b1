/** What the section on parallel loops times: each kernel compiled serially and with `parallel: true`, and its arguments. */
import { njit, prange } from "../../../src/index.ts";
import { seededRandom } from "../../random.ts";

export interface Work {
  readonly label: string;
  readonly serial: (...args: unknown[]) => unknown;
  readonly parallel: (...args: unknown[]) => unknown;
  readonly args: readonly unknown[];
  /** Of the function of bench/c/parallel.c; the one of bench/numba/parallel.py has "parallel_" before it. */
  readonly name: string;
  readonly fastmath: boolean;
  /** What the kernel reads and writes in all, not counting that a cache line is read before it is written. */
  readonly bytes: number;
}

const mandelbrot = (out: Uint16Array, w: number, h: number, limit: number): void => {
  for (const y of prange(h)) {
    for (let x = 0; x < w; x++) {
      const cr = (x / w) * 3 - 2;
      const ci = (y / h) * 2.4 - 1.2;
      let zr = 0;
      let zi = 0;
      let n = 0;
      while (n < limit && zr * zr + zi * zi < 4) {
        const t = zr * zr - zi * zi + cr;
        zi = 2 * zr * zi + ci;
        zr = t;
        n++;
      }
      out[y * w + x] = n;
    }
  }
};

const forces = (x: Float64Array, y: Float64Array, z: Float64Array, m: Float64Array, out: Float64Array): void => {
  for (const i of prange(x.length)) {
    let f = 0;
    for (let j = 0; j < x.length; j++) {
      const dx = x[j] - x[i];
      const dy = y[j] - y[i];
      const dz = z[j] - z[i];
      const d = dx * dx + dy * dy + dz * dz + 1e-9;
      f += m[j] / (d * Math.sqrt(d));
    }
    out[i] = f;
  }
};

const blackScholes = (price: Float64Array, strike: Float64Array, years: Float64Array, out: Float64Array): void => {
  for (const i of prange(price.length)) {
    const root = 0.3 * Math.sqrt(years[i]);
    const d = (Math.log(price[i] / strike[i]) + 0.065 * years[i]) / root;
    const normal = 1 / (1 + Math.exp(-1.702 * d));
    const lower = 1 / (1 + Math.exp(-1.702 * (d - root)));
    out[i] = price[i] * normal - strike[i] * Math.exp(-0.02 * years[i]) * lower;
  }
};

const copy = (a: Float64Array, b: Float64Array): void => {
  for (const i of prange(a.length)) a[i] = b[i];
};

const triad = (a: Float64Array, b: Float64Array, c: Float64Array): void => {
  for (const i of prange(a.length)) a[i] = b[i] + 3 * c[i];
};

const sum = (a: Float64Array): number => {
  let s = 0;
  for (const i of prange(a.length)) s += a[i];
  return s;
};

const histogram = (a: Uint8Array, counts: Uint32Array): void => {
  for (let k = 0; k < 256; k++) counts[k] = 0;
  for (const i of prange(a.length)) counts[a[i]]++;
};

const touch = (a: Float64Array, times: number): void => {
  for (let t = 0; t < times; t++) for (const i of prange(a.length)) a[i] = i + t;
};

/** Next to nothing to do, in so many chunks, handed out so many times over. */
export function forkJoin(chunks: number, times: number): Work {
  return {
    label: `${chunks} × one iteration`,
    serial: njit(touch) as Work["serial"],
    parallel: njit(touch, { parallel: true, chunksize: 1 }) as Work["parallel"],
    args: [new Float64Array(chunks), times],
    name: "fork_join",
    fastmath: false,
    bytes: 0,
  };
}

export function computeBound(quick: boolean): readonly Work[] {
  const doubles = arraysOf(quick ? 0.01 : 1);
  const side = quick ? 80 : 800;
  const random = seededRandom(7);
  const bytes = Uint8Array.from({ length: quick ? 320_000 : 32_000_000 }, () => random() * 256);
  const [x, y, z, m, f] = [doubles(3000), doubles(3000), doubles(3000), doubles(3000), doubles(3000)];
  const [price, strike, years, value] = [doubles(1e6), doubles(1e6), doubles(1e6), doubles(1e6)];
  return [
    work("mandelbrot", `mandelbrot, ${side} uneven rows`, mandelbrot, [new Uint16Array(side * side), side, side, 400], {
      fastmath: false,
    }),
    work("forces", `n-body forces, ${x.length} bodies`, forces, [x, y, z, m, f]),
    work("black_scholes", `Black–Scholes, ${price.length} options`, blackScholes, [price, strike, years, value]),
    work("histogram", `histogram of ${bytes.length} bytes`, histogram, [bytes, new Uint32Array(256)]),
  ];
}

/** The first is the copy that the others are measured by. */
export function memoryBound(quick: boolean): readonly [copy: Work, ...others: Work[]] {
  const doubles = arraysOf(quick ? 0.01 : 1);
  const n = 8e6;
  const [a, b, c] = [doubles(n), doubles(n), doubles(n)];
  const of = `${a.length} doubles`;
  return [
    work("copy", `a = b, ${of}`, copy, [a, b], { bytes: 16 * a.length }),
    work("triad", `a = b + 3c, ${of}`, triad, [a, b, c], { bytes: 24 * a.length }),
    work("sum", `sum of ${of}`, sum, [a], { bytes: 8 * a.length }),
  ];
}

function arraysOf(scale: number): (n: number) => Float64Array {
  const random = seededRandom(1);
  return (n) => Float64Array.from({ length: Math.ceil(n * scale) }, () => random() + 0.1);
}

function work<Args extends unknown[]>(
  name: string,
  label: string,
  fn: (...args: Args) => unknown,
  args: Args,
  { bytes = 0, fastmath = true } = {},
): Work {
  return {
    name,
    label,
    serial: njit(fn, { fastmath }) as unknown as Work["serial"],
    parallel: njit(fn, { fastmath, parallel: true }) as unknown as Work["parallel"],
    args,
    fastmath,
    bytes,
  };
}

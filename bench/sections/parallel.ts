/**
 * Parallel loops: what handing out a loop costs, and how much faster the same kernel is with `parallel: true`.
 *
 * Serial and parallel are one function compiled twice and run in turn. On a machine that does other things the speed-up
 * says more of those than of numbats: look at the load first.
 */
import { getNumThreads, njit, prange, setNumThreads } from "../../src/index.ts";
import { measure } from "../measure.ts";
import { seededRandom } from "../random.ts";
import type { Row, Section, Suite, SuiteOptions } from "../section.ts";

export const parallel: Suite = {
  name: "parallel",
  about: "fork-join overhead, and parallel against serial kernels",
  run: (options) => {
    const before = getNumThreads();
    try {
      return section([...forkJoin(options), ...speedUps(options)]);
    } finally {
      setNumThreads(before);
    }
  },
};

function section(rows: readonly Row[]): Section {
  return {
    name: "parallel",
    title: "Parallel loops",
    notes: [
      `Medians of runs in turn, ${getNumThreads()} threads unless the row says otherwise. The first rows are the best runs of a loop with next to nothing to do, cut into that many chunks: what handing it out costs.`,
    ],
    columns: [
      { key: "label", heading: "", unit: "text" },
      { key: "serial", heading: "serial", unit: "ms" },
      { key: "parallel", heading: "parallel", unit: "ms" },
      { key: "speedUp", heading: "speed-up", unit: "ratio" },
      { key: "best", heading: "of the best runs", unit: "ratio" },
    ],
    rows,
  };
}

// ── fork-join ──

const touch = (a: Float64Array): void => {
  for (const i of prange(a.length)) a[i] = i;
};

function* forkJoin(options: SuiteOptions): Iterable<Row> {
  for (const threads of [1, 2]) {
    for (const chunks of [1, 2, 8, 64]) {
      setNumThreads(threads);
      const a = new Float64Array(chunks);
      const serial = njit(touch);
      const cut = njit(touch, { parallel: true, chunksize: 1 });
      const [s, p] = measure(
        [
          { name: "serial", run: () => serial(a) },
          { name: "parallel", run: () => cut(a) },
        ],
        { runs: options.quick ? 1 : options.runs },
      );
      if (s === undefined || p === undefined) continue;
      yield {
        label: `${chunks} × one iteration, ${threads} ${threads === 1 ? "thread" : "threads"}`,
        serial: s.min,
        parallel: p.min,
      };
    }
  }
}

// ── speed-up ──

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

const triad = (a: Float64Array, b: Float64Array, c: Float64Array): void => {
  for (const i of prange(a.length)) a[i] = b[i] + 3 * c[i];
};

const copy = (a: Float64Array, b: Float64Array): void => {
  for (const i of prange(a.length)) a[i] = b[i];
};

const sum = (a: Float64Array): number => {
  let s = 0;
  for (const i of prange(a.length)) s += a[i];
  return s;
};

const histogram = (a: Uint8Array): Uint32Array => {
  const counts = new Uint32Array(256);
  for (const i of prange(a.length)) counts[a[i]]++;
  return counts;
};

function* speedUps(options: SuiteOptions): Iterable<Row> {
  setNumThreads(getNumThreads() < 2 ? 2 : getNumThreads());
  const scale = options.quick ? 0.01 : 1;
  const random = seededRandom(1);
  const doubles = (n: number): Float64Array =>
    Float64Array.from({ length: Math.ceil(n * scale) }, () => random() + 0.1);
  const side = Math.ceil(800 * Math.sqrt(scale));
  const n = 4_000_000;
  const [x, y, z, m, f] = [3000, 3000, 3000, 3000, 3000].map(doubles) as Float64Array[] as Five;
  const [a, b, c, d] = [n, n, n, n].map(doubles) as Float64Array[] as Four;
  const bytes = Uint8Array.from({ length: n * scale }, () => random() * 256);
  yield compare(options, `mandelbrot, ${side} uneven rows`, mandelbrot, [
    new Uint16Array(side * side),
    side,
    side,
    400,
  ]);
  yield compare(options, `n-body forces, ${x.length} bodies`, forces, [x, y, z, m, f]);
  yield compare(options, `Black–Scholes, ${a.length} options`, blackScholes, [a, b, c, d]);
  yield compare(options, `a = b + 3c, ${a.length} doubles`, triad, [a, b, c]);
  yield compare(options, `a = b, ${a.length} doubles`, copy, [a, b]);
  yield compare(options, `sum of ${a.length} doubles`, sum, [a]);
  yield compare(options, `histogram of ${bytes.length} bytes`, histogram, [bytes]);
}

type Four = [Float64Array, Float64Array, Float64Array, Float64Array];
type Five = [...Four, Float64Array];

function compare<Args extends unknown[]>(
  options: SuiteOptions,
  label: string,
  fn: (...args: Args) => unknown,
  args: Args,
): Row {
  options.progress(label);
  const serial = njit(fn);
  const concurrent = njit(fn, { parallel: true });
  const [s, p] = measure(
    [
      { name: "serial", run: () => serial(...args) },
      { name: "parallel", run: () => concurrent(...args) },
    ],
    { runs: options.quick ? 1 : options.runs },
  );
  if (s === undefined || p === undefined) return { label };
  return { label, serial: s.median, parallel: p.median, speedUp: s.median / p.median, best: s.min / p.min };
}

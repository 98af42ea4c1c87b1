/**
 * One of the stress test's threads, or processes: kernels of many shapes on and on, with thread counts that change between calls, each
 * compared with the same kernel without `parallel: true`.
 */
import { parentPort, workerData } from "node:worker_threads";
import { njit, prange, setNumThreads } from "../../src/index.ts";

const given = process.env.STRESS === undefined ? workerData : JSON.parse(process.env.STRESS);
const { seed: first, calls } = given as { seed: number; calls: number };
let seed = first;
const random = (below: number): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
  return (seed >>> 8) % below;
};

const problems: string[] = [];
const check = (good: boolean, what: string): void => {
  if (!good && problems.length < 5) problems.push(what);
};

// biome-ignore lint/suspicious/noExplicitAny: kernels of several signatures
type Kernel = ((...args: any[]) => unknown) & { async: any };

interface Shape {
  readonly name: string;
  readonly serial: Kernel;
  readonly parallel: Kernel;
  /** Fresh arguments, the same for the same n. */
  args(n: number): unknown[];
}

function shape<Args extends unknown[] | []>(
  name: string,
  fn: (...args: Args) => unknown,
  args: (n: number) => Args,
  chunksize?: number,
): Shape {
  const options = { parallel: true, ...(chunksize === undefined ? {} : { chunksize }) };
  return { name, serial: njit(fn) as unknown as Kernel, parallel: njit(fn, options) as unknown as Kernel, args };
}

const integers = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => (i * 7919) % 1009);

const SHAPES: readonly Shape[] = [
  shape(
    "a sum",
    (a: Int32Array) => {
      let s = 0;
      for (const i of prange(a.length)) s += a[i]!;
      return s;
    },
    (n) => [integers(n)],
    16,
  ),
  shape(
    "stores",
    (a: Float64Array, by: number) => {
      for (const i of prange(a.length)) a[i] = Math.sqrt(i * by);
    },
    (n) => [new Float64Array(n), 0.5],
  ),
  shape(
    "a private array",
    (a: Int32Array) => {
      const counts = new Int32Array(64);
      for (const i of prange(a.length)) counts[a[i]! & 63]!++;
      return counts;
    },
    (n) => [integers(n)],
    64,
  ),
  shape(
    "the best and its place",
    (a: Int32Array) => {
      let best = -1;
      let at = -1;
      let least = 1e9;
      for (const i of prange(a.length)) {
        if (a[i]! > best) {
          best = a[i]!;
          at = i;
        }
        least = Math.min(least, a[i]!);
      }
      return [best, at, least];
    },
    (n) => [integers(n)],
    50,
  ),
  shape(
    "arrays made in rounds, uneven work",
    (a: Int32Array, out: Float64Array) => {
      for (const i of prange(out.length)) {
        const own = new Float64Array(16 + (i & 31));
        for (let k = 0; k < a[i]! % 97; k++) own[k & 15]! += k;
        out[i] = own[3]! + own[9]!;
      }
    },
    (n) => [integers(n), new Float64Array(n)],
  ),
  shape(
    "loops one after the other",
    (a: Float64Array, b: Float64Array) => {
      let last = 0;
      for (let step = 0; step < 6; step++) {
        for (const i of prange(1, a.length - 1)) b[i] = a[i - 1]! + a[i + 1]!;
        for (const i of prange(1, a.length - 1)) a[i] = (b[i]! + b[i - 1]!) / 4;
        last = a[a.length >> 1]!;
      }
      return last;
    },
    (n) => [Float64Array.from({ length: n + 3 }, (_, i) => i % 13), new Float64Array(n + 3)],
  ),
  shape(
    "an index out of bounds",
    (a: Int32Array, from: number) => {
      let s = 0;
      for (const i of prange(a.length)) s += a[i + Math.max(0, i - from)]!;
      return s;
    },
    (n) => [integers(n), n >> 1],
    4,
  ),
  shape(
    "a throw",
    (a: Int32Array, bad: number) => {
      let s = 0;
      for (const i of prange(a.length)) {
        if (a[i]! === bad) throw new Error(`bad ${i}`);
        s += a[i]!;
      }
      return s;
    },
    (n) => [integers(n), n % 3 === 0 ? -1 : (n * 31) % 1009],
  ),
];

const endless = njit(
  (a: Float64Array) => {
    let s = 0;
    while (s >= 0) for (const i of prange(a.length)) s += a[i]! * 0;
    return s;
  },
  { parallel: true },
) as unknown as Kernel;

/** The result, or the error's text. */
function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return String(error);
  }
}

async function outcomeOf(run: () => Promise<unknown>): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    return String(error);
  }
}

/** What of a call can be compared: after an error arrays hold whatever chunks have stored. */
function seen(result: unknown, args: readonly unknown[]): string {
  const failed = typeof result === "string";
  return JSON.stringify([result, failed ? [] : args.map((arg) => (ArrayBuffer.isView(arg) ? hash(arg) : arg))]);
}

function hash(view: ArrayBufferView): number {
  let h = 0;
  for (const byte of new Uint8Array(view.buffer, view.byteOffset, view.byteLength)) h = (Math.imul(h, 31) + byte) | 0;
  return h;
}

for (let call = 0; call < calls; call++) {
  if (call % 3 === 0) setNumThreads(1 + random(9));
  // Mostly loops that one thread runs alone, some that are worth sharing.
  const n = random(call % 40 === 0 ? 200_000 : 3000);
  const { name, serial, parallel, args } = SHAPES[call % SHAPES.length] as Shape;
  const [plain, other] = [args(n), args(n)];
  const expected = seen(
    outcome(() => serial(...plain)),
    plain,
  );
  const background = call % 16 === 5;
  const result = background ? await outcomeOf(() => parallel.async(...other)) : outcome(() => parallel(...other));
  const actual = seen(result, other);
  check(actual === expected, `${name} of ${n}: ${actual}, not ${expected}`);
  if (call % 50 === 7) {
    const controller = new AbortController();
    const running = Array.from({ length: 3 }, () =>
      endless.async.with({ signal: controller.signal })(new Float64Array(1 + random(5000))),
    );
    // Others call kernels meanwhile.
    if (call % 100 === 7) await new Promise((resolve) => setTimeout(resolve, random(5)));
    controller.abort(new Error("enough"));
    const ends = await Promise.allSettled(running);
    check(
      ends.every((end) => end.status === "rejected" && String(end.reason) === "Error: enough"),
      "aborted calls reject",
    );
  }
}
if (process.send === undefined) parentPort?.postMessage(problems);
else process.send(problems, () => process.disconnect());

/** kernel.async gives what the plain call gives: results, errors, what is left in arrays, what is logged. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { njit, prange, random, setNumThreads } from "../../src/index.ts";

type Kernel = ReturnType<typeof njit<(...args: never[]) => unknown>>;

// Kernels know console.log as it was when the first of them was compiled.
njit((x: number) => Math.abs(x))(0);

interface Ended {
  readonly value?: unknown;
  readonly error?: string;
  readonly args: readonly unknown[];
  readonly logged: readonly unknown[];
}

async function run(call: (...args: never[]) => unknown, args: readonly unknown[]): Promise<Ended> {
  const logged: unknown[] = [];
  const { log } = console;
  console.log = (...items: unknown[]) => void logged.push(items);
  try {
    const value = await call(...(args as never[]));
    return { value: placed(value, args), args, logged };
  } catch (error) {
    assert.ok(error instanceof Error);
    // The kernel's own frame stands first, as in a plain call.
    const [head, frame] = (error.stack ?? "").split("\n");
    return { error: `${error.constructor.name} ${head} ${frame}`, args, logged };
  } finally {
    console.log = log;
  }
}

/** An argument that came back is told from one like it. */
function placed(value: unknown, args: readonly unknown[]): unknown {
  if (Array.isArray(value)) return value.map((item) => placed(item, args));
  const at = args.indexOf(value);
  if (typeof value === "object" && at >= 0) return `argument ${at}`;
  if (ArrayBuffer.isView(value)) {
    const owner = args.findIndex((arg) => ArrayBuffer.isView(arg) && arg.buffer === value.buffer);
    return { owner, offset: owner < 0 ? 0 : value.byteOffset, value };
  }
  return value;
}

async function same(kernel: Kernel, cases: readonly (() => readonly unknown[])[]): Promise<void> {
  for (const args of cases) {
    const plain = await run(kernel, args());
    const async = await run(kernel.async, args());
    assert.deepEqual(async, plain);
  }
}

const captured = new Float64Array(3);
const weights = [0.5, 0.25];
const minusOne = (x: number): number => x - 1;
const square = (x: number): number => x * x;
const f64 = (...values: number[]): Float64Array => Float64Array.from(values);

const KERNELS: Readonly<Record<string, readonly [Kernel, ...(() => readonly unknown[])[]]>> = {
  "numbers of every kind": [
    njit((a: number, b: number) => [a + b, a * b, a / b, a % b, -a, a < b, Math.fround(a)]),
    () => [1, 2],
    () => [1.5, 0],
    () => [-0, 3],
    () => [Number.NaN, Number.POSITIVE_INFINITY],
    () => [2 ** 40, -(2 ** 31)],
  ],
  "nothing, a boolean, a bigint": [
    njit((b: boolean, n: bigint) => [!b, n + 1n, BigInt.asUintN(64, -n)]),
    () => [true, 5n],
    () => [false, -5n],
    () => [false, 2n ** 63n - 1n],
  ],
  "no result": [njit((a: Float64Array) => void a.fill(3)), () => [f64(1, 2, 3)], () => [new Float64Array(0)]],
  "missing arguments": [
    njit((a: number, b = 3, c?: number) => a + b + (c === undefined ? 100 : c)),
    () => [1],
    () => [1, 2],
    () => [1, 2, 3],
    () => [1, 2, 3, 4],
    () => [1, undefined, 3],
  ],
  "functions as arguments": [
    njit((f: (x: number) => number, x: number) => f(x) + 1),
    () => [square, 3],
    () => [Math.sqrt, 4],
    () => [minusOne, 4],
  ],
  "captured arrays, tables and functions": [
    njit((x: number) => {
      captured[1] = square(x) * weights[1]!;
      return captured;
    }),
    () => [4],
    () => [0.5],
  ],
  "new arrays": [
    njit((n: number) => {
      const a = new Float64Array(n);
      const scratch = new Int32Array(n);
      for (let i = 0; i < n; i++) {
        scratch[i] = i * i;
        a[i] = scratch[i]! / 2;
      }
      return [a, a.subarray(1, 3), n];
    }),
    () => [0],
    () => [5],
    () => [200_000],
    () => [-1],
  ],
  "arguments that come back, whole and in part": [
    njit((a: Float64Array, b: Float64Array, whole: boolean) => {
      a[0] = 9;
      return [whole ? a : b, b.subarray(1), a];
    }),
    () => [f64(1, 2, 3), f64(4, 5), true],
    () => [f64(1, 2, 3), f64(4, 5), false],
    () => {
      const a = f64(1, 2, 3);
      return [a, a, true];
    },
    () => {
      const a = f64(1, 2, 3, 4);
      return [a.subarray(0, 3), a.subarray(1), true];
    },
  ],
  "arrays that overlap": [
    njit((a: Float64Array, b: Float64Array) => {
      for (let i = 0; i < b.length - 1; i++) a[i + 1] = b[i]! + 1;
    }),
    () => [new Float64Array(9), new Float64Array(9)],
    () => {
      const a = new Float64Array(9);
      return [a, a];
    },
    () => {
      const { buffer } = new Float64Array(9);
      return [new Float64Array(buffer, 8, 8), new Float64Array(buffer, 0, 8)];
    },
  ],
  "every kind of array": [
    njit((a: Int8Array, n: number) => {
      let s = 0;
      for (let i = 0; i < a.length; i++) {
        s += a[i]!;
        a[i] = n - i;
      }
      return s;
    }),
    ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array].map(
      (make) => () => [make.of(1, 2, 3, 255), 3],
    ),
    () => [Buffer.from("hello"), 7],
    () => [new Uint8Array(new SharedArrayBuffer(4)), 7],
  ],
  "large integers": [
    njit((n: number) => {
      let s = 0;
      for (let i = 0; i < 3; i++) s += i * n * n;
      return s;
    }),
    () => [5],
    () => [2 ** 31 - 1],
    () => [-(2 ** 25)],
  ],
  "errors with values": [
    njit((n: number, b: bigint, u: BigUint64Array) => {
      const square = n * n;
      if (square > 4) throw new RangeError(`${n}² is ${square} ${b} ${u[0]!} ${n > 0}: ` + b * 2n + n / 4);
      return square;
    }),
    () => [2, 1n, BigUint64Array.of(1n)],
    () => [3, -1n, BigUint64Array.of(2n ** 64n - 1n)],
    () => [-7.5, 2n ** 60n + 1n, BigUint64Array.of(2n ** 53n + 1n)],
    () => [Number.NaN, 0n, BigUint64Array.of(0n)],
  ],
  errors: [
    njit((a: Float64Array, at: number) => {
      if (at < 0) throw new TypeError("negative");
      a[0] = 1;
      const x = a[at]!;
      a[1] = 2;
      return x;
    }),
    () => [f64(7, 8), -1],
    () => [f64(7, 8), 1],
    () => [f64(7, 8), 2],
    () => [f64(7, 8), 0.5],
  ],
  "errors of a loop, and what it left": [
    njit((a: Float64Array, n: number) => {
      for (let i = 0; i < n; i++) a[i] = i;
    }),
    () => [new Float64Array(5000), 5001],
    () => [new Float64Array(200_000), 200_001],
  ],
  "bigint errors": [njit((a: bigint, b: bigint) => a / b), () => [7n, 2n], () => [7n, 0n], () => [-(2n ** 63n), -1n]],
  recursion: [
    njit((n: number) => {
      const down = (k: number): number => (k === 0 ? 0 : 1 + down(k - 1));
      return down(n);
    }),
    () => [5000],
    () => [1_000_000_000],
  ],
  "a parallel loop": [
    njit(
      (a: Float64Array, end: number) => {
        let s = 0;
        let best = Number.NEGATIVE_INFINITY;
        for (const i of prange(end)) {
          a[i] = Math.sqrt(i) - i / 1000;
          s += a[i]!;
          if (a[i]! > best) best = a[i]!;
        }
        return [s, best];
      },
      { parallel: true },
    ) as Kernel,
    () => [new Float64Array(500_000), 500_000],
    () => [new Float64Array(10), 10],
    () => [new Float64Array(0), 0],
  ],
  "sums in JavaScript's order": [
    njit((a: Float64Array) => {
      let s = 0;
      let p = 0;
      for (let i = 0; i < a.length; i++) s += a[i]!;
      for (let i = a.length - 1; i >= 0; i -= 3) p = p * 0.999 + a[i]!;
      return [s, p];
    }),
    ...[0, 1, 21_845, 21_846, 65_535, 65_536, 65_537, 300_000].map((n) => () => [
      Float64Array.from({ length: n }, (_, i) => Math.sin(i) * 10 ** (i % 9)),
    ]),
  ],
};

describe("as the plain call", () => {
  setNumThreads(3);
  for (const [name, [kernel, ...cases]] of Object.entries(KERNELS)) test(name, () => same(kernel, cases));
});

test("logs come in order, and all of them before the call ends", async () => {
  const lines = njit((n: number, b: bigint) => {
    for (let i = 0; i < n; i++) console.log("line", i, i % 2 === 0, i / 2, b, "ü");
    if (n > 3) throw new Error("after the last line");
    return n;
  });
  // Compiled while console.log is the real one.
  for (const b of [-1n, 2n ** 63n]) assert.equal(lines(0, b), await lines.async(0, b));
  await same(lines, [() => [3, -1n], () => [4, 2n ** 63n], () => [10_000, 1n]]);
  const { logged } = await run(lines.async, [2, 5n]);
  assert.deepEqual(logged, [
    ["line", 0, true, 0, 5n, "ü"],
    ["line", 1, false, 0.5, 5n, "ü"],
  ]);
});

test("the first call may be an async one, and it may change the types", async () => {
  const add = njit((a: number, b: number) => a + b);
  assert.equal(await add.async(1, 2), 3);
  assert.equal(await add.async(1.5, 2), 3.5);
  assert.equal(await add.async(1, 2), 3);
  assert.equal(add(1, 2), 3);
});

test("an argument that no kernel takes, and a function that is none", async () => {
  const id = njit((x: number) => x);
  const bad = await id.async("x" as never).catch((error: unknown) => error);
  assert.ok(bad instanceof TypeError);
  assert.equal(
    bad.message,
    "argument 1 ('x') of 'id' is a string; pass a number that says which it is: kernels take numbers, booleans, bigints, typed arrays and functions".replace(
      "'id'",
      /of (.*?) is/.exec(bad.message)?.[1] ?? "",
    ),
  );
  const strange = njit(() => new Map() as unknown as number);
  const refused = await strange.async().catch((error: unknown) => error);
  assert.ok(refused instanceof Error);
  assert.equal(refused.name, "CompileError");
});

test("the stack goes on with the caller of async", async () => {
  const fails = njit(function fails(a: Float64Array) {
    return a[7];
  });
  async function caller(): Promise<unknown> {
    return await fails.async(new Float64Array(3));
  }
  const error = await caller().catch((e: unknown) => e);
  assert.ok(error instanceof RangeError);
  const [head = "", first = "", second = ""] = (error.stack ?? "").split("\n");
  assert.match(head, /^RangeError: index 7 is out of bounds for 'a' of length 3 \(.*calls\.test\.ts:\d+:\d+\)$/);
  assert.match(first, /^ {4}at fails \(.*calls\.test\.ts:\d+:\d+\)$/);
  assert.match(second, /^ {4}at (async )?caller \(.*calls\.test\.ts:\d+:\d+\)$/);
});

test("what console.log throws ends the kernel, and rejects", async () => {
  const chatter = njit((from: number) => {
    let i = from;
    while (i >= 0) {
      console.log(i);
      i = (i + 1) | 0;
    }
  });
  await chatter.async(-1);
  const { log } = console;
  const failure = new Error("the console is full");
  let lines = 0;
  console.log = () => {
    if (++lines === 10) throw failure;
  };
  try {
    await assert.rejects(chatter.async(0), (error) => error === failure);
  } finally {
    console.log = log;
  }
  assert.equal(lines, 10);
});

test("random numbers of calls at the same time are different ones", async () => {
  const draw = njit(() => {
    const a = new Float64Array(1000);
    for (let i = 0; i < a.length; i++) a[i] = Math.random();
    return a;
  });
  const all = await Promise.all(Array.from({ length: 20 }, () => draw.async()));
  const values = new Set(all.flatMap((a) => [...a]));
  assert.equal(values.size, 20_000);
  assert.ok([...values].every((x) => x >= 0 && x < 1));
});

test("seeded random numbers are those of the plain call, and go on from there", async () => {
  const draw = njit((n: number) => {
    const a = new Float64Array(n);
    for (let i = 0; i < n; i++) a[i] = random.random();
    return a;
  });
  const drawMany = njit(
    (n: number) => {
      const a = new Float64Array(n);
      for (const i of prange(n)) a[i] = random.random() + random.random();
      return a;
    },
    { parallel: true, chunksize: 10 },
  );
  random.seed(7);
  const plain = [draw(5), drawMany(100), draw(3), random.random()];
  random.seed(7);
  const async = [await draw.async(5), await drawMany.async(100), await draw.async(3), random.random()];
  assert.deepEqual(async, plain);
  // What is drawn meanwhile is drawn elsewhere, and is then what goes on.
  random.seed(7);
  const running = draw.async(5);
  const between = random.random();
  assert.deepEqual(await running, plain[0]);
  assert.ok(![...(plain[0] as Float64Array)].includes(between));
  const after = random.random();
  random.seed(7);
  void draw.async(5);
  assert.deepEqual([random.random(), random.random()], [between, after]);
});

test("many calls at once, more than run at once", async () => {
  const work = njit((seed: number, rounds: number) => {
    let s = seed;
    for (let i = 0; i < rounds; i++) s = (Math.imul(s, 1664525) + 1013904223) | 0;
    return s;
  });
  const results = await Promise.all(Array.from({ length: 300 }, (_, k) => work.async(k, 20_000)));
  assert.deepEqual(
    results,
    Array.from({ length: 300 }, (_, k) => work(k, 20_000)),
  );
});

test("the event loop goes on", async () => {
  const long = njit((rounds: number) => {
    let s = 1;
    for (let i = 0; i < rounds; i++) s = Math.sin(s) + i * 1e-9;
    return s;
  });
  await long.async(10);
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await long.async(20_000_000);
  clearInterval(timer);
  assert.ok(turns > 5, `${turns} turns`);
});

test("as plain JavaScript when kernels aren't compiled", async () => {
  process.env.NUMBATS_DISABLE_JIT = "1";
  try {
    const log: number[] = [];
    const f = njit((x: number) => {
      log.push(x);
      if (x < 0) throw new RangeError("negative");
      return x + 1;
    });
    assert.equal(await f.async(1), 2);
    await assert.rejects(f.async(-1), new RangeError("negative"));
    const reason = new Error("not any more");
    await assert.rejects(f.async.with({ signal: AbortSignal.abort(reason) })(5), (error) => error === reason);
    const seen: number[] = [];
    assert.equal(await f.async.with({ onProgress: (done) => seen.push(done) })(2), 3);
    assert.deepEqual({ log, seen }, { log: [1, -1, 2], seen: [1] });
  } finally {
    delete process.env.NUMBATS_DISABLE_JIT;
  }
});

test("options are checked", () => {
  const f = njit((x: number) => x);
  for (const [options, message] of [
    [undefined, "async.with takes { signal, onProgress }, not undefined"],
    [{ onprogress: 1 }, "async.with: there is no option onprogress; the options are signal, onProgress"],
    [{ signal: 1 }, "async.with: signal is an AbortSignal, not 1"],
    [{ onProgress: true }, "async.with: onProgress is a function, not true"],
  ] as const)
    assert.throws(() => f.async.with(options as never), new TypeError(message));
});

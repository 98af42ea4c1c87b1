/** What console.log does to a kernel's arrays while the kernel runs, and what it sees of them, is as in the plain function. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { njit, prange, random } from "../../src/index.ts";

type Arrays = readonly Float64Array[];
type Line = readonly unknown[];

// Kernels know console.log as it was when the first of them was compiled.
njit((x: number) => Math.abs(x))(0);

/** Calls `fn` with three arrays; `meddle` is called with each line, 50 at most. */
function run(fn: (...args: never[]) => unknown, meddle: (arrays: Arrays, line: Line) => void) {
  const arrays = [0, 1, 2].map((k) => Float64Array.from({ length: 40 }, (_, i) => i + k));
  const seen: unknown[] = [];
  const { log } = console;
  console.log = (...items: unknown[]) => {
    seen.push([items, ...arrays.map((a) => a.slice(0, 8))]);
    if (seen.length > 50) throw new Error("without end");
    meddle(arrays, items);
  };
  try {
    return { value: fn(...([...arrays, 30] as never[])), arrays, seen };
  } finally {
    console.log = log;
  }
}

function same(
  fn: (a: Float64Array, b: Float64Array, c: Float64Array, n: number) => unknown,
  meddle: (arrays: Arrays, line: Line) => void,
  options = {},
): void {
  const plain = run(fn, meddle);
  const kernel = njit(fn, options);
  for (let k = 0; k < 2; k++) assert.deepEqual(run(kernel, meddle), plain);
}

test("elements that are read before and after", () => {
  same(
    (a, b) => {
      b[1] = 3;
      const x = a[0];
      console.log("now");
      b[2] = 4;
      return (a[0] as number) - (x as number) + (b[1] as number);
    },
    ([a, b]) => {
      a?.fill(7);
      b?.fill(9);
    },
  );
});

test("elements that are stored before and after", () => {
  same(
    (a, b) => {
      a[0] = b[3] as number;
      console.log("now");
      a[0] = 2;
      console.log("then");
      return [a[0], b[3]];
    },
    ([a, b]) => {
      if (b !== undefined) b[3] = (a?.[0] ?? 0) * 5;
    },
  );
});

test("an element that a loop waits for", () => {
  const meddle = ([a]: Arrays): void => {
    if (a !== undefined) a[5] = (a[5] ?? 0) - 1;
  };
  same((a) => {
    let rounds = 0;
    while ((a[5] as number) > 0) console.log(rounds++);
    return rounds;
  }, meddle);
  same((a) => {
    let rounds = 0;
    for (let i = 0; i < (a[5] as number); i++) console.log(rounds++);
    return rounds;
  }, meddle);
});

test("elements of a loop that logs now and then, with bounds checks to spare", () => {
  same(
    (a, b, _, n) => {
      let s = 0;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < 10; j++) s += (a[j] as number) * (b[i + j - (i % 2)] as number);
        if (i % 5 === 0 && i < 20) console.log(s);
        b[3] = s;
      }
      return s;
    },
    ([a, b]) => {
      a?.fill(2, 3, 7);
      b?.copyWithin(4, 1, 5);
    },
  );
});

test("what a function logs that is given other arrays", () => {
  same(
    (a, b, c) => {
      const down = (k: number): number => {
        console.log(k);
        return k === 0 ? (b[0] as number) : (b[k] as number) + down(k - 1);
      };
      let s = 0;
      for (let i = 0; i < 5; i++) {
        a[5] = s;
        const x = a[3] as number;
        s += down(i) + (a[3] as number) - x + (a[5] as number) + (c[i] as number);
      }
      return s;
    },
    ([a, b, c], [k]) => {
      if (a === undefined || b === undefined || c === undefined) return;
      a[3] = (a[3] ?? 0) + 5;
      a[5] = (a[5] ?? 0) + Number(k);
      b[1] = 100;
      c[2] = -1;
    },
  );
});

test("between parallel loops", () => {
  same(
    (a, b) => {
      let s = 0;
      for (let round = 0; round < 3; round++) {
        for (const i of prange(a.length)) {
          s += b[i] as number;
          a[i] = (a[i] as number) + 1;
        }
        console.log(s);
        s += a[4] as number;
      }
      return s;
    },
    ([a, b]) => {
      a?.fill(5, 2, 9);
      b?.fill(3, 7, 12);
    },
    { parallel: true },
  );
});

test("captured arrays", () => {
  const captured = new Float64Array(4);
  const fn = (): number => {
    const x = captured[1] as number;
    captured[2] = x;
    console.log("now");
    captured[2] = 1;
    return (captured[1] as number) - x + (captured[3] as number);
  };
  const meddle = (): void => {
    captured[1] = 8;
    captured[3] = captured[2] as number;
  };
  same(fn, meddle);
});

test("an error in the middle leaves the random numbers that were drawn drawn", () => {
  const fn = (): number => {
    const x = random.random();
    console.log("now");
    return x + random.random();
  };
  const after = (f: () => number): number => {
    random.seed(9);
    assert.throws(
      () =>
        run(f, () => {
          random.random();
          throw new Error("enough");
        }),
      { message: "enough" },
    );
    return random.random();
  };
  assert.equal(after(njit(fn)), after(fn));
});

/** Arrays that kernels make and drop, round after round and call after call: what is kept stays whole, what isn't is freed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { njit } from "../../src/index.ts";
import { defineKernels, jitDisabled } from "../support/differential.ts";
import { singles } from "../support/edge-values.ts";

const rounds = (): unknown[][] => singles([0, 1, 2, 3, 10, 500]);

function filled(length: number, value: number): Float64Array {
  const t = new Float64Array(length);
  t[0] = value;
  return t;
}

function sorted(x: Float64Array): Float64Array {
  if (x.length < 2) return x.slice();
  const half = x.length >> 1;
  const l = sorted(x.subarray(0, half));
  const r = sorted(x.subarray(half));
  const out = new Float64Array(x.length);
  let i = 0;
  let j = 0;
  for (let k = 0; k < out.length; k++) out[k] = j >= r.length || (i < l.length && l[i] <= r[j]) ? l[i++] : r[j++];
  return out;
}

function fib(k: number): number {
  const scratch = new Float64Array(1000);
  scratch[0] = k;
  if (k < 2) return scratch[0];
  return fib(k - 1) + fib(k - 2) + scratch[1];
}

function replaced(a: Float64Array, n: number): Float64Array {
  if (n === 0) return a;
  const t = a.slice();
  t[0] += n;
  return replaced(n % 2 === 1 ? t : a, n - 1);
}

function chained(n: number): Float64Array {
  const t = filled(20, n);
  return n > 3 ? chained(n - 3) : t;
}

/** Kept by a variable from outside the loop; each allocates some kilobytes a round. */
const replacing = (n: number): [Float64Array, Float64Array] => {
  let a: Float64Array = new Float64Array(1000);
  let b: Float64Array = new Float64Array(1000);
  for (let i = 0; i < n; i++) {
    const t = new Float64Array(1000);
    t[0] = a[0] + 1;
    b = a;
    a = t;
  }
  return [a, b];
};

const viewed = (n: number): Float64Array => {
  let v: Float64Array = new Float64Array(1000);
  for (let i = 0; i < n; i++) {
    const t = new Float64Array(1000);
    t[3] = v.length + i;
    v = t.subarray(1 + (i % 3));
  }
  return v;
};

const broken = (n: number): number => {
  let s = 0;
  for (let i = 0; i < n; i++) {
    for (;;) {
      const t = filled(1000, i);
      s += t[0];
      if (s >= 0) break;
    }
  }
  return s;
};

const jumping = (n: number): Float64Array => {
  let keep: Float64Array = new Float64Array(10);
  let i = 0;
  outer: while (i < n) {
    const t = filled(1000, i);
    for (let j = 0; j < 3; j++) {
      i++;
      if (i % 4 === 1) {
        keep = t;
        continue outer;
      }
      const u = filled(10, i);
      if (i % 9 === 0) keep = u.subarray(0, 5);
      if (i === n - 100) break outer;
    }
  }
  return keep;
};

const assignedInside = (n: number): Float64Array => {
  let current: Float64Array = new Float64Array(1000);
  const step = (i: number): void => {
    const t = new Float64Array(1000);
    t[0] = current[0] + i;
    current = t;
  };
  for (let i = 0; i < n; i++) step(i);
  return current;
};

const fromCalls = (n: number): Float64Array => {
  let keep: Float64Array = chained(1);
  for (let i = 0; i < n; i++) {
    const t = chained(i % 20);
    if (i % 3 === 0) keep = t;
    t[1] = keep[0];
  }
  return keep;
};

defineKernels("arrays kept from round to round", {
  "two variables": { kernel: replacing, cases: rounds },
  "a view": { kernel: viewed, cases: rounds },
  "rounds that end early": { kernel: broken, cases: rounds },
  "labels, and arrays of three loops": { kernel: jumping, cases: rounds },
  "by an inner function": { kernel: assignedInside, cases: rounds },
  "from a recursive function": { kernel: fromCalls, cases: rounds },
  "on some rounds": {
    kernel: (n: number) => {
      let best: Float64Array = new Float64Array(10);
      for (let i = 0; i < n; i++) {
        const t = best.slice();
        t[i % 10]++;
        if (t[0] > best[0] || i % 7 === 3) best = t;
      }
      return best;
    },
    cases: rounds,
  },
  "in a tuple": {
    kernel: (n: number) => {
      let pair: [Float64Array, Int32Array] = [new Float64Array(4), new Int32Array(3)];
      for (let i = 0; i < n; i++) {
        const a = new Float64Array(4);
        const b = new Int32Array(3);
        a[0] = pair[0][0] + i;
        b[1] = pair[1][1] + 1;
        pair = [a, b];
      }
      return pair;
    },
    cases: rounds,
  },
  "of nested loops": {
    kernel: (n: number) => {
      let row: Float64Array = new Float64Array(5);
      for (let i = 0; i < n; i++) {
        let next: Float64Array = new Float64Array(5);
        for (let j = 0; j < 5; j++) {
          const w = row.slice();
          w[j] += i + j;
          next = w;
        }
        row = next;
      }
      return row;
    },
    cases: rounds,
  },
  "an argument, a copy of it, or itself": {
    kernel: (a: Float64Array, n: number) => {
      let current = a;
      for (let i = 0; i < n; i++) {
        current = i % 3 === 0 ? a : i % 3 === 1 ? current : current.slice();
        current[0]++;
      }
      return current;
    },
    cases: () => [0, 1, 2, 3, 4, 5, 100].map((n) => [new Float64Array(3), n]),
  },
  "returned before the end": {
    kernel: (n: number, at: number) => {
      let k: Float64Array = new Float64Array(5);
      for (let i = 0; i < n; i++) {
        const t = filled(5, i + k[0]);
        if (i === at) return t;
        if (i === at + 3) return k;
        k = t;
      }
      return k;
    },
    cases: () => [
      [10, 3],
      [10, 20],
      [10, -3],
      [0, 0],
    ],
  },
});

defineKernels("arrays of recursive functions", {
  "returned from the depths": {
    kernel: (a: Float64Array) => sorted(a),
    cases: () => [
      [new Float64Array(0)],
      [Float64Array.of(3, 1, 2)],
      [new Float64Array(1000).map((_, i) => (i * 7919) % 1009)],
    ],
  },
  scratch: { kernel: (n: number) => fib(n), cases: () => singles([1, 2, 12]) },
  "an argument or a new one": {
    kernel: (a: Float64Array, n: number) => replaced(a, n),
    cases: () => [0, 1, 2, 5, 100].map((n) => [new Float64Array(3), n]),
  },
  "kept through three loops": {
    kernel: (n: number) => {
      let a: Float64Array = filled(300, -1);
      for (let i = 0; i < n; i++) {
        next: for (let j = 0; j < 3; j++) {
          for (;;) {
            a = filled(300, i + j);
            continue next;
          }
        }
      }
      return a;
    },
    cases: rounds,
  },
  "given to a variable outside": {
    kernel: (n: number) => {
      let best: Float64Array = new Float64Array(3);
      const go = (k: number): void => {
        const t = filled(3, k);
        t[1] = best[0];
        if (k % 2 === 0) best = t;
        if (k > 0) {
          go(k - 1);
          if (k % 5 === 0) go(k - 2);
        }
      };
      go(n);
      return best;
    },
    cases: () => singles([0, 1, 2, 30]),
  },
});

test("memory doesn't grow with the rounds", { skip: jitDisabled }, () => {
  const kernels = { replacing, viewed, broken, jumping, assignedInside, fromCalls: (n: number) => fromCalls(n).length };
  for (const [name, kernel] of Object.entries(kernels)) {
    const compiled = njit(kernel as (n: number) => unknown);
    compiled(1);
    const before = process.memoryUsage().rss;
    compiled(40_000);
    // Kept until the kernel's end it would be 320 MB.
    const grown = process.memoryUsage().rss - before;
    assert.ok(grown < 60e6, `${name}: ${grown} bytes`);
  }
  const scratch = njit((n: number) => fib(n));
  scratch(1);
  const before = process.memoryUsage().rss;
  scratch(22);
  assert.ok(process.memoryUsage().rss - before < 60e6);
});

test("a returned array is zeroed once, by the system: pages that the kernel doesn't touch take no memory", {
  skip: jitDisabled,
}, () => {
  const zeros = njit((n: number) => {
    const a = new Float64Array(n);
    a[n - 1] = 1;
    return a;
  });
  zeros(2 ** 10);
  const before = process.memoryUsage.rss();
  const a = zeros(2 ** 25);
  const grown = process.memoryUsage.rss() - before;
  assert.deepEqual([a.length, a[0], a.at(-1)], [2 ** 25, 0, 1]);
  assert.ok(grown < a.byteLength / 4, `${grown} bytes for an array of ${a.byteLength}`);
});

test("large results are JavaScript's own buffers, whatever has got their constructor's name", (t) => {
  const made = njit((n: number, x: number): Float64Array => {
    const a = new Float64Array(n);
    a[1] = x;
    return a;
  });
  const madeLater = njit((n: number, x: number): Float32Array => {
    const a = new Float32Array(n);
    a[1] = x;
    return a;
  });
  made(400_000, 1);
  const shared = new ArrayBuffer(4_000_000);
  new Uint8Array(shared).fill(77);
  const own = ArrayBuffer;
  t.after(() => {
    globalThis.ArrayBuffer = own;
  });
  // biome-ignore lint/suspicious/noExplicitAny: it is none
  (globalThis as any).ArrayBuffer = class {
    constructor() {
      // biome-ignore lint/correctness/noConstructorReturn: that is what it is to withstand
      return shared;
    }
  };
  for (const a of [made(400_000, 2), madeLater(400_000, 2)]) {
    assert.ok(a.buffer !== shared);
    assert.deepEqual([...a.subarray(0, 3)], [0, 2, 0]);
  }
});

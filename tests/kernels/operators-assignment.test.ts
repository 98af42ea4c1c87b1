/** Every assignment operator and `++ --` on variables and parameters; sums and products that outgrow their type. */
import { prange } from "../../src/index.ts";
import { defineKernels } from "../support/differential.ts";
import { INT32_EDGES, NUMBER_EDGES, singles } from "../support/edge-values.ts";
import { binary, boolUnary, unary } from "../support/operator-kernels.ts";

defineKernels("assignment to variables", {
  "+=": binary((a: number, b: number) => {
    let x = a;
    x += b;
    return x;
  }),
  "-=": binary((a: number, b: number) => {
    let x = a;
    x -= b;
    return x;
  }),
  "*=": binary((a: number, b: number) => {
    let x = a;
    x *= b;
    return x;
  }),
  "/=": binary((a: number, b: number) => {
    let x = a;
    x /= b;
    return x;
  }),
  "%=": binary((a: number, b: number) => {
    let x = a;
    x %= b;
    return x;
  }),
  "**=": {
    kernel: (a: number) => {
      let x = a;
      x **= 2;
      return x;
    },
    cases: () => singles(NUMBER_EDGES),
    approximates: "pow",
  },
  "&=": binary((a: number, b: number) => {
    let x = a;
    x &= b;
    return x;
  }),
  "|=": binary((a: number, b: number) => {
    let x = a;
    x |= b;
    return x;
  }),
  "^=": binary((a: number, b: number) => {
    let x = a;
    x ^= b;
    return x;
  }),
  "<<=": binary((a: number, b: number) => {
    let x = a;
    x <<= b;
    return x;
  }),
  ">>=": binary((a: number, b: number) => {
    let x = a;
    x >>= b;
    return x;
  }),
  ">>>=": binary((a: number, b: number) => {
    let x = a;
    x >>>= b;
    return x;
  }),
  "&&=": binary((a: number, b: number) => {
    let x = a;
    x &&= b;
    return x;
  }),
  "||=": binary((a: number, b: number) => {
    let x = a;
    x ||= b;
    return x;
  }),
  "??=": binary((a: number, b: number) => {
    let x = a;
    x ??= b;
    return x;
  }),
  "to a parameter": binary((a: number, b: number) => {
    a += b;
    b = a * 2;
    a -= b;
    return a;
  }),
  "int becomes float": unary((a: number) => {
    let x = 1;
    if (a > 0) x = a / 2;
    return x + 1;
  }),
  "float becomes int again": unary((a: number) => {
    let x = a * 0.5;
    x |= 0;
    return x * 3;
  }),
  "value of an assignment": binary((a: number, b: number) => {
    let x = a;
    let y = b;
    return (x += y) - (y *= 2) + (x -= 1);
  }),
  "boolean variable": boolUnary((a: boolean) => {
    let seen = false;
    if (a) seen = true;
    seen ||= a;
    seen &&= !a;
    return seen;
  }),
  "chain of assignments": unary((a: number) => {
    let x: number;
    let y: number;
    let z: number;
    x = y = z = a;
    x += y -= z *= 2;
    return x + y * 10 + z * 100;
  }),
  swap: binary((a: number, b: number) => {
    let x = a;
    let y = b;
    [x, y] = [y, x];
    return x - y * 2;
  }),
  "logical assignment evaluates lazily": unary((a: number) => {
    let calls = 0;
    const next = () => ++calls;
    let x = a;
    x ||= next();
    x &&= next();
    x ||= next();
    return x * 10 + calls;
  }),
});

defineKernels("++ and -- on variables", {
  "x++": unary((a: number) => {
    let x = a;
    const old = x++;
    return old * 2 + x;
  }),
  "++x": unary((a: number) => {
    let x = a;
    const fresh = ++x;
    return fresh * 2 + x;
  }),
  "x--": unary((a: number) => {
    let x = a;
    const old = x--;
    return old * 2 + x;
  }),
  "--x": unary((a: number) => {
    let x = a;
    const fresh = --x;
    return fresh * 2 + x;
  }),
  "x++ + ++x": unary((a: number) => {
    let x = a;
    return x++ + ++x;
  }),
  "x-- - --x": unary((a: number) => {
    let x = a;
    return x-- - --x;
  }),
  "x++ keeps -0": unary((a: number) => {
    let x = a * -1;
    return 1 / x++;
  }),
  "parameter++": unary((a: number) => {
    a++;
    return a;
  }),
  "past 2**31": {
    kernel: count,
    cases: () => [
      [2147483640, 20],
      [-2147483640, 20],
      [4294967290, 20],
    ],
  },
  "past 2**53": {
    kernel: count,
    cases: () => [
      [9007199254740980, 20],
      [9007199254740991, 3],
    ],
  },
  "down past -2**31": {
    kernel: (start: number, n: number) => {
      let x = start;
      for (let i = 0; i < n; i++) x--;
      return x;
    },
    cases: () => [
      [-2147483640, 20],
      [-9007199254740985, 20],
      [0, 5],
    ],
  },
});

function count(start: number, n: number): number {
  let x = start;
  for (let i = 0; i < n; i++) x++;
  return x;
}

const KINDS = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
];

/** The kernel on every kind of array filled with edge values. */
/** Operands for `element op= value`: ints first. */
defineKernels("assignment between ints and floats", {
  "int sum past 2**31": {
    kernel: (n: number, step: number) => {
      let s = 0;
      for (let i = 0; i < n; i++) s += step;
      return s;
    },
    cases: () => [
      [10, 2000000000],
      [100000, 2147483647],
      [1000, -2147483648],
      [10, 0.1],
      [1000, 9007199254740991],
    ],
  },
  "int product past 2**53": {
    kernel: (n: number) => {
      let p = 1;
      for (let i = 1; i <= n; i++) p *= i;
      return p;
    },
    cases: () => singles([0, 1, 5, 12, 13, 18, 19, 25, 170, 171]),
  },
  doubling: {
    kernel: (n: number) => {
      let x = 1;
      for (let i = 0; i < n; i++) x += x;
      return x;
    },
    cases: () => singles([0, 30, 31, 32, 52, 53, 54, 63, 64, 1023, 1024]),
  },
  "x = x * 2 + 1": {
    kernel: (n: number) => {
      let x = 0;
      for (let i = 0; i < n; i++) x = x * 2 + 1;
      return x;
    },
    cases: () => singles([31, 32, 53, 54, 70]),
  },
  "fibonacci past 2**53": {
    kernel: (n: number) => {
      let a = 0;
      let b = 1;
      for (let i = 0; i < n; i++) {
        const next = a + b;
        a = b;
        b = next;
      }
      return a;
    },
    cases: () => singles([10, 46, 47, 48, 78, 79, 90]),
  },
  "| 0 after each step": {
    kernel: (n: number) => {
      let x = 7;
      for (let i = 0; i < n; i++) x = (x * 31 + i) | 0;
      return x;
    },
    cases: () => singles([1, 10, 100, 1000]),
  },
  ">>> 0 after each step": {
    kernel: (n: number) => {
      let x = 7;
      for (let i = 0; i < n; i++) x = (x * 1664525 + 1013904223) >>> 0;
      return x;
    },
    cases: () => singles([1, 10, 100, 1000]),
  },
  "mean of ints": {
    kernel: (a: Int32Array) => {
      let s = 0;
      for (let i = 0; i < a.length; i++) s += a[i];
      return s / a.length;
    },
    cases: () => [[Int32Array.from(INT32_EDGES)], [new Int32Array(0)], [new Int32Array(1000).fill(2147483647)]],
  },
});

/** What is now a boolean, now a number, as JavaScript without types has it. */
type Truth = boolean | number;

defineKernels("&&= and ||= of numbers whose truth is all that is seen", {
  "every and some": {
    kernel: (a: Float64Array) => {
      let every: Truth = true;
      let some: Truth = false;
      for (const x of a) {
        every &&= x;
        if ((some ||= x - 0.5)) break;
      }
      return (every ? 1 : 0) + (some ? 2 : 0);
    },
    cases: () => singles([[], [1, 2], [0.5, 0], [NaN, 0.5], [-0, NaN, 0.5]].map((items) => Float64Array.from(items))),
  },
  "in conditions": {
    kernel: (a: Int32Array, n: number) => {
      let ok: Truth = n > 2;
      let rounds = 0;
      ok &&= a.length;
      ok ||= a[0];
      while (ok) {
        ok &&= --n;
        rounds++;
      }
      return rounds * 10 + n;
    },
    cases: () => [
      [Int32Array.of(1), 5],
      [Int32Array.of(1), 1],
      [Int32Array.of(0), 0],
    ],
  },
  "set by an inner function": {
    kernel: (a: Int32Array) => {
      let odd: Truth = true;
      const look = (x: number): void => {
        odd &&= x & 1;
      };
      for (const x of a) look(x);
      return odd ? 1 : 0;
    },
    cases: () => singles([Int32Array.of(1, 3), Int32Array.of(1, 2, 3), new Int32Array(0)]),
  },
  "in a prange": {
    kernel: (a: Int32Array) => {
      let odd: Truth = true;
      for (const i of prange(a.length)) odd &&= a[i] & 1;
      return odd ? 1 : 0;
    },
    options: { parallel: true },
    cases: () => singles([Int32Array.of(1, 3), Int32Array.of(1, 2, 3), new Int32Array(5000).fill(3)]),
  },
});

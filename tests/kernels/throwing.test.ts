/** `throw`, and the RangeErrors of JavaScript itself: what was stored before stays, what comes after doesn't happen. */
import { defineKernels } from "../support/differential.ts";
import { NUMBER_EDGES, singles } from "../support/edge-values.ts";

defineKernels("throw", {
  Error: {
    kernel: (x: number) => {
      if (x > 5) throw new Error("too large");
      return x;
    },
    cases: () => singles([1, 6, 0.5, 7.5]),
  },
  RangeError: {
    kernel: (x: number) => {
      if (!(x >= 0)) throw new RangeError("negative or NaN");
      return Math.sqrt(x);
    },
    cases: () => singles(NUMBER_EDGES),
  },
  TypeError: {
    kernel: (x: number) => {
      if (x !== Math.floor(x)) throw new TypeError("not an integer");
      return x + 1;
    },
    cases: () => singles(NUMBER_EDGES),
  },
  "several sites": {
    kernel: (x: number) => {
      switch (x) {
        case 0:
          throw new Error("zero");
        case 1:
          throw new RangeError("one");
        case 2:
          throw new TypeError("two");
        case 3:
          throw new Error("zero");
        default:
          return x;
      }
    },
    cases: () => singles([0, 1, 2, 3, 4]),
  },
  "odd texts": {
    kernel: (x: number) => {
      if (x === 0) throw new Error("");
      if (x === 1) throw new Error('quotes " and \\ and \n and \u0001 and %d');
      if (x === 2) throw new Error("größer als π 🙂");
      if (x === 3) throw new Error(`template`);
      if (x === 4) throw new Error();
      return x;
    },
    cases: () => singles([0, 1, 2, 3, 4, 5]),
  },
  always: {
    kernel: () => {
      throw new RangeError("never implemented");
    },
    cases: () => [[]],
  },
  "after stores": {
    kernel: (a: Int32Array, limit: number) => {
      for (let i = 0; i < a.length; i++) {
        if (a[i] > limit) throw new RangeError("over the limit");
        a[i] *= 2;
      }
      return a.length;
    },
    cases: () => [
      [Int32Array.of(1, 2, 30, 4), 10],
      [Int32Array.of(1, 2, 30, 4), 100],
      [Int32Array.of(50), 10],
    ],
  },
  "from a helper": {
    kernel: (a: Float64Array) => {
      let s = 0;
      for (let i = 0; i < a.length; i++) {
        s += checkedRoot(a[i]);
        a[i] = s;
      }
      return s;
    },
    cases: () => [[Float64Array.of(4, 9)], [Float64Array.of(4, -9, 16)]],
  },
  "from deep recursion": { kernel: (n: number) => descend(n), cases: () => singles([3, 10, -1]) },
  "in a nested loop": {
    kernel: (a: Int32Array, w: number) => {
      let s = 0;
      for (let y = 0; y < a.length / w; y++) {
        for (let x = 0; x < w; x++) {
          const v = a[y * w + x];
          if (v < 0) throw new Error("negative pixel");
          s += v;
          a[y * w + x] = s;
        }
      }
      return s;
    },
    cases: () => [
      [Int32Array.of(1, 2, 3, 4), 2],
      [Int32Array.of(1, 2, -3, 4), 2],
    ],
  },
  "in a condition's right side": {
    kernel: (x: number) => {
      const fail = (): boolean => {
        throw new Error("evaluated");
      };
      return x > 0 || fail();
    },
    cases: () => singles([1, -1]),
  },
  "in a switch in a loop": {
    kernel: (ops: Uint8Array, stack: Float64Array) => {
      let top = 0;
      for (const op of ops) {
        switch (op) {
          case 0:
            if (top === stack.length) throw new RangeError("stack overflow");
            stack[top++] = 1.5;
            break;
          case 1:
            if (top < 2) throw new RangeError("stack underflow");
            top--;
            stack[top - 1] += stack[top];
            break;
          default:
            throw new TypeError("unknown operation");
        }
      }
      return stack[0];
    },
    cases: () => [
      [Uint8Array.of(0, 0, 1), new Float64Array(3)],
      [Uint8Array.of(0, 1), new Float64Array(3)],
      [Uint8Array.of(0, 0, 0, 0), new Float64Array(3)],
      [Uint8Array.of(0, 0, 9), new Float64Array(3)],
    ],
  },
  "arrays made before are released": {
    kernel: (n: number) => {
      const t = new Float64Array(n);
      t[0] = 1;
      if (n > 2) throw new Error("large");
      return t[0];
    },
    cases: () => singles([1, 2, 3, 1]),
  },
});

function checkedRoot(x: number): number {
  if (x < 0) throw new RangeError("root of a negative number");
  return Math.sqrt(x);
}

function descend(n: number): number {
  if (n < 0) throw new Error("below zero");
  return n === 0 ? 0 : 1 + descend(n === 5 ? -1 : n - 1);
}

const NEGATIVE = "negative, says the module: \u00fc\n%s";
const MESSAGES = { zero: "zero", of: { one: "one" } };
const checkedOutside = (x: number): number => {
  if (x > 5) throw RangeError(NEGATIVE);
  return x;
};

defineKernels("throw with a message from outside", {
  "a constant, properties and a helper's": {
    kernel: (x: number) => {
      if (x < 0) throw new TypeError(NEGATIVE);
      if (x === 0) throw new Error(MESSAGES.zero);
      if (x === 1) throw new RangeError(MESSAGES.of.one);
      return checkedOutside(x) * 2;
    },
    cases: () => singles([-1, 0, 1, 2, 6]),
  },
});

defineKernels("errors of JavaScript itself", {
  "length of a new array": {
    kernel: (n: number) => new Float64Array(n).length,
    cases: () => singles([0, 1, 10, -1, -5, 1e300, 2 ** 53]),
  },
  "fractional length of a new array": {
    kernel: (n: number) => new Int32Array(n).length,
    cases: () => singles([0.5, 2.9, -0, NaN, -0.5, -1.5, Infinity]),
  },
  "set beyond the end": {
    kernel: (a: Int32Array, b: Int32Array, at: number) => {
      a.set(b, at);
      return a[0];
    },
    cases: () =>
      [0, 1, 2, 3, -1, 1.9, NaN, Infinity, -0.5].map((at) => [Int32Array.of(1, 2, 3), Int32Array.of(7, 8), at]),
  },
  "set without an offset": {
    kernel: (a: Int32Array, b: Int32Array) => a.set(b),
    cases: () => [
      [Int32Array.of(1, 2), Int32Array.of(3, 4)],
      [Int32Array.of(1), Int32Array.of(3, 4)],
    ],
  },
});

defineKernels("too deep recursion", {
  endless: { kernel: (n: number) => endless(n), cases: () => singles([1, 0.5]) },
  "endless, mutual": { kernel: (n: number) => ping(n), cases: () => singles([1]) },
  "endless, through an inner function": {
    kernel: (n: number) => {
      const f = (k: number): number => f(k + 1) + 1;
      return f(n);
    },
    cases: () => singles([1]),
  },
  "stores before it stay": {
    kernel: (a: Int32Array) => {
      a[0] = 7;
      a[1] = endless(a[0]);
    },
    cases: () => [[new Int32Array(2)]],
  },
  "5000 frames": { kernel: (n: number) => depth(n), cases: () => singles([10, 5000, 5000.5]) },
});

function endless(n: number): number {
  return n + endless(n + 1);
}
function ping(n: number): number {
  return pong(n) + 1;
}
function pong(n: number): number {
  return ping(n) + 1;
}
function depth(n: number): number {
  return n <= 0 ? 0 : 1 + depth(n - 1);
}

/** `+ - * / % **` and unary `+ - ~ !` on every pair of edge values: numbers, booleans, constants on either side. */
import { defineKernels, type KernelTest } from "../support/differential.ts";
import { binaryNumberCases, INT32_EDGES, NUMBER_EDGES, pairsOf, unaryNumberCases } from "../support/edge-values.ts";
import { binary, boolLeft, boolRight, boolUnary, constant, unary } from "../support/operator-kernels.ts";

defineKernels("arithmetic on numbers", {
  add: binary((a: number, b: number) => a + b),
  subtract: binary((a: number, b: number) => a - b),
  multiply: binary((a: number, b: number) => a * b),
  divide: binary((a: number, b: number) => a / b),
  remainder: binary((a: number, b: number) => a % b),
  negate: unary((a: number) => -a),
  "unary plus": unary((a: number) => +a),
  "negate twice": unary((a: number) => -(-a)),
  "negated sum": binary((a: number, b: number) => -(a + b)),
  "negated difference": binary((a: number, b: number) => -(a - b)),
  "negated product": binary((a: number, b: number) => -(a * b)),
  "sum of products": binary((a: number, b: number) => a * b + b * a - a),
  "product then sum is not fused": binary((a: number, b: number) => a * b - a * a),
  "difference of squares": binary((a: number, b: number) => (a + b) * (a - b)),
  "three factors": binary((a: number, b: number) => a * b * a),
  "cube minus": unary((a: number) => a * a * a - a),
  "four factors": unary((a: number) => a * a * a * a),
  "sum of four": binary((a: number, b: number) => a + b + a + b),
  "divide then multiply": binary((a: number, b: number) => (a / b) * b),
  "multiply then divide": binary((a: number, b: number) => (a * b) / b),
  "remainder of sum": binary((a: number, b: number) => (a + b) % 7),
  "remainder of product": binary((a: number, b: number) => (a * b) % 1000),
  "divide and remainder": binary((a: number, b: number) => Math.floor(a / b) * b + (a % b)),
  "reciprocal of reciprocal": unary((a: number) => 1 / (1 / a)),
});

defineKernels("arithmetic with a constant", {
  "plus 0": unary((a: number) => a + 0),
  "0 plus": unary((a: number) => 0 + a),
  "plus -0": unary((a: number) => a + -0),
  "minus 0": unary((a: number) => a - 0),
  "0 minus": unary((a: number) => 0 - a),
  "-0 minus": unary((a: number) => -0 - a),
  "times 0": unary((a: number) => a * 0),
  "times -0": unary((a: number) => a * -0),
  "times 1": unary((a: number) => a * 1),
  "times -1": unary((a: number) => a * -1),
  "0 times": unary((a: number) => 0 * a),
  "-1 times": unary((a: number) => -1 * a),
  "times 2": unary((a: number) => a * 2),
  "times 0.1": unary((a: number) => a * 0.1),
  "times 1e9": unary((a: number) => a * 1e9),
  "times 2**31": unary((a: number) => a * 2147483648),
  "times 2**53": unary((a: number) => a * 9007199254740992),
  "divided by 1": unary((a: number) => a / 1),
  "divided by -1": unary((a: number) => a / -1),
  "divided by 0": unary((a: number) => a / 0),
  "divided by -0": unary((a: number) => a / -0),
  "divided by 2": unary((a: number) => a / 2),
  "divided by 3": unary((a: number) => a / 3),
  "divided by 10": unary((a: number) => a / 10),
  "0 divided by": unary((a: number) => 0 / a),
  "1 divided by": unary((a: number) => 1 / a),
  "remainder by 1": unary((a: number) => a % 1),
  "remainder by 2": unary((a: number) => a % 2),
  "remainder by -2": unary((a: number) => a % -2),
  "remainder by 8": unary((a: number) => a % 8),
  "remainder by 10": unary((a: number) => a % 10),
  "remainder by 0": unary((a: number) => a % 0),
  "remainder by 0.3": unary((a: number) => a % 0.3),
  "remainder by Infinity": unary((a: number) => a % Infinity),
  "remainder of 7": unary((a: number) => 7 % a),
  "remainder of -7": unary((a: number) => -7 % a),
  "remainder of 0": unary((a: number) => 0 % a),
  "positive remainder": unary((a: number) => ((a % 5) + 5) % 5),
  "plus Infinity": unary((a: number) => a + Infinity),
  "minus NaN": unary((a: number) => a - NaN),
  "constants only": constant(() => 1 / 3 + 0.1 * 3 - (7 % 4) + 2 ** 10),
  "numeric literals": {
    kernel: () => 0x1f + 0b1011 + 0o17 + 1_000_000 + 0.5e-3 + 0.25 + 5,
    cases: () => [[]],
  },
  "-0 literal": constant(() => -0),
  "largest safe plus 2": constant(() => 9007199254740991 + 2),
});

defineKernels("power", {
  "x ** 2": { kernel: (a: number) => a ** 2, cases: unaryNumberCases, approximates: "pow" },
  "x ** 0": unary((a: number) => a ** 0),
  "x ** 1": unary((a: number) => a ** 1),
  "x ** 3": { kernel: (a: number) => a ** 3, cases: unaryNumberCases, approximates: "pow" },
  "x ** -1": { kernel: (a: number) => a ** -1, cases: unaryNumberCases, approximates: "pow" },
  "x ** 0.5": { kernel: (a: number) => a ** 0.5, cases: unaryNumberCases, approximates: "pow" },
  "x ** -0.5": { kernel: (a: number) => a ** -0.5, cases: unaryNumberCases, approximates: "pow" },
  "2 ** x": { kernel: (a: number) => 2 ** a, cases: unaryNumberCases, approximates: "pow" },
  "x ** y": { kernel: (a: number, b: number) => a ** b, cases: binaryNumberCases, approximates: "pow" },
  "Math.pow": { kernel: (a: number, b: number) => Math.pow(a, b), cases: binaryNumberCases, approximates: "pow" },
  "right-associative": {
    kernel: (a: number, b: number) => 2 ** (a ** b),
    cases: () => pairsOf([0, 1, 2, 3], [0, 1, 2, 3]),
    approximates: "pow",
  },
  "negated power": { kernel: (a: number) => -(a ** 2), cases: unaryNumberCases, approximates: "pow" },
});

// Booleans join arithmetic as 0 and 1; TypeScript wants to be told.
const n = (x: unknown): number => x as number;

defineKernels("arithmetic on booleans", {
  "boolean + number": boolLeft((a: number, b: number) => a + b),
  "number + boolean": boolRight((a: number, b: number) => a + b),
  "boolean - number": boolLeft((a: number, b: number) => a - b),
  "number - boolean": boolRight((a: number, b: number) => a - b),
  "boolean * number": boolLeft((a: number, b: number) => a * b),
  "number * boolean": boolRight((a: number, b: number) => a * b),
  "boolean / number": boolLeft((a: number, b: number) => a / b),
  "number / boolean": boolRight((a: number, b: number) => a / b),
  "boolean % number": boolLeft((a: number, b: number) => a % b),
  "number % boolean": boolRight((a: number, b: number) => a % b),
  "negated boolean": boolUnary((a: boolean) => -a),
  "unary plus of boolean": boolUnary((a: boolean) => +a),
  "sum of comparisons": binary((a: number, b: number) => n(a > b) + n(a === b) + n(a <= b)),
  "difference of comparisons": binary((a: number, b: number) => n(a > b) - n(a < b)),
  "product with a comparison": binary((a: number, b: number) => a * n(b > 0)),
  "Number of a boolean": boolUnary((a: boolean) => Number(a) * 3),
  "count += comparison": {
    kernel: (a: Float64Array, limit: number) => {
      let count = 0;
      for (let i = 0; i < a.length; i++) count += (a[i] > limit) as unknown as number;
      return count;
    },
    cases: () => [0, 1, 0.5, NaN, -Infinity].map((limit) => [Float64Array.from(NUMBER_EDGES), limit]),
  },
  "store of a comparison": {
    kernel: (a: Float64Array, out: Uint8Array, limit: number) => {
      for (let i = 0; i < a.length; i++) out[i] = (a[i] >= limit) as unknown as number;
    },
    cases: () =>
      [0, 1, 0.5, NaN].map((limit) => [Float64Array.from(NUMBER_EDGES), new Uint8Array(NUMBER_EDGES.length), limit]),
  },
});

defineKernels("arithmetic over arrays", {
  "out = a + b": overArrays((a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i] + b[i];
  }),
  "out = a - b": overArrays((a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i] - b[i];
  }),
  "out = a * b": overArrays((a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i] * b[i];
  }),
  "out = a / b": overArrays((a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i] / b[i];
  }),
  "out = a % b": overArrays((a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i] % b[i];
  }),
  "out = -a": overArrays((a, _b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = -a[i];
  }),
  "out = 1 - a * 3": overArrays((a, _b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = 1 - a[i] * 3;
  }),
});

type Numbers = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array | Int16Array;

function overArrays(kernel: (a: Numbers, b: Numbers, out: Numbers) => void): KernelTest {
  const kinds = [Int32Array, Float64Array, Float32Array, Uint8Array, Uint32Array, Int16Array];
  const pairs = [
    ...pairsOf(INT32_EDGES, INT32_EDGES.slice(0, 8)),
    ...pairsOf(NUMBER_EDGES, [0.5, -0, 3, NaN, 2 ** 40]),
  ];
  const left = pairs.map(([a]) => a);
  const right = pairs.map(([, b]) => b);
  const combinations = [
    [0, 0, 0],
    [0, 0, 1],
    [1, 1, 1],
    [2, 2, 2],
    [3, 3, 3],
    [4, 4, 4],
    [0, 4, 1],
    [5, 5, 0],
    [3, 5, 2],
    [1, 0, 0],
    [4, 4, 1],
  ];
  return {
    kernel,
    cases: () =>
      combinations.map((kindIndices) => {
        const [A, B, Out] = kindIndices.map((k) => kinds[k]);
        return [A.from(left), B.from(right), new Out(pairs.length)];
      }),
  };
}

/** 2^53 is what the integers next to it are rounded to, also where it is the lower end of what a sum may be. */
defineKernels("ranges that begin at 2^53", {
  sums: {
    kernel: (b: boolean) => {
      const x = 9007199254740991 + (b ? 2 : 3);
      const y = (b ? 1.5 : 2) + 9007199254740991;
      return [x, x > 9007199254740992, x === 9007199254740992, y, y < 9007199254740994];
    },
    cases: () => [[true], [false]],
  },
  differences: {
    kernel: (b: boolean) => {
      const x = -9007199254740991 - (b ? 2 : 3);
      return [x, x < -9007199254740992, x === -9007199254740992];
    },
    cases: () => [[true], [false]],
  },
  products: {
    kernel: (b: boolean) => {
      const x = 3002399751580331 * (b ? 3 : 4);
      const y = (b ? 3 : 4) * -3002399751580331;
      return [x, x > 9007199254740992, y, y < -9007199254740992];
    },
    cases: () => [[true], [false]],
  },
});

/** `< <= > >= == != === !==`, `! && || ??` and truthiness, as values and as conditions. */
import { defineKernels } from "../support/differential.ts";
import {
  BOOLEANS,
  booleanNumberCases,
  INT32_EDGES,
  NUMBER_EDGES,
  pairsOf,
  singles,
  unaryBigIntCases,
} from "../support/edge-values.ts";
import { bigBinary, bigUnary, binary, boolLeft, boolRight, boolUnary, unary } from "../support/operator-kernels.ts";

const nan: number = Number.NaN;

defineKernels("comparisons of numbers", {
  "<": binary((a: number, b: number) => a < b),
  "<=": binary((a: number, b: number) => a <= b),
  ">": binary((a: number, b: number) => a > b),
  ">=": binary((a: number, b: number) => a >= b),
  "==": binary((a: number, b: number) => a == b),
  "!=": binary((a: number, b: number) => a != b),
  "===": binary((a: number, b: number) => a === b),
  "!==": binary((a: number, b: number) => a !== b),
  "not <": binary((a: number, b: number) => !(a < b)),
  "not >=": binary((a: number, b: number) => !(a >= b)),
  "not ===": binary((a: number, b: number) => !(a === b)),
  "x === x": unary((a: number) => a === a),
  "x !== x": unary((a: number) => a !== a),
  "x < x": unary((a: number) => a < a),
  "x === 0": unary((a: number) => a === 0),
  "x === -0": unary((a: number) => a === -0),
  "x < 0": unary((a: number) => a < 0),
  "x > 0.5": unary((a: number) => a > 0.5),
  "x <= 2147483647": unary((a: number) => a <= 2147483647),
  "x >= -2147483648": unary((a: number) => a >= -2147483648),
  "x < 2147483648": unary((a: number) => a < 2147483648),
  "x > Infinity": unary((a: number) => a > Infinity),
  "x === NaN": unary((a: number) => a === nan),
  "x < NaN": unary((a: number) => a < nan),
  "a + b < a": binary((a: number, b: number) => a + b < a),
  "a * b === b * a": binary((a: number, b: number) => a * b === b * a),
  "a - b > 0": binary((a: number, b: number) => a - b > 0),
  "a + b === 2147483648": binary((a: number, b: number) => a + b === 2147483648),
  between: binary((a: number, b: number) => -b <= a && a <= b),
  "1 / x distinguishes zeros": unary((a: number) => 1 / a < 0),
  "(a < b) === (b > a)": binary((a: number, b: number) => a < b === b > a),
  "unsigned against signed": binary((a: number, b: number) => a >>> 0 < b),
});

defineKernels("comparisons of booleans", {
  "boolean === boolean": { kernel: (a: boolean, b: boolean) => a === b, cases: () => pairsOf(BOOLEANS, BOOLEANS) },
  "boolean !== boolean": { kernel: (a: boolean, b: boolean) => a !== b, cases: () => pairsOf(BOOLEANS, BOOLEANS) },
  "boolean < boolean": { kernel: (a: boolean, b: boolean) => a < b, cases: () => pairsOf(BOOLEANS, BOOLEANS) },
  "boolean >= boolean": { kernel: (a: boolean, b: boolean) => a >= b, cases: () => pairsOf(BOOLEANS, BOOLEANS) },
  "boolean == number": { kernel: (a: number, b: number) => a == b, cases: booleanNumberCases },
  "boolean < number": boolLeft((a: number, b: number) => a < b),
  "number >= boolean": boolRight((a: number, b: number) => a >= b),
  "boolean === number is false": boolLeft((a: number, b: number) => a === b),
  "boolean !== true": boolUnary((a: boolean) => a !== true),
  "boolean == 1": { kernel: (a: unknown) => (a as number) == 1, cases: () => singles(BOOLEANS) },
});

defineKernels("truthiness", {
  "!x": unary((a: number) => !a),
  "!!x": unary((a: number) => !!a),
  "!!!x": unary((a: number) => !!!a),
  "Boolean(x)": unary((a: number) => Boolean(a)),
  "x ? 1 : 2": unary((a: number) => (a ? 1 : 2)),
  "!x ? 1 : 2": unary((a: number) => (!a ? 1 : 2)),
  "if (x)": unary((a: number) => {
    if (a) return 1;
    return 0;
  }),
  "if (x) else": unary((a: number) => {
    let r = 0;
    if (a) r = 5;
    else r = 6;
    return r;
  }),
  "if (a & b)": binary((a: number, b: number) => {
    if (a & b) return true;
    return false;
  }),
  "if (a - b)": binary((a: number, b: number) => (a - b ? 1 : 0)),
  "if (a * b)": binary((a: number, b: number) => (a * b ? 1 : 0)),
  "if (a % b)": binary((a: number, b: number) => (a % b ? 1 : 0)),
  "!boolean": boolUnary((a: boolean) => !a),
  "boolean ? :": boolUnary((a: boolean) => (a ? 10 : 20.5)),
  "!bigint": bigUnary((a: bigint) => !a),
  "bigint ? :": bigUnary((a: bigint) => (a ? 1 : 0)),
  "if (bigint & 1n)": bigUnary((a: bigint) => (a & 1n ? 3 : 0)),
  "while (n)": {
    kernel: (n: number) => {
      let steps = 0;
      while (n) {
        n = n >> 1;
        steps++;
      }
      return steps;
    },
    cases: () => singles([0, 1, 5, 1023, 2 ** 30, 0.5, -0, NaN, 2 ** 33 + 8]),
  },
  "while (n--)": {
    kernel: (n: number) => {
      let steps = 0;
      while (n--) steps += 2;
      return steps + n;
    },
    cases: () => singles([0, 1, 10, 1000]),
  },
  "do … while (--n)": {
    kernel: (n: number) => {
      let steps = 0;
      do steps++;
      while (--n);
      return steps;
    },
    cases: () => singles([1, 2, 17]),
  },
  "for (; n; n = n >> 1)": {
    kernel: (n: number) => {
      let bits = 0;
      for (; n; n = n >> 1) bits += n & 1;
      return bits;
    },
    cases: () => singles([0, 1, 255, 1234567]),
  },
});

defineKernels("logical operators", {
  "a && b as a condition": binary((a: number, b: number) => (a && b ? 1 : 0)),
  "a || b as a condition": binary((a: number, b: number) => (a || b ? 1 : 0)),
  "!(a && b)": binary((a: number, b: number) => !(a && b)),
  "!(a || b)": binary((a: number, b: number) => !(a || b)),
  "a && b as a number": binary((a: number, b: number) => a && b),
  "a || b as a number": binary((a: number, b: number) => a || b),
  "a && b && a": binary((a: number, b: number) => a && b && a + 1),
  "a || b || 7": binary((a: number, b: number) => a || b || 7),
  "a || 0.5": unary((a: number) => a || 0.5),
  "a && 3": unary((a: number) => a && 3),
  "a && -0": unary((a: number) => a && -0),
  "(a || b) + 1": binary((a: number, b: number) => (a || b) + 1),
  "(a && b) | 0": binary((a: number, b: number) => (a && b) | 0),
  "a < b && b < 10": binary((a: number, b: number) => a < b && b < 10),
  "a < b || b < 10": binary((a: number, b: number) => a < b || b < 10),
  "mixed && ||": binary((a: number, b: number) => (a > 0 && b > 0) || (a < 0 && b < 0)),
  "negated mix": binary((a: number, b: number) => !((a > 0 || b > 0) && !(a < b))),
  "booleans &&": { kernel: (a: boolean, b: boolean) => a && b, cases: () => pairsOf(BOOLEANS, BOOLEANS) },
  "booleans ||": { kernel: (a: boolean, b: boolean) => a || b, cases: () => pairsOf(BOOLEANS, BOOLEANS) },
  "bigints &&": bigBinary((a: bigint, b: bigint) => (a && b ? 1 : 0)),
  "number && comparison in if": binary((a: number, b: number) => {
    if (a && b > 1) return 1;
    return 0;
  }),
  "a ?? b on numbers": binary((a: number, b: number) => a ?? b),
  "the right side runs only when needed": {
    kernel: (a: Int32Array, i: number) => {
      let hits = 0;
      const bump = () => {
        hits++;
        return true;
      };
      if (i < a.length && a[i] > 0 && bump()) hits += 10;
      if (i >= a.length || a[i] <= 0 || bump()) hits += 100;
      return hits;
    },
    cases: () => [0, 1, 2, 3, 99].map((i) => [Int32Array.of(5, 0, -5), i]),
  },
  "guard before a read": {
    kernel: (a: Float64Array) => {
      let i = 0;
      while (i < a.length && a[i] >= 0) i++;
      return i;
    },
    cases: () => [
      [Float64Array.of(1, 2, 3)],
      [Float64Array.of(1, -2, 3)],
      [new Float64Array(0)],
      [Float64Array.of(NaN)],
    ],
  },
});

defineKernels("ternaries, comma, void of order", {
  "int or float": binary((a: number, b: number) => (a > b ? 1 : 0.5)),
  "int or -0": binary((a: number, b: number) => (a > b ? 0 : -0)),
  "nested ?:": binary((a: number, b: number) => (a > b ? 1 : a === b ? 0 : a < b ? -1 : NaN)),
  "?: of a ?:": binary((a: number, b: number) => ((a > b ? b : a) > 0 ? a * 2 : b - 1)),
  "boolean ?: boolean": binary((a: number, b: number) => (a > 0 ? b > 0 : b < 0)),
  "maximum by ?:": binary((a: number, b: number) => (a > b ? a : b)),
  clamp: {
    kernel: (x: number, lo: number, hi: number) => (x < lo ? lo : x > hi ? hi : x),
    cases: () =>
      NUMBER_EDGES.flatMap((x) => [
        [x, -3, 100],
        [x, 0.25, 1e10],
      ]),
  },
  comma: binary((a: number, b: number) => {
    let t = 0;
    const r = ((t = a + 1), (t = t * 2), t - b);
    return r + t;
  }),
  "comma in for": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 0, j = n; i < j; i++, j--) s += j * 100 + i;
      return s;
    },
    cases: () => singles(INT32_EDGES.filter((n) => n < 300)),
  },
  "assignment as an expression": binary((a: number, b: number) => {
    let x = 0;
    let y = 0;
    x = y = a + b;
    return (x += 1) * 3 + y;
  }),
  "left operand is read first": unary((a: number) => {
    let x = a;
    return x + (x = 5) + x;
  }),
  "left element is read first": {
    kernel: (a: Int32Array) => {
      let i = 0;
      return a[i] * 100 + a[++i] * 10 + a[i++] + i;
    },
    cases: () => [[Int32Array.of(1, 2, 3)]],
  },
  "index before value in a store": {
    kernel: (a: Int32Array) => {
      let i = 0;
      a[i] = i = 2;
      a[i] = i++ + 10;
      a[i - 1] += i * 100;
      return i;
    },
    cases: () => [[new Int32Array(4)]],
  },
});

defineKernels("comparisons of BigInts", {
  "<": bigBinary((a: bigint, b: bigint) => a < b),
  "<=": bigBinary((a: bigint, b: bigint) => a <= b),
  ">": bigBinary((a: bigint, b: bigint) => a > b),
  ">=": bigBinary((a: bigint, b: bigint) => a >= b),
  "==": bigBinary((a: bigint, b: bigint) => a == b),
  "===": bigBinary((a: bigint, b: bigint) => a === b),
  "!==": bigBinary((a: bigint, b: bigint) => a !== b),
  "bigint < number": bigVersusNumber((a: bigint, b: number) => a < b),
  "bigint <= number": bigVersusNumber((a: bigint, b: number) => a <= b),
  "bigint > number": bigVersusNumber((a: bigint, b: number) => a > b),
  "bigint >= number": bigVersusNumber((a: bigint, b: number) => a >= b),
  "bigint == number": bigVersusNumber((a: bigint, b: number) => (a as unknown) == b),
  "bigint != number": bigVersusNumber((a: bigint, b: number) => (a as unknown) != b),
  "bigint === number is false": bigVersusNumber((a: bigint, b: number) => (a as unknown) === b),
  "number < bigint": bigVersusNumber((a: bigint, b: number) => b < a),
  "number >= bigint": bigVersusNumber((a: bigint, b: number) => b >= a),
  "bigint < 0": bigUnary((a: bigint) => a < 0),
  "bigint > 0.5": bigUnary((a: bigint) => a > 0.5),
  "bigint == 1": bigUnary((a: bigint) => (a as unknown) == 1),
  "bigint === 0n": bigUnary((a: bigint) => a === 0n),
});

function bigVersusNumber(kernel: (a: bigint, b: number) => boolean) {
  return { kernel, cases: () => unaryBigIntCases().flatMap(([a]) => NUMBER_EDGES.map((b) => [a, b])) };
}

/** Each pair of a boolean and a number, and a third number that is tested as well. */
const truthCases = () =>
  BOOLEANS.flatMap((flag) => NUMBER_EDGES.flatMap((x) => [0, 1, 2.5, Number.NaN].map((y) => [flag, x, y])));

defineKernels("a boolean or a number of which only the truth is seen", {
  "const, &&": {
    kernel: (flag: boolean, x: number, y: number) => {
      const odd = flag && x & 1;
      return odd ? y : -y;
    },
    cases: truthCases,
  },
  "const, ||": {
    kernel: (flag: boolean, x: number, y: number) => {
      const any = flag || x;
      let n = 0;
      if (any) n++;
      if (!any) n += 2;
      for (let i = 0; any && i < 3; i++) n += 10;
      while (any) {
        n += 100;
        break;
      }
      return (any && y > 1) || !any ? n : -n;
    },
    cases: truthCases,
  },
  "a number first": {
    kernel: (flag: boolean, x: number, y: number) => {
      const both = x && flag;
      const all = both && y;
      return all ? 1 : both ? 2 : 3;
    },
    cases: truthCases,
  },
  "a variable that is assigned": {
    kernel: (flag: boolean, x: number, y: number) => {
      let ok: boolean | number = flag;
      for (let k = 0; k < 2; k++) ok = ok && (k === 0 ? x : y) > 0 && x - y;
      if (ok) return 1;
      ok = !ok || x;
      return ok ? 2 : 3;
    },
    cases: truthCases,
  },
  "in a function inside": {
    kernel: (flag: boolean, x: number, y: number) => {
      const either = flag || y;
      const of = (v: number): number => (either ? v : -v);
      return of(x) + (((flag && x) || !flag) && !(y && flag) ? 1 : 0);
    },
    cases: truthCases,
  },
  "the side with an effect runs as often": {
    kernel: (flag: boolean, x: number, y: number) => {
      let runs = 0;
      const next = (): number => {
        runs++;
        return x;
      };
      const first = flag && next();
      const second = !flag || next();
      return (first ? 100 : 0) + (second ? 10 : 0) + runs + (y ? 0.5 : 0);
    },
    cases: truthCases,
  },
});

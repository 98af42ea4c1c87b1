/** `switch`: fall-through, default anywhere, computed cases, jumps out of it. */
import { defineKernels } from "../support/differential.ts";
import { pairsOf, singles } from "../support/edge-values.ts";
import { boolUnary, unary } from "../support/operator-kernels.ts";

const smallInts = (from: number, to: number): unknown[][] => Array.from({ length: to - from }, (_, i) => [from + i]);

const smallNumbers = (): unknown[][] => [
  ...smallInts(-3, 12),
  ...singles([0.5, 2.5, -0, NaN, Infinity, 1e10, 3.0000000001]),
];

defineKernels("switch", {
  simple: {
    kernel: (x: number) => {
      switch (x) {
        case 0:
          return 10;
        case 1:
          return 11;
        case 2:
          return 12;
        default:
          return -1;
      }
    },
    cases: smallNumbers,
  },
  "fall-through": {
    kernel: (x: number) => {
      let r = 0;
      switch (x) {
        case 0:
          r += 1;
        case 1:
          r += 10;
        case 2:
          r += 100;
          break;
        case 3:
          r += 1000;
        default:
          r += 10000;
      }
      return r;
    },
    cases: smallNumbers,
  },
  "default first": {
    kernel: (x: number) => {
      let r = 0;
      switch (x) {
        default:
          r += 1;
        case 1:
          r += 10;
          break;
        case 2:
          r += 100;
      }
      return r;
    },
    cases: smallNumbers,
  },
  "default in the middle": {
    kernel: (x: number) => {
      let r = 0;
      switch (x) {
        case 1:
          r += 1;
          break;
        default:
          r += 10;
        case 5:
          r += 100;
        case 7:
          r += 1000;
      }
      return r;
    },
    cases: smallNumbers,
  },
  "no default": {
    kernel: (x: number) => {
      let r = 5;
      switch (x) {
        case 1:
          r = 6;
          break;
        case -1:
          r = 7;
      }
      return r;
    },
    cases: smallNumbers,
  },
  empty: {
    kernel: (x: number) => {
      let calls = 0;
      const f = (v: number) => {
        calls++;
        return v;
      };
      switch (f(x)) {
      }
      return calls;
    },
    cases: smallNumbers,
  },
  "only default": {
    kernel: (x: number) => {
      switch (x) {
        default:
          return x + 1;
      }
    },
    cases: smallNumbers,
  },
  "shared cases": {
    kernel: (month: number) => {
      switch (month) {
        case 4:
        case 6:
        case 9:
        case 11:
          return 30;
        case 2:
          return 28;
        default:
          return 31;
      }
    },
    cases: smallNumbers,
  },
  "fractional and special cases": {
    kernel: (x: number) => {
      switch (x) {
        case 0.5:
          return 1;
        case -0:
          return 2;
        case NaN:
          return 3;
        case Infinity:
          return 4;
        case 1e10:
          return 5;
      }
      return 6;
    },
    cases: smallNumbers,
  },
  "computed cases": {
    kernel: (x: number, y: number) => {
      switch (x) {
        case y:
          return 1;
        case y + 1:
          return 2;
        case y * 2:
          return 3;
      }
      return 4;
    },
    cases: () => pairsOf([0, 1, 2, 3, 4, 0.5], [0, 1, 2, 0.5]),
  },
  "cases are tried in order": {
    kernel: (x: number) => {
      let tried = 0;
      const next = (v: number) => {
        tried = tried * 10 + v;
        return v;
      };
      switch (x) {
        case next(1):
        case next(2):
          tried += 1000;
          break;
        default:
          tried += 5000;
        case next(3):
          tried += 100000;
      }
      return tried;
    },
    cases: smallNumbers,
  },
  "switch (true)": unary((x: number) => {
    switch (true) {
      case x < 0:
        return -1;
      case x > 0:
        return 1;
      default:
        return 0;
    }
  }),
  "on a boolean": boolUnary((x: boolean) => {
    switch (x) {
      case true:
        return 1;
      case false:
        return 2;
    }
  }),
  "on an element": {
    kernel: (program: Uint8Array, x: number) => {
      let acc = x;
      for (let pc = 0; pc < program.length; pc++) {
        switch (program[pc]) {
          case 0:
            acc++;
            continue;
          case 1:
            acc *= 2;
            break;
          case 2:
            acc = -acc;
            break;
          case 3:
            if (acc > 100) return acc;
            break;
          default:
            acc %= 7;
        }
        acc -= 0.25;
      }
      return acc;
    },
    cases: () => [
      [Uint8Array.of(0, 1, 2, 3, 4, 1, 1, 1, 3, 9), 3],
      [Uint8Array.of(1, 1, 1, 1, 3, 2), 50],
      [new Uint8Array(0), 1],
    ],
  },
  "break and continue inside a loop": {
    kernel: (n: number) => {
      let r = 0;
      for (let i = 0; i < n; i++) {
        switch (i % 4) {
          case 0:
            continue;
          case 1:
            r += 1;
            break;
          case 2:
            if (i > 6) break;
            r += 10;
          default:
            r += 100;
        }
        r += 1000;
      }
      return r;
    },
    cases: () => smallInts(0, 20),
  },
  "loop inside a switch": {
    kernel: (x: number) => {
      let r = 0;
      switch (x & 3) {
        case 0:
          for (let i = 0; i < 5; i++) {
            if (i === 3) break;
            r += i;
          }
        case 1:
          while (true) {
            r += 7;
            if (r > 20) break;
          }
          break;
        case 2:
          do {
            r--;
            if (r < -3) continue;
          } while (r > -5);
      }
      return r;
    },
    cases: () => smallInts(0, 5),
  },
  nested: {
    kernel: (x: number, y: number) => {
      switch (x) {
        case 0:
          switch (y) {
            case 0:
              return 1;
            case 1:
              break;
            default:
              return 2;
          }
          return 3;
        case 1: {
          const z = y * 2;
          switch (z) {
            case 2:
              return 4;
          }
        }
        default:
          return 5;
      }
    },
    cases: () => pairsOf([0, 1, 2], [0, 1, 2]),
  },
  "lexical declarations are shared": {
    kernel: (x: number) => {
      switch (x) {
        case 0: {
          let a = 1;
          a += x;
          return a;
        }
        case 1:
          let b = 5;
          b *= 2;
          return b;
      }
      return 0;
    },
    cases: () => smallInts(0, 2),
  },
  "labelled continue out of a switch": {
    kernel: (n: number) => {
      let r = 0;
      outer: for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          switch (j % 3) {
            case 0:
              r += 1;
              break;
            case 1:
              if (i & 1) continue outer;
              r += 10;
              break;
            case 2:
              if (j > 4) break outer;
              r += 100;
          }
        }
      }
      return r;
    },
    cases: () => smallInts(0, 9),
  },
  "on a bigint": {
    kernel: (x: bigint) => {
      switch (x) {
        case 0n:
          return 1;
        case -5n:
          return 2;
        case 9223372036854775807n:
          return 3;
        default:
          return 4;
      }
    },
    cases: () => singles([0n, -5n, 9223372036854775807n, 1n]),
  },
  "dense with many cases": {
    kernel: (x: number) => {
      let r = 0;
      switch (x | 0) {
        case -2:
          r = 3;
          break;
        case -1:
          r = 5;
          break;
        case 0:
          r = 7;
          break;
        case 1:
          r = 11;
          break;
        case 2:
          r = 13;
          break;
        case 3:
          r = 17;
          break;
        case 4:
          r = 19;
          break;
        case 5:
          r = 23;
          break;
        case 2147483647:
          r = 29;
          break;
        case -2147483648:
          r = 31;
          break;
      }
      return r;
    },
    cases: () => [...smallNumbers(), ...singles([2147483647, -2147483648, 2147483648])],
  },
});

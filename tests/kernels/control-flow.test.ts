/** `if`, labels, early returns: which statements run, and in what order. */
import { defineKernels } from "../support/differential.ts";
import { INT32_EDGES, NUMBER_EDGES, pairsOf, singles } from "../support/edge-values.ts";
import { binary, boolUnary, unary } from "../support/operator-kernels.ts";

const smallInts = (from: number, to: number): unknown[][] => Array.from({ length: to - from }, (_, i) => [from + i]);
const smallNumbers = (): unknown[][] => [
  ...smallInts(-3, 12),
  ...singles([0.5, 2.5, -0, NaN, Infinity, 1e10, 3.0000000001]),
];

defineKernels("if", {
  "else if chain": unary((x: number) => {
    if (x < -1) return 1;
    else if (x < 0) return 2;
    else if (x === 0) return 3;
    else if (x < 1) return 4;
    else return 5;
  }),
  "dangling else": binary((a: number, b: number) => {
    let r = 0;
    if (a > 0)
      if (b > 0) r = 1;
      else r = 2;
    return r;
  }),
  "empty branches": binary((a: number, b: number) => {
    if (a > b) {
    } else {
    }
    // @ts-expect-error: an empty body is JavaScript, if not what TypeScript likes
    if (a < b);
    return a;
  }),
  "assignment in one branch": unary((x: number) => {
    let y = 1;
    if (x > 10) y = x;
    return y * 2;
  }),
  "int in one branch, float in the other": unary((x: number) => {
    let y;
    if (x > 0) y = 1;
    else y = 0.5;
    return y + 1;
  }),
  "definite assignment through branches": unary((x: number) => {
    let y: number;
    if (x > 0) y = 1;
    else if (x < 0) y = -1;
    else return 99;
    return y;
  }),
  "definite assignment through throw": unary((x: number) => {
    let y: number;
    if (x > 0) y = x;
    else throw new Error("not positive");
    return y;
  }),
  "condition narrows the range": unary((x: number) => {
    if (x > 100) return -1;
    if (x < 0) return -2;
    const i = x | 0;
    return i * i;
  }),
  "nested returns": binary((a: number, b: number) => {
    if (a > 0) {
      if (b > 0) {
        return a;
      }
      return b;
    }
    {
      if (b < 0) return a * b;
    }
    return 0;
  }),
  "boolean condition variable": binary((a: number, b: number) => {
    const bigger = a > b;
    let r = 0;
    if (bigger) r += 1;
    if (!bigger) r += 2;
    if (bigger && b > 0) r += 4;
    return r;
  }),
  "return without a value": {
    kernel: (a: Float64Array, x: number) => {
      if (x < 0) return;
      a[0] = x;
      if (x > 10) return;
      a[1] = x;
    },
    cases: () => [
      [new Float64Array(2), -1],
      [new Float64Array(2), 20],
      [new Float64Array(2), 5],
      [new Float64Array(2), 0.5],
    ],
  },
  "early return in an arrow body": boolUnary((flag: boolean) => {
    if (flag) return 1;
    return 2;
  }),
});

defineKernels("labels and jumps", {
  "break out of two loops": {
    kernel: (n: number, limit: number) => {
      let steps = 0;
      search: for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          steps++;
          if (i * j > limit) break search;
        }
      }
      return steps;
    },
    cases: () => pairsOf([0, 1, 5, 10], [0, 5, 100]),
  },
  "continue an outer loop": {
    kernel: (n: number) => {
      let primes = 0;
      next: for (let i = 2; i < n; i++) {
        for (let j = 2; j * j <= i; j++) if (i % j === 0) continue next;
        primes++;
      }
      return primes;
    },
    cases: () => singles([0, 2, 3, 100, 1000]),
  },
  "break a block": unary((x: number) => {
    let r = 0;
    out: {
      r = 1;
      if (x > 0) break out;
      r = 2;
      if (x < 0) break out;
      r = 3;
    }
    return r;
  }),
  "break an if": unary((x: number) => {
    let r = 0;
    test: if (x > 0) {
      r = 1;
      if (x > 10) break test;
      r = 2;
    }
    return r;
  }),
  "continue while and do": {
    kernel: (n: number) => {
      let r = 0;
      let i = 0;
      a: while (i < n) {
        i++;
        let j = 0;
        do {
          j++;
          if (j === i) continue a;
          if (j > 6) break a;
          r += j;
        } while (j < n);
      }
      return r * 100 + i;
    },
    cases: () => smallInts(0, 10),
  },
  "three levels": {
    kernel: (n: number) => {
      let r = 0;
      a: for (let i = 0; i < n; i++) {
        b: for (let j = 0; j < n; j++) {
          for (let k = 0; k < n; k++) {
            if (k === 3) continue b;
            if (j === 3) continue a;
            if (i === 4) break a;
            r += i * 100 + j * 10 + k;
          }
        }
      }
      return r;
    },
    cases: () => smallInts(0, 7),
  },
  "same label twice in sequence": {
    kernel: (n: number) => {
      let r = 0;
      a: for (let i = 0; i < n; i++)
        if (i > 3) break a;
        else r += i;
      a: for (let i = 0; i < n; i++)
        if (i > 5) break a;
        else r += i * 10;
      return r;
    },
    cases: () => smallInts(0, 8),
  },
  "return from nested loops": {
    kernel: (a: Int32Array, w: number, x: number) => {
      const h = a.length / w;
      for (let i = 0; i < h; i++) {
        for (let j = 0; j < w; j++) {
          if (a[i * w + j] === x) return i * 100 + j;
        }
      }
      return -1;
    },
    cases: () => [1, 7, 12, 99].map((x) => [Int32Array.from({ length: 12 }, (_, i) => i + 1), 4, x]),
  },
  "unreachable after return": unary((x: number) => {
    if (x === x) return 1;
    return 2;
    x = 5;
  }),
  "statements after break": {
    kernel: (n: number) => {
      let r = 0;
      for (let i = 0; i < n; i++) {
        r++;
        break;
        r += 100;
      }
      return r;
    },
    cases: () => smallInts(0, 3),
  },
  "infinite loop left by return": {
    kernel: (n: number) => {
      for (;;) {
        if (n > 1000) return n;
        n = n * 2 + 1;
      }
    },
    cases: () => singles(INT32_EDGES.filter((n) => n >= 0)),
  },
  "infinite loop left by throw": {
    kernel: (n: number) => {
      while (true) {
        n += 1.5;
        if (n > 100) throw new RangeError("too far");
        if (n === 50) return n;
      }
    },
    cases: () => singles([0, 1, 2, 0.5]),
  },
  "goto by a state variable": {
    kernel: (n: number) => {
      let state = 0;
      let r = 0;
      for (;;) {
        switch (state) {
          case 0:
            r += n;
            state = n > 5 ? 2 : 1;
            continue;
          case 1:
            n++;
            state = 0;
            break;
          case 2:
            return r;
        }
        if (r > 1000) return -1;
      }
    },
    cases: () => smallInts(-50, 10),
  },
  "empty statements": {
    kernel: (n: number) => {
      for (let i = 0; i < n; i++);
      {
      }
      return n;
    },
    cases: () => singles(NUMBER_EDGES.filter((n) => n < 300)),
  },
});

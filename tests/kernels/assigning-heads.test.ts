/** Conditions and loop heads that assign what they have read: what was compared, or counted from, is then another value. */
import { defineKernels, oob } from "../support/differential.ts";
import { pairsOf, singles } from "../support/edge-values.ts";

const pairs = (): unknown[][] => [
  ...pairsOf([0, 1, 5, -3, 0.5, 70, 2147483647], [0, 5, 7, 70, 2147483647, -1, 0.25, NaN]),
];

defineKernels("conditions that assign", {
  "the left side, by the right one": {
    kernel: (x: number, y: number) => {
      // biome-ignore lint/suspicious/noAssignInExpressions: that is what is tested
      if (x < (x = y)) return x + 1;
      return 0;
    },
    cases: pairs,
  },
  "the left side, whose value is then used": {
    // biome-ignore lint/suspicious/noAssignInExpressions: that is what is tested
    kernel: (x: number, y: number) => (x === ((x = y), 5) ? x : -1),
    cases: pairs,
  },
  "a bound of what follows": {
    kernel: (x: number, y: number) => {
      // biome-ignore lint/suspicious/noAssignInExpressions: that is what is tested
      if (x < ((x = y), 5)) return x > 10;
      return false;
    },
    cases: pairs,
  },
  "through a function": {
    kernel: (x: number, y: number) => {
      const limit = (): number => {
        x = y;
        return 5;
      };
      if (x < limit()) return x > 10;
      return false;
    },
    cases: pairs,
  },
  "inside a difference": {
    kernel: (x: number, y: number) => {
      // biome-ignore lint/suspicious/noAssignInExpressions: that is what is tested
      if (x - ((x = y), 1) < 5) return x > 10;
      return false;
    },
    cases: pairs,
  },
  "before it is read": {
    kernel: (x: number, y: number) => {
      // biome-ignore lint/suspicious/noAssignInExpressions: that is what is tested
      if (((x = y), 5) > x) return x * 2;
      return x;
    },
    cases: pairs,
  },
  "of a while loop": {
    kernel: (x: number, y: number) => {
      let rounds = 0;
      // biome-ignore lint/suspicious/noAssignInExpressions: that is what is tested
      while (x < ((x = y), 5) && rounds < 3) {
        rounds++;
        if (x > 10) rounds += 10;
      }
      return rounds;
    },
    cases: pairs,
  },
  "an index that is then read": {
    kernel: (i: number, j: number) => {
      const w = new Float64Array(4).fill(j);
      // biome-ignore lint/suspicious/noAssignInExpressions: that is what is tested
      if (i >= 0 && j >= 0 && i < ((i = j), 4)) return w[i];
      return -1;
    },
    cases: () => [[1, 3], [4, 0], oob("w", 1, 10), oob("w", 3, 4)],
  },
  "an index that is then written": {
    kernel: (i: number, j: number) => {
      const w = new Float64Array(4);
      const limit = (): number => {
        i = j;
        return 4;
      };
      if (i >= 0 && j >= 0 && i < limit()) w[i] = 7;
      return w[0] + w[3];
    },
    cases: () => [[1, 3], [4, 0], oob("w", 1, 10), oob("w", 1, 1e9)],
  },
});

const counts = (): unknown[][] => singles([0, 1, 3, 12, 2.5, -4]);

defineKernels("loop heads that write their counter twice", {
  "in a second declarator": {
    kernel: (n: number) => {
      let s = 0;
      // biome-ignore lint/suspicious/noAssignInExpressions: that is what is tested
      for (let i = 0, j = (i = -2); i < n; i++) s += i < 0 ? 1 : j;
      return s;
    },
    cases: counts,
  },
  "adding to it": {
    kernel: (n: number) => {
      let s = 0;
      // biome-ignore lint/suspicious/noAssignInExpressions: that is what is tested
      for (let i = 10, j = (i += 100); i >= n; i--) s += i > 10 ? 1 : i + j;
      return s;
    },
    cases: counts,
  },
  "as a var declared twice": {
    kernel: (n: number) => {
      let s = 0;
      // biome-ignore lint/suspicious/noRedeclare: that is what is tested
      for (var i = 0, i = -2; i < n; i++) s += i < 0 ? 1 : 0;
      return s;
    },
    cases: counts,
  },
  "the same var in two loops": {
    kernel: (n: number) => {
      let s = 0;
      for (var i = 0; i < n; i++) s += i;
      // biome-ignore lint/suspicious/noRedeclare: that is what is tested
      for (var i = 3; i < n; i++) s += i * 2;
      return s + i;
    },
    cases: counts,
  },
  "below the array": {
    kernel: (n: number) => {
      const w = new Float64Array(4);
      let s = n;
      // biome-ignore lint/suspicious/noAssignInExpressions: that is what is tested
      for (let i = 0, j = (i = -n); i < 4; i++) s += w[i] + j;
      return s;
    },
    cases: () => [[0], [-2], oob("w", 5)],
  },
  "above the array": {
    kernel: (n: number) => {
      const w = new Float64Array(4);
      let s = 0;
      // biome-ignore lint/suspicious/noAssignInExpressions: that is what is tested
      for (let i = 3, j = (i = n); i >= 0; i--) w[i] = s++ + j;
      return s + w[0];
    },
    cases: () => [[0], [3], [-1], oob("w", 4), oob("w", 100000)],
  },
});

/**
 * Loops whose checked copies are so long that LLVM compiles them apart from the rest (passes/separate-fallbacks.ts), with
 * arguments for both copies: what goes in and out of them, and what they call.
 */
import { defineKernels, oob } from "../support/differential.ts";

const SCALE = new Float64Array([0.5, 0.25, 0.125, 2, -1]);

function ramp(n: number, step = 0.37): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => Math.fround(Math.sin(i * step) * 10));
}

/** A stencil whose sums, extremes and last place are read after it. */
function blur(w: number, h: number, a: Float64Array, b: Float64Array, c: Float64Array): number {
  let sum = 0;
  let most = Number.NEGATIVE_INFINITY;
  let last = -1;
  for (let y = 1; y < h - 1; y++) {
    for (let x = 1; x < w - 1; x++) {
      const p = y * w + x;
      const around =
        a[p - w - 1] + a[p - w] + a[p - w + 1] + a[p - 1] + a[p + 1] + a[p + w - 1] + a[p + w] + a[p + w + 1];
      b[p] = around * 0.125 - a[p];
      c[p] = b[p] > 0 ? Math.sqrt(b[p]) : Math.abs(b[p]) * 0.01;
      sum += b[p] * c[p];
      if (c[p] > most) {
        most = c[p];
        last = p;
      }
    }
  }
  return sum + most * 1e-3 + last;
}

/** `before` lives in the inner loops alone, and goes from one round of the outer one to the next. */
function carried(rounds: number, n: number, m: number, a: Float64Array, out: Float64Array): number {
  let before = 1;
  let steps = 0;
  for (let r = 0; r < rounds; r++) {
    let row = 0;
    while (row < n) {
      for (let i = 0; i < m; i++) {
        const k = (row * m + i) * 2 + r;
        const mixed = a[k] * 0.5 + a[k + 1] * 0.25 + before * 0.125;
        out[k] = mixed - a[k];
        out[k + 1] += mixed * a[k + 1] + (i & 1 ? before : -before);
        before = mixed > 4 ? mixed - 4 : mixed;
        steps++;
      }
      row += 2;
    }
  }
  return before + steps;
}

/** Calls a helper with variables of its own, a recursive one, and functions of Math; reads a captured array. */
function calling(w: number, h: number, a: Float64Array, out: Float32Array): number {
  let count = 0;
  const weight = (x: number, k: number): number => {
    count++;
    return x * SCALE[k % 5] + Math.cos(x);
  };
  const power = (x: number, k: number): number => (k <= 0 ? 1 : x * power(x, k - 1));
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const p = y * w + x;
      const first = weight(a[p], x) + weight(a[p + 1], y) - weight(a[p + 2], x + y);
      const second = power(a[p] * 0.1, x & 3) + Math.hypot(a[p + 1], a[p + 2]) + Math.atan2(a[p], 2);
      out[p] = first * second;
      out[p + 1] = first - second + Math.log1p(Math.abs(first));
    }
  }
  return count;
}

/** Works on arrays of its own and returns one; throws in the middle. */
function ownArrays(n: number, limit: number, a: Float64Array): Float64Array {
  const sums = new Float64Array(n * 2);
  const squares = new Float64Array(n * 2);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const x = a[i * n + j];
      sums[i] += x + a[i * n + j + 1] * 0.5;
      squares[i + j] += x * x - sums[i] * 0.25;
      if (squares[i + j] > limit) throw new RangeError("too much");
      sums[n + j] += squares[i] * 0.125 + sums[j];
    }
  }
  for (let i = 0; i < n * 2; i++) sums[i] -= squares[i];
  return sums;
}

/** Leaves the outer loop from the inner one. */
function leaving(w: number, h: number, a: Float64Array, out: Float64Array): number {
  let found = -1;
  outer: for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const p = y * w + x;
      out[p] = a[p] * 2 + a[p + 1] * 3 - a[p + 2] + a[p + 3] * 0.5;
      out[p + 1] = out[p] * 0.5 + a[p + 2] * a[p + 3] - a[p + 1];
      if (out[p] > 60) {
        found = p;
        break outer;
      }
    }
  }
  return found;
}

/** Calls itself with one array twice, whatever its caller has passed. */
function again(depth: number, n: number, a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let y = 0; y < n; y++) {
    for (let x = 1; x < n; x++) {
      const p = y * n + x;
      b[p] = a[p - 1] * 0.5 + 1;
    }
  }
  for (let y = 1; y < n; y++) {
    for (let x = 0; x < n; x++) {
      const p = y * n + x;
      b[p] += a[p - n] * 0.25 - a[p] * 0.125;
      sum += b[p] * a[p] - b[p - n];
    }
  }
  return depth > 0 ? sum + again(depth - 1, n + 1, b, b) : sum;
}

defineKernels("loops compiled apart", {
  blur: {
    kernel: blur,
    cases: () => {
      const [a, b, c] = [ramp(48), new Float64Array(48), new Float64Array(48)];
      return [
        [8, 6, a, b, c],
        oob("c", 8, 6, a, b, new Float64Array(30)),
        oob("a", 8, 6, ramp(40), b, c),
        oob("b", 8, 6, a, new Float64Array(9), c),
        [8, 6, a, a, c],
        [8, 6, a, b, b],
        [2, 2, a, b, c],
        [8, 6, a.map((x) => (x > 9 ? Number.NaN : x)), b, c],
        [8, 0, new Float64Array(0), b, c],
      ];
    },
  },
  carried: {
    kernel: carried,
    cases: () => [
      [3, 6, 5, ramp(70), ramp(70, 0.7)],
      oob("a", 3, 6, 5, ramp(47), ramp(70, 0.7)),
      oob("out", 3, 6, 5, ramp(70), ramp(31, 0.7)),
      [2, 6, 5, ramp(70).subarray(3), ramp(66, 0.7)],
      [0, 6, 5, ramp(70), ramp(70)],
    ],
  },
  calling: {
    kernel: calling,
    relative: 1e-6,
    cases: () => [
      [5, 4, ramp(30), new Float32Array(30)],
      oob("a", 5, 4, ramp(17), new Float32Array(30)),
      oob("out", 5, 4, ramp(30), new Float32Array(11)),
      [5, 0, ramp(3), new Float32Array(1)],
    ],
  },
  ownArrays: {
    kernel: ownArrays,
    cases: () => [
      [5, 1e9, ramp(40)],
      [5, 100, ramp(40)],
      oob("a", 5, 1e9, ramp(19)),
      oob("a", 6, 1e9, ramp(36)),
      [0, 0, ramp(4)],
    ],
  },
  leaving: {
    kernel: leaving,
    cases: () => [
      [6, 5, ramp(40), new Float64Array(40)],
      [6, 5, ramp(40).map((x) => x * 3), new Float64Array(40)],
      oob("a", 6, 5, ramp(20), new Float64Array(40)),
      oob("out", 6, 5, ramp(40), new Float64Array(10)),
    ],
  },
  again: {
    kernel: again,
    cases: () => [
      oob("a", 0, 20, ramp(390), ramp(400, 0.9)),
      // The inner call leaves the bounds in its last rows.
      oob("b", 1, 20, ramp(400), ramp(400, 0.9)),
      [1, 20, ramp(441), ramp(441, 0.9)],
    ],
  },
});

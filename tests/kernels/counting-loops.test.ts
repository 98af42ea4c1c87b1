/** Loops that count without being written as `for (let i = a; i < b; i++)`: what they leave behind, and where they only seem to count. */
import { defineKernels, oob } from "../support/differential.ts";

const few = (n = 12): Float64Array => Float64Array.from({ length: n }, (_, i) => i * 1.5 - 4);
const offsets = (): Int32Array => Int32Array.of(0, 3, 3, 7, 12);

defineKernels("loops that count", {
  "while, and what the counter is after it": {
    kernel: (a, n) => {
      let i = 0;
      while (i < n) {
        a[i] *= 2;
        i++;
      }
      return i;
    },
    cases: () => [[few(), 12], [few(), 0], [few(), -5], [few(0), 0], oob("a", few(), 13)],
  },
  "while with a step of three": {
    kernel: (a, n) => {
      let i = 1;
      while (i < n) {
        a[i] += 1;
        i += 3;
      }
      return i;
    },
    cases: () => [[few(), 12], [few(), 1], [few(), 0], oob("a", few(), 14)],
  },
  "while that includes its bound": {
    kernel: (a, last) => {
      let i = last[0];
      let s = 0;
      while (i <= last[1]) {
        s += a[i];
        i++;
      }
      return [s, i];
    },
    cases: () => [
      [few(), Int32Array.of(0, 11)],
      [few(), Int32Array.of(5, 4)],
      [few(), Int32Array.of(2147483647, -2147483648)],
      oob("a", few(), Int32Array.of(3, 12)),
      oob("a", few(), Int32Array.of(-1, 3)),
      oob("a", few(), Int32Array.of(2147483640, 2147483647)),
    ],
  },
  "a counter that goes past the last int32": {
    kernel: (ends) => {
      let i = ends[0];
      let c = 0;
      while (i <= ends[1]) {
        c++;
        i++;
      }
      return [i, c];
    },
    cases: () => [[Int32Array.of(2147483640, 2147483647)], [Int32Array.of(-3, 3)], [Int32Array.of(4, 3)]],
  },
  "downwards, tested before it is stepped": {
    kernel: (a, n) => {
      let i = n;
      while (i-- > 0) a[i] += 1;
      return i;
    },
    cases: () => [[few(), 12], [few(), 0], [few(), -3], oob("a", few(), 13)],
  },
  "downwards, tested after it is stepped, with a break": {
    kernel: (a, n, limit) => {
      let i = n;
      while (--i >= 0) {
        if (a[i] < limit) break;
        a[i] += 1;
      }
      return i;
    },
    cases: () => [
      [few(), 12, -100],
      [few(), 12, 3],
      [few(), 0, 3],
      [few(), -3, 3],
      [few(), 12, 1000],
      oob("a", few(), 14, 0),
    ],
  },
  "upwards, tested after it is stepped": {
    kernel: (a, n) => {
      let i = -1;
      while (++i < n) a[i] += i;
      return i;
    },
    cases: () => [[few(), 12], [few(), 0], [few(), -3], oob("a", few(), 13)],
  },
  "by truth alone": {
    kernel: (a) => {
      let s = 0;
      for (let i = a.length; i--; ) s = s * 2 + a[i];
      return s;
    },
    cases: () => [[few()], [few(0)], [few(1)]],
  },
  "by truth alone, begun where it has ended": {
    kernel: (a) => {
      let s = 0;
      let i = a.length;
      for (let k = 0; k < 3; k++) {
        while (i--) {
          if (i === 4 || i < -9) break;
          s += k * 10 + i;
        }
      }
      return [s, i];
    },
    cases: () => [[few()], [few(0)], [few(3)]],
  },
  "until it is equal": {
    kernel: (a, b) => {
      let i = 0;
      for (; i !== a.length; i++) b[i] = a[i];
      return i;
    },
    cases: () => [[few(), new Float64Array(12)], [few(0), few()], oob("b", few(), new Float64Array(5))],
  },
  "left in the middle": {
    kernel: (a, n, limit) => {
      let i = 0;
      while (true) {
        if (i >= n || a[0] > 100) break;
        if (a[i] > limit) break;
        a[i] = -1;
        i++;
      }
      return i;
    },
    cases: () => [[few(), 12, 5], [few(), 12, 1e9], [few(), 0, 0], oob("a", few(), 13, 1e9)],
  },
  "with a flag beside the counter": {
    kernel: (a, n) => {
      let i = 0;
      let going = true;
      while (i < n && going) {
        if (a[i] > 4) going = false;
        a[i] = 7;
        i++;
      }
      return [i, going];
    },
    cases: () => [[few(), 12], [few(), 3], [few(), 0], oob("a", few(4), 5)],
  },
  "read after its step": {
    kernel: (a, n) => {
      let i = 0;
      let s = 0;
      while (i < n) {
        s += a[i++];
        s += i * 0.5;
        for (let k = 0; k < i; k++) s += k;
      }
      return s;
    },
    cases: () => [[few(), 12], [few(), 0], oob("a", few(), 20)],
  },
  "two of them, one in the other": {
    kernel: (a, w, h) => {
      let y = 0;
      let at = 0;
      while (y < h) {
        let x = 0;
        while (x < w) {
          a[y * w + x] += x - y;
          x++;
          at++;
        }
        y++;
      }
      return at;
    },
    cases: () => [[few(), 3, 4], [few(), 0, 4], [few(), 4, 0], [few(), -1, 2], oob("a", few(), 4, 4)],
  },
  "with a BigInt": {
    kernel: (a, n) => {
      let i = 0n;
      let s = 0;
      while (i < n) {
        s += a[Number(i)];
        i++;
      }
      return [s, i];
    },
    cases: () => [[few(), 12n], [few(), 0n], [few(), -1n], oob("a", few(), 13n)],
  },
  "with a fraction": {
    kernel: (n, step) => {
      let x = 0;
      let c = 0;
      while (x < n) {
        x += step;
        c++;
      }
      return [x, c];
    },
    cases: () => [
      [3, 0.3],
      [0, 1],
      [10, 2],
    ],
  },
});

defineKernels("loops that end at elements", {
  "where no other array is stored to": {
    kernel: (ends, a, x) => {
      for (let i = 0; i < x.length; i++) for (let k = ends[i]; k < ends[i + 1]; k++) a[k] *= x[i];
    },
    cases: () => [
      [offsets(), few(), few(4)],
      [Int32Array.of(5, 4, 3, 2, 1), few(), few(4)],
      oob("ends", offsets(), few(), few(5)),
      oob("a", Int32Array.of(0, 13), few(), few(1)),
      oob("a", Int32Array.of(-1, 3), few(), few(1)),
    ],
  },
  "that the loop itself moves": {
    kernel: (ends, a) => {
      for (let k = 0; k < ends[0]; k++) {
        a[k] += 1;
        if (a[k] > 2) ends[0] -= 2;
      }
      return ends[0];
    },
    cases: () => [[Int32Array.of(12, 0), few()], [Int32Array.of(0), few()], oob("a", Int32Array.of(30), few())],
  },
  "of one array by two names": {
    kernel: (ends, a) => {
      let c = 0;
      for (let k = 0; k < ends[3]; k++) {
        a[k] = 4;
        c++;
      }
      return c;
    },
    cases: () => {
      const same = Int32Array.of(9, 9, 9, 9, 9, 9, 9, 9, 9, 9);
      const buffer = new ArrayBuffer(40);
      const [ints, bytes] = [new Int32Array(buffer), new Uint8Array(buffer)];
      ints.fill(30);
      return [
        [same, same],
        oob("a", same.slice(), same.subarray(2)),
        [ints, bytes],
        [Int32Array.of(1, 1, 1, 2), same.slice()],
      ];
    },
  },
  "read before what may fail": {
    kernel: (ends, a, b) => {
      let k = 0;
      while (k < a[40] + ends[9]) {
        b[k] = 1;
        k++;
      }
      return k;
    },
    cases: () => [oob("a", offsets(), few(), few()), oob("ends", offsets(), few(50), few())],
  },
  "of the last test, which does more": {
    kernel: (ends, a) => {
      let t = 0;
      let k = 0;
      while (((t = t + 1), k < ends[0])) {
        a[k] += t;
        k++;
      }
      return t;
    },
    cases: () => [
      [Int32Array.of(4), few()],
      [Int32Array.of(0), few()],
    ],
  },
  "stepped in one branch only": {
    kernel: (ends, a) => {
      let k = 0;
      let s = 0;
      while (k < ends[0]) {
        s++;
        if (a[k] > 0 || s > 20) k++;
        else if (s > 9) k += 2;
      }
      return [s, k];
    },
    cases: () => [[Int32Array.of(12), few()], [Int32Array.of(0), few()], oob("a", Int32Array.of(13), few())],
  },
  "continued before the step": {
    kernel: (ends, a) => {
      let k = 0;
      let s = 0;
      while (k < ends[0]) {
        s++;
        if (s % 3 === 0) continue;
        a[k] = s;
        k++;
      }
      return s;
    },
    cases: () => [[Int32Array.of(12), few()], oob("a", Int32Array.of(13), few())],
  },
  "in a helper that fails": {
    kernel: (ends, a) => {
      const last = (i: number): number => {
        if (ends[i] > 11) throw new RangeError("too far");
        return ends[i];
      };
      let s = 0;
      for (let i = 0; i < ends.length; i++) for (let k = 0; k < last(i); k++) s += a[k];
      return s;
    },
    cases: () => [
      [Int32Array.of(2, 4), few()],
      [offsets(), few()],
    ],
  },
});

const MOST = 2147483647;

defineKernels("loops that are tested after their round", {
  "upwards, and what the counter is after it": {
    kernel: (a, n) => {
      let i = 0;
      do {
        a[i] *= 2;
        i++;
      } while (i < n);
      return i;
    },
    cases: () => [
      [few(), 12],
      [few(), 1],
      [few(), 0],
      [few(), -5],
      [few(), -MOST - 1],
      oob("a", few(), 13),
      oob("a", few(0), 0),
    ],
  },
  "from a start that may be beyond the bound": {
    kernel: (a, ends) => {
      let i = ends[0];
      let s = 0;
      do s += i < 12 ? a[i] : 1;
      while (++i < ends[1]);
      return [s, i];
    },
    cases: () => [
      [few(), Int32Array.of(2, 9)],
      [few(), Int32Array.of(9, 2)],
      [few(), Int32Array.of(MOST, -MOST - 1)],
      [few(), Int32Array.of(MOST - 1, MOST)],
      [few(), Int32Array.of(MOST, MOST)],
      oob("a", few(), Int32Array.of(-1, 3)),
      oob("a", few(), Int32Array.of(-MOST - 1, 3)),
    ],
  },
  "with bounds that are included, in steps": {
    kernel: (a, first, last, limit) => {
      let i = first | 0;
      let c = 0;
      do {
        c++;
        if (c > limit) break;
        i += 3;
      } while (i <= last);
      let k = first | 0;
      do {
        a[c & 7] += k;
        if (k < -limit) break;
        k -= 5;
      } while (k >= last);
      return [i, k, c];
    },
    cases: () => [
      [few(), 0, 12, 30],
      [few(), 12, 0, 30],
      [few(), 5, 5, 3],
      [few(), MOST - 10, MOST, 30],
      [few(), MOST, MOST, 30],
      [few(), -MOST - 1, MOST, 5],
      [few(), -MOST - 1, -MOST - 1, 5],
      [few(), -MOST + 3, -MOST - 1, 5],
    ],
  },
  "with a loop in it that goes on until an error for most counters": {
    kernel: (a, ends, n) => {
      let i = ends[0];
      let x = 0;
      do {
        while (i > 100) {
          a[x] = i;
          x++;
        }
        a[x] += i;
      } while (++i < n);
      return i;
    },
    cases: () => [
      [few(), Int32Array.of(5), 9],
      [few(), Int32Array.of(-MOST - 1), -MOST + 8],
      oob("a", few(), Int32Array.of(MOST), 9),
      oob("a", few(), Int32Array.of(MOST - 1), MOST),
    ],
  },
  "left before a step that would go past the last int32": {
    kernel: (ends, limit) => {
      let c = 0;
      for (let r = 0; r < 2; r++) {
        let i = ends[r];
        do {
          if (i > limit - 3) break;
          c++;
          i++;
        } while (i < ends[2]);
        c += i;
      }
      return c;
    },
    cases: () => [
      [Int32Array.of(MOST, 3, 9), MOST],
      [Int32Array.of(MOST, MOST - 5, MOST), MOST],
      [Int32Array.of(-5, 3, -9), 100],
      [Int32Array.of(-5, 300, 900), 100],
    ],
  },
  "left before its bound is calculated": {
    kernel: (a, n) => {
      let i = 0;
      do {
        if (n < -100) break;
        a[i] += 1;
        i++;
      } while (i < n - 1);
      let k = 0;
      do {
        if (n === 0) return [i, -1];
        a[k] -= 1;
        k++;
      } while (k < ((12 / n) | 0));
      return [i, k];
    },
    cases: () => [[few(), 12], [few(), 1], [few(), 0], [few(), -MOST - 1], [few(), 2], oob("a", few(), 14)],
  },
  "downwards to the first element": {
    kernel: (a, from) => {
      let i = Math.min(from, a.length - 1);
      let s = 0;
      do {
        s += a[i] > 0 ? 1 : 2;
        a[i] = s;
        i--;
      } while (i >= 0);
      return [s, i];
    },
    cases: () => [[few(), 11], [few(), 0], [few(), 400], oob("a", few(), -1), oob("a", few(0), 3)],
  },
  "with more conditions than the counter's": {
    kernel: (a, limit) => {
      let i = 0;
      do a[i] += 1;
      while (++i < a.length && i !== limit);
      let k = 0;
      let s = 0;
      do {
        s += a[k];
        k++;
      } while (k < a.length && s < limit);
      return [i, k, s];
    },
    cases: () => [[few(), 5], [few(), 1], [few(), -7], [few(), 40.5], [few(), Number.NaN], oob("a", few(0), 1)],
  },
  "with a bound that a round moves": {
    kernel: (a, n) => {
      let i = 0;
      do {
        if (a[i] > 3) n--;
        i++;
      } while (i < n);
      return [i, n];
    },
    cases: () => [
      [few(), 12],
      [few(), 2],
      [few(), -2],
    ],
  },
  "with an element as its bound, which isn't read before the first round": {
    kernel: (ends, a, r) => {
      let k = 0;
      do {
        a[k] = 7;
        k++;
      } while (k < ends[r]);
      return k;
    },
    cases: () => [
      [Int32Array.of(4), few(), 0],
      [Int32Array.of(0), few(), 0],
      oob("ends", Int32Array.of(4), few(), 1),
      oob("a", Int32Array.of(13), few(), 0),
    ],
  },
  "continued, and nested": {
    kernel: (a, rows, columns) => {
      let y = 0;
      let c = 0;
      do {
        let x = 0;
        do {
          if (a[y * columns + x] < 0) continue;
          a[y * columns + x] += y - x;
          c++;
        } while (++x < columns);
        y++;
      } while (y < rows);
      return [c, y];
    },
    cases: () => [[few(), 3, 4], [few(), 0, 0], [few(), 1, 12], oob("a", few(), 3, 5), oob("a", few(0), -1, -1)],
  },
  "endless but for a test in the end": {
    kernel: (a, n) => {
      let i = -1;
      while (true) {
        i++;
        a[i] += i;
        if (i >= n) break;
      }
      let k = n;
      for (;;) {
        a[k] += k;
        k -= 2;
        if (!(k > 1)) break;
      }
      return [i, k];
    },
    cases: () => [[few(), 11], [few(), 0], oob("a", few(), -1), oob("a", few(), 12)],
  },
  "a counter with a fraction": {
    kernel: (a, start) => {
      let i = start;
      let c = 0;
      do {
        c++;
        i++;
      } while (i < a.length);
      return [i, c];
    },
    cases: () => [
      [few(), 0.5],
      [few(), -0],
      [few(), Number.NaN],
      [few(), 30.25],
      [few(), 2 ** 53],
    ],
  },
});

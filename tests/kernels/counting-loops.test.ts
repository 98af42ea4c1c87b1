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

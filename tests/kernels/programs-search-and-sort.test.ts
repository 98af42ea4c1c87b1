/** Whole programs: sorting and searching. */
import { defineKernels } from "../support/differential.ts";
import { INT32_EDGES, randomFloats, randomInts } from "../support/edge-values.ts";

type Numbers = Int32Array | Float64Array;

const toSort = (): unknown[][] => [
  [randomInts(200, 1, -1000, 1000)],
  [Int32Array.from(INT32_EDGES)],
  [new Int32Array(0)],
  [Int32Array.of(1)],
  [Int32Array.of(2, 1)],
  [new Int32Array(50).fill(7)],
  [randomFloats(200, 2)],
  [Float64Array.of(3, 2, 1, 0.5)],
];

defineKernels("sorting", {
  "insertion sort": {
    kernel: (a: Numbers) => {
      for (let i = 1; i < a.length; i++) {
        const v = a[i];
        let j = i - 1;
        while (j >= 0 && a[j] > v) {
          a[j + 1] = a[j];
          j--;
        }
        a[j + 1] = v;
      }
    },
    cases: toSort,
  },
  "bubble sort": {
    kernel: (a: Numbers) => {
      let swapped = true;
      let passes = 0;
      while (swapped) {
        swapped = false;
        passes++;
        for (let i = 1; i < a.length; i++) {
          if (a[i - 1] > a[i]) {
            [a[i - 1], a[i]] = [a[i], a[i - 1]];
            swapped = true;
          }
        }
      }
      return passes;
    },
    cases: toSort,
  },
  "selection sort": {
    kernel: (a: Numbers) => {
      for (let i = 0; i < a.length - 1; i++) {
        let least = i;
        for (let j = i + 1; j < a.length; j++) if (a[j] < a[least]) least = j;
        if (least !== i) {
          const t = a[i];
          a[i] = a[least];
          a[least] = t;
        }
      }
    },
    cases: toSort,
  },
  "shell sort": {
    kernel: (a: Numbers) => {
      for (let gap = a.length >> 1; gap > 0; gap >>= 1) {
        for (let i = gap; i < a.length; i++) {
          const v = a[i];
          let j = i;
          for (; j >= gap && a[j - gap] > v; j -= gap) a[j] = a[j - gap];
          a[j] = v;
        }
      }
    },
    cases: toSort,
  },
  "heap sort": {
    kernel: (a: Numbers) => {
      const sift = (from: number, end: number) => {
        let root = from;
        for (;;) {
          let child = 2 * root + 1;
          if (child >= end) return;
          if (child + 1 < end && a[child] < a[child + 1]) child++;
          if (a[root] >= a[child]) return;
          const t = a[root];
          a[root] = a[child];
          a[child] = t;
          root = child;
        }
      };
      const n = a.length;
      for (let i = (n >> 1) - 1; i >= 0; i--) sift(i, n);
      for (let end = n - 1; end > 0; end--) {
        const t = a[0];
        a[0] = a[end];
        a[end] = t;
        sift(0, end);
      }
    },
    cases: toSort,
  },
  "quicksort with an explicit stack": {
    kernel: (a: Numbers) => {
      const stack = new Int32Array(64);
      let top = 0;
      stack[top++] = 0;
      stack[top++] = a.length - 1;
      while (top > 0) {
        const hi = stack[--top];
        const lo = stack[--top];
        if (lo >= hi) continue;
        const pivot = a[(lo + hi) >>> 1];
        let i = lo;
        let j = hi;
        do {
          while (a[i] < pivot) i++;
          while (pivot < a[j]) j--;
          if (i <= j) {
            const t = a[i];
            a[i] = a[j];
            a[j] = t;
            i++;
            j--;
          }
        } while (i <= j);
        if (j - lo > hi - i) {
          stack[top++] = lo;
          stack[top++] = j;
          stack[top++] = i;
          stack[top++] = hi;
        } else {
          stack[top++] = i;
          stack[top++] = hi;
          stack[top++] = lo;
          stack[top++] = j;
        }
      }
    },
    cases: toSort,
  },
  "merge sort, bottom up": {
    kernel: (a: Float64Array) => {
      const n = a.length;
      let src = a;
      let dst: Float64Array = new Float64Array(n);
      for (let width = 1; width < n; width *= 2) {
        for (let lo = 0; lo < n; lo += 2 * width) {
          const mid = Math.min(lo + width, n);
          const hi = Math.min(lo + 2 * width, n);
          let i = lo;
          let j = mid;
          for (let k = lo; k < hi; k++) dst[k] = i < mid && (j >= hi || src[i] <= src[j]) ? src[i++] : src[j++];
        }
        [src, dst] = [dst, src];
      }
      if (src !== a) a.set(src);
      return a;
    },
    cases: () => [[randomFloats(100, 3)], [randomFloats(7, 4)], [new Float64Array(0)], [Float64Array.of(2, 1)]],
  },
  "radix sort": {
    kernel: (a: Uint32Array) => {
      const n = a.length;
      let src = a;
      let dst: Uint32Array = new Uint32Array(n);
      const counts = new Int32Array(256);
      for (let shift = 0; shift < 32; shift += 8) {
        counts.fill(0);
        for (let i = 0; i < n; i++) counts[(src[i] >>> shift) & 255]++;
        let total = 0;
        for (let b = 0; b < 256; b++) {
          const c = counts[b];
          counts[b] = total;
          total += c;
        }
        for (let i = 0; i < n; i++) dst[counts[(src[i] >>> shift) & 255]++] = src[i];
        const t = src;
        src = dst;
        dst = t;
      }
      return src;
    },
    cases: () => [[Uint32Array.from(randomInts(300, 5, -2147483648, 2147483647))], [Uint32Array.of(5, 4294967295, 0)]],
  },
  "counting sort": {
    kernel: (a: Uint8Array) => {
      const counts = new Uint32Array(256);
      for (const v of a) counts[v]++;
      let at = 0;
      for (let v = 0; v < 256; v++) for (let k = counts[v]; k > 0; k--) a[at++] = v;
    },
    cases: () => [[Uint8Array.from(randomInts(500, 6, 0, 256))], [new Uint8Array(0)]],
  },
  argsort: {
    kernel: (a: Float64Array, order: Int32Array) => {
      for (let i = 0; i < order.length; i++) order[i] = i;
      for (let i = 1; i < order.length; i++) {
        const k = order[i];
        let j = i;
        while (j > 0 && a[order[j - 1]] > a[k]) {
          order[j] = order[j - 1];
          j--;
        }
        order[j] = k;
      }
    },
    cases: () => [[randomFloats(50, 7), new Int32Array(50)]],
  },
  "is sorted": {
    kernel: (a: Numbers) => {
      for (let i = 1; i < a.length; i++) if (a[i - 1] > a[i]) return false;
      return true;
    },
    cases: () => [...toSort(), [Int32Array.of(1, 2, 2, 3)]],
  },
  quickselect: {
    kernel: (a: Float64Array, k: number) => {
      let lo = 0;
      let hi = a.length - 1;
      while (lo < hi) {
        const pivot = a[k];
        let i = lo;
        let j = hi;
        do {
          while (a[i] < pivot) i++;
          while (a[j] > pivot) j--;
          if (i <= j) {
            const t = a[i];
            a[i++] = a[j];
            a[j--] = t;
          }
        } while (i <= j);
        if (j < k) lo = i;
        if (k < i) hi = j;
      }
      return a[k];
    },
    cases: () => [0, 25, 50].map((k) => [randomFloats(51, 8), k]),
  },
});

defineKernels("searching", {
  "binary search": {
    kernel: (a: Numbers, x: number) => {
      let lo = 0;
      let hi = a.length - 1;
      while (lo <= hi) {
        const mid = (lo + hi) >> 1;
        if (a[mid] === x) return mid;
        if (a[mid] < x) lo = mid + 1;
        else hi = mid - 1;
      }
      return ~lo;
    },
    cases: () =>
      [-5, 0, 3, 4, 98, 99, 1000, 2.5, NaN].map((x) => [Int32Array.from({ length: 34 }, (_, i) => i * 3), x]),
  },
  "lower bound by Math.floor": {
    kernel: (a: Float64Array, x: number) => {
      let lo = 0;
      let hi = a.length;
      while (lo < hi) {
        const mid = Math.floor((lo + hi) / 2);
        if (a[mid] < x) lo = mid + 1;
        else hi = mid;
      }
      return lo;
    },
    cases: () => [-1, 0, 0.3, 0.5, 2].map((x) => [randomFloats(100, 9, 0, 1).sort(), x]),
  },
  "interpolation search": {
    kernel: (a: Int32Array, x: number) => {
      let lo = 0;
      let hi = a.length - 1;
      while (lo <= hi && x >= a[lo] && x <= a[hi]) {
        if (a[lo] === a[hi]) return a[lo] === x ? lo : -1;
        const pos = lo + Math.floor(((x - a[lo]) * (hi - lo)) / (a[hi] - a[lo]));
        if (a[pos] === x) return pos;
        if (a[pos] < x) lo = pos + 1;
        else hi = pos - 1;
      }
      return -1;
    },
    cases: () => [0, 9, 225, 226, 9801].map((x) => [Int32Array.from({ length: 100 }, (_, i) => i * i), x]),
  },
  substring: {
    kernel: (text: Uint8Array, word: Uint8Array) => {
      outer: for (let i = 0; i + word.length <= text.length; i++) {
        for (let j = 0; j < word.length; j++) if (text[i + j] !== word[j]) continue outer;
        return i;
      }
      return -1;
    },
    cases: () =>
      [
        ["needle in a haystack", "hay"],
        ["aaaaab", "aab"],
        ["abc", "abcd"],
        ["abc", ""],
      ].map(([t, w]) => [bytes(t), bytes(w)]),
  },
  "Knuth-Morris-Pratt": {
    kernel: (text: Uint8Array, word: Uint8Array) => {
      const fail = new Int32Array(word.length + 1);
      let k = 0;
      for (let i = 1; i < word.length; i++) {
        while (k > 0 && word[i] !== word[k]) k = fail[k];
        if (word[i] === word[k]) k++;
        fail[i + 1] = k;
      }
      let found = 0;
      k = 0;
      for (let i = 0; i < text.length; i++) {
        while (k > 0 && text[i] !== word[k]) k = fail[k];
        if (text[i] === word[k]) k++;
        if (k === word.length) {
          found++;
          k = fail[k];
        }
      }
      return found;
    },
    cases: () =>
      [
        ["abababab", "abab"],
        ["aaaa", "a"],
        ["xyz", "abc"],
      ].map(([t, w]) => [bytes(t), bytes(w)]),
  },
  "longest run": {
    kernel: (a: Uint8Array) => {
      let best = 0;
      let at = -1;
      let run = 0;
      for (let i = 0; i < a.length; i++) {
        run = i > 0 && a[i] === a[i - 1] ? run + 1 : 1;
        if (run > best) {
          best = run;
          at = i - run + 1;
        }
      }
      return [best, at];
    },
    cases: () => [[bytes("aabbbcd")], [new Uint8Array(0)], [bytes("xxxx")]],
  },
  "run-length encoding": {
    kernel: (a: Uint8Array, out: Uint8Array) => {
      let n = 0;
      for (let i = 0; i < a.length; ) {
        let j = i + 1;
        while (j < a.length && a[j] === a[i] && j - i < 255) j++;
        out[n++] = j - i;
        out[n++] = a[i];
        i = j;
      }
      return n;
    },
    cases: () => [
      [bytes("aaabccccd"), new Uint8Array(20)],
      [new Uint8Array(600).fill(3), new Uint8Array(6)],
    ],
  },
  "run-length decoding": {
    kernel: (a: Uint8Array, out: Uint8Array) => {
      let n = 0;
      for (let i = 0; i < a.length; i += 2) for (let k = a[i]; k > 0; k--) out[n++] = a[i + 1];
      return out.subarray(0, n);
    },
    cases: () => [[Uint8Array.of(3, 97, 1, 98, 4, 99), new Uint8Array(10)]],
  },
  "unique values of a sorted array": {
    kernel: (a: Int32Array) => {
      let n = 0;
      for (let i = 0; i < a.length; i++) if (i === 0 || a[i] !== a[i - 1]) a[n++] = a[i];
      return a.slice(0, n);
    },
    cases: () => [[Int32Array.of(1, 1, 2, 3, 3, 3)], [new Int32Array(0)]],
  },
});

function bytes(text: string | undefined): Uint8Array {
  return Uint8Array.from(text ?? "", (c) => c.charCodeAt(0));
}

const text = (s: string) => Uint8Array.from(Buffer.from(s));

defineKernels("suffixes and puzzles", {
  "suffix array": {
    kernel: (s: Uint8Array) => {
      const n = s.length,
        sa = new Int32Array(n),
        rank = Int32Array.from(s),
        tmp = new Int32Array(n);
      for (let i = 0; i < n; i++) sa[i] = i;
      for (let k = 1; ; k <<= 1) {
        const key = (i: number) => (i + k < n ? rank[i + k] : -1);
        sa.sort((a, b) => (rank[a] !== rank[b] ? rank[a] - rank[b] : key(a) - key(b)));
        if (n) tmp[sa[0]] = 0;
        for (let i = 1; i < n; i++)
          tmp[sa[i]] = tmp[sa[i - 1]] + (rank[sa[i - 1]] !== rank[sa[i]] || key(sa[i - 1]) !== key(sa[i]) ? 1 : 0);
        rank.set(tmp);
        if (n === 0 || rank[sa[n - 1]] === n - 1) break;
      }
      return sa;
    },
    cases: () => [[text("mississippi")], [text("")], [text("a")], [Uint8Array.from(randomInts(60, 1, 0, 3))]],
  },
  sudoku: {
    kernel: (grid: Uint8Array): boolean => {
      const rows = new Uint16Array(9),
        cols = new Uint16Array(9),
        boxes = new Uint16Array(9);
      const box = (i: number) => ~~(~~(i / 9) / 3) * 3 + ~~((i % 9) / 3);
      for (let i = 0; i < 81; i++)
        if (grid[i]) {
          const b = 1 << grid[i];
          rows[~~(i / 9)] |= b;
          cols[i % 9] |= b;
          boxes[box(i)] |= b;
        }
      const popcount = (x: number) => {
        let c = 0;
        for (; x; x &= x - 1) c++;
        return c;
      };
      function go(): boolean {
        let at = -1,
          least = 10,
          cand = 0;
        for (let i = 0; i < 81; i++) {
          if (grid[i]) continue;
          const c = ~(rows[~~(i / 9)] | cols[i % 9] | boxes[box(i)]) & 0x3fe,
            p = popcount(c);
          if (p < least) {
            least = p;
            at = i;
            cand = c;
            if (p <= 1) break;
          }
        }
        if (at < 0) return true;
        const r = ~~(at / 9),
          c = at % 9,
          b = box(at);
        for (let d = 1; d <= 9; d++) {
          const m = 1 << d;
          if (!(cand & m)) continue;
          grid[at] = d;
          rows[r] |= m;
          cols[c] |= m;
          boxes[b] |= m;
          if (go()) return true;
          grid[at] = 0;
          rows[r] ^= m;
          cols[c] ^= m;
          boxes[b] ^= m;
        }
        return false;
      }
      return go();
    },
    cases: () => [
      [Uint8Array.from("530070000600195000098000060800060003400803001700020006060000280000419005000080079", Number)],
      [new Uint8Array(81)],
      [new Uint8Array(3)],
    ],
    mayLeaveBounds: true,
  },
});

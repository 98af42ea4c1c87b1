/** Whole programs: primes, digits, partitions, permutations. */
import { defineKernels } from "../support/differential.ts";
import { pairsOf, singles } from "../support/edge-values.ts";

defineKernels("numbers", {
  "sieve of Eratosthenes": {
    kernel: (n: number) => {
      const composite = new Uint8Array(n + 1);
      let count = 0;
      for (let i = 2; i <= n; i++) {
        if (composite[i]) continue;
        count++;
        for (let j = i * i; j <= n; j += i) composite[j] = 1;
      }
      return count;
    },
    cases: () => singles([1, 2, 10, 100, 10000]),
  },
  "linear sieve": {
    kernel: (n: number, primes: Int32Array) => {
      const least = new Int32Array(n + 1);
      let count = 0;
      for (let i = 2; i <= n; i++) {
        if (least[i] === 0) {
          least[i] = i;
          primes[count++] = i;
        }
        for (let k = 0; k < count; k++) {
          const p = primes[k];
          if (p > least[i] || i * p > n) break;
          least[i * p] = p;
        }
      }
      return count;
    },
    cases: () => [
      [100, new Int32Array(30)],
      [1000, new Int32Array(200)],
    ],
  },
  factorisation: {
    kernel: (n: number, factors: Float64Array) => {
      let count = 0;
      let rest = n;
      for (let p = 2; p * p <= rest; p++) {
        while (rest % p === 0) {
          factors[count++] = p;
          rest = rest / p;
        }
      }
      if (rest > 1) factors[count++] = rest;
      return count;
    },
    cases: () => [1, 2, 12, 97, 360360, 1000003, 4294967296].map((n) => [n, new Float64Array(40)]),
  },
  "perfect numbers": {
    kernel: (limit: number) => {
      let sum = 0;
      for (let n = 2; n < limit; n++) {
        let divisors = 1;
        for (let d = 2; d * d <= n; d++) {
          if (n % d === 0) {
            divisors += d;
            if (d !== n / d) divisors += n / d;
          }
        }
        if (divisors === n) sum += n;
      }
      return sum;
    },
    cases: () => singles([10, 1000]),
  },
  "longest Collatz chain": {
    kernel: (limit: number) => {
      let best = 0;
      let at = 0;
      for (let start = 1; start < limit; start++) {
        let n = start;
        let length = 1;
        while (n !== 1) {
          n = n % 2 === 0 ? n / 2 : n * 3 + 1;
          length++;
        }
        if (length > best) {
          best = length;
          at = start;
        }
      }
      return [at, best];
    },
    cases: () => singles([10, 1000, 3000]),
  },
  "digits in a base": {
    kernel: (n: number, base: number, out: Uint8Array) => {
      let count = 0;
      do {
        out[count++] = n % base;
        n = Math.floor(n / base);
      } while (n > 0);
      for (let i = 0, j = count - 1; i < j; i++, j--) {
        const t = out[i];
        out[i] = out[j];
        out[j] = t;
      }
      return count;
    },
    cases: () =>
      pairsOf([0, 1, 255, 1234567890, 2 ** 53 - 1], [2, 7, 10, 36]).map(([n, b]) => [n, b, new Uint8Array(60)]),
  },
  palindromes: {
    kernel: (limit: number) => {
      let sum = 0;
      for (let n = 0; n < limit; n++) {
        let rest = n;
        let reversed = 0;
        while (rest > 0) {
          reversed = reversed * 10 + (rest % 10);
          rest = (rest / 10) | 0;
        }
        if (reversed === n) sum += n;
      }
      return sum;
    },
    cases: () => singles([0, 100, 10000]),
  },
  partitions: {
    kernel: (n: number) => {
      const ways = new Float64Array(n + 1);
      ways[0] = 1;
      for (let part = 1; part <= n; part++) for (let i = part; i <= n; i++) ways[i] += ways[i - part];
      return ways[n];
    },
    cases: () => singles([0, 5, 100, 400]),
  },
  "Pascal's triangle modulo": {
    kernel: (n: number, m: number) => {
      const row = new Int32Array(n + 1);
      row[0] = 1;
      for (let i = 1; i <= n; i++) for (let j = i; j > 0; j--) row[j] = (row[j] + row[j - 1]) % m;
      return row;
    },
    cases: () => [
      [10, 1000],
      [40, 97],
    ],
  },
  "next permutation": {
    kernel: (a: Int32Array) => {
      let i = a.length - 2;
      while (i >= 0 && a[i] >= a[i + 1]) i--;
      if (i < 0) return false;
      let j = a.length - 1;
      while (a[j] <= a[i]) j--;
      [a[i], a[j]] = [a[j], a[i]];
      for (let l = i + 1, r = a.length - 1; l < r; l++, r--) [a[l], a[r]] = [a[r], a[l]];
      return true;
    },
    cases: () => [[Int32Array.of(1, 2, 3)], [Int32Array.of(1, 3, 2)], [Int32Array.of(3, 2, 1)]],
  },
});

/** Every reduction × element kind × shape of range × number of threads, against the same loop as plain JavaScript. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { njit, prange, setNumThreads } from "../../src/index.ts";

const THREADS = [1, 2, 3, 8, 64];
const ROUNDS = 2;
const LENGTHS = [0, 1, 777];

/** Values are small whole numbers, so sums and products are exact in any order. */
const NUMBERS = `
  let sum = 3, difference = 7, sign = 1, least = 1e9, most = -1e9, up = 0, down = 9, alternating = 0;
  let best = -1e9, at = -1, worst = 4294967295, last = -1, all = true, any = false, found = 0, total = 0;
  let and = -1, or = 0, xor = 0, wrapping = 0, unsigned = 0, hash = 1;
  const counts = new Int32Array(8), weights = new Float32Array(5), tops = new Float64Array(4), bits = new Uint16Array(3);
  for (const i of RANGE) {
    const x = a[i];
    sum += x; difference = difference - x; sign *= x === 3 ? -1 : 1;
    least = Math.min(least, x); most = Math.max(x, most);
    if (x > 2) { up++; if (x > 5) alternating += x; else alternating -= i; } else --down;
    if (x > best) { best = x; at = i; }
    if (i !== 5 && worst >= x) { worst = x; last = i; }
    all = all && x < 40; any ||= x === 17; if (x === 9) found = 1; total += i;
    and &= x | 64; or |= x; xor ^= Math.imul(x, 40503);
    wrapping = (wrapping + Math.imul(x, 2654435761)) | 0; unsigned = (unsigned + i * 123456) >>> 0;
    hash = Math.imul(hash, x | 1);
    counts[x & 7]++; weights[i % 5] -= 0.25; tops[i & 3] = Math.max(tops[i & 3], x); bits[i % 3] ^= x;
  }
  let arrays = 0;
  for (const v of counts) arrays = arrays * 3 + v;
  for (const v of weights) arrays = arrays * 3 + v;
  for (const v of tops) arrays = arrays * 3 + v;
  for (const v of bits) arrays = arrays * 3 + v;
  return [sum, difference, sign, least, most, up, down, alternating, best, at, worst, last, Number(all), Number(any), found,
    total, and, or, xor, wrapping, unsigned, hash, arrays];`;

const BIGINTS = `
  let sum = 3n, product = 1n, and = -1n, or = 0n, xor = 1n, most = ZERO, at = -1, found = false;
  const sums = new BigInt64Array(4);
  for (const i of RANGE) {
    const x = a[i];
    sum = BigInt.asIntN(64, sum + x); product = BigInt.asIntN(64, product * x);
    and &= x; or |= x; xor ^= x;
    if (x > most) { most = x; at = i; }
    if (x === 9n) found = true;
    sums[i & 3] = BigInt.asIntN(64, sums[i & 3] + x);
  }
  return [sum, product, and, or, xor, most, sums[0], sums[3], at, Number(found)];`;

const RANGES = [
  "prange(n)",
  "prange(1, n - 1)",
  "prange(n - 1, -1, -1)",
  "prange(0, n, 3)",
  "prange(n - 1, 2, -7)",
  "prange(from, n, step)",
  "prange(n - 1, -1, -step)",
  "prange(n / 2)",
  "prange(n, 0)",
];

interface Kind {
  readonly name: string;
  from(like: { length: number }, item: (unused: unknown, i: number) => number): { readonly length: number };
}

const KINDS: readonly Kind[] = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
];

type Loop = (a: unknown, n: number, from: number, step: number) => unknown[];

function loopOf(body: string, range: string): Loop {
  return new Function("prange", `return (a, n, from, step) => {${body.replace("RANGE", range)}}`)(prange) as Loop;
}

function compare(loop: Loop, arrays: readonly { readonly length: number }[]): void {
  const kernel = njit(loop, { parallel: true, chunksize: 7, scope: { prange } });
  for (const a of arrays) {
    const args = [a, a.length, 2, 5] as const;
    const expected = loop(...args);
    for (const threads of THREADS) {
      setNumThreads(threads);
      for (let round = 0; round < ROUNDS; round++)
        assert.deepEqual(kernel(...args), expected, `${a.length} elements, ${threads} threads`);
    }
  }
  assert.match(String(kernel.parallelDiagnostics(1)), /parallel/);
  assert.doesNotMatch(String(kernel.parallelDiagnostics(3)), /serial|meet:\n/);
}

for (const range of RANGES) {
  for (const Kind of KINDS) {
    test(`${Kind.name}, ${range}`, () => {
      compare(
        loopOf(NUMBERS, range),
        LENGTHS.map((n) => Kind.from({ length: n }, (_, i) => (i * 7919) % 43)),
      );
    });
  }
  for (const [Kind, zero] of [
    [BigInt64Array, "-5n"],
    [BigUint64Array, "BigInt.asUintN(64, 0n)"],
  ] as const) {
    test(`${Kind.name}, ${range}`, () => {
      const body = zero === "-5n" ? BIGINTS : BIGINTS.replace("and = -1n", "and = 0xffffffffffffffffn");
      compare(
        loopOf(body.replace("ZERO", zero), range),
        LENGTHS.map((n) => Kind.from(Array.from({ length: n }, (_, i) => BigInt(i * 7919) * 0x12345678abcdefn))),
      );
    });
  }
}

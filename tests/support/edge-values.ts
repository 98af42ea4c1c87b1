/**
 * The arguments at which number semantics break: for every operator test. Lists begin with int32 values, because a kernel
 * that has once seen a float64 keeps computing in float64: only this order reaches both specialisations.
 */

export const INT32_EDGES: readonly number[] = [
  0,
  1,
  -1,
  2,
  -2,
  3,
  5,
  7,
  -7,
  10,
  31,
  32,
  33,
  -31,
  63,
  64,
  127,
  128,
  255,
  256,
  -128,
  -129,
  32767,
  32768,
  -32768,
  65535,
  65536,
  1000003,
  0x55555555,
  2 ** 30,
  2 ** 31 - 1,
  2 ** 31 - 2,
  -(2 ** 31),
  -(2 ** 31) + 1,
];

export const FLOAT64_EDGES: readonly number[] = [
  -0,
  0.5,
  -0.5,
  1.5,
  -1.5,
  2.5,
  -2.5,
  0.1,
  -0.1,
  1 / 3,
  0.49999999999999994,
  -0.49999999999999994,
  3.7,
  -3.7,
  254.5,
  255.5,
  1e-7,
  12345.678,
  2 ** 31 - 0.5,
  2 ** 31,
  2 ** 31 + 0.5,
  2 ** 31 + 1,
  -(2 ** 31) - 0.5,
  -(2 ** 31) - 1,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 32 + 1,
  -(2 ** 32),
  2 ** 52 + 0.5,
  2 ** 52 + 1,
  2 ** 53 - 1,
  2 ** 53,
  2 ** 53 + 2,
  -(2 ** 53) + 1,
  -(2 ** 53),
  2 ** 62,
  2 ** 63,
  -(2 ** 63),
  2 ** 64,
  1e21,
  -1e21,
  1e300,
  -1e300,
  Number.MIN_VALUE,
  -Number.MIN_VALUE,
  2.2250738585072014e-308,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
];

export const NUMBER_EDGES: readonly number[] = [...INT32_EDGES, ...FLOAT64_EDGES];

export const BOOLEANS: readonly boolean[] = [false, true];

export const INT64_EDGES: readonly bigint[] = [
  0n,
  1n,
  -1n,
  2n,
  -2n,
  3n,
  -7n,
  10n,
  31n,
  32n,
  63n,
  64n,
  65n,
  -64n,
  255n,
  256n,
  2n ** 31n - 1n,
  2n ** 31n,
  -(2n ** 31n),
  2n ** 32n,
  2n ** 32n + 1n,
  2n ** 53n + 1n,
  2n ** 62n,
  2n ** 63n - 1n,
  -(2n ** 63n),
  -(2n ** 63n) + 1n,
];

export const UINT64_EDGES: readonly bigint[] = [2n ** 63n, 2n ** 63n + 1n, 2n ** 64n - 1n, 0xdeadbeefcafebabfn];

export function singles<T>(values: readonly T[]): [T][] {
  return values.map((v) => [v]);
}

/** Every pair of an element of each list, in the lists' order. */
export function pairsOf<A, B>(left: readonly A[], right: readonly B[]): [A, B][] {
  return left.flatMap((a) => right.map((b): [A, B] => [a, b]));
}

export const unaryNumberCases = (): unknown[][] => singles(NUMBER_EDGES);

/** int × int, then int × float and float × int, then float × float. */
export const binaryNumberCases = (): unknown[][] => [
  ...pairsOf(INT32_EDGES, INT32_EDGES),
  ...pairsOf(INT32_EDGES, FLOAT64_EDGES),
  ...pairsOf(FLOAT64_EDGES, INT32_EDGES),
  ...pairsOf(FLOAT64_EDGES, FLOAT64_EDGES),
];

/** A boolean on one side or both. */
export const booleanNumberCases = (): unknown[][] => [
  ...pairsOf(BOOLEANS, BOOLEANS),
  ...pairsOf<unknown, unknown>(BOOLEANS, INT32_EDGES),
  ...pairsOf<unknown, unknown>(BOOLEANS, FLOAT64_EDGES),
];

export const numberBooleanCases = (): unknown[][] => [
  ...pairsOf<unknown, unknown>(INT32_EDGES, BOOLEANS),
  ...pairsOf<unknown, unknown>(FLOAT64_EDGES, BOOLEANS),
];

export const unaryBigIntCases = (): unknown[][] => singles([...INT64_EDGES, ...UINT64_EDGES]);

export const binaryBigIntCases = (): unknown[][] => [
  ...pairsOf(INT64_EDGES, INT64_EDGES),
  ...pairsOf(INT64_EDGES, UINT64_EDGES),
  ...pairsOf(UINT64_EDGES, INT64_EDGES),
  ...pairsOf(UINT64_EDGES, UINT64_EDGES),
];

/** mulberry32: the tests' random numbers, the same on every machine. */
export function seededRandom(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** `length` random doubles in [low, high). */
export function randomFloats(length: number, seed: number, low = -1, high = 1): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length }, () => low + (high - low) * random());
}

/** `length` random integers in [low, high). */
export function randomInts(length: number, seed: number, low: number, high: number): Int32Array {
  const random = seededRandom(seed);
  return Int32Array.from({ length }, () => Math.floor(low + (high - low) * random()));
}

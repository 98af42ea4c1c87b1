// Kinds of values that don't go together.

// types: float64, bool
export function sometimesBoolean(x, b) {
  let y = x;
  if (b) y = x > 1; // error: type-conflict
  return y;
}

// types: float64, bool
export function eitherKind(x, b) {
  return b ? x : x > 0; // error: branch-conflict
}

export function returnsBoth(x) {
  if (x > 0) return x;
  return x < -1; // error: return-conflict
}

// types: float64[:], int32[:]
export function returnsEitherArray(a, b) {
  if (a.length > 0) return a;
  return b; // error: return-conflict
}

export function returnsPair(x) {
  if (x > 0) return [x, 1];
  return x; // error: return-conflict
}

export function returnsSometimes(x) {
  const isSmall = (v) => {
    if (v > 0) return v < 2; // error: missing-return
  };
  return isSmall(x) ? 1 : 0;
}

export function flagOrNull(x) {
  return x > 0 ? x > 1 : null; // error: branch-conflict
}

// types: float64[:]
export function arrayOrNull(a) {
  let largest = null;
  if (a.length > 0) largest = a; // error: type-conflict
  return largest === null ? 0 : largest[0];
}

// types: float64[:]
export function lengthOrNull(a) {
  return new Float64Array(a.find((v) => v > 0)); // error: not-a-number
}

// types: float64[:], int64
export function comparesNullable(a, b) {
  return a.find((v) => v > 0) == b; // error: compare-kinds
}

// types: float64[:]
export function nullAsIndex(a) {
  return a[null]; // error: index-kind
}

// types: float64[:]
export function plainNullable(a) {
  const list = [a[0], a[1]];
  list[0] = a.find((v) => v > 0); // error: store-kind
  return list;
}

// types: float64[:]
export function namesNullable(a) {
  const hit = a.find((v) => v > 1);
  if (hit !== 2) throw new Error(`hit ${hit}`); // error: message-value
  return hit;
}

export function nullNumber(x) {
  let start = null;
  if (x > 1) start = null;
  return x + start; // error: not-a-number
}

export function returnsFunction(x) {
  return () => x; // error: result-kind
}

// types: float64[:]
export function addsArray(a) {
  return a + 1; // error: not-a-number
}

// types: float64, none
export function missingArgument(x, y) {
  return x + y; // error: missing-argument
}

// types: none
export function missingBound(n) {
  let s = 0;
  for (let i = 0; i < n; i++) s += i; // error: missing-argument
  return s;
}

export function missingInHelper(x) {
  const scaled = (v, by) => v * by; // error: undefined-as-number
  return scaled(x);
}

export function undefinedItself(x) {
  return x - undefined; // error: undefined-as-number
}

// types: float64
export function wrapsNumber(x) {
  return BigInt.asIntN(64, x); // error: not-a-bigint
}

// types: int64, float64
export function mixes(b, x) {
  return b * x; // error: bigint-mix
}

// types: int64
export function beyond64Bits(b) {
  return b % 18446744073709551616n; // error: bigint-size
}

const MERSENNE = 2n ** 521n - 1n;

// types: int64
export function beyond64BitsOutside(b) {
  return b === MERSENNE; // error: bigint-size
}

const PRIMES = [3n, 2n ** 89n - 1n];

export function beyond64BitsInTable(x) {
  return PRIMES[x | 0] > 2n; // error: bigint-size
}

// types: int64
export function shiftsUnsigned(b) {
  return b >>> 1n; // error: bigint-ushr
}

// types: int64
export function unaryPlus(b) {
  return +b; // error: bigint-unary-plus
}

// types: int64
export function wide(b) {
  return BigInt.asIntN(128, b); // error: bigint-width
}

// types: float64[:]
export function comparesKinds(a) {
  return a < 1; // error: compare-kinds
}

// types: int32, bool
export function switchesOnKinds(i, b) {
  switch (i) {
    case b: // error: compare-kinds
      return 1;
    default:
      return 2;
  }
}

// types: float64[:]
export function nullAdded(a) {
  const start = null;
  a[0] += start; // error: not-a-number
}

export function nullCompared(x) {
  return x < null; // error: compare-kinds
}

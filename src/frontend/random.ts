/**
 * Random numbers in plain JavaScript: the generator that compiled kernels run, with the same numbers, and the state that
 * both share.
 *
 * The generator is SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014): the
 * state is a 64-bit counter that each draw moves by GAMMA, and a draw is the mixed state. Nothing waits for the draw before,
 * so a compiled loop of draws vectorises.
 *
 * Iterations of a prange may run in any order. So each draws from a stream of its own:
 *
 *   before the loop   base = state
 *   round k           state = mix(base + (k + 1) · ROUND)
 *   after the loop    state = base + GAMMA when some round drew, base when none did
 *
 * which gives the same numbers one by one, in chunks and at every number of threads. lower/streams.ts compiles that.
 */

/** The odd number nearest to 2^64 divided by the golden ratio. */
export const GAMMA = 0x9e3779b97f4a7c15n;
/** What sets rounds apart: another odd number without pattern. */
export const ROUND = 0xd1342543de82ef95n;
/** The multipliers of the mixing function (variant 13 of David Stafford's "Better Bit Mixing"). */
export const MIX = [0xbf58476d1ce4e5b9n, 0x94d049bb133111ebn] as const;

const [GAMMA_LOW, GAMMA_HIGH] = halves(GAMMA);
const [ROUND_LOW, ROUND_HIGH] = halves(ROUND);
const [MIX1_LOW, MIX1_HIGH] = halves(MIX[0]);
const [MIX2_LOW, MIX2_HIGH] = halves(MIX[1]);

function halves(x: bigint): [number, number] {
  return [Number(x & 0xffffffffn), Number(x >> 32n)];
}

/**
 * The state of this thread of the engine, for kernels too, as two 64-bit numbers, low half first: the state, and 0; or a
 * prange's base and k + 1, when its round k hasn't drawn yet: most loops never do, and should not pay for it.
 *
 * Other copies of numbats in the process (one imported, another bundled) share it.
 */
export const RANDOM_STATE: Uint32Array = sharedState();

function sharedState(): Uint32Array {
  const key = Symbol.for("numbats.random");
  const scope = globalThis as { [key]?: Uint32Array };
  if (scope[key] === undefined) {
    // From the engine's own random numbers, so that what seeds those (node --random-seed) seeds these.
    scope[key] = Uint32Array.of(Math.random() * 2 ** 32, Math.random() * 2 ** 32, 0, 0);
  }
  return scope[key];
}

/** Where the functions below leave a 64-bit result, low half first: numbers in typed arrays need no memory of their own. */
const result = new Uint32Array(2);

/** The low 64 bits of a product, in pieces of 16 bits. */
function multiply(low: number, high: number, byLow: number, byHigh: number): void {
  const a0 = low & 0xffff;
  const a1 = low >>> 16;
  const b0 = byLow & 0xffff;
  const b1 = byLow >>> 16;
  const p00 = Math.imul(a0, b0);
  const p01 = Math.imul(a0, b1);
  const p10 = Math.imul(a1, b0);
  const middle = (p00 >>> 16) + (p01 & 0xffff) + (p10 & 0xffff);
  const carried = (Math.imul(a1, b1) + (p01 >>> 16) + (p10 >>> 16) + (middle >>> 16)) | 0;
  result[1] = (carried + Math.imul(low, byHigh) + Math.imul(high, byLow)) | 0;
  result[0] = (p00 & 0xffff) | (middle << 16);
}

function mix(low: number, high: number): void {
  multiply(low ^ ((low >>> 30) | (high << 2)), high ^ (high >>> 30), MIX1_LOW, MIX1_HIGH);
  let a = result[0] as number;
  let b = result[1] as number;
  multiply(a ^ ((a >>> 27) | (b << 5)), b ^ (b >>> 27), MIX2_LOW, MIX2_HIGH);
  a = result[0] as number;
  b = result[1] as number;
  result[0] = a ^ ((a >>> 31) | (b << 1));
  result[1] = b ^ (b >>> 31);
}

/** The state in which round `k` of a prange starts. */
function startOf(baseLow: number, baseHigh: number, k: number): void {
  const n = k + 1;
  multiply(n >>> 0, Math.floor(n / 2 ** 32), ROUND_LOW, ROUND_HIGH);
  const low = baseLow + (result[0] as number);
  mix(low >>> 0, (baseHigh + (result[1] as number) + (low >= 2 ** 32 ? 1 : 0)) >>> 0);
}

/** Makes the state that of the current round, where that has been put off. */
function settle(): void {
  if (RANDOM_STATE[2] === 0 && RANDOM_STATE[3] === 0) return;
  startOf(
    RANDOM_STATE[0] as number,
    RANDOM_STATE[1] as number,
    (RANDOM_STATE[2] as number) + (RANDOM_STATE[3] as number) * 2 ** 32 - 1,
  );
  RANDOM_STATE[0] = result[0] as number;
  RANDOM_STATE[1] = result[1] as number;
  RANDOM_STATE[2] = 0;
  RANDOM_STATE[3] = 0;
}

function advance(low: number, high: number): void {
  const next = low + GAMMA_LOW;
  RANDOM_STATE[0] = next;
  RANDOM_STATE[1] = high + GAMMA_HIGH + (next >= 2 ** 32 ? 1 : 0);
}

/** A number from 0 up to but not including 1: 53 bits. */
export function draw(): number {
  settle();
  advance(RANDOM_STATE[0] as number, RANDOM_STATE[1] as number);
  mix(RANDOM_STATE[0] as number, RANDOM_STATE[1] as number);
  return ((result[1] as number) * 2 ** 21 + ((result[0] as number) >>> 11)) * 2 ** -53;
}

/** Starts the sequence anew at `state`. */
export function setState(state: bigint): void {
  // Whatever round it is, it has drawn now.
  settle();
  const [low, high] = halves(BigInt.asUintN(64, state));
  RANDOM_STATE[0] = low;
  RANDOM_STATE[1] = high;
}

/** The streams of one plain prange loop. */
export class Rounds {
  #low = 0;
  #high = 0;
  #round = -1;
  #drew = false;

  next(): void {
    if (this.#round < 0) {
      settle();
      this.#low = RANDOM_STATE[0] as number;
      this.#high = RANDOM_STATE[1] as number;
    } else this.#look();
    const n = ++this.#round + 1;
    RANDOM_STATE[0] = this.#low;
    RANDOM_STATE[1] = this.#high;
    RANDOM_STATE[2] = n;
    RANDOM_STATE[3] = n / 2 ** 32;
  }

  end(): void {
    if (this.#round < 0) return;
    this.#look();
    RANDOM_STATE[2] = 0;
    RANDOM_STATE[3] = 0;
    if (this.#drew) advance(this.#low, this.#high);
    else {
      RANDOM_STATE[0] = this.#low;
      RANDOM_STATE[1] = this.#high;
    }
    this.#round = -1;
  }

  /** Has the round that ends drawn? */
  #look(): void {
    if (this.#drew || RANDOM_STATE[2] !== 0 || RANDOM_STATE[3] !== 0) return;
    startOf(this.#low, this.#high, this.#round);
    this.#drew = RANDOM_STATE[0] !== result[0] || RANDOM_STATE[1] !== result[1];
  }
}

/** The random numbers' generator, frontend/random.ts, on BigInts: what the ops mean. */
import { GAMMA, MIX, ROUND } from "../frontend/random.ts";

function wrap(x: bigint): bigint {
  return BigInt.asUintN(64, x);
}

function mix(state: bigint): bigint {
  const a = wrap((state ^ (state >> 30n)) * MIX[0]);
  const b = wrap((a ^ (a >> 27n)) * MIX[1]);
  return b ^ (b >> 31n);
}

/** The state after a draw. */
export function nextState(state: bigint): bigint {
  return wrap(state + GAMMA);
}

/** The number that a draw gives which led to this state. */
export function numberOf(state: bigint): number {
  return Number(mix(state) >> 11n) * 2 ** -53;
}

/** The state in which round `k` starts of a loop before which it was `base`. */
export function streamOf(base: bigint, k: bigint): bigint {
  return mix(wrap(base + (k + 1n) * ROUND));
}

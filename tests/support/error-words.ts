/** An error's values as a native kernel leaves them in its state: BigInts as their 64 bits. */
import type { KernelTrap } from "../../src/ir/interp.ts";

export function errorWords({ values }: KernelTrap): Float64Array {
  const words = new Float64Array(values.length);
  const bits = new BigInt64Array(words.buffer);
  for (const [k, value] of values.entries()) {
    if (typeof value === "bigint") bits[k] = value;
    else words[k] = Number(value);
  }
  return words;
}

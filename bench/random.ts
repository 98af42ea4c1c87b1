/** Numbers in [0, 1) from a 32-bit seed: a Weyl sequence through a multiply-and-xorshift mixer. The same in every run. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 4294967296;
  };
}

/** `length` numbers in [low, high). */
export function uniform(length: number, seed: number, low = 0, high = 1): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length }, () => low + (high - low) * random());
}

/** `length` integers in [0, below). */
export function integers(length: number, seed: number, below: number): Int32Array {
  const random = seededRandom(seed);
  return Int32Array.from({ length }, () => Math.floor(random() * below));
}

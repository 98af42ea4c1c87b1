/** The kernels of golden.test.ts: each shows one part of the compiler, and is small enough to read what becomes of it. */

export function sum(x: Float64Array): number {
  let s = 0;
  for (let i = 0; i < x.length; i++) s += Math.sqrt(x[i]) * 2 + 1;
  return s;
}

/** Clamped neighbours are in bounds whatever the width, so versioning must see through Math.max and Math.min. */
export function stencil(image: Float32Array, out: Float32Array): void {
  const last = image.length - 1;
  for (let i = 0; i < image.length; i++) {
    const left = image[Math.max(i - 1, 0)];
    const right = image[Math.min(i + 1, last)];
    out[i] = (left + image[i] + right) / 3;
  }
}

/** The index comes out of an array: no test before the loop can decide it. */
export function histogram(bytes: Uint8Array, bins: Uint32Array): void {
  for (const b of bytes) bins[b]++;
}

export function prefixSum(counts: Int32Array, starts: Int32Array): number {
  let total = 0;
  for (let i = 0; i < counts.length; i++) {
    starts[i] = total;
    total += counts[i];
  }
  return total;
}

export function matmul(a: Float64Array, b: Float64Array, c: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let s = 0;
      for (let k = 0; k < n; k++) s += a[i * n + k] * b[k * n + j];
      c[i * n + j] = s;
    }
  }
}

function divmod(a: number, b: number): [number, number] {
  const q = Math.floor(a / b);
  return [q, a - q * b];
}

export function minutes(seconds: number): [number, number] {
  const [m, s] = divmod(seconds, 60);
  return [m, s];
}

export function fibonacci(n: number): number {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

/** FNV-1a, 64 bits: products wrap where asUintN stands around them. */
export function fnv1a(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < bytes.length; i++) hash = BigInt.asUintN(64, (hash ^ BigInt(bytes[i])) * 0x100000001b3n);
  return hash;
}

/** Methods of arrays are written in the kernel language and compiled along. */
export function clearFrom(a: Int16Array, n: number): number | undefined {
  a.subarray(n).fill(0);
  return a.at(-1);
}

const GAIN = 2.5;
const LIMITS = [0, 255];
const camera = { offset: new Float32Array([0.5, 0.25, 0.125]) };
const clamp = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);

export function expose(pixels: Uint8ClampedArray): void {
  for (let i = 0; i < pixels.length; i++) {
    pixels[i] = clamp(pixels[i] * GAIN + camera.offset[i % 3], LIMITS[0], LIMITS[1]);
  }
}

import { seededRandom } from "../random.ts";
import type { Size } from "./benchmark.ts";

/** A picture of soft shapes with some noise, 0 to 255: what pixel kernels see in practice, unlike pure noise. */
export function picture(width: number, height: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  const waves = Array.from({ length: 5 }, () => [random() * 0.06, random() * 0.06, random() * 6]);
  return Float32Array.from({ length: width * height }, (_, p) => {
    const x = p % width;
    const y = Math.floor(p / width);
    const shape = waves.reduce((sum, [fx, fy, phase]) => sum + Math.sin(fx * x + fy * y + phase), 0);
    return Math.min(Math.max(128 + 22 * shape + 12 * (random() - 0.5), 0), 255);
  });
}

export function bytePicture(width: number, height: number, seed: number): Uint8Array {
  return Uint8Array.from(picture(width, height, seed));
}

/** Width and height: odd ones in tests, so that nothing is a multiple of a vector's length. */
export function sides(size: Size, fullWidth: number, fullHeight: number): [width: number, height: number] {
  return size === "full" ? [fullWidth, fullHeight] : [29, 17];
}

/** The pixel at (x, y), the border's nearest beyond it. */
export function clamped(image: ArrayLike<number>, width: number, x: number, y: number): number {
  const height = image.length / width;
  const inside = (i: number, n: number) => (i < 0 ? 0 : i >= n ? n - 1 : i);
  return image[inside(y, height) * width + inside(x, width)];
}

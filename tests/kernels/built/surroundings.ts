/** What the kernels of table.ts take from another module. */
export const K = 3;
export let mutable = 7;
export enum Color {
  Red,
  Green = 5,
  Blue,
}
export const enum Mode {
  Off = 0,
  On = 1,
  Auto = 1 << 3,
}
export enum Flags {
  A = 1,
  B = 2,
  C = A | B,
}
export namespace Geo {
  export const R = 6371;
  export function rad(d: number) {
    return d * 0.017453292519943295;
  }
}
export class Limits {
  static readonly MAX = 100;
  static MIN = -100;
  static clamp(x: number) {
    return x < Limits.MIN ? Limits.MIN : x > Limits.MAX ? Limits.MAX : x;
  }
}
export const settings = {
  gain: 2,
  inner: { offset: 0.5 },
  table: [1, 2, 3],
  lut: Float64Array.of(5, 6, 7),
  helper: (x: number) => x + 1,
} as const;
export const cube = (x: number) => x * x * x;
export function lerp(a: number, b: number, t = 0.5): number {
  return a + (b - a) * t;
}
export function divmod(a: number, b: number): [number, number] {
  const q = Math.floor(a / b);
  return [q, a - q * b];
}
export function isEven(n: number): boolean {
  return n === 0 ? true : isOdd(n - 1);
}
export function isOdd(n: number): boolean {
  return n === 0 ? false : isEven(n - 1);
}
export default function half(x: number) {
  return x / 2;
}

/** A module as `numbats bench` and `numbats explain` take it. */
import { njit } from "../../src/index.ts";

export const twice = njit((x: Float64Array) => {
  for (let i = 0; i < x.length; i++) x[i] *= 2;
});

export const half = njit((n: number) => n / 2);

export const unused = njit((n: number) => n);

export const shapes = { square: njit((n: number) => n * n) };

export const inputs = { twice: () => [new Float64Array(10)], half: [4], "shapes.square": [3], gone: [1] };

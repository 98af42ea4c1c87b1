/** Horizontal diffusion of a weather model: a Laplacian, and fluxes of it that are cut off where they would sharpen the field. */
import { njit, prange } from "../../src/index.ts";
import { uniform } from "../random.ts";
import { allNear, define } from "./benchmark.ts";

/** The field has two points more on each side than the result; k, the height, runs fastest. */
export const hdiff = define({
  name: "hdiff",
  group: "npbench",
  fastmath: true,
  kernel: njit(
    (ni: number, nj: number, nk: number, field: Float64Array, coefficient: Float64Array, out: Float64Array): void => {
      const row = (nj + 4) * nk;
      const laplacian = new Float64Array((ni + 4) * row);
      for (let i = 1; i < ni + 3; i++) {
        for (let j = 1; j < nj + 3; j++) {
          for (let k = 0; k < nk; k++) {
            const p = i * row + j * nk + k;
            laplacian[p] = 4 * field[p] - (field[p + row] + field[p - row] + field[p + nk] + field[p - nk]);
          }
        }
      }
      const fluxI = new Float64Array((ni + 4) * row);
      for (let i = 1; i < ni + 2; i++) {
        for (let j = 2; j < nj + 2; j++) {
          for (let k = 0; k < nk; k++) {
            const p = i * row + j * nk + k;
            const flux = laplacian[p + row] - laplacian[p];
            fluxI[p] = flux * (field[p + row] - field[p]) > 0 ? 0 : flux;
          }
        }
      }
      const fluxJ = new Float64Array((ni + 4) * row);
      for (let i = 2; i < ni + 2; i++) {
        for (let j = 1; j < nj + 2; j++) {
          for (let k = 0; k < nk; k++) {
            const p = i * row + j * nk + k;
            const flux = laplacian[p + nk] - laplacian[p];
            fluxJ[p] = flux * (field[p + nk] - field[p]) > 0 ? 0 : flux;
          }
        }
      }
      for (let i = 0; i < ni; i++) {
        for (let j = 0; j < nj; j++) {
          for (let k = 0; k < nk; k++) {
            const p = (i + 2) * row + (j + 2) * nk + k;
            const o = (i * nj + j) * nk + k;
            out[o] = field[p] - coefficient[o] * (fluxI[p] - fluxI[p - row] + fluxJ[p] - fluxJ[p - nk]);
          }
        }
      }
    },
    { fastmath: true },
  ),
  parallel: njit(
    (ni: number, nj: number, nk: number, field: Float64Array, coefficient: Float64Array, out: Float64Array): void => {
      const row = (nj + 4) * nk;
      const laplacian = new Float64Array((ni + 4) * row);
      for (const i of prange(1, ni + 3)) {
        for (let j = 1; j < nj + 3; j++) {
          for (let k = 0; k < nk; k++) {
            const p = i * row + j * nk + k;
            laplacian[p] = 4 * field[p] - (field[p + row] + field[p - row] + field[p + nk] + field[p - nk]);
          }
        }
      }
      const fluxI = new Float64Array((ni + 4) * row);
      for (const i of prange(1, ni + 2)) {
        for (let j = 2; j < nj + 2; j++) {
          for (let k = 0; k < nk; k++) {
            const p = i * row + j * nk + k;
            const flux = laplacian[p + row] - laplacian[p];
            fluxI[p] = flux * (field[p + row] - field[p]) > 0 ? 0 : flux;
          }
        }
      }
      const fluxJ = new Float64Array((ni + 4) * row);
      for (const i of prange(2, ni + 2)) {
        for (let j = 1; j < nj + 2; j++) {
          for (let k = 0; k < nk; k++) {
            const p = i * row + j * nk + k;
            const flux = laplacian[p + nk] - laplacian[p];
            fluxJ[p] = flux * (field[p + nk] - field[p]) > 0 ? 0 : flux;
          }
        }
      }
      for (const i of prange(ni)) {
        for (let j = 0; j < nj; j++) {
          for (let k = 0; k < nk; k++) {
            const p = (i + 2) * row + (j + 2) * nk + k;
            const o = (i * nj + j) * nk + k;
            out[o] = field[p] - coefficient[o] * (fluxI[p] - fluxI[p - row] + fluxJ[p] - fluxJ[p - nk]);
          }
        }
      }
    },
    { fastmath: true, parallel: true },
  ),
  inputs(size) {
    const [ni, nj, nk] = size === "full" ? [64, 64, 60] : [7, 6, 5];
    const points = ni * nj * nk;
    return [ni, nj, nk, uniform((ni + 4) * (nj + 4) * nk, 1), uniform(points, 2), new Float64Array(points)];
  },
  /** Each point from the definition alone, nothing kept from its neighbours. */
  check([, nj, nk, field, coefficient, out]) {
    const at = (i: number, j: number, k: number) => field[((i + 2) * (nj + 4) + j + 2) * nk + k];
    const laplacian = (i: number, j: number, k: number) =>
      4 * at(i, j, k) - (at(i + 1, j, k) + at(i - 1, j, k) + at(i, j + 1, k) + at(i, j - 1, k));
    const flux = (i: number, j: number, k: number, di: number, dj: number) => {
      const difference = laplacian(i + di, j + dj, k) - laplacian(i, j, k);
      return difference * (at(i + di, j + dj, k) - at(i, j, k)) > 0 ? 0 : difference;
    };
    const expected = out.map((_, o) => {
      const [i, j, k] = [Math.floor(o / (nj * nk)), Math.floor(o / nk) % nj, o % nk];
      const divergence = flux(i, j, k, 1, 0) - flux(i - 1, j, k, 1, 0) + flux(i, j, k, 0, 1) - flux(i, j - 1, k, 0, 1);
      return at(i, j, k) - coefficient[o] * divergence;
    });
    allNear(out, expected, 1e-9, "out");
  },
});

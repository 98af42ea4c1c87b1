import { njit, prange } from "../../src/index.ts";
import { uniform } from "../random.ts";
import { define, near } from "./benchmark.ts";

/** The angle between pairs of points on the globe, given by longitude and latitude: the haversine formula. */
export const arcDistance = define({
  name: "arc-distance",
  group: "npbench",
  fastmath: true,
  kernel: njit(
    (lon1: Float64Array, lat1: Float64Array, lon2: Float64Array, lat2: Float64Array, out: Float64Array): void => {
      for (let i = 0; i < out.length; i++) {
        const a = Math.sin((lat2[i] - lat1[i]) / 2);
        const b = Math.sin((lon2[i] - lon1[i]) / 2);
        const h = a * a + Math.cos(lat1[i]) * Math.cos(lat2[i]) * b * b;
        out[i] = 2 * Math.atan2(Math.sqrt(h), Math.sqrt(1 - h));
      }
    },
    { fastmath: true },
  ),
  parallel: njit(
    (lon1: Float64Array, lat1: Float64Array, lon2: Float64Array, lat2: Float64Array, out: Float64Array): void => {
      for (const i of prange(out.length)) {
        const a = Math.sin((lat2[i] - lat1[i]) / 2);
        const b = Math.sin((lon2[i] - lon1[i]) / 2);
        const h = a * a + Math.cos(lat1[i]) * Math.cos(lat2[i]) * b * b;
        out[i] = 2 * Math.atan2(Math.sqrt(h), Math.sqrt(1 - h));
      }
    },
    { fastmath: true, parallel: true },
  ),
  inputs(size) {
    const n = size === "full" ? 100_000 : 200;
    const half = Math.PI / 2;
    return [
      uniform(n, 1, -Math.PI, Math.PI),
      uniform(n, 2, -half, half),
      uniform(n, 3, -Math.PI, Math.PI),
      uniform(n, 4, -half, half),
      new Float64Array(n),
    ];
  },
  /** The same angle between the points as vectors: by their cross and dot products. */
  check([lon1, lat1, lon2, lat2, out]) {
    const vector = (lon: number, lat: number) => [
      Math.cos(lat) * Math.cos(lon),
      Math.cos(lat) * Math.sin(lon),
      Math.sin(lat),
    ];
    for (let i = 0; i < out.length; i += 3) {
      const [ax, ay, az] = vector(lon1[i], lat1[i]);
      const [bx, by, bz] = vector(lon2[i], lat2[i]);
      const cross = Math.hypot(ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx);
      near(out[i], Math.atan2(cross, ax * bx + ay * by + az * bz), 1e-7, `out[${i}]`);
    }
  },
});

/** Mean, deviation, least and greatest of the last `window` values of a series; of fewer at its beginning. */
import { njit } from "../../src/index.ts";
import { uniform } from "../random.ts";
import { define, near } from "./benchmark.ts";

export const rolling = define({
  name: "rolling",
  group: "pixels",
  kernel: njit(
    (
      series: Float64Array,
      window: number,
      mean: Float64Array,
      deviation: Float64Array,
      least: Float64Array,
      greatest: Float64Array,
    ): void => {
      let sum = 0;
      let squares = 0;
      for (let i = 0; i < series.length; i++) {
        sum += series[i];
        squares += series[i] * series[i];
        if (i >= window) {
          sum -= series[i - window];
          squares -= series[i - window] * series[i - window];
        }
        const count = Math.min(i + 1, window);
        const m = sum / count;
        mean[i] = m;
        deviation[i] = Math.sqrt(Math.max(squares / count - m * m, 0));
      }
      // Positions whose values may still become the extreme, in order; a new value ends the careers of those it beats.
      const low = new Int32Array(series.length);
      const high = new Int32Array(series.length);
      let lowFirst = 0;
      let lowEnd = 0;
      let highFirst = 0;
      let highEnd = 0;
      for (let i = 0; i < series.length; i++) {
        const v = series[i];
        while (lowEnd > lowFirst && series[low[lowEnd - 1]] >= v) lowEnd--;
        low[lowEnd++] = i;
        if (low[lowFirst] <= i - window) lowFirst++;
        least[i] = series[low[lowFirst]];
        while (highEnd > highFirst && series[high[highEnd - 1]] <= v) highEnd--;
        high[highEnd++] = i;
        if (high[highFirst] <= i - window) highFirst++;
        greatest[i] = series[high[highFirst]];
      }
    },
  ),
  inputs(size) {
    const [n, window] = size === "full" ? [200_000, 250] : [200, 9];
    const room = () => new Float64Array(n);
    return [uniform(n, 1, -1, 1), window, room(), room(), room(), room()];
  },
  /** Windows here and there from their values. */
  check([series, window, mean, deviation, least, greatest]) {
    for (let i = 0; i < series.length; i += Math.ceil(series.length / 5000)) {
      const values = Array.from(series.subarray(Math.max(0, i - window + 1), i + 1));
      const m = values.reduce((a, b) => a + b) / values.length;
      near(mean[i], m, 1e-9, `mean[${i}]`);
      const variance = values.reduce((total, v) => total + (v - m) ** 2, 0) / values.length;
      near(deviation[i] ** 2, variance, 1e-8, `deviation[${i}]²`);
      near(least[i], Math.min(...values), 0, `least[${i}]`);
      near(greatest[i], Math.max(...values), 0, `greatest[${i}]`);
    }
  },
});

/** A thread that leaves 46 MiB for its next kernel, and ends. */
import { register } from "tsx/esm/api";

register();
const { njit } = await import("../../src/index.ts");

const fill = njit((n) => {
  const a = new Float64Array(n);
  for (let i = 0; i < n; i++) a[i] = i;
  return a[n - 1];
});
if (fill(6_000_000) !== 5_999_999) throw new Error("wrong");

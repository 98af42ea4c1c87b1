// A process with a pool at work, forked as it is: its argument is the stress test's addon.
import { register } from "tsx/esm/api";

register();
const { njit, prange, setNumThreads } = await import("../../src/index.ts");
const { nativeLoader } = await import("../../src/runtime/loader.ts");

const module = { exports: {} };
process.dlopen(module, process.argv[2]);
const { forkAndRun } = module.exports;

setNumThreads(4);
const sum = njit(
  (a) => {
    let s = 0;
    for (const i of prange(a.length)) s += a[i] % 7;
    return s;
  },
  { parallel: true, chunksize: 1000 },
);
const a = Float64Array.from({ length: 1_000_000 }, (_, i) => i);
const expected = sum.jsFunction(a);
const { address } = nativeLoader.pool();
const counts = [];
for (let round = 0; round < 5; round++) {
  if (sum(a) !== expected) counts.push("the parent is wrong");
  // In the child, and in a child's child.
  counts.push(forkAndRun(address, 0), forkAndRun(address, 1));
}
if (sum(a) !== expected) counts.push("the parent is wrong");
console.log(JSON.stringify(counts));

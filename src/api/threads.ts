/** How many threads parallel loops use: one number for the whole process, all of its threads and kernels. */
import { nativeLoader } from "../runtime/loader.ts";
import { checkThreads } from "../runtime/pool.ts";

/**
 * Sets how many threads a parallel loop may use, the calling one included; more than there are cores is allowed. Results
 * don't depend on it.
 */
export function setNumThreads(count: number): void {
  nativeLoader.pool().setThreads(checkThreads(count, "setNumThreads: the number of threads"));
}

/** How many threads a parallel loop may use. At first it is NUMBATS_NUM_THREADS, or as many as there are cores. */
export function getNumThreads(): number {
  return nativeLoader.pool().threads();
}

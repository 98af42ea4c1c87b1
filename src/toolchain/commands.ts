/** The command lines by which LLVM compiles: target, level and the flags that shape code. */
import type { Target } from "../targets/target.ts";

export type OptLevel = 0 | 1 | 2 | 3;

/**
 * Part of the cache key: the flags that shape code, apart from target and level.
 *
 * - `-force-ordered-reductions`: float sums keep their order and still vectorise.
 * - `-vectorizer-maximize-bandwidth=false`: with the masked variants that emit/llvm/math/ declares, LLVM would look for wider
 *   vectors than the widest element type asks for, and give up loops that need more registers than there are.
 * - `…-scev-check-threshold=0`: no loop is vectorised on an assumption about a counter that is tested before it. LLVM 21 takes
 *   the assumption for a narrow counter as implied by that for a wide one (llvm/llvm-project#191382): in
 *   `for (let i = 0; i < n; i += 3) a[i & 7] >>>= 1` it then loads and stores beyond the array. Kernels seldom need such
 *   tests: their counters are wide, or known not to wrap.
 * - `…-inject-invariant-conditions=false`: loop unswitching makes no versions of loops for bounds checks. Those that have any
 *   are themselves the version for when a test has failed (passes/version-bounds.ts).
 * - `-unswitch-threshold=35`, 50 unless given: nor are there versions for each outcome of the conditions that a loop doesn't change
 *   where these would be long. LLVM made a dozen of vadv's, which took it a third of its time and ran no faster than vectors with
 *   masks; of the suite's other kernels four came out differently, and just as fast.
 * - `-force-widen-divrem-via-safe-divisor`: an integer division under a condition is vectorised as one of all lanes, by 1 where
 *   the condition doesn't hold. In `if (c[i] !== 0) a[i] = b[k % n]` LLVM 21 else divides once, if the condition holds for the
 *   vector's first lane, and reads from anywhere if it holds for another only. Later LLVMs have no other way to do it
 *   (llvm/llvm-project#191377).
 * - `-hoist-runtime-checks=false`: whether two rows of an array share memory is tested where their loop starts. Tested before the
 *   loop around, it is whether one shares memory with any of the others (passes/split-loops.ts).
 * - `-min-jump-table-entries=8`, 4 unless given: a choice of four directions by comparisons is foreseen where they follow a pattern, as they do
 *   in pictures; a jump through a table hardly is. What follows none is slower only with six or seven ways, and by little.
 * - `-disable-lsr`: loop strength reduction takes a good part of LLVM's time for large kernels, and on x86-64 the suite's are no slower
 *   without it in the mean.
 * - `-x86-cmov-converter=false`: nor does LLVM make branches of selects in loops whose rounds wait for one another. It takes
 *   guesses for right three times of four, which they aren't in alignments, edit distances and binary searches. What is foreseeable comes as a
 *   branch (emit/llvm/loop-body.ts).
 * - `-relocation-model pic`: an addon is loaded anywhere.
 */
export const CODE_FLAGS = [
  "-mrelocation-model",
  "pic",
  "-pic-level",
  "2",
  "-vectorize-loops",
  "-vectorize-slp",
  "-mllvm",
  "-force-ordered-reductions",
  "-mllvm",
  "-vectorizer-maximize-bandwidth=false",
  "-mllvm",
  "-vectorize-scev-check-threshold=0",
  "-mllvm",
  "-loop-load-elimination-scev-check-threshold=0",
  "-mllvm",
  "-simple-loop-unswitch-inject-invariant-conditions=false",
  "-mllvm",
  "-unswitch-threshold=35",
  "-mllvm",
  "-force-widen-divrem-via-safe-divisor=true",
  "-mllvm",
  "-hoist-runtime-checks=false",
  "-mllvm",
  "-min-jump-table-entries=8",
  "-mllvm",
  "-disable-lsr",
  "-mllvm",
  "-x86-cmov-converter=false",
] as const;

function targetFlags(target: Target): string[] {
  const features = target.features.flatMap((feature) => ["-target-feature", feature]);
  return ["-triple", target.triple, "-target-cpu", target.cpu, ...features];
}

/** What the inputs' names come after. */
export function irCommand(target: Target, optLevel: OptLevel, action: readonly string[]): string[] {
  return ["-cc1", ...targetFlags(target), ...action, `-O${optLevel}`, ...CODE_FLAGS, "-x", "ir"];
}

export function cc1(target: Target, optLevel: OptLevel, action: readonly string[], output: string): string[] {
  return [...irCommand(target, optLevel, action), "-", "-o", output];
}

export function compileC(target: Target, object: string, includeDir: string | undefined): string[] {
  const language = ["-std=c11", "-ffreestanding", "-nostdsysteminc", "-nobuiltininc", "-x", "c", "-", "-o", object];
  if (includeDir !== undefined) language.unshift("-I", includeDir);
  return ["-cc1", ...targetFlags(target), "-emit-obj", "-O2", ...CODE_FLAGS, ...language];
}

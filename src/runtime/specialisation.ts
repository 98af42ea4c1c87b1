/** What has been compiled of a kernel. */
import type { Compiled } from "../compiler.ts";
import type { ArgType } from "../types/signature.ts";
import type { NativeKernel } from "./native.ts";
import { printSignature } from "./notation.ts";

/** For one tuple of argument types. */
export interface Specialisation {
  readonly args: readonly ArgType[];
  readonly main: Variant;
  /** By what they may assume of the arguments; the stricter ones are compiled when arguments come that need them. */
  readonly variants: Map<string, Variant>;
}

export interface Variant {
  readonly assumes: Assumptions;
  readonly compiled: Compiled;
  /** At first it may be a stand-in (warmup.ts). */
  call: NativeKernel;
  /** Of one that can't be called yet: resolves when it can. */
  pending?: Promise<void> | undefined;
  /** Of one that is loaded when it is first called: loads it. */
  load?: (() => void) | undefined;
}

/** What a variant takes for granted: the entry point checks it. */
export interface Assumptions {
  /** Arrays don't overlap where one of them is written. */
  readonly disjoint: boolean;
  /** Integers are small, divisors positive and arrays not empty, where that makes better code. */
  readonly small: boolean;
  /** It runs in the background; `call` is then emit/abi.ts's `start`. */
  readonly background?: boolean;
}

/** In Numba's notation. */
export function signatureOf({ args, main }: Specialisation): string {
  return printSignature(args, main.compiled.entry.result);
}

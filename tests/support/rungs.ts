/**
 * What plain JavaScript is compared with. One rung is the compiled kernel; further rungs run an earlier form of the same
 * kernel, so that the first rung that differs names the stage at fault.
 */
import { njit } from "../../src/index.ts";
import type { Kernel } from "./differential.ts";

export interface Rung {
  readonly name: string;
  prepare(kernel: Kernel, options: Readonly<Record<string, unknown>>): Kernel;
}

export const RUNGS: readonly Rung[] = [{ name: "native", prepare: (kernel, options) => njit(kernel, options) }];

/** Operator tests in one line each: a kernel, with the edge values of its operands as cases. */
import type { Kernel, KernelTest } from "./differential.ts";
import {
  BOOLEANS,
  binaryBigIntCases,
  binaryNumberCases,
  booleanNumberCases,
  numberBooleanCases,
  singles,
  unaryBigIntCases,
  unaryNumberCases,
} from "./edge-values.ts";

export const unary = (kernel: Kernel): KernelTest => ({ kernel, cases: unaryNumberCases });
export const binary = (kernel: Kernel): KernelTest => ({ kernel, cases: binaryNumberCases });
export const boolLeft = (kernel: Kernel): KernelTest => ({ kernel, cases: booleanNumberCases });
export const boolRight = (kernel: Kernel): KernelTest => ({ kernel, cases: numberBooleanCases });
export const boolUnary = (kernel: Kernel): KernelTest => ({ kernel, cases: () => singles(BOOLEANS) });
export const bigUnary = (kernel: Kernel): KernelTest => ({ kernel, cases: unaryBigIntCases, within64: true });
export const bigBinary = (kernel: Kernel): KernelTest => ({ kernel, cases: binaryBigIntCases, within64: true });
export const constant = (kernel: Kernel): KernelTest => ({ kernel, cases: () => [[]] });

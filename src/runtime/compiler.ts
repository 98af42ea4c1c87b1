/** The compiler as kernels get it. In the published package compiler-late.ts stands in this module's place. */
export { compileKernel } from "../compiler.ts";

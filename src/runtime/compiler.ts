/**
 * The compiler as kernels get it, and what tells of its work. In the published package this module is a script of its own, and
 * compiler-late.ts stands in its place.
 */
export { compileKernel } from "../compiler.ts";
export { renderDiagnosticsReport } from "./diagnostics-report.ts";
export { renderParallelReport } from "./parallel-report.ts";

/** numbats: numeric functions in plain TypeScript, compiled to native code at their first call. */
export type { AsyncKernel, Jitted, KernelMembers } from "./api/jitted.ts";
export { type NjitWithOptions, njit } from "./api/njit.ts";
export type { NjitOptions } from "./api/options.ts";
export { getNumThreads, setNumThreads } from "./api/threads.ts";
export type { Diagnostic, RelatedSpan } from "./diagnostics/diagnostic.ts";
export { CompileError, InternalError, NumbatsError, ToolchainError } from "./diagnostics/errors.ts";
export { prange } from "./frontend/intrinsics.ts";
export { random } from "./frontend/random-functions.ts";
export type { FastFlag } from "./ir/ops.ts";
export type { KernelStats } from "./runtime/dispatcher.ts";
export type { Position, SourceText, Span } from "./source/span.ts";

/**
 * The memory that the entry point's functions share, as LLVM struct types and field numbers.
 *
 * An *instance* lives as long as the callable that `create` made; a *frame* lives for one call, on the callback's stack,
 * where the context points to it. Nothing else is shared: the same addon may be loaded by several threads at once, and
 * several times by one.
 */
import type { EntrySpec } from "../../types/signature.ts";

/**
 * State's data and the random numbers' state's, then references: sentinel, both states, log, and the bound values in
 * `create`'s order; last, the addresses of the pool's function and of the spare blocks. All have a pointer's size.
 */
export const INSTANCE = { state: 0, random: 1, sentinel: 2, stateRef: 3, log: 4, randomRef: 5, bound: 6 } as const;

/** References that an instance holds, from `sentinel` on. */
export function instanceRefCount(spec: EntrySpec): number {
  return INSTANCE.bound - INSTANCE.sentinel + boundCount(spec);
}

export function boundCount(spec: EntrySpec): number {
  return spec.captured.length + spec.args.filter((arg) => arg.kind === "function").length;
}

/** `threw`: an exception is pending in the engine, the kernel is to end at once. */
export const FRAME = { env: 0, instance: 1, threw: 2, arrayCount: 3, arrays: 4 } as const;

/** What was read of an array at the call's start: the JavaScript object, its data and its length in elements. */
export const FRAME_ARRAY = { value: 0, data: 1, length: 2 } as const;

/** The number of arrays differs from kernel to kernel and comes last, so shared code sees the frame with none. */
export const FRAME_ARRAY_TYPE = "%nb_entry_array";

export const FRAME_TYPES = `${FRAME_ARRAY_TYPE} = type { ptr, ptr, i64 }
%nb_entry_frame = type { ptr, ptr, i32, i32, [0 x ${FRAME_ARRAY_TYPE}] }`;

export function frameType(arrays: number): string {
  return `{ ptr, ptr, i32, i32, [${arrays} x ${FRAME_ARRAY_TYPE}] }`;
}

/** Where in an instance the address of the pool's function is. */
export function poolIndex(spec: EntrySpec): number {
  return INSTANCE.sentinel + instanceRefCount(spec);
}

/** Where in an instance the address of the thread's spare blocks is. */
export function spareIndex(spec: EntrySpec): number {
  return poolIndex(spec) + 1;
}

export function instanceBytes(spec: EntrySpec): number {
  return 8 * (spareIndex(spec) + 1);
}

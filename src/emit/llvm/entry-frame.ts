/**
 * The memory that the entry point's functions share, as LLVM struct types and field numbers.
 *
 * A *kernel* is the addon's constant description of itself; an *instance* lives as long as the callable that `create` made; a
 * *frame* lives for one call, on the callback's stack, where the context points to it. Nothing else is shared: the same addon
 * may be loaded by several threads at once, and several times by one.
 */
import type { EntrySpec } from "../../types/signature.ts";

/**
 * What the support library is told of the kernel, in a constant that the kernel's module defines: its name, its callbacks
 * (`finish` only for the background, else null), the Node-API type codes of its captured arrays as bytes, how many those are, how many
 * bound values there are in all, and what it needs besides, as 0 or 1: `later` what has been left out of the addon.
 *
 * An addon that is only what another has left out has the table of its functions and nothing else.
 */
export const KERNEL = {
  name: "ptr",
  call: "ptr",
  finish: "ptr",
  kinds: "ptr",
  captured: "i32",
  bound: "i32",
  random: "i32",
  parallel: "i32",
  allocates: "i32",
  later: "i32",
  fallbacks: "ptr",
} as const;
const KERNEL_SYMBOL = "@nb_kernel";
const KERNEL_TYPE = "%nb_entry_kernel";

/** `getelementptr` of a field of the kernel's description. */
export function kernelField(field: keyof typeof KERNEL): string {
  return `getelementptr inbounds ${KERNEL_TYPE}, ptr ${KERNEL_SYMBOL}, i32 0, i32 ${Object.keys(KERNEL).indexOf(field)}`;
}

/** The kernel's description: a definition, where what isn't given is null or 0, or a declaration. */
export function kernelGlobal(values?: { readonly [K in keyof typeof KERNEL]?: string | number }): string {
  if (values === undefined) return `${KERNEL_SYMBOL} = external hidden constant ${KERNEL_TYPE}`;
  const fields = Object.entries(KERNEL).map(([name, type]) => {
    return `${type} ${values[name as keyof typeof KERNEL] ?? (type === "ptr" ? "null" : 0)}`;
  });
  return `${KERNEL_SYMBOL} = hidden constant ${KERNEL_TYPE} { ${fields.join(", ")} }`;
}

/**
 * State's data and the random numbers' state's, the addresses of the pool's function, of the spare blocks and of the fallbacks' table
 * (null until they are needed), what entry-stack.ts remembers, then references: sentinel, both states, log, what gives the fallbacks,
 * and the bound values in `create`'s order. All have a pointer's size.
 */
export const INSTANCE = {
  state: 0,
  random: 1,
  pool: 2,
  spare: 3,
  fallbacks: 4,
  stackLimit: 5,
  stackTop: 6,
  sentinel: 7,
  stateRef: 8,
  log: 9,
  randomRef: 10,
  fallbacksRef: 11,
  bound: 12,
} as const;

export function boundCount(spec: EntrySpec): number {
  return spec.captured.length + spec.args.filter((arg) => arg.kind === "function").length;
}

/** `threw`: an exception is pending in the engine, the kernel is to end at once. */
const FRAME = { env: 0, instance: 1, threw: 2, arrayCount: 3, arrays: 4 } as const;
/** Words of a frame before the arrays, and of each. */
export const FRAME_WORDS = { header: 3, array: 4 } as const;

/** What was read of an array at the call's start: the JavaScript object, its data, its length in elements and in bytes. */
const FRAME_ARRAY = { value: 0, data: 1, length: 2, bytes: 3 } as const;
const FRAME_ARRAY_TYPE = "%nb_entry_array";

/** The number of arrays differs from kernel to kernel and comes last, so shared code sees the frame with none. */
export const FRAME_TYPES = `${FRAME_ARRAY_TYPE} = type { ptr, ptr, i64, i64 }
%nb_entry_frame = type { ptr, ptr, i32, i32, [0 x ${FRAME_ARRAY_TYPE}] }
${KERNEL_TYPE} = type { ${Object.values(KERNEL).join(", ")} }`;

/** A frame for so many arrays, to be allocated. */
export function frameType(arrays: number): string {
  return `{ ptr, ptr, i32, i32, [${arrays} x ${FRAME_ARRAY_TYPE}] }`;
}

export function frameField(field: Exclude<keyof typeof FRAME, "arrays">): string {
  return `getelementptr inbounds %nb_entry_frame, ptr %frame, i32 0, i32 ${FRAME[field]}`;
}

/** The frame's array number `index`, an i64. */
export function frameArray(index: string | number): string {
  return `getelementptr inbounds %nb_entry_frame, ptr %frame, i32 0, i32 ${FRAME.arrays}, i64 ${index}`;
}

export function frameArrayField(array: string, field: keyof typeof FRAME_ARRAY): string {
  return `getelementptr inbounds ${FRAME_ARRAY_TYPE}, ptr ${array}, i32 0, i32 ${FRAME_ARRAY[field]}`;
}

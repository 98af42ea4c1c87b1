/**
 * The calling convention between the entry point (entry.ts) and the functions of the IR (function.ts), in one place.
 *
 * The entry point calls
 *
 *   define internal i32 @fn.<name>(ptr %cx, <params>, ptr %results)
 *
 * which returns 0, or 1 after writing `site`, `a` and `b` of the context, and what else a message has; a kernel that was asked to stop writes STOPPED as its site. A parameter of a scalar type is one LLVM value; an
 * array is three: `ptr` data, `i32` length, `i64` owner. `%results` points to a struct of the flattened results in their order
 * (`{ double, ptr, i32, i64 }` for an f64 and an array) and is left out when there are none; it is meaningful only on 0.
 *
 * IR functions call each other as
 *
 *   define internal { i32, <flattened results> } @inner.<name>(ptr %cx, <params>, <one ptr per ref local>)
 *
 * so that the usual few results stay in registers. A ref local of a scalar type is a pointer to it; of an array type, a
 * pointer to the struct `{ ptr, i32, i64 }`.
 *
 * The entry point makes the context and one block list per call, frees what is left of the list afterwards, and keeps the
 * blocks it hands to JavaScript.
 */
import type { IrType, ScalarType } from "../../ir/types.ts";
import { isArrayType } from "../../ir/types.ts";

/** How LLVM spells the IR's scalar types. */
export const LLVM_SCALARS: { readonly [K in ScalarType]: string } = {
  i1: "i1",
  i32: "i32",
  i64: "i64",
  f32: "float",
  f64: "double",
};

/** The LLVM values that one IR value is made of: data, length and owner of an array. */
export function flattenType(type: IrType): readonly string[] {
  return isArrayType(type) ? ["ptr", "i32", "i64"] : [LLVM_SCALARS[type]];
}

/** The struct behind `%results`; undefined when the function has no results. */
export function resultsType(results: readonly IrType[]): string | undefined {
  return results.length === 0 ? undefined : `{ ${results.flatMap(flattenType).join(", ")} }`;
}

/** What the entry point calls of an IR function. The prefix keeps a function called `sin` apart from libm's. */
export function functionSymbol(name: string): string {
  return prefixed("fn", name);
}

/** What IR functions call of each other. */
export function innerSymbol(name: string): string {
  return prefixed("inner", name);
}

/** What the pool calls to run one chunk. Always quoted, so that names can be made of it. */
export function taskSymbol(name: string): string {
  return `@"task.${quote(name)}"`;
}

function prefixed(prefix: string, name: string): string {
  return /^[\w.]+$/.test(name) ? `@${prefix}.${name}` : `@"${prefix}.${quote(name)}"`;
}

/** What an inner function returns: the status, then the results. */
export function innerReturnType(results: readonly IrType[]): string {
  return `{ ${["i32", ...results.flatMap(flattenType)].join(", ")} }`;
}

/** The bytes of a text inside LLVM's `c"…"` or a quoted name. */
export function quote(text: string): string {
  let quoted = "";
  for (const byte of new TextEncoder().encode(text)) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
    quoted += plain ? String.fromCharCode(byte) : `\\${byte.toString(16).padStart(2, "0")}`;
  }
  return quoted;
}

// ── the context: one per call of the kernel, on the entry point's stack ──

const CONTEXT = {
  /** Of an error: index into Module.sites. */
  site: "i32",
  reserved: "i32",
  /** Of an error: the offending value (the index, the length), or the first of a message's; 0 otherwise. */
  a: "double",
  /** Of an error at an index site: the array's length; or the second value of a message. */
  b: "double",
  /** The newest block of memory made by this call; a list through BLOCK.next. Null when there is none. */
  arena: "ptr",
  /** Recursive functions stop when their frame lies below this address. */
  stackLimit: "ptr",
  /** The napi_env; null in the background. */
  env: "ptr",
  /** The way to JavaScript in the middle of a kernel (entry-javascript.ts): the entry point's frame, or a background call's memory. */
  log: "ptr",
  /** Points to a flag that asks the kernel to stop; null when nothing can. */
  stop: "ptr",
  seed: "i64",
  /** Runs chunks on all cores (native/pool.c, nb_pool_run); null where they are to run one by one. */
  pool: "ptr",
  /** Points to where a kernel in the background says how much it has done, a double; null otherwise. */
  progress: "ptr",
  /** How much was done before the current parallel loop, and how much of the kernel that loop is. */
  progressAt: "double",
  progressSpan: "double",
  /** How many of its chunks have ended. */
  chunksDone: "i64",
  /** The calling thread's spare blocks (spare.ts); null where there are none to be had. */
  spare: "ptr",
  /** The other values of an error's message. */
  c: "double",
  d: "double",
  e: "double",
  f: "double",
} as const;

/** The site of a kernel that ended because it was asked to. */
export const STOPPED = -1;

export type ContextField = keyof typeof CONTEXT;

// ── blocks: the memory of array.new ──

const BLOCK = {
  /** The block made before this one. */
  next: "ptr",
  /** The entry point's: the JavaScript value made for this block; null from the start. */
  value: "ptr",
  /** Size of the data. */
  bytes: "i64",
  /** What `free` takes: the header is moved up to a 64-byte boundary. */
  base: "ptr",
  /** Where the data is when it lies in the ArrayBuffer `value` instead of behind the header; null otherwise. */
  data: "ptr",
  /** Room for data behind the header; 0 when that isn't to be used again. */
  capacity: "i64",
} as const;

export type BlockField = keyof typeof BLOCK;

/** The header is 64-byte aligned and the data follows at this distance, so the data is 64-byte aligned too. */
export const BLOCK_DATA_OFFSET = 64;

/** Definitions to put at the top of a module. */
export const TYPE_DEFINITIONS: readonly string[] = [
  `%nb.context = type { ${Object.values(CONTEXT).join(", ")} }`,
  `%nb.block = type { ${Object.values(BLOCK).join(", ")} }`,
];

export const CONTEXT_WORDS = Object.keys(CONTEXT).length;

/** `getelementptr` of a context field, to be given a name. */
export function contextField(field: ContextField, context = "%cx"): string {
  return `getelementptr inbounds nuw %nb.context, ptr ${context}, i32 0, i32 ${Object.keys(CONTEXT).indexOf(field)}`;
}

export function contextFieldType(field: ContextField): string {
  return CONTEXT[field];
}

/** `getelementptr` of a field of a block's header, to be given a name. */
export function blockField(field: BlockField, block: string): string {
  return `getelementptr inbounds nuw %nb.block, ptr ${block}, i32 0, i32 ${Object.keys(BLOCK).indexOf(field)}`;
}

// ── owners: which JavaScript object an array value stands for ──

/**
 * The i64 that goes with every array value:
 *
 *   0             a constant table, or an array local that was never set
 *   (k << 2) | 1  the kernel's array parameter k, counted over the array arguments, then the captured arrays
 *   otherwise     the address of the block's header
 *
 * each with VIEW set when the value is a part (`array.view`) of that object and not the object itself.
 */
export const OWNER = { none: 0, parameter: 1, view: 2 } as const;

/** The owner of the entry's array parameter `k`. */
export function parameterOwner(k: number): number {
  return (k << 2) | OWNER.parameter;
}

// ── console.log ──

/**
 * `call i32 @nb_log(ptr %cx, ptr %records, i32 %count)`, which the support library defines.
 * When it gives 1 the function must return 1 at once: the callback threw, or it detached or resized an array in use.
 * A record is `{ i32 kind, i32 bytes, i64 payload }`; `bytes` is 0 but for text.
 */
export const LOG_RECORD_TYPE = "{ i32, i32, i64 }";
export const LOG_KIND = {
  /** Payload: address of `bytes` bytes of UTF-8. */
  text: 0,
  /** Payload: the bits of a double. */
  number: 1,
  /** Payload: 0 or 1. */
  bool: 2,
  /** Payload: a BigInt, signed. */
  int64: 3,
  /** Payload: a BigInt, unsigned. */
  uint64: 4,
} as const;

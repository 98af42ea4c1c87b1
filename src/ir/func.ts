/**
 * Functions and modules of the IR. Everything is immutable; a pass returns a new Func, or the very one it was given
 * when it changed nothing.
 */
import type { Span } from "../source/span.ts";
import type { TableKind } from "../types/elements.ts";
import type { Block, LocalId, ValueId } from "./ops.ts";
import type { IrType } from "./types.ts";

export interface Param {
  readonly id: ValueId;
  readonly name: string;
  readonly type: IrType;
}

/** A JavaScript variable: a mutable slot, zero before its first `local.set`. */
export interface Local {
  readonly id: LocalId;
  readonly name: string;
  readonly type: IrType;
}

export interface Func {
  readonly name: string;
  readonly params: readonly Param[];
  readonly results: readonly IrType[];
  readonly locals: readonly Local[];
  /** Those of `locals` that live in the caller: it passes its own locals for them, in this order (`call.refs`). */
  readonly refs: readonly LocalId[];
  /** True when the function can reach itself again: calls to it test the stack and may throw `Module.stackSite`. */
  readonly recursive: boolean;
  /** Array parameters are known not to overlap each other where one of them is written (LLVM `noalias`). Only for the entry, for what `parallel` calls, and for what is `separate`. */
  readonly disjoint: boolean;
  /** Runs so seldom that LLVM shall not spend time on it. */
  readonly seldom?: boolean;
  /** LLVM may compile it beside the rest, in a module of its own. */
  readonly separate?: boolean;
  /** Every path ends in `return` or `throw`, or the function has no results and may fall off its end. */
  readonly body: Block;
}

/** How a value is written in a message. */
export const MESSAGE_TYPES = ["number", "boolean", "int64", "uint64"] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** A text, or where the next argument of the `throw` goes. */
export type MessagePart = string | { readonly type: MessageType };

/** The types of a message's values, in order. */
export function valuesOf(message: readonly MessagePart[]): readonly MessageType[] {
  return message.flatMap((part) => (typeof part === "string" ? [] : [part.type]));
}

/** Something that can go wrong at run time, and what to tell the user. */
export type Site =
  | { readonly kind: "index"; readonly array: string; readonly loc: Span }
  | { readonly kind: "throw"; readonly errorName: string; readonly message: readonly MessagePart[]; readonly loc: Span }
  | { readonly kind: "length"; readonly constructorName: string; readonly loc: Span }
  | { readonly kind: "range"; readonly message: string; readonly loc: Span }
  | { readonly kind: "int64-overflow" | "uint64-overflow"; readonly loc: Span }
  | { readonly kind: "bigint-divide"; readonly loc: Span }
  | { readonly kind: "bigint-of"; readonly loc: Span }
  | { readonly kind: "stack"; readonly loc: Span };

export interface Table {
  readonly name: string;
  readonly elem: TableKind;
  readonly values: readonly number[];
}

export interface Module {
  /** The kernel; its params are the entry's arguments followed by the captured arrays. */
  readonly entry: Func;
  /** Functions that are called, not inlined. */
  readonly funcs: readonly Func[];
  readonly sites: readonly Site[];
  readonly tables: readonly Table[];
  /** The site of kind "stack", thrown when a recursive function runs out of stack. */
  readonly stackSite: number | undefined;
}

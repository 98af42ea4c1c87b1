/** The shape of the tables that emission is made of. */
import type { Block, InstOf, OpName } from "../../ir/ops.ts";
import type { FunctionText } from "./function-text.ts";

/** Writes one instruction. `emitBlock` writes a block that the instruction owns; it says whether control reaches its end. */
export type Template<K extends OpName> = (
  f: FunctionText,
  inst: InstOf<K>,
  emitBlock: (f: FunctionText, block: Block) => boolean,
) => void;

export type Templates<K extends OpName> = { readonly [P in K]: Template<P> };

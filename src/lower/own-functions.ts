/** Calls of functions of numbats' own, which inference has put in the place of JavaScript's: array methods, what fills arrays, random numbers. */
import type { Span } from "../source/span.ts";
import type { CallNode } from "../types/calls.ts";
import type { Frame } from "../types/frame.ts";
import { UNDEFINED } from "../types/lattice.ts";
import type { FunctionLowering } from "./function.ts";
import type { Item } from "./operand.ts";
import { NONE, type Operand } from "./operand.ts";

/** The frame of the function of ours that inference found a call to be. */
export function ourFrame(frame: Frame, node: CallNode): Frame | undefined {
  const plan = frame.calls.get(node)?.[0];
  return plan?.kind === "inline" ? plan.frame : undefined;
}

/** What the function gets after `args` is known at compile time: in its frame are the values. */
export function callOurs(
  fl: FunctionLowering,
  frame: Frame,
  node: CallNode,
  args: readonly Item[],
  loc: Span,
): Operand {
  const ours = ourFrame(frame, node);
  if (ours === undefined) return NONE;
  const extra = ours.closure.node.params.slice(args.length);
  const known = extra.map((p) => ({ op: NONE, value: fl.variableAt(ours, p)?.sites.get(p) ?? UNDEFINED }));
  return fl.inline(ours, [...args, ...known], loc);
}

/** What the loops of the program have in common: where they stand, and the block that `continue` ends around their bodies. */

import type { ForOfStatement, Node } from "acorn";
import type { LabelId } from "../ir/ops.ts";
import type { Span } from "../source/span.ts";
import type { Frame } from "../types/frame.ts";
import type { FunctionLowering } from "./function.ts";
import type { Item } from "./operand.ts";
import { lowerStatement } from "./statements.ts";

/** A loop of a frame's code. */
export interface SourceLoop<N extends Node> {
  readonly frame: Frame;
  readonly node: N;
  readonly labels: readonly string[];
  readonly loc: Span;
}

export type ForOf = SourceLoop<ForOfStatement>;

/** Lowers `body` in a block that `continue` ends. `break` goes to `exit`; `leave` writes what comes before a jump that leaves the loop. */
export function loopBody(
  fl: FunctionLowering,
  { labels, loc }: SourceLoop<Node>,
  exit: LabelId,
  body: () => void,
  leave?: () => void,
): void {
  fl.b.block(loc, (end) => {
    fl.jumps.push({ labels, anonymous: true, breakTo: exit, continueTo: { op: "break", label: end }, leave });
    body();
    fl.jumps.pop();
  });
}

/** A `loop`, whose `round` says what comes before and after the body, `again`. */
export function plainLoop(
  fl: FunctionLowering,
  loop: SourceLoop<Node>,
  round: (exit: LabelId, again: (body: () => void) => void) => void,
  leave?: () => void,
): void {
  fl.b.loop(loop.loc, (exit) => {
    round(exit, (body) => loopBody(fl, loop, exit, body, leave));
  });
}

/** The body of a `for…of` with its variable set to `item`. */
export function bodyWith(fl: FunctionLowering, loop: ForOf, exit: LabelId, item: Item, leave?: () => void): void {
  const { frame, node } = loop;
  const target = targetOf(node);
  if (target !== undefined) fl.bindPattern(frame, target, item.op, item.value);
  loopBody(fl, loop, exit, () => lowerStatement(fl, frame, node.body, []), leave);
}

/** What a `for…of` sets in each round. */
export function targetOf({ left }: ForOfStatement): Node | undefined {
  return left.type === "VariableDeclaration" ? left.declarations[0]?.id : left;
}

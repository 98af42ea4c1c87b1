/**
 * Is a function written in the language? Reports everything that isn't, by the table in language.ts.
 *
 * Takes what parseFunction gave. What is inside a refused construct isn't looked at: one finding for each mistake.
 */
import type { AnyNode, Node } from "acorn";
import type { DiagnosticSink } from "../diagnostics/sink.ts";
import { LANGUAGE, type Rule } from "./language.ts";
import { type CheckContext, refuse } from "./language-checks.ts";
import type { FunctionSource } from "./program.ts";
import { childrenOf } from "./walk.ts";

export function checkSubset(fn: FunctionSource, sink: DiagnosticSink): void {
  checkNode(fn.node, { fn, sink });
}

function checkNode(node: Node, cx: CheckContext): void {
  const rule: Rule<never> = LANGUAGE[(node as AnyNode).type];
  if (rule.refused !== undefined) {
    refuse(node, cx, rule.refused, rule.instead);
    return;
  }
  const children = rule.check?.(node as never, cx) ?? childrenOf(node);
  for (let i = 0; i < children.length; i++) checkNode(children[i] as Node, cx);
}

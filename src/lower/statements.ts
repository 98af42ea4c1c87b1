/** Lowers statements; those that loop are in loops.ts and for-of.ts. */
import type { BlockStatement, Node, ReturnStatement, Statement, SwitchStatement, VariableDeclaration } from "acorn";
import type { LabelId } from "../ir/ops.ts";
import type { Span } from "../source/span.ts";
import type { Frame } from "../types/frame.ts";
import { UNDEFINED } from "../types/lattice.ts";
import { lowerCondition, lowerEquality } from "./comparisons.ts";
import { lowerExpression, lowerItem } from "./expressions.ts";
import { lowerForOf } from "./for-of.ts";
import type { FunctionLowering, JumpScope } from "./function.ts";
import { lowerFor, lowerWhile } from "./loops.ts";
import { lowerThrow } from "./messages.ts";
import { NONE } from "./operand.ts";

export function lowerStatements(fl: FunctionLowering, frame: Frame, list: readonly Node[]): void {
  for (const s of list) lowerStatement(fl, frame, s as Statement, []);
}

export function lowerStatement(fl: FunctionLowering, frame: Frame, node: Statement, labels: readonly string[]): void {
  // Function declarations are hoisted; anything else that inference never reached can't run.
  if (fl.b.ended || !frame.reached.has(node)) return;
  const loc = fl.spanOf(frame, node);
  switch (node.type) {
    case "ExpressionStatement":
      lowerExpression(fl, frame, node.expression);
      return;
    case "BlockStatement":
      lowerStatements(fl, frame, (node as BlockStatement).body);
      return;
    case "VariableDeclaration":
      declare(fl, frame, node);
      return;
    case "IfStatement": {
      const known = fl.knownTruth(frame, node.test);
      const test = lowerCondition(fl, frame, node.test);
      if (known !== undefined) {
        const taken = known ? node.consequent : node.alternate;
        if (taken) lowerStatement(fl, frame, taken, []);
        return;
      }
      fl.b.if(
        test,
        loc,
        () => lowerStatement(fl, frame, node.consequent, []),
        () => {
          if (node.alternate) lowerStatement(fl, frame, node.alternate, []);
        },
      );
      return;
    }
    case "ForStatement":
      lowerFor(fl, frame, node, labels);
      return;
    case "ForOfStatement":
      lowerForOf(fl, frame, node, labels);
      return;
    case "WhileStatement":
    case "DoWhileStatement":
      lowerWhile(fl, frame, node, labels);
      return;
    case "SwitchStatement":
      lowerSwitch(fl, frame, node);
      return;
    case "LabeledStatement": {
      const all = [...labels, node.label.name];
      if (/^(For|While|DoWhile|Labeled)/.test(node.body.type)) lowerStatement(fl, frame, node.body, all);
      else {
        fl.b.block(loc, (label) => {
          fl.jumps.push({ labels: all, anonymous: false, breakTo: label, continueTo: undefined });
          lowerStatement(fl, frame, node.body, []);
          fl.jumps.pop();
        });
      }
      return;
    }
    case "BreakStatement":
      jump(fl, node.label?.name, "break", loc);
      return;
    case "ContinueStatement":
      jump(fl, node.label?.name, "continue", loc);
      return;
    case "ReturnStatement":
      lowerReturn(fl, frame, node);
      return;
    case "ThrowStatement":
      lowerThrow(fl, frame, node);
      return;
    default:
      return;
  }
}

function declare(fl: FunctionLowering, frame: Frame, node: VariableDeclaration): void {
  for (const d of node.declarations) {
    if (d.init == null) {
      const v = node.kind === "var" ? undefined : fl.variableAt(frame, d.id);
      if (v !== undefined) fl.forget(v);
      continue;
    }
    const op = lowerExpression(fl, frame, d.init);
    fl.bindPattern(frame, d.id, op, fl.valueOf(frame, d.init));
  }
}

function jump(fl: FunctionLowering, name: string | undefined, kind: "break" | "continue", loc: Span): void {
  for (let i = fl.jumps.length - 1; i >= 0; i--) {
    const j = fl.jumps[i] as JumpScope;
    const matches =
      name === undefined ? j.anonymous && (kind === "break" || j.continueTo !== undefined) : j.labels.includes(name);
    if (!matches || kind === "break") j.leave?.();
    if (!matches) continue;
    if (kind === "break") fl.b.emit("break", "void", [], { label: j.breakTo }, loc);
    else if (j.continueTo !== undefined) fl.b.emit(j.continueTo.op, "void", [], { label: j.continueTo.label }, loc);
    return;
  }
}

function lowerReturn(fl: FunctionLowering, frame: Frame, node: ReturnStatement): void {
  const loc = fl.spanOf(frame, node);
  if (node.argument) {
    const op = lowerExpression(fl, frame, node.argument);
    leaveLoops(fl);
    fl.returnValue(frame, op, fl.valueOf(frame, node.argument), loc);
  } else {
    leaveLoops(fl);
    fl.returnValue(frame, NONE, UNDEFINED, loc);
  }
}

function leaveLoops(fl: FunctionLowering): void {
  for (let i = fl.jumps.length - 1; i >= 0; i--) fl.jumps[i]?.leave?.();
}

/**
 * Nested blocks, one per case, so that falling through is falling out of a block:
 *
 *   block exit { block L1 { block L0 { tests: break L0 | break L1 | break exit } body0 } body1 }
 */
function lowerSwitch(fl: FunctionLowering, frame: Frame, node: SwitchStatement): void {
  const loc = fl.spanOf(frame, node);
  const { cases } = node;
  const subject = lowerItem(fl, frame, node.discriminant);
  const byCase: LabelId[] = [];
  fl.b.block(loc, (exit) => {
    fl.jumps.push({ labels: [], anonymous: true, breakTo: exit, continueTo: undefined });
    const dispatch = (): void => {
      for (const [i, c] of cases.entries()) {
        if (c.test == null) continue;
        const test = lowerItem(fl, frame, c.test);
        const at = fl.spanOf(frame, c.test);
        const known = fl.valueOf(frame, c);
        const isTaken = known.kind === "bool" ? known.value : undefined;
        if (isTaken === false) continue;
        const label = byCase[i] as LabelId;
        if (isTaken === true) {
          fl.b.emit("break", "void", [], { label }, loc);
          return;
        }
        const is = lowerEquality(fl, subject, test, at);
        fl.b.if(is, loc, () => fl.b.emit("break", "void", [], { label }, loc));
      }
      const otherwise = cases.findIndex((c) => c.test == null);
      fl.b.emit("break", "void", [], { label: otherwise < 0 ? exit : (byCase[otherwise] as LabelId) }, loc);
    };
    const nest = (k: number): void => {
      if (k < 0) {
        dispatch();
        return;
      }
      fl.b.block(loc, (label) => {
        byCase[k] = label;
        nest(k - 1);
      });
      lowerStatements(fl, frame, cases[k]?.consequent ?? []);
    };
    nest(cases.length - 1);
    fl.jumps.pop();
  });
}

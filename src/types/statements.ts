/** Inference of statements: what each does to the state. Loops are in loops.ts, `switch` in switch.ts. */
import type {
  BlockStatement,
  DoWhileStatement,
  ForOfStatement,
  ForStatement,
  LabeledStatement,
  Node,
  Statement,
  VariableDeclaration,
  WhileStatement,
} from "acorn";
import { bindingAt } from "./counted.ts";
import { inferExpression, noteWrap } from "./expressions.ts";
import { EXACT, type Frame, UNUSED } from "./frame.ts";
import type { Inference } from "./infer.ts";
import { UNDEFINED } from "./lattice.ts";
import { analyseFor, analyseForOf, analyseWhile } from "./loops.ts";
import { inferThrow } from "./messages.ts";
import { inferSwitch } from "./switch.ts";

const LOOPS: ReadonlySet<string> = new Set(["ForStatement", "ForOfStatement", "WhileStatement", "DoWhileStatement"]);

export function inferStatements(cx: Inference, frame: Frame, list: readonly Node[]): void {
  for (const s of list) {
    if (cx.state === undefined) return;
    inferStatement(cx, frame, s as Statement, []);
  }
}

/** Of a statement that control may come to. */
export function inferStatement(cx: Inference, frame: Frame, node: Statement, labels: readonly string[]): void {
  if (cx.state === undefined) return;
  frame.reached.add(node);
  switch (node.type) {
    case "EmptyStatement":
    case "DebuggerStatement":
      return;
    case "ExpressionStatement":
      inferExpression(cx, frame, node.expression, UNUSED);
      return;
    case "BlockStatement":
      inferStatements(cx, frame, (node as BlockStatement).body);
      return;
    case "VariableDeclaration":
      declare(cx, frame, node);
      return;
    case "FunctionDeclaration":
      return;
    case "IfStatement": {
      const test = cx.condition(frame, node.test);
      const whenTrue = cx.from(test.whenTrue, () => inferStatement(cx, frame, node.consequent, []));
      const whenFalse = node.alternate
        ? cx.from(test.whenFalse, () => inferStatement(cx, frame, node.alternate as Statement, []))
        : test.whenFalse;
      cx.state = cx.joinStates([whenTrue, whenFalse]);
      return;
    }
    case "ForStatement":
      analyseFor(cx, frame, node as ForStatement, labels);
      return;
    case "ForOfStatement":
      analyseForOf(cx, frame, node as ForOfStatement, labels);
      return;
    case "WhileStatement":
    case "DoWhileStatement":
      analyseWhile(cx, frame, node as WhileStatement | DoWhileStatement, labels);
      return;
    case "SwitchStatement":
      inferSwitch(cx, frame, node);
      return;
    case "LabeledStatement": {
      const { body, label } = node as LabeledStatement;
      const all = [...labels, label.name];
      // Loops handle their own labels, because `continue` may name them.
      if (LOOPS.has(body.type) || body.type === "LabeledStatement") inferStatement(cx, frame, body, all);
      else
        cx.jumpTarget({ labels: all, breaks: [], continues: undefined, anonymous: false }, () =>
          inferStatement(cx, frame, body, []),
        );
      return;
    }
    case "BreakStatement":
      cx.jump(node.label?.name, "break");
      return;
    case "ContinueStatement":
      cx.jump(node.label?.name, "continue");
      return;
    case "ReturnStatement":
      cx.return(frame, node, node.argument ? inferExpression(cx, frame, node.argument, frame.returnDemand) : UNDEFINED);
      return;
    case "ThrowStatement":
      inferThrow(cx, frame, node);
      return;
    default:
      cx.sink.fail("unsupported-statement", { type: node.type }, cx.spanAt(frame, node));
  }
}

function declare(cx: Inference, frame: Frame, node: VariableDeclaration): void {
  for (const d of node.declarations) {
    if (cx.state === undefined) return;
    if (d.init == null) {
      if (node.kind === "var") continue;
      cx.bindPattern(frame, d.id, { kind: "unassigned", otherwise: undefined });
      continue;
    }
    const b = bindingAt(frame.closure.source, d.id);
    const demand = b === undefined ? EXACT : cx.assignedDemand(frame, b, d);
    const value = inferExpression(cx, frame, d.init, demand);
    noteWrap(frame, d.id, demand);
    cx.bindPattern(frame, d.id, value);
  }
}

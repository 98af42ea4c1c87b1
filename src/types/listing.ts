/**
 * The source of a kernel, line by line, with the type and range of each variable assigned on it and of each expression
 * worth knowing: what `inspectTypes()` prints.
 */
import type { AnyNode, CallExpression, Node, VariableDeclarator } from "acorn";
import { walk } from "../frontend/walk.ts";
import { textOf } from "../source/span.ts";
import { allSites, type Frame } from "./frame.ts";
import type { Inferred } from "./infer.ts";
import {
  asNullable,
  constantOf,
  isMachineInt,
  join,
  KindConflict,
  type NumberValue,
  numberIn,
  representationOf,
  signOf,
  TWO_53,
  type Value,
} from "./lattice.ts";

export function listTypes(inferred: Inferred): string {
  const frames: Frame[] = [];
  const visit = (frame: Frame): void => {
    // Array methods are ours; a helper called from several places is shown for each kind of call.
    if (frame.blame !== undefined || frames.includes(frame)) return;
    frames.push(frame);
    for (const plans of frame.calls.values()) for (const p of plans) if (p.kind === "inline") visit(p.frame);
  };
  visit(inferred.root);
  for (const i of inferred.instances) visit(i.frame);
  return frames.map(listFrame).join("\n\n");
}

/** A type in Numba's words, with the range of an integer. */
export function typeText(v: Value): string {
  switch (v.kind) {
    case "number":
      return numberText(v);
    case "bool":
      return v.value === undefined ? "bool" : `bool = ${v.value}`;
    case "bigint":
      return signOf(v) === "u" ? "uint64" : "int64";
    case "array":
      return `${v.elem}[:]`;
    case "tuple":
      return `(${v.items.map(typeText).join(", ")})`;
    case "record":
      return v.names.length === 0 ? "{}" : `{ ${v.items.map((x, i) => `${v.names[i]}: ${typeText(x)}`).join(", ")} }`;
    case "function":
      return "function";
    case "host":
      return v.value === null ? "null" : "object";
    case "objects":
      return "object";
    case "string":
      return JSON.stringify(v.value);
    case "nullable":
      return [
        ...(numberIn(v) === undefined ? [] : [numberText(v.number)]),
        ...(v.null ? ["null"] : []),
        ...(v.undefined ? ["undefined"] : []),
      ].join(" | ");
    case "undefined":
    case "unassigned":
      return "undefined";
  }
}

function numberText(v: NumberValue): string {
  const c = constantOf(v);
  if (c !== undefined) return `${v.int ? "int" : "float64"} = ${Object.is(c, -0) ? "−0" : c}`;
  if (isMachineInt(v)) return `int [${v.lo}, ${v.hi}]${v.wide ? " (index only)" : ""} as ${representationOf(v)}`;
  return v.f32 ? "float32" : "float64";
}

// ── why float64 ──

/** Why a number is a double where one would hope for an int; undefined when it is an int, or nobody would. */
function whyFloat(frame: Frame, node: Node, v: Value): string | undefined {
  if (v.kind !== "number" || isMachineInt(v) || constantOf(v) !== undefined) return undefined;
  return v.int ? whyNotMachineInt(frame, node, v) : whyNotWhole(frame, node);
}

/** Of something that is made of integers only. */
function whyNotMachineInt(frame: Frame, node: Node, v: NumberValue): string {
  const reasons: string[] = [];
  const operator = operatorOf(node);
  if (v.nan) reasons.push(operator === "%" ? "NaN, for a divisor of 0" : "NaN");
  if (v.negZero) {
    const how = { "*": ", for a negative number times 0", "%": ", for a negative dividend", "-": ", for −(0)" };
    reasons.push(`−0${how[operator as keyof typeof how] ?? ""}`);
  }
  if (v.lo < -TWO_53 || v.hi > TWO_53) {
    const endless = !Number.isFinite(v.lo) || !Number.isFinite(v.hi);
    const adds = endless && isAccumulation(node) ? ": it adds up over rounds that may be too many" : "";
    reasons.push(`beyond ±2^53${adds}`);
  }
  if (reasons.length === 0) {
    const part = firstFloat(frame, node);
    return part === undefined ? "integers" : `integers, made of ${part}`;
  }
  return `integers, but may be ${reasons.join(" or ")}`;
}

/** Of something that may have a fraction: the first cause, going down. */
function whyNotWhole(frame: Frame, node: Node): string | undefined {
  const operator = operatorOf(node);
  if (operator === "/") return "division";
  if (operator === "**") return "power";
  switch (node.type) {
    case "MemberExpression":
      return undefined;
    case "CallExpression": {
      const { callee } = node as CallExpression;
      const name = quoted(frame, callee);
      return /^Math\./.test(name) ? `${name} may have a fraction` : undefined;
    }
    case "Identifier":
      return isParameter(frame, node) ? whyParameter(frame) : undefined;
    default: {
      const part = firstFloat(frame, node);
      return part && `made of ${part}`;
    }
  }
}

/** The first operand that isn't an integer, as it stands in the source. */
function firstFloat(frame: Frame, node: Node): string | undefined {
  const isFloat = (part: Node): boolean => {
    const v = frame.info.get(part);
    return v?.kind === "number" && !isMachineInt(v) && !(constantOf(v) !== undefined && v.int);
  };
  const part = operandsOf(node).find(isFloat);
  return part && `\`${quoted(frame, part)}\``;
}

function operandsOf(node: Node): readonly Node[] {
  const n = node as AnyNode;
  switch (n.type) {
    case "BinaryExpression":
    case "LogicalExpression":
      return [n.left, n.right];
    case "AssignmentExpression":
      return n.operator === "=" ? [n.right] : [n.right, n.left];
    case "ConditionalExpression":
      return [n.consequent, n.alternate].filter((part) => !isSameText(n, part));
    case "UnaryExpression":
      return [n.argument];
    default:
      return [];
  }
}

/** Of what makes the value: `s /= 2` is a division, and so is `s = a / b`. */
function operatorOf(node: Node): string | undefined {
  const n = node as AnyNode;
  switch (n.type) {
    case "BinaryExpression":
    case "UnaryExpression":
      return n.operator;
    case "AssignmentExpression":
      return n.operator === "=" ? operatorOf(n.right) : n.operator.slice(0, -1);
    default:
      return undefined;
  }
}

function isSignedLiteral(node: Node): boolean {
  const n = node as AnyNode;
  return n.type === "UnaryExpression" && n.argument.type === "Literal";
}

function isAccumulation(node: Node): boolean {
  const n = node as AnyNode;
  return (
    n.type === "UpdateExpression" || (n.type === "AssignmentExpression" && ["+=", "-=", "*="].includes(n.operator))
  );
}

function whyParameter({ caller, instance }: Frame): string {
  const isKernel = caller === undefined && instance === undefined;
  return isKernel ? "parameter: called with a number that is no int32, or declared so" : "parameter: given a double";
}

/** The parts of the choice that `mask?.[i]` is (frontend/normalise.ts) stand where it stands. */
function isSameText(a: Node, b: Node): boolean {
  return a.start === b.start && a.end === b.end;
}

function isParameter(frame: Frame, node: Node): boolean {
  return frame.closure.node.params.some((p) => p === node);
}

function quoted(frame: Frame, { start, end }: Node): string {
  return textOf({ source: frame.closure.source.source, start, end });
}

function listFrame(frame: Frame): string {
  const { source, node } = frame.closure;
  const { locate, lineAt } = source.source;
  const lineOf = (n: number): number => locate(n).line;
  const notes = new Map<number, string[]>();
  const note = (at: Node, what: string): void => {
    const line = lineOf(at.start);
    const list = notes.get(line) ?? [];
    if (!list.includes(what)) list.push(what);
    notes.set(line, list);
  };
  // A declaration's site is its name; what made the value is what stands behind.
  const initial = new Map<Node, Node>();
  walk(node, (n) => {
    const { type, id, init } = n as VariableDeclarator;
    if (type === "VariableDeclarator" && init) initial.set(id, init);
  });
  const described = (at: Node, value: Value): string => {
    const number = value.kind === "nullable" ? value.number : value;
    const why = whyFloat(frame, initial.get(at) ?? at, number);
    return why === undefined ? typeText(value) : `${typeText(value)} (${why})`;
  };
  for (const v of frame.variables.values()) {
    // `for (let i = 0; i < n; i++)` assigns it twice: what it is all in all says more than both.
    const lines = new Map<number, { readonly site: Node; readonly value: Value }>();
    for (const [site, value] of allSites(v)) {
      if (value.kind === "unassigned" || value.kind === "function") continue;
      const before = lines.get(lineOf(site.start))?.value;
      const isJoined = before !== undefined && asNullable(before) !== undefined && asNullable(value) !== undefined;
      const both = isJoined ? join(before, value) : value;
      lines.set(lineOf(site.start), { site, value: both instanceof KindConflict ? value : both });
    }
    for (const { site, value } of lines.values()) note(site, `${v.binding.name}: ${described(site, value)}`);
  }
  for (const [expr, value] of frame.info) {
    if (!LISTED.has(expr.type) || isSignedLiteral(expr) || value.kind === "host" || value.kind === "function") continue;
    const parent = source.parents.get(expr);
    if (parent?.type === "ConditionalExpression" && isSameText(parent, expr)) continue;
    note(expr, `${quoted(frame, expr)}: ${described(expr, value)}`);
  }
  const last = lineOf(Math.max(node.start, node.end - 1));
  const out: string[] = [];
  for (let line = lineOf(node.start); line <= last; line++) {
    out.push(`${String(line).padStart(5)} | ${lineAt(line) ?? ""}`.trimEnd());
    for (const n of notes.get(line) ?? []) out.push(`      #   ${n}`);
  }
  const result = frame.result === undefined ? "never returns" : typeText(frame.result);
  return [`${source.name} -> ${result}`, ...out].join("\n");
}

/** What a variable is stands where it is assigned; literals speak for themselves. */
const LISTED: ReadonlySet<string> = new Set([
  "MemberExpression",
  "BinaryExpression",
  "CallExpression",
  "ConditionalExpression",
  "LogicalExpression",
  "UnaryExpression",
]);

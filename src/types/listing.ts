/**
 * The source of a kernel, line by line, with the type and range of each variable assigned on it and of each expression
 * worth knowing: what `inspectTypes()` prints.
 */
import type { Node } from "acorn";
import type { Frame } from "./frame.ts";
import type { Inferred } from "./infer.ts";
import { constantOf, isMachineInt, type NumberValue, representationOf, signOf, type Value } from "./lattice.ts";

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
    case "function":
      return "function";
    case "host":
      return "object";
    case "string":
      return JSON.stringify(v.value);
    case "undefined":
    case "unassigned":
      return "undefined";
  }
}

function numberText(v: NumberValue): string {
  const c = constantOf(v);
  if (c !== undefined) return `${v.int ? "int" : "float64"} = ${c}`;
  if (isMachineInt(v)) return `int [${v.lo}, ${v.hi}]${v.wide ? " (index only)" : ""} as ${representationOf(v)}`;
  const name = v.f32 ? "float32" : "float64";
  return v.int ? `${name} (${whyFloat(v)})` : name;
}

/** Why integers are kept as doubles, where one would hope for an int. */
function whyFloat(v: NumberValue): string {
  const reasons: string[] = [];
  if (v.nan) reasons.push("NaN");
  if (v.negZero) reasons.push("−0");
  if (v.lo < -(2 ** 53) || v.hi > 2 ** 53) reasons.push("a value beyond ±2^53");
  return `integers, but may be ${reasons.join(" or ")}`;
}

function listFrame(frame: Frame): string {
  const { source, node } = frame.closure;
  const { text, locate, lineAt } = source.source;
  const lineOf = (n: number): number => locate(n).line;
  const notes = new Map<number, string[]>();
  const note = (at: Node, what: string): void => {
    const line = lineOf(at.start);
    const list = notes.get(line) ?? [];
    if (!list.includes(what)) list.push(what);
    notes.set(line, list);
  };
  for (const v of frame.variables.values()) {
    for (const [site, value] of v.sites) {
      if (value.kind !== "unassigned" && value.kind !== "function") note(site, `${v.binding.name}: ${typeText(value)}`);
    }
  }
  for (const [expr, value] of frame.info) {
    if (!LISTED.has(expr.type) || value.kind === "host" || value.kind === "function") continue;
    note(expr, `${text.slice(expr.start, expr.end).replace(/\s+/g, " ")}: ${typeText(value)}`);
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

const LISTED: ReadonlySet<string> = new Set(["MemberExpression", "BinaryExpression", "CallExpression"]);

/**
 * Variables that functions go on using when the code around them is over, and that have their value before any such function is there:
 *
 *   const scaled = (k) => (x) => k * x;
 *   const f = c > 0 ? scaled(c) : Math.abs;      k has a value on one of the ways here, and so has it where f is the function that uses it
 *
 * Whoever reads such a variable has come by where it was given its value, also where other ways lead there. So it needn't be known on all of them.
 */
import type { ForOfStatement, Identifier, Node } from "acorn";
import type { Binding, FunctionSource } from "../frontend/program.ts";
import { isFunction } from "../frontend/walk.ts";
import { Memo } from "../source/memo.ts";
import { bindingAt } from "./counted.ts";
import type { Variable } from "./frame.ts";

const FOUND = new Memo<Binding, boolean>();

export function isOnlyReadAfterwards({ binding, frame }: Variable): boolean {
  let found = FOUND.get(binding);
  if (found === undefined) {
    found = isGivenFirst(frame.closure.source, binding);
    FOUND.set(binding, found);
  }
  return found;
}

function isGivenFirst(source: FunctionSource, binding: Binding): boolean {
  const { references } = binding;
  const from = givenAt(source, binding);
  if (from === undefined || !references.some((use) => functionAround(source, binding, use) !== undefined)) return false;
  return references.every((use) => comesAfter(source, binding, from, use, new Set()));
}

/** Where the code begins before which it has been given its value. */
function givenAt({ parents }: FunctionSource, { kind, declaration, owner }: Binding): number | undefined {
  if (kind === "param") return owner.body.start;
  if (kind !== "const" && kind !== "let") return undefined;
  let declarator: Node | undefined = declaration;
  while (declarator !== undefined && declarator.type !== "VariableDeclarator") declarator = parents.get(declarator);
  const statement = declarator && parents.get(parents.get(declarator) ?? declarator);
  // What one case declares the others see, too.
  if (declarator === undefined || statement === undefined || statement.type === "SwitchCase") return undefined;
  return statement.type === "ForOfStatement" ? (statement as ForOfStatement).body.start : declarator.end;
}

/** `seen`: functions that are being looked at. */
function comesAfter(
  source: FunctionSource,
  binding: Binding,
  from: number,
  use: Identifier,
  seen: ReadonlySet<Node>,
): boolean {
  if (use.start < from) return false;
  const around = functionAround(source, binding, use);
  // A parameter has its value before anything is done; declared functions are there before all else.
  if (around?.type !== "FunctionDeclaration" || binding.kind === "param" || seen.has(around)) return true;
  const name = bindingAt(source, (around as Node & { id: Identifier }).id);
  const now = new Set([...seen, around]);
  return name?.references.every((call) => comesAfter(source, binding, from, call, now)) === true;
}

/** The outermost function inside the variable's own that a use is in. */
function functionAround({ parents }: FunctionSource, { owner }: Binding, use: Node): Node | undefined {
  let outermost: Node | undefined;
  for (let n = parents.get(use); n !== undefined && n !== owner; n = parents.get(n)) if (isFunction(n)) outermost = n;
  return outermost;
}

/**
 * Variables that functions go on using when the code around them is over, and that have their value before any such function is there:
 *
 *   const scaled = (k) => (x) => k * x;
 *   const f = c > 0 ? scaled(c) : Math.abs;      k has a value on one of the ways here, and so has it where f is the function that uses it
 *
 * Whoever reads such a variable has come by where it was given its value, also where other ways lead there. So it needn't be known on all of them.
 */
import type { ForOfStatement, Identifier, Node, VariableDeclarator } from "acorn";
import type { Binding, FunctionSource } from "../frontend/program.ts";
import { isFunction } from "../frontend/walk.ts";
import { Memo } from "../source/memo.ts";
import { bindingAt, isInside } from "./counted.ts";
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
  if (kind === "param") return owner.params.find((param) => isInside(declaration, param))?.end;
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
  const around = functionAround(source, binding, use);
  const name = around && nameOf(source, around);
  // A parameter has its value before anything is done; declared functions are there before all else.
  if (use.start >= from && (around?.type !== "FunctionDeclaration" || binding.kind === "param")) return true;
  if (around === undefined || name === undefined) return false;
  if (seen.has(around)) return true;
  const now = new Set([...seen, around]);
  return name.references.every(
    (mention) => isUnused(source, mention) || comesAfter(source, binding, from, mention, now),
  );
}

/** What a function is called by and nothing else: esbuild makes declarations in blocks `let g = function …` at their beginning. */
function nameOf(source: FunctionSource, fn: Node): Binding | undefined {
  if (fn.type === "FunctionDeclaration") return bindingAt(source, (fn as Node & { id: Identifier }).id);
  const parent = source.parents.get(fn) as VariableDeclarator | undefined;
  const name = parent?.type === "VariableDeclarator" ? bindingAt(source, parent.id) : undefined;
  return name !== undefined && name.kind !== "var" && name.writes.length === 0 ? name : undefined;
}

/** `g;`, which is left of esbuild's `__name(g, "g");`, and the `var other = g;` that it adds in case somebody asks for it outside the block. */
function isUnused(source: FunctionSource, mention: Identifier): boolean {
  const parent = source.parents.get(mention);
  if (parent?.type !== "VariableDeclarator") return parent?.type === "ExpressionStatement";
  return bindingAt(source, (parent as VariableDeclarator).id)?.references.length === 0;
}

/** The outermost function inside the variable's own that a use is in. */
function functionAround({ parents }: FunctionSource, { owner }: Binding, use: Node): Node | undefined {
  let outermost: Node | undefined;
  for (let n = parents.get(use); n !== undefined && n !== owner; n = parents.get(n)) if (isFunction(n)) outermost = n;
  return outermost;
}

/** Variables that functions of their own share: what they are is the join of what any assignment gives them, at all times. */
import type { Node, UpdateExpression } from "acorn";
import { isFunction } from "./counted.ts";
import type { Variable } from "./frame.ts";
import { intRange, isMachineInt, join, KindConflict, numberConstant, TWO_53, type Value } from "./lattice.ts";
import { MAX_ROUNDS_EVER } from "./loops.ts";

/** What `x++` and `x--` change x by; 0 for other ways to assign it. */
export function stepOf(site: Node): number {
  if (site.type !== "UpdateExpression") return 0;
  return (site as UpdateExpression).operator === "++" ? 1 : -1;
}

/**
 * What an integer is at any time that is given one of these values, and goes by steps from there. No step is taken more often than the
 * most rounds that anything ever makes.
 */
export function stepped(given: Value, steps: Iterable<number>): Value | undefined {
  if (given.kind !== "number" || !isMachineInt(given) || given.wide) return undefined;
  let { lo, hi } = given;
  for (const step of steps) {
    if (step < 0) lo += step * MAX_ROUNDS_EVER;
    else hi += step * MAX_ROUNDS_EVER;
  }
  return lo > -TWO_53 && hi < TWO_53 ? intRange(lo, hi) : undefined;
}

/**
 * May a function that shares a variable be called before that has a value? It may where the variable is declared without one, or behind the
 * function, or where the function is declared, which can be called from the beginning.
 */
export function mayBeUnset({ binding, frame: { closure } }: Variable): boolean {
  const { declaration, kind, owner, references } = binding;
  if (kind === "param" || kind === "function" || kind === "self") return false;
  const { parents } = closure.source;
  const declarator = parents.get(declaration) as (Node & { init?: Node | null }) | undefined;
  if (declarator?.type === "VariableDeclarator" && declarator.init == null && !isHead(parents.get(declarator), parents))
    return true;
  return references.some((reference) => {
    let around: Node | undefined;
    for (let n: Node | undefined = reference; n !== undefined && n !== owner; n = parents.get(n))
      if (isFunction(n)) around = n;
    return around !== undefined && (around.type === "FunctionDeclaration" || around.start < declaration.start);
  });
}

/** Is a declaration the head of a `for…of`, which gives it its values? */
function isHead(declaration: Node | undefined, parents: ReadonlyMap<Node, Node>): boolean {
  return declaration !== undefined && parents.get(declaration)?.type === "ForOfStatement";
}

/** What is in a variable's place before anything is assigned to it is 0, no array. */
export function orZero(value: Value): Value {
  switch (value.kind) {
    case "number": {
      const both = join(value, numberConstant(0));
      return both instanceof KindConflict ? value : both;
    }
    case "bool":
      return { ...value, value: undefined };
    case "bigint":
      return { ...value, lo: value.lo < 0n ? value.lo : 0n, hi: value.hi > 0n ? value.hi : 0n };
    case "array":
      return { ...value, minLength: 0, constants: undefined };
    case "tuple":
      return { ...value, items: value.items.map(orZero) };
    default:
      return value;
  }
}

/** Variables that functions of their own share: what they are is the join of what any assignment gives them, at all times. */
import type { ArrowFunctionExpression, ConditionalExpression, Node, SwitchCase, UpdateExpression } from "acorn";
import { isFunction } from "../frontend/walk.ts";
import type { Variable } from "./frame.ts";
import {
  intRange,
  isMachineInt,
  join,
  KindConflict,
  numberConstant,
  TWO_53,
  UNDEFINED,
  type Value,
} from "./lattice.ts";
import { MAX_ROUNDS_EVER } from "./trips.ts";

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
 * May a function that shares a variable be called before that has a value? It may where the declaration gives none, or may be passed over
 * (a `var`, and what a `case` declares), or stands behind the function, or where the function is declared, which can be called from the
 * beginning.
 */
export function mayBeUnset({ binding, frame: { closure } }: Variable): boolean {
  const { declaration, kind, owner, references } = binding;
  if (kind === "param" || kind === "function" || kind === "self") return false;
  const { parents } = closure.source;
  if (kind === "var" || isDeclaredWithout(declaration, parents) || isInCase(declaration, owner, parents)) return true;
  return references.some((reference) => {
    let around: Node | undefined;
    for (let n: Node | undefined = reference; n !== undefined && n !== owner; n = parents.get(n))
      if (isFunction(n)) around = n;
    return around !== undefined && (around.type === "FunctionDeclaration" || around.start < declaration.start);
  });
}

/** `let x;`, as opposed to `let x = …` and `for (const x of …)`. */
function isDeclaredWithout(declaration: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const declarator = parents.get(declaration) as (Node & { init?: Node | null }) | undefined;
  const block = declarator && parents.get(parents.get(declarator) ?? declarator);
  return declarator?.type === "VariableDeclarator" && declarator.init == null && block?.type !== "ForOfStatement";
}

/** Is it declared by a `switch` itself? Blocks in its cases declare their own. */
function isInCase(declaration: Node, owner: Node, parents: ReadonlyMap<Node, Node>): boolean {
  for (let n: Node | undefined = declaration; n !== undefined && n !== owner; n = parents.get(n)) {
    if (n.type === "SwitchCase") return true;
    if (n.type === "BlockStatement" || n.type.startsWith("For")) return false;
  }
  return false;
}

const EQUALITIES: ReadonlySet<string> = new Set(["===", "!==", "==", "!="]);

/** Does the program ask of a variable whether it has a value? Then it is undefined as long as it has none. */
export function isAskedFor({ binding, frame: { closure } }: Variable): boolean {
  const { parents } = closure.source;
  const isNothing = (node: Node & { name?: string; value?: unknown; operator?: string }): boolean =>
    node.name === "undefined" || node.value === null || node.operator === "void";
  return binding.references.some((use) => {
    const {
      type,
      operator = "",
      left,
      right,
      cases,
    } = parents.get(use) as Node & { operator?: string; left: Node; right: Node; cases: readonly SwitchCase[] };
    if (type === "SwitchStatement") return cases.some(({ test }) => test != null && isNothing(test));
    if (type === "UnaryExpression") return operator === "typeof";
    if (type === "BinaryExpression") return EQUALITIES.has(operator) && (isNothing(left) || isNothing(right));
    return (operator === "??" || operator === "??=") && left === use;
  });
}

/** Does it show that a variable has no value yet? Where the program asks for that, or `let x;` is returned, alone or in a literal. */
export function isSeenUnset(v: Variable): boolean {
  const { declaration, references } = v.binding;
  const { parents } = v.frame.closure.source;
  return (
    isAskedFor(v) || (isDeclaredWithout(declaration, parents) && references.some((use) => isReturned(use, parents)))
  );
}

function isReturned(use: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(use);
  switch (parent?.type) {
    case "ReturnStatement":
      return true;
    case "ArrowFunctionExpression":
      return (parent as ArrowFunctionExpression).body === use;
    case "ConditionalExpression":
      return (parent as ConditionalExpression).test !== use && isReturned(parent, parents);
    case "ArrayExpression":
    case "ObjectExpression":
    case "Property":
      return isReturned(parent, parents);
    default:
      return false;
  }
}

/** What a variable is that may have no value yet, and otherwise is `known`. */
export function orUnset(known: Value | undefined, isSeen: boolean): Value {
  if (known === undefined) return UNDEFINED;
  const both = known.kind === "nullable" || isSeen ? join(known, UNDEFINED) : undefined;
  return both === undefined || both instanceof KindConflict ? orZero(known) : both;
}

/** What is in a variable's place before anything is assigned to it is 0, no array. */
function orZero(value: Value): Value {
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
    case "record":
      return { ...value, items: value.items.map(orZero) };
    default:
      return value;
  }
}

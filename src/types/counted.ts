/**
 * Which `for` statements count: `for (let i = a; i < b; i += c)` where nothing else writes `i` and `b` can't change while
 * the loop runs. Purely a matter of the source; whether the numbers are integers is for inference to say.
 */
import type {
  AssignmentExpression,
  BinaryExpression,
  BlockStatement,
  CallExpression,
  DoWhileStatement,
  Expression,
  ForStatement,
  Identifier,
  Node,
  UpdateExpression,
  VariableDeclarator,
  WhileStatement,
} from "acorn";
import type { Binding, FunctionNode, FunctionSource } from "../frontend/program.ts";
import { isFunction, walk } from "../frontend/walk.ts";
import { Memo } from "../source/memo.ts";

export interface CountedLoop {
  readonly binding: Binding;
  /** The declarator or assignment that starts it. */
  readonly startSite: Node;
  readonly start: Expression;
  readonly op: "<" | "<=" | ">" | ">=";
  readonly bound: Expression;
  /** Non-zero; its sign agrees with `op`. */
  readonly step: number;
  /** Is the variable the loop's own (`let` in its head), so that nobody sees it afterwards? */
  readonly own: boolean;
}

const FLIPPED = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;

function isComparison(op: string): op is keyof typeof FLIPPED {
  return op in FLIPPED;
}

export function bindingAt(source: FunctionSource, node: Node): Binding | undefined {
  return node.type === "Identifier" ? source.bindings.get(node as Identifier) : undefined;
}

export function isInside(node: Node, outer: Node): boolean {
  return node.start >= outer.start && node.end <= outer.end;
}

export function isLoop({ type }: Node): boolean {
  return /^(For|While|DoWhile|ForOf)Statement$/.test(type);
}

/** The loop in whose rounds a node runs: not the one that it starts. */
export function loopAround(parents: ReadonlyMap<Node, Node>, node: Node): Node | undefined {
  let part = node;
  for (let n = parents.get(node); n !== undefined; n = parents.get(n)) {
    if (isLoop(n) && (n as Node & { init?: Node | null }).init !== part) return n;
    part = n;
  }
  return undefined;
}

/** Is a binding written anywhere inside `region`, or by an inner function that might be called there? */
export function isWrittenIn(binding: Binding, region: Node): boolean {
  return binding.writes.some((w) => binding.shared || isInside(w, region));
}

/** Expressions are evaluated from left to right: may what follows `node` in one change the variable that `node` reads? */
export function isWrittenAfter(binding: Binding, node: Node, expression: Node): boolean {
  if (binding.writes.some((write) => isInside(write, expression) && write.start > node.start)) return true;
  if (!binding.shared) return false;
  let calls = false;
  walk(expression, ({ type, end }) => {
    if (type === "CallExpression" && end > node.end) calls = true;
  });
  return calls;
}

/** What is known of the function around a loop. `isGlobalMath`: is what it calls Math JavaScript's? */
export interface Surroundings {
  readonly source: FunctionSource;
  isGlobalMath(): boolean;
}

/** Does the expression give the same value throughout the loop? Array lengths do: kernels can't resize. */
function isInvariant(around: Surroundings, expr: Node, loop: Node): boolean {
  switch (expr.type) {
    case "Literal":
      return true;
    case "Identifier": {
      const binding = bindingAt(around.source, expr);
      return binding === undefined || (!isWrittenIn(binding, loop) && !isInside(binding.declaration, loop));
    }
    case "UnaryExpression": {
      const e = expr as Node & { operator: string; argument: Node };
      return e.operator !== "delete" && isInvariant(around, e.argument, loop);
    }
    case "BinaryExpression": {
      const e = expr as Node & { left: Node; right: Node };
      return isInvariant(around, e.left, loop) && isInvariant(around, e.right, loop);
    }
    case "ConditionalExpression": {
      const e = expr as Node & { test: Node; consequent: Node; alternate: Node };
      return (
        isInvariant(around, e.test, loop) &&
        isInvariant(around, e.consequent, loop) &&
        isInvariant(around, e.alternate, loop)
      );
    }
    case "MemberExpression": {
      const e = expr as Node & { object: Node; property: Node; computed: boolean };
      if (!isInvariant(around, e.object, loop)) return false;
      // An element, of the next row's start among those of all rows: as long as nothing may write any.
      return !e.computed || (isInvariant(around, e.property, loop) && !mayStore(around, loop));
    }
    case "CallExpression": {
      const e = expr as Node & { arguments: Node[] };
      return isOfMath(around, expr) && e.arguments.every((a) => isInvariant(around, a, loop));
    }
    default:
      return false;
  }
}

/** `Math.min(w, n)` and the like: a property of something captured. Of random numbers no two are the same. */
function isOfMath({ source, isGlobalMath }: Surroundings, call: Node): boolean {
  const { callee } = call as CallExpression;
  return (
    callee.type === "MemberExpression" &&
    !callee.computed &&
    (callee.property as Identifier).name !== "random" &&
    callee.object.type === "Identifier" &&
    callee.object.name === "Math" &&
    bindingAt(source, callee.object) === undefined &&
    isGlobalMath()
  );
}

/** Might running a loop or a function change an array's element? */
export function mayStore(around: Surroundings, loop: Node): boolean {
  const hasElement = (target: Node): boolean => {
    let found = false;
    walk(target, ({ type }) => {
      if (type === "MemberExpression") found = true;
    });
    return found;
  };
  let found = false;
  walk(loop, (node) => {
    const { left, argument } = node as Node & { left?: Node; argument?: Node };
    switch (node.type) {
      case "AssignmentExpression":
      case "ForOfStatement":
        if (left !== undefined && hasElement(left)) found = true;
        break;
      case "UpdateExpression":
        if (argument !== undefined && hasElement(argument)) found = true;
        break;
      case "CallExpression":
        if (!isOfMath(around, node)) found = true;
        break;
    }
  });
  return found;
}

function literalStep(node: Node): number | undefined {
  if (node.type !== "Literal") return undefined;
  const value = (node as Node & { value: unknown }).value;
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value < 2 ** 31 ? value : undefined;
}

function stepOf(source: FunctionSource, update: Node, binding: Binding): number | undefined {
  const isVariable = (n: Node): boolean => bindingAt(source, n) === binding;
  if (update.type === "UpdateExpression") {
    const u = update as Node & { operator: "++" | "--"; argument: Node };
    return isVariable(u.argument) ? (u.operator === "++" ? 1 : -1) : undefined;
  }
  if (update.type !== "AssignmentExpression") return undefined;
  const a = update as Node & { operator: string; left: Node; right: Node };
  if (!isVariable(a.left)) return undefined;
  if (a.operator === "+=") return literalStep(a.right);
  if (a.operator === "-=") {
    const s = literalStep(a.right);
    return s === undefined ? undefined : -s;
  }
  if (a.operator !== "=" || a.right.type !== "BinaryExpression") return undefined;
  const b = a.right as Node & { operator: string; left: Node; right: Node };
  if (b.operator === "+" && isVariable(b.left)) return literalStep(b.right);
  if (b.operator === "+" && isVariable(b.right)) return literalStep(b.left);
  if (b.operator === "-" && isVariable(b.left)) {
    const s = literalStep(b.right);
    return s === undefined ? undefined : -s;
  }
  return undefined;
}

/** What has been found of loops: it rests on the program's text, and on what Math is where that was asked. */
const COUNTED = new Memo<ForStatement, { readonly counted: CountedLoop | undefined; readonly math?: boolean }>();

/** The counted form of a `for` statement, or undefined. */
export function countedLoop({ source, isGlobalMath }: Surroundings, node: ForStatement): CountedLoop | undefined {
  let known = COUNTED.get(node);
  if (known === undefined || (known.math !== undefined && known.math !== isGlobalMath())) {
    let math: boolean | undefined;
    const ask = (): boolean => {
      math ??= isGlobalMath();
      return math;
    };
    const counted = findCounted({ source, isGlobalMath: ask }, node);
    known = math === undefined ? { counted } : { counted, math };
    COUNTED.set(node, known);
  }
  return known.counted;
}

function findCounted(around: Surroundings, node: ForStatement): CountedLoop | undefined {
  const { source } = around;
  const { init, test, update } = node;
  if (!init || !test || !update || test.type !== "BinaryExpression" || !isComparison(test.operator)) return undefined;
  let op = test.operator;
  let binding = bindingAt(source, test.left);
  let bound = test.right;
  let step = binding === undefined ? undefined : stepOf(source, update, binding);
  if (binding === undefined || step === undefined) {
    binding = bindingAt(source, test.right);
    if (binding === undefined || test.left.type === "PrivateIdentifier") return undefined;
    bound = test.left;
    op = FLIPPED[op];
    step = stepOf(source, update, binding);
  }
  if (step === undefined || step > 0 !== (op === "<" || op === "<=")) return undefined;
  const counter = binding;
  // One that belongs to another function may be started anew while the loop runs: by a call that comes to this very loop.
  if (counter.owner !== functionAround(source, node)) return undefined;
  if (!isInvariant(around, bound, node) && !invariantBesidesInit(source, bound, node)) return undefined;
  const start = startOf(source, init, counter);
  if (start === undefined) return undefined;
  // The head may write it once more after that, or make a function that does.
  const others = counter.writes.filter((w) => w !== start.target && (counter.shared || isInside(w, node)));
  if (others.some((w) => !isInside(w, update))) return undefined;
  return { binding: counter, startSite: start.site, start: start.value, op, bound, step, own: start.own };
}

interface Start {
  readonly site: Node;
  /** The identifier that is given the value. */
  readonly target: Node;
  readonly value: Expression;
  readonly own: boolean;
}

function startOf(source: FunctionSource, init: NonNullable<ForStatement["init"]>, counter: Binding): Start | undefined {
  if (init.type === "VariableDeclaration") {
    const site = init.declarations.find((x) => bindingAt(source, x.id) === counter);
    // Further declarators (`n = a.length`) are fine: they are set once, before the loop.
    return site?.init == null ? undefined : { site, target: site.id, value: site.init, own: init.kind !== "var" };
  }
  if (init.type === "AssignmentExpression" && init.operator === "=" && bindingAt(source, init.left) === counter)
    return { site: init, target: init.left, value: init.right, own: false };
  return undefined;
}

/** `for (let i = 0, n = a.length; i < n; i++)`: n is declared in the head and never written again. */
function invariantBesidesInit(source: FunctionSource, bound: Node, loop: ForStatement): boolean {
  const binding = bindingAt(source, bound);
  return (
    binding !== undefined &&
    loop.init != null &&
    isInside(binding.declaration, loop.init) &&
    binding.writes.length === 0
  );
}

/** A variable that a loop only ever adds to. */
export interface Accumulator {
  readonly binding: Binding;
  /** Where it does. */
  readonly sites: readonly Node[];
}

const ACCUMULATORS = new Memo<Node, readonly Accumulator[]>();

/**
 * The variables of a loop's function that the loop only ever adds to: every write inside it is `s += e`, `s -= e`, `s++`, `s--`
 * or `s = s + e`, with `e` not mentioning `s`. One round changes them by the sum of the steps, whatever their value. Functions that
 * the loop may call are to count them up and down only.
 */
export function accumulatorsOf(source: FunctionSource, owner: FunctionNode, loop: Node): readonly Accumulator[] {
  let found = ACCUMULATORS.get(loop);
  if (found === undefined) {
    const all: Accumulator[] = [];
    for (const binding of source.locals.get(owner) ?? []) {
      if (binding.writes.length === 0) continue;
      const isInner = (w: Node): boolean => binding.shared && isInInner(source, owner, w);
      const sites = binding.writes.filter((w) => isInside(w, loop) || isInner(w));
      const isStep = (w: Node): boolean =>
        isInner(w) ? source.parents.get(w)?.type === "UpdateExpression" : onlyAdds(source, binding, w);
      if (sites.length > 0 && sites.every(isStep)) all.push({ binding, sites });
    }
    found = all;
    ACCUMULATORS.set(loop, found);
  }
  return found;
}

function functionAround(source: FunctionSource, node: Node): Node | undefined {
  let n: Node | undefined = node;
  while (n !== undefined && !isFunction(n)) n = source.parents.get(n);
  return n;
}

/** Is a node of a function in one that is nested in it, which may be called from anywhere? */
function isInInner(source: FunctionSource, owner: FunctionNode, node: Node): boolean {
  for (let n: Node | undefined = node; n !== undefined && n !== owner; n = source.parents.get(n))
    if (isFunction(n)) return true;
  return false;
}

function onlyAdds(source: FunctionSource, binding: Binding, write: Node): boolean {
  const parent = source.parents.get(write);
  if (parent?.type === "UpdateExpression") return true;
  if (parent?.type !== "AssignmentExpression") return false;
  const a = parent as Node & { operator: string; left: Node; right: Node };
  if (a.left !== write) return false;
  if (a.operator === "+=" || a.operator === "-=") return !mentions(source, a.right, binding);
  if (a.operator !== "=" || a.right.type !== "BinaryExpression") return false;
  const b = a.right as Node & { operator: string; left: Node; right: Node };
  if (b.operator !== "+" && b.operator !== "-") return false;
  return bindingAt(source, b.left) === binding && !mentions(source, b.right, binding);
}

function mentions(source: FunctionSource, expr: Node, binding: Binding): boolean {
  return binding.references.some((r) => isInside(r, expr)) && source.parents.size > 0;
}

/**
 * The most rounds of a loop whose variable is shifted right by at least one bit in each and must stay positive:
 * `for (let s = 1 << n; s > 0; s >>= 1)`, `while (s > 0) { …; s >>= 1; }`. undefined for others.
 */
export function halvings(source: FunctionSource, loop: ForStatement | WhileStatement): number | undefined {
  const { test } = loop;
  const update = loop.type === "ForStatement" ? loop.update : lastOf(loop.body);
  if (test?.type !== "BinaryExpression" || update?.type !== "AssignmentExpression") return undefined;
  const binding = bindingAt(source, update.left);
  if (binding === undefined || binding.shared || !isPositive(source, test, binding)) return undefined;
  const inRounds = binding.writes.filter((w) => [loop.body, test, update].some((part) => isInside(w, part)));
  if (inRounds.some((w) => w !== update.left) || !shiftsRight(source, update, binding)) return undefined;
  // What it starts with may be any number; from then on it is one of 32 bits.
  return 33;
}

/**
 * The most rounds of a loop whose variable starts with 1 or more, becomes at least twice what it is in each and must stay below something:
 * `for (let w = 1; w < n; w *= 2)`. Nothing is above Infinity, which it comes to in the end. undefined for others.
 */
export function doublings(source: FunctionSource, loop: ForStatement | WhileStatement): number | undefined {
  const { test } = loop;
  const update = loop.type === "ForStatement" ? loop.update : lastOf(loop.body);
  if (test?.type !== "BinaryExpression" || update?.type !== "AssignmentExpression") return undefined;
  const binding = bindingAt(source, update.left);
  const least = test.operator === "<" ? test.left : test.operator === ">" ? test.right : undefined;
  if (binding?.kind !== "let" || binding.shared || least === undefined || bindingAt(source, least) !== binding)
    return undefined;
  const declared = source.parents.get(binding.declaration);
  const start = declared?.type === "VariableDeclarator" ? (declared as VariableDeclarator).init : undefined;
  const startsHigh = start != null && literalStep(start) !== undefined;
  const isOnlyWrite = binding.writes.every((w) => w === update.left);
  return startsHigh && isOnlyWrite && multiplies(source, update, binding) ? 1025 : undefined;
}

function multiplies(source: FunctionSource, update: AssignmentExpression, binding: Binding): boolean {
  const { operator, right } = update;
  if (operator === "*=") return (literalStep(right) ?? 0) >= 2;
  if (operator !== "=" || right.type !== "BinaryExpression" || right.operator !== "*") return false;
  const isVariable = (node: Node): boolean => bindingAt(source, node) === binding;
  const factor = isVariable(right.left) ? right.right : isVariable(right.right) ? right.left : undefined;
  return factor !== undefined && (literalStep(factor) ?? 0) >= 2;
}

/** The expression that every round ends with. */
function lastOf(body: Node): Expression | undefined {
  let skipped = false;
  walk(body, ({ type }) => {
    if (type === "ContinueStatement") skipped = true;
  });
  const { body: statements } = body as BlockStatement;
  const last = skipped || body.type !== "BlockStatement" ? undefined : statements.at(-1);
  return last?.type === "ExpressionStatement" ? (last as Node & { expression: Expression }).expression : undefined;
}

function shiftsRight(source: FunctionSource, update: AssignmentExpression, binding: Binding): boolean {
  const { operator, right } = update;
  const bits = literalStep(
    operator === "=" && right.type === "BinaryExpression" && bindingAt(source, right.left) === binding
      ? right.right
      : right,
  );
  const shift = operator === "=" ? (right as Node & { operator?: string }).operator : operator.slice(0, -1);
  return (shift === ">>" || shift === ">>>") && bits !== undefined && bits < 32;
}

/** Is a test false of a variable that has come to 0, and of negative ones? */
function isPositive(source: FunctionSource, { operator, left, right }: BinaryExpression, binding: Binding): boolean {
  const [least, most] = [">", ">="].includes(operator)
    ? [left, right]
    : ["<", "<="].includes(operator)
      ? [right, left]
      : [];
  if (least === undefined || most === undefined || bindingAt(source, least) !== binding || most.type !== "Literal")
    return false;
  const { value } = most as Node & { value: unknown };
  return typeof value === "number" && (operator.includes("=") ? value > 0 : value >= 0);
}

/** A variable that a loop's test compares, and that each of its rounds brings nearer to where the test fails. */
export interface Stepping {
  readonly binding: Binding;
  readonly isUp: boolean;
  /** undefined: 0, from above, at which it only arrives from `least` on. */
  readonly bound: Node | undefined;
  readonly least: number;
}

type SteppedLoop = ForStatement | WhileStatement | DoWhileStatement;

/** `while (n-- > 0)`, `for (let n = 32; n--; )`, `while (i < n && ok) { …; i++; }`: loops that step without being counted ones. */
export function stepping(source: FunctionSource, loop: SteppedLoop): Stepping | undefined {
  return loop.test == null ? undefined : steppingIn(source, loop, loop.test);
}

function steppingIn(source: FunctionSource, loop: SteppedLoop, test: Node): Stepping | undefined {
  if (test.type === "LogicalExpression") {
    const { operator, left, right } = test as Node & { operator: string; left: Node; right: Node };
    return operator === "&&" ? (steppingIn(source, loop, left) ?? steppingIn(source, loop, right)) : undefined;
  }
  if (test.type !== "BinaryExpression") return steppingTo(source, loop, test, false, undefined);
  const { operator, left, right } = test as BinaryExpression;
  if (!isComparison(operator)) return undefined;
  const isUp = operator === "<" || operator === "<=";
  return steppingTo(source, loop, left, isUp, right) ?? steppingTo(source, loop, right, !isUp, left);
}

function steppingTo(
  source: FunctionSource,
  loop: SteppedLoop,
  operand: Node,
  isUp: boolean,
  bound: Node | undefined,
): Stepping | undefined {
  const isUpdate = operand.type === "UpdateExpression";
  const binding = bindingAt(source, isUpdate ? (operand as UpdateExpression).argument : operand);
  if (binding === undefined || binding.shared) return undefined;
  const init = loop.type === "ForStatement" ? loop.init : undefined;
  const writes = binding.writes.filter((w) => isInside(w, loop) && !(init != null && isInside(w, init)));
  const steps = writes.map((w) => source.parents.get(w)).map((n) => n && stepOf(source, n, binding));
  if (!steps.every((step) => step !== undefined && step > 0 === isUp)) return undefined;
  // Past 0 it would go on below.
  if (bound === undefined && !(steps.length === 1 && steps[0] === -1)) return undefined;
  const isSure = isUpdate || sureIn(loop).some((n) => stepOf(source, n, binding) !== undefined);
  // `--n` of 0 isn't 0, nor is that of a body that comes before the test.
  const isLate = isUpdate ? (operand as UpdateExpression).prefix : loop.type === "DoWhileStatement";
  return isSure ? { binding, isUp, bound, least: isLate ? 1 : 0 } : undefined;
}

/** Expressions that are evaluated once in every round after which another one may come. */
function sureIn(loop: SteppedLoop): readonly Node[] {
  const parts = (n: Node): readonly Node[] =>
    n.type === "SequenceExpression" ? (n as Node & { expressions: Node[] }).expressions.flatMap(parts) : [n];
  const update = loop.type === "ForStatement" && loop.update != null ? parts(loop.update) : [];
  let skipped = false;
  walk(loop.body, ({ type }) => {
    if (type === "ContinueStatement") skipped = true;
  });
  const { type, body } = loop.body as BlockStatement;
  const statements: readonly Node[] = skipped ? [] : type === "BlockStatement" ? body : [loop.body];
  const done = statements.flatMap((s) =>
    s.type === "ExpressionStatement" ? parts((s as Node & { expression: Node }).expression) : [],
  );
  return [...update, ...done];
}

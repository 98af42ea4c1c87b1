/**
 * Arrays and objects that are written empty and get their items right afterwards, one by one:
 *
 *   const p = [];                   const p = [a - b, a + b];           const r = {};               const r = { min, max };
 *   p[0] = a - b;            →                                          r.min = min;         →
 *   p.push(a + b);                                                      r.max = max;
 *
 * Where other statements stand between, and the items there are so far may be used, the array has its length from the start, and zeros until then:
 *
 *   const p = [];                   const p = [0, 0];
 *   p[0] = a * c;            →      p[0] = a * c;
 *   c *= a;                         c *= a;
 *   p[1] = p[0] * c;                p[1] = p[0] * c;
 *
 * Nobody sees the difference: until it is full only items that it has are read.
 */
import type {
  ArrayExpression,
  AssignmentExpression,
  BlockStatement,
  CallExpression,
  Expression,
  ExpressionStatement,
  Identifier,
  Literal,
  MemberExpression,
  Node,
  ObjectExpression,
  VariableDeclaration,
  VariableDeclarator,
} from "acorn";
import { numberLiteral } from "./made-nodes.ts";
import type { Binding } from "./program.ts";
import { hasNode, isFunction, parentsIn } from "./walk.ts";

type Parents = ReadonlyMap<Node, Node>;

/** A statement that gives a list or an object items; of an object their names. */
interface Filling {
  readonly statement: ExpressionStatement;
  readonly values: readonly Expression[];
  readonly name: Identifier | undefined;
}

/** Gives the parent of every node. `resolve` finds what identifiers name. */
export function fillLiterals(root: Node, parents: Parents, resolve: () => Iterable<Binding>): Parents {
  if (!hasNode(parents, "ArrayExpression") && !hasNode(parents, "ObjectExpression")) return parents;
  const isEmpty = (node: Node): boolean =>
    (node.type === "ArrayExpression" && (node as ArrayExpression).elements.length === 0) ||
    (node.type === "ObjectExpression" && (node as ObjectExpression).properties.length === 0);
  if (![...parents.keys()].some(isEmpty)) return parents;
  let changed = false;
  const resolved = [...resolve()];
  for (const binding of new Set(resolved)) {
    const declarator = parents.get(binding.declaration) as VariableDeclarator | undefined;
    if (declarator?.type !== "VariableDeclarator" || declarator.id !== binding.declaration) continue;
    const { init } = declarator;
    const declaration = parents.get(declarator) as VariableDeclaration;
    const block = parents.get(declaration);
    if (init == null || !isEmpty(init) || block?.type !== "BlockStatement") continue;
    if (binding.kind === "var" && !isGivenOnce(binding, block, resolved)) continue;
    const inOrder = [...binding.references].sort((a, b) => a.start - b.start);
    if (inOrder.some((use) => use.start < declarator.end || isInDeclared(use, binding, parents))) continue;
    if (fill({ ...binding, references: inOrder }, declarator, declaration, block as BlockStatement, parents))
      changed = true;
  }
  return changed ? parentsIn(root) : parents;
}

/**
 * A `var` outlives its block, which may be left half way, `l: { var p = []; p[0] = a; if (c) break l; p[1] = b; }`, and may be declared again.
 * `resolved`: the binding of each identifier.
 */
function isGivenOnce(binding: Binding, block: Node, resolved: readonly Binding[]): boolean {
  const declarations = resolved.filter((each) => each === binding).length - binding.references.length;
  return declarations === 1 && binding.owner.body === block;
}

/** Functions that are declared are there before the literal is. */
function isInDeclared(use: Node, { owner }: Binding, parents: Parents): boolean {
  for (let n = parents.get(use); n !== undefined && n !== owner; n = parents.get(n))
    if (isFunction(n) && n.type === "FunctionDeclaration") return true;
  return false;
}

/** Says whether that could be done. */
function fill(
  { references }: Binding,
  declarator: VariableDeclarator,
  declaration: VariableDeclaration,
  block: BlockStatement,
  parents: Parents,
): boolean {
  const literal = declarator.init as ArrayExpression | ObjectExpression;
  const isList = literal.type === "ArrayExpression";
  const fillings: Filling[] = [];
  let count = 0;
  /** Is it an item that the list has by now? */
  const isThere = (use: Node): boolean => {
    const index = isList ? constantIndex(use, parents) : undefined;
    return index !== undefined && index < count;
  };
  let at = 0;
  for (; at < references.length; at++) {
    const use = references[at] as Identifier;
    if (isThere(use)) continue;
    const filling = fillingAt(use, isList, count, parents);
    if (filling === undefined || parents.get(filling.statement) !== block) break;
    const { start, end } = filling.statement;
    if (!references.every((other) => other === use || other.start < start || other.end > end || isThere(other))) break;
    if (!isList && fillings.some(({ name }) => name?.name === filling.name?.name)) break;
    fillings.push(filling);
    count += filling.values.length;
  }
  if (fillings.length === 0) return false;
  const after = references.slice(at);
  if (isList && after.some((use) => mayGrow(use, count, parents))) return false;
  const { body } = block;
  const from = body.indexOf(declaration) + 1;
  const isNext = ({ statement, values }: Filling, i: number): boolean =>
    body[from + i] === statement &&
    !references.some((use) => values.some((value) => use.start >= value.start && use.end <= value.end));
  if (declaration.declarations.at(-1) === declarator && fillings.every(isNext)) {
    body.splice(from, fillings.length);
    if (isList) literal.elements.push(...fillings.flatMap(({ values }) => values));
    else literal.properties.push(...fillings.flatMap(propertyOf));
    return true;
  }
  if (!isList) return false;
  literal.elements.push(...Array.from({ length: count }, () => numberLiteral(0, literal)));
  let index = 0;
  for (const { statement, values } of fillings) {
    const isPush = statement.expression.type === "CallExpression";
    if (isPush) {
      const list = ((statement.expression as CallExpression).callee as MemberExpression).object;
      const stores = values.map((value, k) => storeAt(statement, list, index + k, value));
      body.splice(body.indexOf(statement), 1, ...stores);
    }
    index += values.length;
  }
  return true;
}

/** `p[2]`: 2. */
function constantIndex(use: Node, parents: Parents): number | undefined {
  const member = parents.get(use) as MemberExpression | undefined;
  if (member?.type !== "MemberExpression" || member.object !== use || !member.computed) return undefined;
  const { type, value } = member.property as Literal;
  return type === "Literal" && typeof value === "number" && Number.isInteger(value) ? value : undefined;
}

/** `p[count] = x;`, `p.push(x, y);` or `p.name = x;` */
function fillingAt(use: Identifier, isList: boolean, count: number, parents: Parents): Filling | undefined {
  const member = parents.get(use) as MemberExpression;
  if (member.type !== "MemberExpression" || member.object !== use) return undefined;
  const expression = parents.get(member);
  const statement = expression && (parents.get(expression) as ExpressionStatement | undefined);
  if (expression === undefined || statement?.type !== "ExpressionStatement") return undefined;
  if (expression.type === "AssignmentExpression") {
    const { operator, left, right } = expression as AssignmentExpression;
    const isNext = isList ? constantIndex(use, parents) === count : !member.computed;
    if (operator !== "=" || left !== member || !isNext) return undefined;
    return { statement, values: [right], name: isList ? undefined : (member.property as Identifier) };
  }
  const isPush = isList && !member.computed && (member.property as Identifier).name === "push";
  if (!isPush || expression.type !== "CallExpression") return undefined;
  const { callee, arguments: given } = expression as CallExpression;
  if (callee !== member || given.some(({ type }) => type === "SpreadElement")) return undefined;
  return { statement, values: given as Expression[], name: undefined };
}

/** A list that goes on growing doesn't have its length from the start. */
function mayGrow(use: Identifier, count: number, parents: Parents): boolean {
  const member = parents.get(use) as MemberExpression;
  if (member.type !== "MemberExpression" || member.object !== use) return false;
  if (!member.computed)
    return /^(push|unshift|splice|length)$/.test((member.property as Identifier).name) && isChanging(member, parents);
  const index = constantIndex(use, parents);
  const parent = parents.get(member) as AssignmentExpression | undefined;
  const isStore = parent?.type === "AssignmentExpression" && parent.operator === "=" && parent.left === member;
  return isStore && (index === undefined || index >= count);
}

/** `p.length` is read, `p.push(x)` and `p.length = 1` change how many there are. */
function isChanging(member: MemberExpression, parents: Parents): boolean {
  const parent = parents.get(member);
  const isLength = (member.property as Identifier).name === "length";
  return !isLength || (parent?.type === "AssignmentExpression" && (parent as AssignmentExpression).left === member);
}

function propertyOf({ values, name }: Filling): ObjectExpression["properties"] {
  return values.flatMap((value) =>
    name === undefined
      ? []
      : [
          {
            type: "Property" as const,
            kind: "init" as const,
            method: false,
            shorthand: false,
            computed: false,
            key: name,
            value,
            start: name.start,
            end: value.end,
          },
        ],
  );
}

function storeAt(place: ExpressionStatement, list: Node, index: number, right: Expression): ExpressionStatement {
  const { start, end } = place;
  const object = { ...list } as Identifier;
  const left: MemberExpression = {
    type: "MemberExpression",
    object,
    property: numberLiteral(index, list),
    computed: true,
    optional: false,
    start: list.start,
    end: list.end,
  };
  const expression: AssignmentExpression = { type: "AssignmentExpression", operator: "=", left, right, start, end };
  return { ...place, expression };
}

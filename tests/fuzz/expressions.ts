/** Random expressions of a wanted type. All of them are parenthesised, so that they can stand anywhere. */
import { type Node, node } from "./program.ts";
import type { Random } from "./random.ts";
import { isBigKind, type ScalarType, type Scope, type Variable } from "./scope.ts";

const NUMBER_OPERATORS = ["+", "+", "-", "-", "*", "*", "/", "%", "&", "|", "^", "<<", ">>", ">>>"] as const;
const ASSIGNMENTS = [
  "=",
  "+=",
  "-=",
  "*=",
  "/=",
  "%=",
  "&=",
  "|=",
  "^=",
  "<<=",
  ">>=",
  ">>>=",
  "||=",
  "&&=",
  "??=",
] as const;
const COMPARISONS = ["<", "<=", ">", ">=", "===", "!==", "==", "!="] as const;
const MATH_ONE = ["abs", "ceil", "floor", "round", "sign", "trunc", "fround", "clz32", "sqrt"] as const;
const BIG_RING = ["+", "-", "*"] as const;
const BIG_BITS = ["&", "|", "^"] as const;

export class ExpressionMaker {
  readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  ofType(type: ScalarType, scope: Scope, depth: number): Node {
    if (type === "num") return this.num(scope, depth);
    return type === "bool" ? this.bool(scope, depth) : this.big(scope, depth);
  }

  num(scope: Scope, depth: number): Node {
    const { random } = this;
    if (depth <= 0 || random.chance(0.15)) return this.numLeaf(scope);
    const sub = () => this.num(scope, depth - 1);
    switch (random.below(23)) {
      case 20:
        return this.singles(scope, depth);
      case 21:
        return this.listItem(scope, depth) ?? this.optional(scope, depth) ?? this.numLeaf(scope);
      case 22:
        return this.elementAssignment(scope, depth) ?? this.numLeaf(scope);
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
        return node("num", "(", sub(), ` ${random.pick(NUMBER_OPERATORS)} `, sub(), ")");
      case 5:
      case 6:
        return node("num", "(", sub(), ` ${random.pick(NUMBER_OPERATORS)} `, node("num", random.number()), ")");
      case 7:
        return node("num", `(${random.pick(["-", "+", "~", "~~"])}`, sub(), ")");
      case 8:
        return node("num", "(", this.bool(scope, depth - 1), " ? ", sub(), " : ", sub(), ")");
      case 9:
        return node("num", `Math.${random.pick(MATH_ONE)}(`, sub(), ")");
      case 10:
        return this.mathMany(scope, depth);
      case 11:
        return node("num", "(", sub(), random.pick([" || ", " && "]), sub(), ")");
      case 12:
        return random.chance(0.5)
          ? node("num", "Number(", this.bool(scope, depth - 1), ")")
          : node("num", "(", sub(), random.pick([" + ", " * ", " - "]), this.bool(scope, depth - 1), ")");
      case 13:
        return node("num", "Number(", this.big(scope, depth - 1), ")");
      case 14:
        return this.assignment(scope, depth) ?? this.numLeaf(scope);
      case 15:
        return this.call("num", scope, depth) ?? this.numLeaf(scope);
      case 16:
        return node(
          "num",
          random.pick(["(", "Math.floor(", "Math.trunc("]),
          "(",
          sub(),
          " / ",
          sub(),
          random.pick([")", ") | 0"]),
          ")",
        );
      case 17:
        return node("num", "(", sub(), ", ", sub(), ")");
      default:
        return this.element(scope, depth, false) ?? this.numLeaf(scope);
    }
  }

  private numLeaf(scope: Scope): Node {
    const { random } = this;
    const variables = scope.variables.filter((v) => v.type === "num");
    if (variables.length > 0 && random.chance(0.75)) return node("num", random.pick(variables).name);
    const arrays = scope.variables.filter((v) => v.type === "array");
    if (arrays.length > 0 && random.chance(0.15)) return node("num", `${random.pick(arrays).name}.length`);
    return node("num", random.number());
  }

  /** A chain that JavaScript rounds to float32 at every step. */
  private singles(scope: Scope, depth: number): Node {
    const { random } = this;
    const single = (left: number): Node =>
      left <= 0
        ? node("num", "Math.fround(", this.num(scope, depth - 2), ")")
        : node(
            "num",
            "Math.fround(",
            single(left - 1),
            ` ${random.pick(["+", "-", "*", "/"])} `,
            random.chance(0.5) ? single(left - 2) : node("num", "Math.fround(", this.num(scope, 0), ")"),
            ")",
          );
    return random.chance(0.2) ? node("num", "Math.fround(Math.sqrt(", single(1), "))") : single(1 + random.below(2));
  }

  private listItem(scope: Scope, depth: number): Node | undefined {
    const lists = scope.variables.filter((v) => v.type === "list");
    if (lists.length === 0) return undefined;
    const { name } = this.random.pick(lists);
    return node("num", `${name}[(`, this.num(scope, depth - 1), ") & 3]");
  }

  /** An argument that may be missing. */
  private optional(scope: Scope, depth: number): Node | undefined {
    const given = scope.variables.filter((v) => v.type === "optional");
    if (given.length === 0) return undefined;
    const { name } = this.random.pick(given);
    return this.random.chance(0.6)
      ? node("num", `(${name} ?? `, this.num(scope, depth - 1), ")")
      : node("num", `(${name} === undefined ? `, this.num(scope, depth - 1), ` : ${name})`);
  }

  /** `a[i] = …`, `a[i] += …`, `a[i]++` for their value. */
  private elementAssignment(scope: Scope, depth: number): Node | undefined {
    const { random } = this;
    const arrays = scope.variables.filter(
      (v) => v.type === "array" && v.kind !== "Table" && !v.readonly && !isBigKind(v.kind),
    );
    if (arrays.length === 0) return undefined;
    const array = random.pick(arrays);
    const index = this.index(array, scope, depth - 1);
    if (random.chance(0.3)) {
      const [before, after] = random.pick([
        ["++", ""],
        ["--", ""],
        ["", "++"],
        ["", "--"],
      ] as const);
      return node("num", `(${before}${array.name}[`, index, `]${after})`);
    }
    return node("num", `(${array.name}[`, index, `] ${random.pick(ASSIGNMENTS)} `, this.num(scope, depth - 1), ")");
  }

  private mathMany(scope: Scope, depth: number): Node {
    const { random } = this;
    const sub = () => this.num(scope, depth - 1);
    if (random.chance(0.25)) return node("num", "Math.imul(", sub(), ", ", sub(), ")");
    const parts: (string | Node)[] = [`Math.${random.pick(["min", "max"])}(`, sub()];
    for (let k = 1 + random.below(2); k > 0; k--) parts.push(", ", sub());
    return node("num", ...parts, ")");
  }

  bool(scope: Scope, depth: number): Node {
    const { random } = this;
    const variables = scope.variables.filter((v) => v.type === "bool");
    if (depth <= 0) {
      return node(
        "bool",
        variables.length > 0 && random.chance(0.7) ? random.pick(variables).name : random.pick(["true", "false"]),
      );
    }
    const sub = () => this.bool(scope, depth - 1);
    switch (random.below(14)) {
      case 12:
        return node(
          "bool",
          "Object.is(",
          random.chance(0.3) ? node("num", random.pick(["(-0)", "0", "NaN"])) : this.num(scope, depth - 1),
          ", ",
          this.num(scope, depth - 1),
          ")",
        );
      case 13:
        return node("bool", random.pick(["isNaN(", "isFinite(", "Boolean("]), this.num(scope, depth - 1), ")");
      case 0:
        return node("bool", "(!", sub(), ")");
      case 1:
        return node("bool", "(!", this.num(scope, depth - 1), ")");
      case 2:
      case 3:
        return node("bool", "(", sub(), random.pick([" && ", " || "]), sub(), ")");
      case 4:
        return node(
          "bool",
          `Number.${random.pick(["isNaN", "isFinite", "isInteger", "isSafeInteger"])}(`,
          this.num(scope, depth - 1),
          ")",
        );
      case 5:
        return node(
          "bool",
          "(",
          this.big(scope, depth - 1),
          ` ${random.pick(COMPARISONS)} `,
          this.big(scope, depth - 1),
          ")",
        );
      case 6:
        return node(
          "bool",
          "(",
          this.big(scope, depth - 1),
          ` ${random.pick(COMPARISONS.slice(0, 4))} `,
          this.num(scope, depth - 1),
          ")",
        );
      case 7:
        return this.call("bool", scope, depth) ?? node("bool", "(", sub(), " !== ", sub(), ")");
      default:
        return node(
          "bool",
          "(",
          this.num(scope, depth - 1),
          ` ${random.pick(COMPARISONS)} `,
          this.num(scope, depth - 1),
          ")",
        );
    }
  }

  big(scope: Scope, depth: number): Node {
    const { random } = this;
    const variables = scope.variables.filter((v) => v.type === "big");
    if (depth <= 0 || random.chance(0.2)) {
      return node("big", variables.length > 0 && random.chance(0.7) ? random.pick(variables).name : random.bigint());
    }
    const sub = () => this.big(scope, depth - 1);
    switch (random.below(12)) {
      case 9:
        return this.unsigned(scope, depth);
      case 10:
        return node(
          "big",
          random.weighted([
            [`BigInt.asUintN(${random.pick([63, 32, 8, 1])}, `, 3],
            [`(${random.pick(["0xffn", "0x7fffffffffffffffn", "0xffffffffn"])} & `, 2],
          ] as const),
          sub(),
          ` ${random.pick(BIG_RING)} `,
          sub(),
          ")",
        );
      case 11:
        return random.chance(0.5)
          ? node("big", "((", sub(), ` & 7n) ** ${random.below(5)}n)`)
          : node("big", "BigInt.asIntN(64, ", sub(), ` << (`, sub(), ` & 63n))`);
      case 0:
      case 1:
        return node("big", "BigInt.asIntN(64, ", sub(), ` ${random.pick(BIG_RING)} `, sub(), ")");
      case 2:
        return node("big", "(", sub(), ` ${random.pick(BIG_BITS)} `, sub(), ")");
      case 3:
        return node(
          "big",
          `BigInt.asIntN(${random.pick([64, 64, 32, 8, 1])}, `,
          sub(),
          ` ${random.pick(["<<", ">>"])} ${random.below(66)}n)`,
        );
      case 4:
        return node("big", "BigInt.asIntN(64, ", sub(), random.pick([" / ", " % "]), "(", sub(), " | 1n))");
      case 5:
        return node("big", "BigInt(", this.num(scope, depth - 1), " | 0)");
      case 6:
        return node("big", "(", this.bool(scope, depth - 1), " ? ", sub(), " : ", sub(), ")");
      case 7:
        return this.element(scope, depth, true) ?? node("big", "(~", sub(), ")");
      default:
        return this.call("big", scope, depth) ?? node("big", "BigInt.asIntN(64, -", sub(), ")");
    }
  }

  /** By way of the unsigned numbers, which a BigInt of the kernel can't be beside signed ones. */
  private unsigned(scope: Scope, depth: number): Node {
    const { random } = this;
    const sub = (): Node => node("big", "BigInt.asUintN(64, ", this.big(scope, depth - 2), ")");
    switch (random.below(4)) {
      case 0:
        return node("big", "BigInt.asIntN(64, ", sub(), ` ${random.pick([...BIG_RING, ...BIG_BITS])} `, sub(), ")");
      case 1:
        return node("big", "BigInt.asIntN(64, ", sub(), ` >> ${random.below(66)}n)`);
      case 2:
        return node("big", "BigInt.asIntN(64, ", sub(), random.pick([" / ", " % "]), "(", sub(), " | 1n))");
      default: {
        const compared = node("bool", "(", sub(), ` ${random.pick(COMPARISONS)} `, this.big(scope, depth - 2), ")");
        return node("big", "(", compared, " ? ", this.big(scope, depth - 2), " : ", this.big(scope, depth - 2), ")");
      }
    }
  }

  /** `x = …`, `x += …`, `x++` for their value. */
  private assignment(scope: Scope, depth: number): Node | undefined {
    const { random } = this;
    const variables = scope.variables.filter((v) => v.type === "num" && v.mutable && !v.counter);
    if (variables.length === 0) return undefined;
    const { name } = random.pick(variables);
    if (random.chance(0.4))
      return node("num", random.pick([`(${name}++)`, `(++${name})`, `(${name}--)`, `(--${name})`]));
    return node("num", `(${name} ${random.pick(ASSIGNMENTS)} `, this.num(scope, depth - 1), ")");
  }

  assignmentOperator(): string {
    return this.random.pick(ASSIGNMENTS);
  }

  call(result: ScalarType, scope: Scope, depth: number): Node | undefined {
    const { random } = this;
    const callees = scope.functions.filter((f) => f.result === result);
    if (callees.length === 0) return undefined;
    const callee = random.pick(callees);
    const parts: (string | Node)[] = [`${callee.name}(`];
    const given = callee.params.length - random.below((callee.optional ?? 0) + 1);
    for (const [i, type] of callee.params.slice(0, given).entries()) {
      if (i > 0) parts.push(", ");
      if (i === 0 && callee.recursive) parts.push("(", this.num(scope, depth - 2), ") & 3");
      else parts.push(this.ofType(type, scope, depth - 2));
    }
    return node(result, ...parts, ")");
  }

  private element(scope: Scope, depth: number, big: boolean): Node | undefined {
    const arrays = scope.variables.filter((v) => v.type === "array" && isBigKind(v.kind) === big);
    if (arrays.length === 0) return undefined;
    const array = this.random.pick(arrays);
    const index = this.index(array, scope, depth);
    const [open, close] = this.random.chance(0.1) && array.kind !== "Table" ? [".at(", ")"] : ["[", "]"];
    // Beside signed ones an unsigned BigInt could be no int64 any more.
    if (array.kind === "BigUint64Array")
      return node("big", `BigInt.asIntN(64, ${array.name}${open}`, index, `${close})`);
    return node(big ? "big" : "num", `${array.name}${open}`, index, close);
  }

  /** Mostly inside an array of eight elements or more. */
  index(array: Variable, scope: Scope, depth: number): Node {
    const { random } = this;
    const counters = scope.variables.filter((v) => v.counter);
    if (counters.length > 1 && random.chance(0.3)) {
      const [y, x] = [random.pick(counters).name, random.pick(counters).name];
      const offset = random.pick(["", "", " + 1", " - 1", ` - ${1 + random.below(4)}`]);
      return node("num", `(${y} * ${1 + random.below(5)} + ${x}${offset})`);
    }
    // A product that may be anything, beside any number.
    if (depth > 1 && random.chance(0.04)) {
      const factors = Array.from({ length: 3 }, () => node("fixed", " * (", this.num(scope, 1), " | 0)"));
      const [first] = counters;
      const product = node("fixed", first?.name ?? "7", ...factors);
      return node("num", "(", this.bool(scope, 1), " ? ", product, " : ", this.num(scope, 1), ")");
    }
    if (counters.length > 0 && random.chance(0.6)) {
      const { name } = random.pick(counters);
      return node(
        "num",
        random.weighted([
          [name, 6],
          [`(${name} + 1)`, 0.7],
          [`(${name} - 1)`, 0.7],
          [`(${name} >> 1)`, 2],
          [`(${name} & 7)`, 5],
          [`(7 - (${name} & 7))`, 1],
          [`(${array.name}.length - 1 - ${name})`, 1],
        ] as const),
      );
    }
    const value = this.num(scope, depth - 1);
    switch (random.below(9)) {
      case 8:
        // As .at takes it, from the end.
        return random.chance(0.2) ? node("num", `(${array.name}.length - 1)`) : node("num", String(random.below(4)));
      case 0:
      case 1:
        return node("num", "((", value, ") & 7)");
      case 2:
        return node("num", "((", value, ` >>> 0) % ${array.name}.length)`);
      case 3:
        return node("num", "Math.max(0, Math.min(", value, ` | 0, ${array.name}.length - 1))`);
      case 4:
        return random.chance(0.2) ? value : node("num", "((", value, ") & 3)");
      default:
        return node("num", String(random.below(8)));
    }
  }
}

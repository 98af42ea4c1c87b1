/** Random statements, inner functions and helpers. Loops count a few rounds, or burn fuel. */

import { ArrayMaker } from "./arrays.ts";
import type { ExpressionMaker } from "./expressions.ts";
import { FunctionMaker } from "./functions.ts";
import { type Node, node } from "./program.ts";
import type { Random } from "./random.ts";
import { RangeMaker } from "./ranges.ts";
import { bindVariable, freshName, innerScope, isBigKind, type Scope, type Variable } from "./scope.ts";

const isScalar = ({ type }: Variable): boolean => type === "num" || type === "bool" || type === "big";

/** The most rounds that nested loops make together: plain JavaScript runs them on proxies. */
const DEEPEST_LOOP = 3;

type Choice =
  | "assign"
  | "store"
  | "declare"
  | "update"
  | "if"
  | "for"
  | "map"
  | "forOf"
  | "while"
  | "switch"
  | "jump"
  | "block"
  | "swap"
  | "labelled"
  | "throw"
  | "call"
  | "method"
  | "newArray"
  | "arrayVariable"
  | "callback"
  | "list"
  | "storeInList"
  | "matrix"
  | "handOver"
  | "inner"
  | "tuple";

export class StatementMaker {
  readonly random: Random;
  readonly expressions: ExpressionMaker;
  readonly arrays: ArrayMaker;
  readonly ranges: RangeMaker;
  readonly functions: FunctionMaker;

  constructor(random: Random, expressions: ExpressionMaker) {
    this.random = random;
    this.expressions = expressions;
    this.arrays = new ArrayMaker(random, expressions);
    this.ranges = new RangeMaker(random, expressions);
    this.functions = new FunctionMaker(random, expressions, this);
  }

  sequence(scope: Scope, statements: number): Node {
    return node("stmt", ...Array.from({ length: statements }, () => this.statement(scope)));
  }

  private body(scope: Scope, more: Partial<Scope> = {}): Node {
    return this.sequence(innerScope(scope, more), 1 + this.random.below(scope.depth > 2 ? 2 : 4));
  }

  private num(scope: Scope, depth = 3): Node {
    return this.expressions.num(scope, depth);
  }

  private bool(scope: Scope): Node {
    return this.expressions.bool(scope, 2);
  }

  statement(scope: Scope): Node {
    const { random } = this;
    const deep = scope.depth >= 4;
    const loops = scope.loops.filter((l) => l !== "switch").length;
    const choice = random.weighted([
      ["assign", 10],
      ["store", 9],
      ["declare", 4],
      ["update", 3],
      ["if", deep ? 1 : 5],
      ["for", deep || loops >= DEEPEST_LOOP ? 0 : 7],
      ["map", deep || loops >= DEEPEST_LOOP ? 0 : 4],
      ["forOf", deep || loops >= DEEPEST_LOOP ? 0 : 2],
      ["while", deep || loops >= DEEPEST_LOOP ? 0 : 2],
      ["switch", deep ? 0 : 2],
      ["jump", 2],
      ["method", 2],
      ["newArray", 1.5],
      ["arrayVariable", 1],
      ["callback", deep || loops >= DEEPEST_LOOP - 1 ? 0 : 1],
      ["list", 0.7],
      ["storeInList", 1],
      ["matrix", 0.5],
      ["block", deep ? 0 : 0.7],
      ["handOver", deep ? 0 : 1],
      ["inner", deep ? 0 : 1],
      ["tuple", deep ? 0 : 0.5],
      ["swap", 1],
      ["labelled", deep || loops >= DEEPEST_LOOP ? 0 : 1],
      ["throw", scope.loops.length > 0 ? 0.5 : 0.2],
      ["call", 1],
    ] as const);
    const made = this.#make(choice, scope);
    return made ?? this.assign(scope);
  }

  #make(choice: Choice, scope: Scope): Node | undefined {
    switch (choice) {
      case "method":
      case "newArray":
      case "arrayVariable":
      case "callback":
      case "list":
      case "storeInList":
      case "matrix":
        return this.arrays[choice](scope);
      case "handOver":
      case "inner":
      case "tuple":
        return this.functions[choice](scope);
      default:
        return this[choice](scope);
    }
  }

  private assign(scope: Scope): Node {
    const variables = scope.variables.filter((v) => v.mutable && isScalar(v) && !v.counter);
    if (variables.length === 0) return this.declare(scope);
    const variable = this.random.pick(variables);
    const { name } = variable;
    switch (variable.type) {
      case "bool":
        return node("stmt", `${name} = `, this.bool(scope), ";\n");
      case "big":
        return node("stmt", `${name} = `, this.expressions.big(scope, 3), ";\n");
      default:
        return node("stmt", `${name} ${this.expressions.assignmentOperator()} `, this.num(scope), ";\n");
    }
  }

  private update(scope: Scope): Node | undefined {
    const variables = scope.variables.filter((v) => v.mutable && v.type === "num");
    if (variables.length === 0) return undefined;
    const { name, counter } = this.random.pick(variables);
    // Any other change of a counter could keep its loop from ending.
    if (counter)
      return node(
        "stmt",
        "if (",
        this.bool(scope),
        `) ${name} ${counter === "up" ? "+=" : "-="} ${this.random.pick(["1", "2", "0.5"])};\n`,
      );
    return node("stmt", this.random.pick([`${name}++`, `${name}--`, `++${name}`, `--${name}`]), ";\n");
  }

  private store(scope: Scope): Node | undefined {
    const array = this.arrays.storable(scope);
    if (array === undefined) return undefined;
    const index = this.expressions.index(array, scope, 2);
    if (isBigKind(array.kind))
      return node("stmt", `${array.name}[`, index, "] = ", this.expressions.big(scope, 2), ";\n");
    if (this.random.chance(0.15))
      return node("stmt", `${array.name}[`, index, "]", this.random.pick(["++", "--"]), ";\n");
    return node("stmt", `${array.name}[`, index, `] ${this.expressions.assignmentOperator()} `, this.num(scope), ";\n");
  }

  private declare(scope: Scope): Node {
    const { random } = this;
    const type = random.weighted([
      ["num", 8],
      ["bool", 1],
      ["big", 1],
    ] as const);
    const value = this.expressions.ofType(type, scope, 3);
    const mutable = random.chance(0.7);
    const variable = bindVariable(scope, "v", { type, mutable });
    const keyword = mutable ? (random.chance(0.1) ? "var" : "let") : "const";
    return node("stmt", `${keyword} ${variable.name} = `, value, ";\n");
  }

  private if(scope: Scope): Node {
    const parts: (string | Node)[] = [
      "if (",
      this.random.chance(0.15) ? this.num(scope, 2) : this.bool(scope),
      ") {\n",
      this.body(scope),
      "}",
    ];
    if (this.random.chance(0.4)) parts.push(" else {\n", this.body(scope), "}");
    return node("stmt", ...parts, "\n");
  }

  /** The head of a counted loop, and the variable that counts. */
  private for(scope: Scope, label = ""): Node {
    const { random } = this;
    const inner = innerScope(scope, { loops: [...scope.loops, "loop"] });
    const arrays = scope.variables.filter((v) => v.type === "array");
    const bound = (): string | Node =>
      arrays.length > 0 && random.chance(0.5)
        ? `${random.pick(arrays).name}.length`
        : random.chance(0.5)
          ? String(1 + random.below(12))
          : node("num", "((", this.num(scope, 2), ") & 15)");
    const i = freshName("i");
    const limit = bound();
    let head: (string | Node)[];
    const form = random.below(9);
    switch (form) {
      case 0:
        head = [`for (let ${i} = `, limit, `; ${i} > 0; ${i}--) {\n`];
        break;
      case 1:
        head = [`for (let ${i} = `, limit, ` - 1; ${i} >= 0; --${i}) {\n`];
        break;
      case 2:
        head = [`for (let ${i} = ${random.below(3)}; ${i} < `, limit, `; ${i} += ${1 + random.below(4)}) {\n`];
        break;
      case 3:
        head = [`for (let ${i} = 1; ${i} <= `, limit, `; ${i}++) {\n`];
        break;
      case 4:
        head = [
          `for (let ${i} = ${random.pick(["0.5", "0.25", "-1.5"])}; ${i} < `,
          limit,
          `; ${i} += ${random.pick(["1", "0.75"])}) {\n`,
        ];
        break;
      case 5: {
        // It may start at −0.
        const start = random.pick(["-(", "-1 * (", "Math.ceil(-0.25 * "]);
        head = [`for (let ${i} = ${start}`, limit, `); ${i} < ${random.below(5)}; ${i}++) {\n`];
        break;
      }
      default:
        head = [`for (let ${i} = 0; ${i} < `, limit, `; ${i}++) {\n`];
    }
    // No good as indices, and nothing may assign them that could keep the loop from ending.
    const isFractional = form === 4;
    inner.variables.push(
      isFractional
        ? { name: i, type: "num", mutable: false }
        : { name: i, type: "num", mutable: random.chance(0.1), counter: form < 2 ? "down" : "up" },
    );
    return node("stmt", label, ...head, this.body(inner, { loops: inner.loops }), "}\n");
  }

  /** A loop of nothing but stores and a sum: what is versioned and vectorised. */
  private map(scope: Scope): Node | undefined {
    const { random } = this;
    const target = this.arrays.storable(scope);
    if (target === undefined) return undefined;
    const inner = innerScope(scope, { loops: [...scope.loops, "loop"] });
    const { name } = bindVariable(inner, "i", { type: "num", mutable: false, counter: "up" });
    const sums = scope.variables.filter((v) => v.type === "num" && v.mutable && !v.counter);
    const body: Node[] = [];
    for (let k = 1 + random.below(2); k > 0; k--) body.push(this.store(inner) ?? this.assign(inner));
    if (sums.length > 0 && random.chance(0.5)) {
      const operator = random.pick(["+=", "+=", "^=", "-=", "|="]);
      body.push(node("stmt", `${random.pick(sums).name} ${operator} `, this.num(inner, 2), ";\n"));
    }
    const from = random.chance(0.7) ? 0 : random.below(3);
    const bytes = scope.variables.filter(
      (v) => v.type === "array" && /^(?:Int8|Uint8|Uint8Clamped)Array$/.test(v.kind ?? ""),
    );
    const lengths = [`${target.name}.length`, `${target.name}.length`, "8", "33"];
    const to = random.pick([
      ...lengths,
      `${target.name}.length - 1`,
      ...(bytes.length > 0 ? [`${random.pick(bytes).name}[${random.below(3)}]`] : []),
    ]);
    const step = random.chance(0.8) ? `${name}++` : `${name} += ${2 + random.below(2)}`;
    if (random.chance(0.5))
      return node("stmt", `for (let ${name} = ${from}; ${name} < ${to}; ${step}) {\n`, ...body, "}\n");
    // Loops that count without saying so, and what their counters are after them.
    const also: (string | Node)[] = random.chance(0.3) ? [" && ", this.bool(scope)] : [];
    const out = random.chance(0.3) ? [node("stmt", "if (", this.bool(inner), ") break;\n")] : [];
    const after = sums.length > 0 ? `${random.pick(sums).name} ^= ${name};\n` : "";
    const [start, test, last]: [string, string, string] = random.pick([
      [`${from}`, `${name} ${random.pick(["<", "<", "<="])} ${to}`, `${step};\n`],
      [`${from - 1}`, `++${name} < ${to}`, ""],
      [`${from}`, `${name}++ < ${to}`, ""],
      [to, `${name}-- > ${from}`, ""],
      [to, `--${name} >= ${from}`, ""],
      [random.pick(lengths), `${name}--`, ""],
      ["0", `${name} !== ${random.pick(lengths)}`, `${name}++;\n`],
    ]);
    const loop = random.chance(0.8)
      ? [`while (${test}`, ...also, ") {\n", ...out, ...body, last, "}\n"]
      : [`while (true) {\nif (!(${test}`, ...also, ")) break;\n", ...out, ...body, last, "}\n"];
    return node("stmt", `{ let ${name} = ${start};\n`, ...loop, after, "}\n");
  }

  private forOf(scope: Scope): Node | undefined {
    const { random } = this;
    if (random.chance(0.4)) {
      const inner = innerScope(scope, { loops: [...scope.loops, "prange"] });
      const { name } = bindVariable(inner, "i", { type: "num", mutable: false, counter: "up" });
      const range = this.ranges.prange(scope);
      return node("stmt", `for (const ${name} of `, range, ") {\n", this.body(inner, { loops: inner.loops }), "}\n");
    }
    const arrays = scope.variables.filter((v) => v.type === "array");
    if (arrays.length === 0) return undefined;
    const array = random.pick(arrays);
    const inner = innerScope(scope, { loops: [...scope.loops, "loop"] });
    const { name } = bindVariable(inner, "x", { type: isBigKind(array.kind) ? "big" : "num", mutable: false });
    const isUnsigned = array.kind === "BigUint64Array";
    const item = isUnsigned ? `${name}u` : name;
    const signed = isUnsigned ? `const ${name} = BigInt.asIntN(64, ${item});\n` : "";
    let head = `const ${item} of ${array.name}`;
    if (array.kind !== "Table" && random.chance(0.3)) {
      const index = bindVariable(inner, "i", { type: "num", mutable: false, counter: "up" });
      head = `const [${index.name}, ${item}] of ${array.name}.entries()`;
    }
    return node("stmt", `for (${head}) {\n`, signed, this.body(inner, { loops: inner.loops }), "}\n");
  }

  private while(scope: Scope, label = ""): Node {
    const fuel = freshName("fuel");
    const inner = innerScope(scope, { loops: [...scope.loops, "loop"] });
    const condition = this.bool(scope);
    const body = this.body(inner, { loops: inner.loops });
    const rounds = 1 + this.random.below(12);
    const loop = this.random.chance(0.7)
      ? [`${label}while (${fuel}-- > 0 && `, condition, ") {\n", body, "}\n"]
      : [`${label}do {\n`, body, `} while (${fuel}-- > 0 && `, condition, ");\n"];
    return node("stmt", `{ let ${fuel} = ${rounds};\n`, ...loop, "}\n");
  }

  private switch(scope: Scope): Node {
    const { random } = this;
    const loops = [...scope.loops, "switch"] as const;
    const parts: (string | Node)[] = [
      "switch (",
      random.chance(0.6) ? node("num", "((", this.num(scope, 2), ") & 3)") : this.num(scope, 2),
      ") {\n",
    ];
    const count = 1 + random.below(4);
    const fallback = random.below(count + 2);
    const values = new Set<string>();
    for (let k = 0; k < count; k++) {
      if (k === fallback)
        parts.push("default: {\n", this.body(scope, { loops: [...loops] }), random.pick(["break;\n", ""]), "}\n");
      const value = random.chance(0.8) ? String(k) : random.number();
      if (values.has(value)) continue;
      values.add(value);
      parts.push(
        `case ${value}: {\n`,
        this.body(scope, { loops: [...loops] }),
        random.pick(["break;\n", "break;\n", ""]),
        "}\n",
      );
    }
    return node("stmt", ...parts, "}\n");
  }

  private jump(scope: Scope): Node | undefined {
    const { random } = this;
    const target = scope.loops[scope.loops.length - 1];
    const jumps: string[] = [];
    if (target === "loop" || target === "switch") jumps.push("break;");
    if (scope.loops.some((l) => l !== "switch")) jumps.push("continue;");
    if (!scope.loops.includes("prange")) {
      for (const label of scope.labels) jumps.push(`break ${label};`, `continue ${label};`);
      for (const label of scope.blocks) jumps.push(`break ${label};`);
      if (scope.returns !== undefined && random.chance(0.3)) jumps.push(`return ${scope.returns};`);
    }
    if (jumps.length === 0) return undefined;
    return node("stmt", "if (", this.bool(scope), `) ${random.pick(jumps)}\n`);
  }

  private labelled(scope: Scope): Node {
    const label = freshName("L");
    const inner = innerScope(scope, { labels: [...scope.labels, label], depth: scope.depth });
    return this.random.chance(0.7) ? this.for(inner, `${label}: `) : this.while(inner, `${label}: `);
  }

  private block(scope: Scope): Node {
    const label = freshName("B");
    const inner = innerScope(scope, { blocks: [...scope.blocks, label] });
    return node("stmt", `${label}: {\n`, this.body(inner), "}\n");
  }

  private swap(scope: Scope): Node | undefined {
    const { random } = this;
    const variables = scope.variables.filter((v) => v.type === "num" && v.mutable && !v.counter);
    if (variables.length < 2) return undefined;
    const [a, b] = [random.pick(variables), random.pick(variables)];
    if (a === b) return undefined;
    return random.chance(0.5)
      ? node("stmt", `[${a.name}, ${b.name}] = [${b.name}, ${a.name}];\n`)
      : node("stmt", `[${a.name}, ${b.name}] = [`, this.num(scope, 2), ", ", this.num(scope, 2), "];\n");
  }

  private throw(scope: Scope): Node {
    const { random } = this;
    const error = random.pick(["Error", "RangeError", "TypeError"]);
    return node(
      "stmt",
      "if (",
      this.bool(scope),
      " && ",
      this.bool(scope),
      `) throw new ${error}(`,
      ...this.#message(scope),
      ");\n",
    );
  }

  #message(scope: Scope): readonly (string | Node)[] {
    const { random } = this;
    const text = freshName("stop ");
    if (random.chance(0.4)) return [`"${text}"`];
    const value = (): Node => this.expressions.ofType(random.pick(["num", "num", "bool", "big"] as const), scope, 2);
    const values = Array.from({ length: 1 + random.below(6) }, value);
    if (random.chance(0.5)) return [`\`${text}`, ...values.flatMap((v) => [" ${", v, "}"]), "`"];
    // Before the text numbers and booleans add up.
    const before = random.chance(0.3) ? [this.expressions.num(scope, 1), " + ", this.bool(scope), " + "] : [];
    return [...before, `"${text}"`, ...values.slice(before.length / 2).flatMap((v) => [" + ", v])];
  }

  private call(scope: Scope): Node | undefined {
    const call = this.expressions.call(this.random.pick(["num", "bool", "big"] as const), scope, 3);
    return call === undefined ? undefined : node("stmt", call, ";\n");
  }
}

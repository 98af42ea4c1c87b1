/** Random functions: inside the kernel and outside, handed over, chosen, recursive, with defaults and of several results. */
import type { ExpressionMaker } from "./expressions.ts";
import { type Node, node } from "./program.ts";
import type { Random } from "./random.ts";
import { bindVariable, freshName, innerScope, type ScalarType, type Scope } from "./scope.ts";
import type { StatementMaker } from "./statements.ts";

export class FunctionMaker {
  readonly #random: Random;
  readonly #expressions: ExpressionMaker;
  readonly #statements: StatementMaker;

  constructor(random: Random, expressions: ExpressionMaker, statements: StatementMaker) {
    this.#random = random;
    this.#expressions = expressions;
    this.#statements = statements;
  }

  #num(scope: Scope, depth: number): Node {
    return this.#expressions.num(scope, depth);
  }

  #bool(scope: Scope): Node {
    return this.#expressions.bool(scope, 2);
  }

  /** A function handed to another one, or one of two chosen. */
  handOver(scope: Scope): Node {
    const random = this.#random;
    const inside = innerScope(scope, { loops: [], labels: [], blocks: [] });
    inside.returns = undefined as never;
    const { name: q } = bindVariable(inside, "q", { type: "num", mutable: false });
    const known = scope.functions.filter((f) => f.result === "num" && f.params.join() === "num" && !f.recursive);
    const fn = (): Node =>
      known.length > 0 && random.chance(0.4)
        ? node("fixed", random.pick(known).name)
        : random.chance(0.2)
          ? node("fixed", `Math.${random.pick(["floor", "abs", "fround", "sign"])}`)
          : node("fixed", `((${q}) => `, this.#num(inside, 2), ")");
    const value = (): Node => this.#num(scope, 1);
    const name = freshName("f");
    switch (random.below(3)) {
      case 0: {
        const made = node("stmt", `const ${name} = `, this.#bool(scope), " ? ", fn(), " : ", fn(), ";\n");
        scope.functions.push({ name, params: ["num"], result: "num", recursive: false });
        return made;
      }
      case 1: {
        const made = node("stmt", `const ${name} = [`, fn(), ", ", fn(), "][(", value(), ") & 1];\n");
        scope.functions.push({ name, params: ["num"], result: "num", recursive: false });
        return made;
      }
      default: {
        const form = random.pick(["f(x)", "f(f(x))", "f(x) - f(1)", "f(0.5) + x"]);
        const made = node("stmt", `const ${name} = ((f, x) => ${form})(`, fn(), ", ", value(), ");\n");
        scope.variables.push({ name, type: "num", mutable: false });
        return made;
      }
    }
  }

  /** Several results of one function, taken apart. */
  tuple(scope: Scope): Node {
    const random = this.#random;
    const inside = innerScope(scope, { loops: [], labels: [], blocks: [] });
    inside.returns = undefined as never;
    const { name: q } = bindVariable(inside, "q", { type: "num", mutable: true });
    const count = 2 + random.below(2);
    const statements = random.chance(0.4) ? this.#statements.sequence(inside, 1) : node("stmt");
    const tuple = (): Node =>
      node("fixed", "[", ...Array.from({ length: count }, () => node("fixed", this.#num(inside, 2), ", ")), "]");
    const early = random.chance(0.5)
      ? node("stmt", "if (", this.#bool(inside), ") return ", tuple(), ";\n")
      : node("stmt");
    const [name, given] = [freshName("f"), this.#num(scope, 2)];
    const made = node("fixed", `const ${name} = (${q}) => {\n`, statements, early, "return ", tuple(), ";\n};\n");
    const bind = (): string => bindVariable(scope, "v", { type: "num", mutable: true }).name;
    switch (random.below(4)) {
      case 0: {
        const sum = random.pick(["xs.length", "xs[0] - xs[1]", "Math.max(...xs)"]);
        return node("stmt", made, `let ${bind()} = ((...xs) => ${sum})(...${name}(`, given, "));\n");
      }
      case 1: {
        const [first, rest] = [bind(), freshName("v")];
        const second = bind();
        return node("stmt", made, `let [${first}, ...${rest}] = ${name}(`, given, `);\nlet ${second} = ${rest}[0];\n`);
      }
      default: {
        const pattern = Array.from({ length: count }, (_, i) => (i === count - 2 && random.chance(0.3) ? "" : bind()));
        return node("stmt", made, `let [${pattern.join(", ")}] = ${name}(`, given, ");\n");
      }
    }
  }

  /** Two helpers that call each other. */
  pair(scope: Scope): Node {
    const random = this.#random;
    const names = [freshName("h"), freshName("h")] as const;
    const made = names.map((name, i) => {
      const inside = innerScope(scope, { inFunction: true });
      const depth = bindVariable(inside, "q", { type: "num", mutable: false }).name;
      const other = bindVariable(inside, "q", { type: "num", mutable: true }).name;
      const stop = node("fixed", `if (!(${depth} > 0)) return `, this.#num(inside, 1), ";\n");
      const statements = this.#statements.sequence(inside, random.below(3));
      const again = node("num", `${names[1 - i]}(${depth} - ${1 + random.below(2)}, `, this.#num(inside, 1), ")");
      const value = node("num", "(", again, random.pick([" + ", " - ", " * ", " | "]), this.#num(inside, 1), ")");
      return node("fixed", `function ${name}(${depth}, ${other}) {\n`, stop, statements, "return ", value, ";\n}\n");
    });
    for (const name of names) scope.functions.push({ name, params: ["num", "num"], result: "num", recursive: true });
    return node("item", ...made);
  }

  /** An arrow inside the kernel: it sees, and may assign, what is around it. */
  inner(scope: Scope): Node {
    const random = this.#random;
    const name = freshName("f");
    const result = random.weighted([
      ["num", 5],
      ["bool", 1],
      ["big", 1],
    ] as const);
    const inside = innerScope(scope, { loops: [], labels: [], blocks: [] });
    inside.returns = undefined as never;
    const params = Array.from(
      { length: random.below(3) },
      (): ScalarType =>
        random.weighted([
          ["num", 5],
          ["bool", 1],
        ] as const),
    );
    const bound = params.map((type) => bindVariable(inside, "q", { type, mutable: random.chance(0.3) }));
    const statements = random.chance(0.5) ? this.#statements.sequence(inside, 1 + random.below(2)) : node("stmt");
    const value = this.#expressions.ofType(result, inside, 2);
    scope.functions.push({ name, params, result, recursive: false });
    return node(
      "stmt",
      `const ${name} = (${bound.map((p) => p.name).join(", ")}) => {\n`,
      statements,
      "return ",
      value,
      ";\n};\n",
    );
  }

  /** A function outside the kernel; it sees only constants. */
  helper(scope: Scope): Node {
    const random = this.#random;
    const name = freshName("h");
    const result = random.weighted([
      ["num", 5],
      ["bool", 1],
      ["big", 1],
    ] as const);
    const recursive = random.chance(0.25);
    const params = Array.from(
      { length: 1 + random.below(2) },
      (): ScalarType =>
        random.weighted([
          ["num", 5],
          ["bool", 1],
          ["big", 1],
        ] as const),
    );
    if (recursive) params.unshift("num");
    const inside = innerScope(scope, { inFunction: true });
    const bound = params.map((type, i) => bindVariable(inside, "q", { type, mutable: !(recursive && i === 0) }));
    const stop: (string | Node)[] = [];
    if (recursive) {
      const depth = bound[0]?.name ?? "0";
      stop.push(`if (!(${depth} > 0)) return `, this.#expressions.ofType(result, inside, 1), ";\n");
    }
    const statements = this.#statements.sequence(inside, random.below(4));
    let value = this.#expressions.ofType(result, inside, 2);
    if (recursive) {
      const args: (string | Node)[] = [`${bound[0]?.name} - 1`];
      for (const type of params.slice(1)) args.push(", ", this.#expressions.ofType(type, inside, 1));
      const again = node(result, `${name}(`, ...args, ")");
      if (result === "num") value = node("num", "(", again, random.pick([" + ", " - ", " ^ ", " * "]), value, ")");
      else
        value =
          result === "bool"
            ? node("bool", "(", again, " !== ", value, ")")
            : node("big", "(", again, " ^ ", value, ")");
    }
    const optional = !recursive && result !== "big" && params.at(-1) === "num" && random.chance(0.4) ? 1 : 0;
    scope.functions.push({ name, params, result, recursive, optional });
    const list = bound.map((p, i) => (i >= bound.length - optional ? `${p.name} = ${random.number()}` : p.name));
    return node("item", `function ${name}(${list.join(", ")}) {\n`, ...stop, statements, "return ", value, ";\n}\n");
  }
}

/**
 * Random `prange` loops whose results don't depend on the order of their iterations: stores to each iteration's own
 * elements, variables of its own, and reductions that are exact. They must run in parallel and give the serial loop's bits.
 */
import type { ExpressionMaker } from "./expressions.ts";
import { type Node, node } from "./program.ts";
import type { Random } from "./random.ts";
import { bindVariable, freshName, innerScope, isBigKind, type Scope, type Variable } from "./scope.ts";
import type { StatementMaker } from "./statements.ts";

/** A variable or an array that the iterations of a loop reduce into. */
interface Reduction {
  readonly before: Node;
  /** One iteration's part. */
  step(scope: Scope, i: string): Node;
  /** What is left when the loop has ended, as numbers. */
  readonly results: readonly string[];
}

export class ParallelLoopMaker {
  readonly #random: Random;
  readonly #expressions: ExpressionMaker;
  readonly #statements: StatementMaker;

  /** Are there sums of floats among the reductions? */
  readonly #floats: boolean;

  constructor(random: Random, expressions: ExpressionMaker, statements: StatementMaker, floats: boolean) {
    this.#floats = floats;
    this.#random = random;
    this.#expressions = expressions;
    this.#statements = statements;
  }

  /** A loop, and before it what it reduces into; `sinks` are variables that take up the results. */
  loop(scope: Scope, sinks: readonly Variable[]): Node {
    const random = this.#random;
    const reductions = Array.from({ length: random.below(4) }, () => this.#reduction());
    const arrays = scope.variables.filter((v) => v.type === "array" && v.kind !== "Table" && !v.readonly && !v.mutable);
    // Sums are in lanes where chunks are long; nothing is stored there, as no array is so long.
    const isLong = this.#floats && random.chance(0.5);
    const targets = new Set(arrays.filter(() => !isLong && random.chance(0.5)).slice(0, 2));
    const i = freshName("i");
    const inner = this.#inside(scope, targets, i, isLong);
    const steps = reductions.map((reduction) => () => this.#sometimes(inner, reduction.step(inner, i)));
    const stores = [...targets].map((target) => () => this.#sometimes(inner, this.#ownStore(inner, target, i)));
    const work = Array.from({ length: random.below(4) }, () => () => this.#statements.statement(inner));
    // Statements see what those before them declare, so they are made in the order in which they stand.
    const body = [...work, ...shuffled(random, [...steps, ...stores])].map((make) => make());
    const after = reductions.flatMap(({ results }) =>
      results.map((result) => node("stmt", `${random.pick(sinks).name} = ${result};\n`)),
    );
    const before = reductions.map((reduction) => reduction.before);
    const range = isLong
      ? node("fixed", `prange(${random.pick(["", "3, ", "-50, "])}${100 + random.below(200)})`)
      : this.#range(scope);
    return node("stmt", ...before, `for (const ${i} of `, range, ") {\n", ...body, "}\n", ...after);
  }

  /** Whole ones mostly: others don't run in parallel. */
  #range(scope: Scope): Node {
    if (this.#random.chance(0.25)) return this.#statements.ranges.prange(scope);
    const bound = (): Node => node("num", "((", this.#expressions.num(scope, 1), ") & 15)");
    return this.#random.weighted([
      [node("fixed", "prange(", bound(), ")"), 4],
      [node("fixed", `prange(${this.#random.below(4)}, `, bound(), ")"), 2],
      [node("fixed", `prange(${this.#random.below(4)}, 12, ${1 + this.#random.below(3)})`), 1],
      [node("fixed", "prange(", bound(), ", -1, -1)"), 1],
    ] as const);
  }

  /** What an iteration sees: the surroundings for reading, but not the arrays that the loop stores to. */
  #inside(scope: Scope, targets: ReadonlySet<Variable>, i: string, isLong: boolean): Scope {
    const variables = scope.variables
      .filter((v) => !targets.has(v))
      .map((v) => ({ ...v, mutable: false, ...(v.type === "array" ? { readonly: true } : {}) }));
    // Functions inside the kernel may write its variables; those outside see only constants.
    const functions = scope.functions.filter((f) => f.name.startsWith("h"));
    const inner = innerScope({ ...scope, variables, functions }, { loops: ["prange"], labels: [], blocks: [] });
    inner.returns = undefined as never;
    inner.variables.push({ name: i, type: "num", mutable: false, ...(isLong ? {} : { counter: "up" }) });
    return inner;
  }

  #sometimes(scope: Scope, statement: Node): Node {
    if (this.#random.chance(0.7)) return statement;
    return node("stmt", "if (", this.#expressions.bool(scope, 2), ") {\n", statement, "}\n");
  }

  /** An element that no other iteration touches. */
  #ownStore(scope: Scope, { name, kind }: Variable, i: string): Node {
    const random = this.#random;
    const index = random.pick([i, i, i, `(${i} + 1)`, `(2 * ${i})`, `(2 * ${i} + 1)`, `(15 - ${i})`]);
    const value = isBigKind(kind) ? this.#expressions.big(scope, 2) : this.#expressions.num(scope, 3);
    const operator = isBigKind(kind) ? "=" : random.pick(["=", "=", "+=", "-=", "^="]);
    return node("stmt", `${name}[${index}] ${operator} `, value, ";\n");
  }

  #reduction(): Reduction {
    const random = this.#random;
    const s = freshName("s");
    const at = freshName("t");
    const num = (scope: Scope): Node => this.#expressions.num(scope, 3);
    const whole = (scope: Scope): Node => node("num", "((", num(scope), ") | 0)");
    const variable = (start: string, step: Reduction["step"]): Reduction => ({
      before: node("stmt", `let ${s} = ${start};\n`),
      step,
      results: [s],
    });
    if (this.#floats && random.chance(0.6)) {
      const operator = random.pick(["+=", "+=", "-=", "*=", "/="]);
      if (random.chance(0.3)) {
        const kind = random.pick(["Float64Array", "Float32Array"]);
        return {
          before: node("stmt", `const ${s} = new ${kind}(4).fill(0.5);\n`),
          step: (scope) => node("stmt", `${s}[(`, num(scope), `) & 3] ${operator} `, num(scope), ";\n"),
          results: [`${s}[0]`, `${s}[3]`],
        };
      }
      return variable("0.1", (scope) => node("stmt", `${s} ${operator} `, num(scope), ";\n"));
    }
    switch (random.below(16)) {
      case 10:
        return {
          before: node("stmt", `let ${s} = ${random.pick(["true", "false"])};\n`),
          step: (scope) =>
            node("stmt", `${s} ${random.pick(["&&=", "||="])} `, this.#expressions.bool(scope, 2), ";\n"),
          results: [`Number(${s})`],
        };
      case 11: {
        const [operator, start] = random.pick([
          ["+", "1n"],
          ["-", "0n"],
          ["*", "3n"],
        ] as const);
        return {
          before: node("stmt", `let ${s} = ${start};\n`),
          step: (scope) =>
            node("stmt", `${s} = BigInt.asIntN(64, ${s} ${operator} `, this.#expressions.big(scope, 2), ");\n"),
          results: [`Number(${s})`],
        };
      }
      case 12:
        // Powers of two: exact in every order, while they last.
        return variable("1", (scope) =>
          node("stmt", `${s} *= `, this.#expressions.bool(scope, 2), ` ? ${random.pick(["2", "-1", "0.5"])} : 1;\n`),
        );
      case 13: {
        const [operator, start] = random.pick([
          [">", "-Infinity"],
          ["<", "1e9"],
        ] as const);
        const e = freshName("e");
        return variable(start, (scope) =>
          node("stmt", `const ${e} = `, num(scope), `;\n${s} = ${e} ${operator} ${s} ? ${e} : ${s};\n`),
        );
      }
      case 14: {
        const [name, kind] = random.pick([
          ["max", "Float64Array"],
          ["min", "Float32Array"],
          ["max", "Int16Array"],
        ] as const);
        const start = kind === "Int16Array" ? "" : `.fill(${name === "max" ? "-Infinity" : "Infinity"})`;
        const k = freshName("k");
        return {
          before: node("stmt", `const ${s} = new ${kind}(4)${start};\n`),
          step: (scope) =>
            node(
              "stmt",
              `const ${k} = (`,
              num(scope),
              `) & 3;\n${s}[${k}] = Math.${name}(${s}[${k}], `,
              kind === "Int16Array" ? node("num", "((", num(scope), ") & 1023)") : num(scope),
              ");\n",
            ),
          results: [`${s}[0]`, `${s}[2]`, `${s}[3]`],
        };
      }
      case 15: {
        const operator = random.pick(["|=", "&=", "^="]);
        return {
          before: node("stmt", `const ${s} = new Int32Array(4).fill(${operator === "&=" ? -1 : 0});\n`),
          step: (scope) => node("stmt", `${s}[(`, num(scope), `) & 3] ${operator} `, num(scope), ";\n"),
          results: [`${s}[0]`, `${s}[1]`, `${s}[3]`],
        };
      }
      case 0:
        return variable(random.int(), (scope) =>
          node("stmt", `${s} ${random.pick(["+=", "-="])} `, whole(scope), ";\n"),
        );
      case 1:
        return variable("0", () => node("stmt", random.pick([`${s}++;\n`, `${s}--;\n`, `${s} += 3;\n`])));
      case 2: {
        const operator = random.pick(["&=", "|=", "^="]);
        return variable(random.int(), (scope) => node("stmt", `${s} ${operator} `, num(scope), ";\n"));
      }
      case 3: {
        const name = random.pick(["min", "max"]);
        const start = name === "min" ? "Infinity" : "-Infinity";
        return variable(start, (scope) => node("stmt", `${s} = Math.${name}(${s}, `, num(scope), ");\n"));
      }
      case 4:
      case 5: {
        const [operator, start] = random.pick([
          [">", "-Infinity"],
          [">=", "-1e9"],
          ["<", "Infinity"],
          ["<=", "100"],
        ] as const);
        const e = freshName("e");
        return {
          before: node("stmt", `let ${s} = ${start};\nlet ${at} = -1;\n`),
          step: (scope, i) =>
            node("stmt", `const ${e} = `, num(scope), `;\nif (${e} ${operator} ${s}) { ${s} = ${e}; ${at} = ${i}; }\n`),
          results: [s, at],
        };
      }
      case 6:
        return variable("0", () => node("stmt", `${s} = 1;\n`));
      case 7:
        return variable("1", (scope) => node("stmt", `${s} = Math.imul(${s}, `, num(scope), ");\n"));
      case 8:
        return variable("0", (scope) => node("stmt", `${s} = (${s} + `, num(scope), ") | 0;\n"));
      default: {
        const kind = random.pick(["Int32Array", "Uint8Array", "Int16Array", "Uint32Array"]);
        return {
          before: node("stmt", `const ${s} = new ${kind}(8);\n`),
          step: (scope) => node("stmt", `${s}[(`, num(scope), ") & 7] += ", whole(scope), ";\n"),
          results: [`${s}[0]`, `${s}[3]`, `${s}[7]`],
        };
      }
    }
  }
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const left = [...items];
  return Array.from({ length: left.length }, () => left.splice(random.below(left.length), 1)[0] as T);
}

/** A variable of the kernel's own that a parallel loop reads. */
export function bindReadable(scope: Scope, expressions: ExpressionMaker): Node {
  const value = expressions.num(scope, 2);
  const { name } = bindVariable(scope, "v", { type: "num", mutable: false });
  return node("stmt", `const ${name} = `, value, ";\n");
}

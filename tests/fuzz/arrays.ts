/** Random statements that make arrays, change them as a whole, and look through them with functions. */
import type { ExpressionMaker } from "./expressions.ts";
import { type Node, node } from "./program.ts";
import type { Random } from "./random.ts";
import {
  ARRAY_KINDS,
  bindVariable,
  freshName,
  innerScope,
  isBigKind,
  isFloatKind,
  type Scope,
  type Variable,
} from "./scope.ts";

const isTyped = (v: Variable): boolean => v.type === "array" && v.kind !== "Table";

export class ArrayMaker {
  readonly #random: Random;
  readonly #expressions: ExpressionMaker;

  constructor(random: Random, expressions: ExpressionMaker) {
    this.#random = random;
    this.#expressions = expressions;
  }

  storable(scope: Scope): Variable | undefined {
    const arrays = scope.variables.filter((v) => isTyped(v) && !v.readonly);
    return arrays.length === 0 ? undefined : this.#random.pick(arrays);
  }

  readable(scope: Scope): Variable | undefined {
    const arrays = scope.variables.filter(isTyped);
    return arrays.length === 0 ? undefined : this.#random.pick(arrays);
  }

  #position(scope: Scope): Node {
    const random = this.#random;
    return random.chance(0.7) ? node("num", random.int()) : this.#expressions.num(scope, 1);
  }

  /** None, one or two of them. */
  #positions(scope: Scope): Node {
    const random = this.#random;
    const parts: (string | Node)[] = [];
    for (let k = random.below(3); k > 0; k--) parts.push(", ", this.#position(scope));
    return node("fixed", ...parts);
  }

  /** A value for an element. */
  #item(array: Variable, scope: Scope): Node {
    return isBigKind(array.kind) ? this.#expressions.big(scope, 1) : this.#expressions.num(scope, 2);
  }

  /** One that changes its array. */
  method(scope: Scope): Node | undefined {
    const random = this.#random;
    const array = this.storable(scope);
    if (array === undefined) return undefined;
    const { name, kind } = array;
    switch (random.below(7)) {
      case 0:
        return node("stmt", `${name}.fill(`, this.#item(array, scope), this.#positions(scope), ");\n");
      case 1:
        return node(
          "stmt",
          `${name}.copyWithin(`,
          this.#position(scope),
          ", ",
          this.#position(scope),
          ", ",
          this.#position(scope),
          ");\n",
        );
      case 2:
        return node("stmt", `${name}.subarray(`, this.#position(scope), ", ", this.#position(scope), ").reverse();\n");
      case 3:
        return node("stmt", `${name}.reverse();\n`);
      case 4: {
        const compare =
          isFloatKind(kind) || isBigKind(kind) || array.varies ? "" : random.pick(["", "(x, y) => y - x"]);
        return node("stmt", `${name}.subarray(`, this.#position(scope), `).sort(${compare});\n`);
      }
      case 5:
        // Onto itself, a few elements on.
        return node(
          "stmt",
          `${name}.set(${name}.subarray(${random.below(4)}, `,
          node("num", String(random.below(9))),
          `), ${random.below(4)});\n`,
        );
      default: {
        const others = scope.variables.filter((v) => isTyped(v) && isBigKind(v.kind) === isBigKind(kind));
        const from = random.pick(others);
        const offset = random.chance(0.8) ? node("num", String(random.below(4))) : this.#position(scope);
        const source = random.chance(0.8)
          ? node("fixed", `${from.name}.subarray(0, `, node("num", String(random.below(5))), ")")
          : node("fixed", from.name);
        return node("stmt", `${name}.set(`, source, ", ", offset, ");\n");
      }
    }
  }

  newArray(scope: Scope): Node {
    const random = this.#random;
    const source = this.readable(scope);
    const bind = (kind: Variable["kind"], more: Partial<Variable> = {}): string =>
      bindVariable(scope, "w", { type: "array", ...(kind === undefined ? {} : { kind }), mutable: false, ...more })
        .name;
    if (source !== undefined && random.chance(0.6)) {
      const { kind } = source;
      const more = source.varies ? { varies: true } : {};
      switch (random.below(6)) {
        case 0:
        case 1:
        case 2: {
          const range: (string | Node)[] = random.chance(0.6)
            ? [String(random.below(3))]
            : [this.#expressions.num(scope, 1), ", ", this.#expressions.num(scope, 1)];
          const method = random.pick(["subarray", "subarray", "slice"]);
          const readonly = method === "subarray" && source.readonly ? { readonly: true } : {};
          return node(
            "stmt",
            `const ${bind(kind, { ...more, ...readonly })} = ${source.name}.${method}(`,
            ...range,
            ");\n",
          );
        }
        case 3: {
          const item = this.#item(source, scope);
          const index = this.#expressions.index(source, scope, 1);
          return node("stmt", `const ${bind(kind, more)} = ${source.name}.with(`, index, ", ", item, ");\n");
        }
        case 4:
          return node(
            "stmt",
            `const ${bind(kind, more)} = ${source.name}.${random.pick(["toReversed", "toSorted"])}();\n`,
          );
        default: {
          const kinds = ARRAY_KINDS.filter((k) => isBigKind(k) === isBigKind(kind));
          const made = random.pick(kinds);
          return node(
            "stmt",
            `const ${bind(made)} = ${random.pick([`new ${made}(`, `${made}.from(`])}${source.name});\n`,
          );
        }
      }
    }
    const kind = random.pick(ARRAY_KINDS);
    const item = (): Node => (isBigKind(kind) ? this.#expressions.big(scope, 1) : this.#expressions.num(scope, 1));
    if (random.chance(0.25)) {
      const items = Array.from({ length: 8 }, () => node("fixed", item(), ", "));
      const [open, close] = random.pick([
        [`${kind}.of(`, ")"],
        [`new ${kind}([`, "])"],
      ] as const);
      return node("stmt", `const ${bind(kind)} = ${open}`, ...items, `${close};\n`);
    }
    const length = random.chance(0.7)
      ? node("num", String(8 + random.below(9)))
      : node("num", "((", this.#expressions.num(scope, 2), ") & 31)");
    return node("stmt", `const ${bind(kind)} = new ${kind}(`, length, ");\n");
  }

  /** An array variable that is one or the other, or two that change places. */
  arrayVariable(scope: Scope): Node | undefined {
    const random = this.#random;
    const arrays = scope.variables.filter((v) => isTyped(v) && !v.readonly && !v.varies);
    if (arrays.length === 0) return undefined;
    const first = random.pick(arrays);
    const second = random.pick(arrays.filter((v) => v.kind === first.kind));
    const mutable = arrays.filter((v) => v.kind === first.kind && v.mutable);
    if (mutable.length >= 2 && random.chance(0.6)) {
      const [a, b] = [random.pick(mutable), random.pick(mutable)];
      return node("stmt", `[${a.name}, ${b.name}] = [${b.name}, ${a.name}];\n`);
    }
    const condition = this.#expressions.bool(scope, 2);
    const chosen = bindVariable(scope, "w", {
      type: "array",
      ...(first.kind === undefined ? {} : { kind: first.kind }),
      mutable: true,
    });
    return node("stmt", `let ${chosen.name} = `, condition, ` ? ${first.name} : ${second.name};\n`);
  }

  /** A method that is given a function, which sees and may assign what is around it. */
  callback(scope: Scope): Node | undefined {
    const random = this.#random;
    const array = this.readable(scope);
    if (array === undefined) return undefined;
    const { name, kind, varies } = array;
    const big = isBigKind(kind);
    const inside = innerScope(scope, { loops: [], labels: [], blocks: [] });
    inside.returns = undefined as never;
    const [x, i, sum] = [freshName("x"), freshName("i"), freshName("q")];
    inside.variables.push({ name: x, type: big ? "big" : "num", mutable: false });
    inside.variables.push({ name: i, type: "num", mutable: false, counter: "up" });
    const head = `(${kind === "BigUint64Array" ? `${x}u` : x}, ${i}) => `;
    const opening = kind === "BigUint64Array" ? `{ const ${x} = BigInt.asIntN(64, ${x}u); return ` : "";
    const fn = (result: Node): Node => node("fixed", head, opening, result, opening === "" ? "" : "; }");
    const num = (): Node => this.#expressions.num(inside, 2);
    const bool = (): Node => this.#expressions.bool(inside, 2);
    const same = varies ? { varies } : {};
    const kept = { type: "array", ...(kind === undefined ? {} : { kind }), mutable: false, ...same } as const;
    switch (random.below(6)) {
      case 0: {
        const item = big ? this.#expressions.big(inside, 2) : num();
        return node("stmt", `const ${bindVariable(scope, "w", kept).name} = ${name}.map(`, fn(item), ");\n");
      }
      case 1: {
        const test = bool();
        return node("stmt", `const ${bindVariable(scope, "w", kept).name} = ${name}.filter(`, fn(test), ");\n");
      }
      case 2: {
        const test = bool();
        const method = random.pick(["some", "every"]);
        return node(
          "stmt",
          `const ${bindVariable(scope, "v", { type: "bool", mutable: false }).name} = ${name}.${method}(`,
          fn(test),
          ");\n",
        );
      }
      case 3: {
        const test = bool();
        const method = random.pick(["findIndex", "findLastIndex"]);
        return node(
          "stmt",
          `const ${bindVariable(scope, "v", { type: "num", mutable: false }).name} = ${name}.${method}(`,
          fn(test),
          ");\n",
        );
      }
      case 4: {
        inside.variables.push({ name: sum, type: "num", mutable: false });
        const next = num();
        const start = this.#expressions.num(scope, 1);
        const method = random.pick(["reduce", "reduceRight"]);
        const element = kind === "BigUint64Array" ? `${x}u` : x;
        return node(
          "stmt",
          `const ${bindVariable(scope, "v", { type: "num", mutable: false }).name} = ${name}.${method}((${sum}, ${element}, ${i}) => ${opening}`,
          next,
          opening === "" ? "" : "; }",
          ", ",
          start,
          ");\n",
        );
      }
      default: {
        if (big) return undefined;
        const sought = this.#expressions.num(scope, 1);
        const method = random.pick(["indexOf", "lastIndexOf"]);
        return node(
          "stmt",
          `const ${bindVariable(scope, "v", { type: "num", mutable: false }).name} = ${name}.${method}(`,
          sought,
          ");\n",
        );
      }
    }
  }

  /** A plain array of four numbers, or more. */
  list(scope: Scope): Node {
    const made = this.#random.chance(0.4) ? this.#madeList(scope) : undefined;
    const items = Array.from({ length: 4 }, () => node("fixed", this.#expressions.num(scope, 2), ", "));
    const { name } = bindVariable(scope, "l", { type: "list", mutable: this.#random.chance(0.6) });
    return node("stmt", `const ${name} = `, made ?? node("fixed", "[", ...items, "]"), ";\n");
  }

  /** What a call gives that makes a plain array. */
  #madeList(scope: Scope): Node {
    const random = this.#random;
    const item = this.#expressions.num(scope, 2);
    const length = random.pick([4, 16, 17, 40]);
    const lists = scope.variables.filter((v) => v.type === "list");
    const { name } = lists.length > 0 ? random.pick(lists) : { name: undefined };
    const [x, i] = [freshName("x"), freshName("i")];
    switch (name === undefined ? random.pick(["fill", "from"]) : random.pick(["fill", "from", "map", "of"])) {
      case "fill":
        return node("fixed", `${random.pick(["new ", ""])}Array(${length}).fill(`, item, ")");
      case "from":
        return node("fixed", `Array.from({ length: ${length} }, (${x}, ${i}) => ${i} * (`, item, "))");
      case "map":
        return node("fixed", `${name}.map((${x}, ${i}) => ${x} ${random.pick(["+", "-", "*"])} (`, item, `) - ${i})`);
      default:
        return node("fixed", `${name}.${random.pick(["slice()", "slice(-4)", "toReversed()", "filter(() => true)"])}`);
    }
  }

  /** Changes a plain array. */
  storeInList(scope: Scope): Node | undefined {
    const random = this.#random;
    const lists = scope.variables.filter((v) => v.type === "list" && v.mutable);
    if (lists.length === 0) return undefined;
    const { name } = random.pick(lists);
    if (random.chance(0.2))
      return node("stmt", `${name}.${random.pick(["reverse()", "fill(1.5, 1)", "copyWithin(1, 0)"])};\n`);
    const index = this.#expressions.num(scope, 1);
    return node(
      "stmt",
      `${name}[(`,
      index,
      `) & 3] ${this.#expressions.assignmentOperator()} `,
      this.#expressions.num(scope, 2),
      ";\n",
    );
  }

  /** A matrix of two rows, or a list of arrays; written and read where they are. */
  matrix(scope: Scope): Node {
    const random = this.#random;
    const num = (): Node => this.#expressions.num(scope, 1);
    const name = freshName("m");
    const read = freshName("v");
    const typed = scope.variables.filter((v) => isTyped(v) && !v.readonly && !v.varies && !isBigKind(v.kind));
    const at = node("fixed", "(", num(), ") & 1");
    const bind = (made: Node): Node => {
      scope.variables.push({ name: read, type: "num", mutable: true });
      return made;
    };
    if (typed.length > 0 && random.chance(0.4)) {
      const first = random.pick(typed);
      const second = random.pick(typed.filter((v) => v.kind === first.kind));
      const index = this.#expressions.index(first, scope, 1);
      const head = node("fixed", `const ${name} = [${first.name}, ${second.name}];\n`);
      const store = node("stmt", `${name}[`, at, "][", index, "] += ", num(), ";\n");
      return bind(node("stmt", head, store, `let ${read} = ${name}[1][0];\n`));
    }
    const row = (): Node => node("fixed", "[", num(), ", ", num(), "], ");
    const head = node("fixed", `const ${name} = [`, row(), row(), "];\n");
    const store = node(
      "stmt",
      `${name}[`,
      at,
      "][(",
      num(),
      `) & 1] ${this.#expressions.assignmentOperator()} `,
      num(),
      ";\n",
    );
    const sum = random.chance(0.4)
      ? node("stmt", `for (const [x, y] of ${name}) ${read} += x - y;\n`)
      : node("stmt", `${read} = ${name}[(`, num(), ") & 1][(", num(), ") & 1];\n");
    return bind(node("stmt", head, store, `let ${read} = 0;\n`, sum));
  }
}

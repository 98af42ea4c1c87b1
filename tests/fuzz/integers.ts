/**
 * Random programs of integers: counters, sums, quotients, remainders, masks, clamps and comparisons that narrow, as inference
 * bounds them, with constants at which machine integers end. A range that doesn't hold breaks a promise of the IR, which the
 * interpreter finds.
 */
import { type Node, node } from "./program.ts";
import { Random } from "./random.ts";

const KINDS = ["Int32Array", "Uint8Array", "Int16Array", "Uint32Array", "Int8Array", "Uint16Array"] as const;
const SMALL = [
  "0",
  "1",
  "2",
  "3",
  "4",
  "5",
  "7",
  "8",
  "10",
  "15",
  "16",
  "31",
  "100",
  "(-1)",
  "(-2)",
  "(-5)",
  "255",
  "256",
];
const LARGE = [
  "65535",
  "65536",
  "1000003",
  "2147483647",
  "(-2147483648)",
  "4294967295",
  "4294967296",
  "9007199254740991",
];
const DEEPEST = 3;

interface Names {
  readonly variables: readonly string[];
  /** Nothing assigns them. */
  readonly counters: readonly string[];
  readonly arrays: readonly string[];
}

export function generateIntegers(seed: number): Node {
  const random = new Random(seed);
  const maker = new IntegerMaker(random);
  const params = ["p", "q"];
  const arrays = Array.from({ length: 1 + random.below(2) }, (_, i) => `a${i}`);
  const kinds = arrays.map(() => random.pick(KINDS));
  const variables = ["r", "s", "t", "u"];
  const before: Names = { variables: [], counters: params, arrays };
  const names: Names = { variables, counters: params, arrays };
  const declared = variables.map((v) => node("fixed", `  let ${v} = `, maker.int(before, 1), ";\n"));
  const body = Array.from({ length: 1 + random.below(4) }, () => maker.statement(names, 0));
  const cases = Array.from({ length: 3 }, (_, i) => {
    const filled = kinds.map((kind) => {
      const items = Array.from({ length: random.pick([0, 1, 5, 8, 16, 40]) }, () =>
        node("element", maker.literal(), ", "),
      );
      return node("fixed", `${kind}.of(`, ...items, "), ");
    });
    const numbers = params.map(() => node("fixed", i === 2 ? node("num", random.number()) : maker.literal(), ", "));
    return node("case", "  [", ...numbers, ...filled, "],\n");
  });
  return node(
    "fixed",
    ...maker.helpers(),
    `const kernel = (${[...params, ...arrays].join(", ")}) => {\n`,
    ...declared,
    node("stmt", ...body),
    `  return [${variables.join(", ")}];\n};\nconst cases = () => [\n`,
    ...cases,
    `];\nreturn { kernel, cases, options: {} };\n`,
  );
}

class IntegerMaker {
  readonly #random: Random;
  #names = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  literal(): Node {
    return node("num", this.#random.pick(this.#random.chance(0.75) ? SMALL : LARGE));
  }

  /** `clamp`, `middle` and a recursive one. */
  helpers(): Node[] {
    const inside: Names = { variables: [], counters: ["x", "y"], arrays: [] };
    return [
      node("item", "const clamp = (x, lo, hi) => (x < lo ? lo : x > hi ? hi : x);\n"),
      node("item", "const any = (x, y) => ", this.int(inside, 2), ";\n"),
      node(
        "item",
        "const down = (x, y) => (x <= 0 ? ",
        this.int(inside, 1),
        " : down(x - 1, ",
        this.int(inside, 1),
        "));\n",
      ),
    ];
  }

  int(names: Names, depth: number): Node {
    const random = this.#random;
    const known = [...names.variables, ...names.counters];
    if (depth <= 0 || random.chance(0.12)) {
      if (known.length > 0 && random.chance(0.7)) return node("num", random.pick(known));
      if (names.arrays.length > 0 && random.chance(0.3)) return node("num", `${random.pick(names.arrays)}.length`);
      return this.literal();
    }
    const sub = (): Node => this.int(names, depth - 1);
    const small = (): string => String(1 + random.below(9));
    // What is called may not call back.
    switch (random.below(names.variables.length > 0 ? 20 : 16)) {
      case 0:
      case 1:
      case 2:
        return node("num", "(", sub(), random.pick([" + ", " - "]), sub(), ")");
      case 3:
        return node("num", "(", sub(), " * ", random.chance(0.6) ? node("num", small()) : sub(), ")");
      case 4:
        return node(
          "num",
          "(",
          sub(),
          " % ",
          random.chance(0.6) ? node("num", random.pick([small(), "(-3)"])) : sub(),
          ")",
        );
      case 5:
        return node("num", "((", sub(), " / ", random.chance(0.6) ? node("num", small()) : sub(), ") | 0)");
      case 6:
        return node(
          "num",
          `Math.${random.pick(["floor", "trunc", "ceil"])}(`,
          sub(),
          " / ",
          random.chance(0.6) ? node("num", small()) : sub(),
          ")",
        );
      case 7:
        return node("num", "(", sub(), random.pick([" & ", " | ", " ^ "]), sub(), ")");
      case 8:
        return node("num", "(", sub(), ` ${random.pick([">>", ">>>", "<<"])} ${random.below(32)})`);
      case 9:
        return node("num", "(", sub(), random.pick([" >> ", " >>> ", " << "]), sub(), ")");
      case 10:
      case 11:
        return node("num", `Math.${random.pick(["min", "max"])}(`, sub(), ", ", sub(), ")");
      case 12:
        return node("num", random.pick(["Math.abs(", "(-", "(~", "Math.clz32(", "Math.sign("]), sub(), ")");
      case 13:
        return node("num", "Math.imul(", sub(), ", ", sub(), ")");
      case 14:
        return node("num", "(", this.#test(names), " ? ", sub(), " : ", sub(), ")");
      case 15:
        return node(
          "num",
          "clamp(",
          sub(),
          `, ${random.pick(["0", "(-1)", "1"])}, `,
          random.chance(0.5) ? sub() : node("num", small()),
          ")",
        );
      case 16:
        return node("num", "any(", sub(), ", ", sub(), ")");
      case 17:
        return node("num", "down((", sub(), ") & 7, ", sub(), ")");
      default:
        return this.#element(names, depth) ?? sub();
    }
  }

  /** Mostly where it is in bounds. */
  #element(names: Names, depth: number): Node | undefined {
    if (names.arrays.length === 0) return undefined;
    const array = this.#random.pick(names.arrays);
    const k = this.int(names, depth - 1);
    return this.#random.chance(0.85)
      ? node("num", `(${array}.length > 0 ? ${array}[clamp(`, k, `, 0, ${array}.length - 1)] : 0)`)
      : node("num", `${array}[`, k, "]");
  }

  #test(names: Names): Node {
    const random = this.#random;
    const compare = (): Node =>
      node(
        "bool",
        "(",
        this.int(names, 1),
        random.pick([" < ", " <= ", " > ", " >= ", " === ", " !== "]),
        this.int(names, 1),
        ")",
      );
    return random.chance(0.3) ? node("bool", "(", compare(), random.pick([" && ", " || "]), compare(), ")") : compare();
  }

  statement(names: Names, depth: number): Node {
    const random = this.#random;
    const { variables, counters, arrays } = names;
    const v = random.pick(variables);
    const block = (inside: Names): Node => {
      const count = 1 + random.below(2);
      return node("stmt", ...Array.from({ length: count }, () => this.statement(inside, depth + 1)));
    };
    const name = `i${this.#names++}`;
    const counting: Names = { ...names, counters: [...counters, name] };
    switch (random.below(depth >= DEEPEST ? 5 : 17)) {
      case 15:
      case 16:
        return this.#drifting(names);
      case 12:
      case 13:
        return this.#counting(names);
      case 14: {
        const f = `f${this.#names++}`;
        const step = node("fixed", `${v} ${random.pick(["+=", "-=", "^="])} `, this.int(names, 1), ";");
        const body = block({ ...names, counters: [...counters, name] });
        const loop = node(
          "stmt",
          `for (let ${name} = 0; ${name} < ${1 + random.below(6)}; ${name}++) {\n`,
          body,
          `${f}(${name});\n}\n`,
        );
        return node("stmt", `const ${f} = (${random.pick(["x", "k = 3"])}) => { `, step, " };\n", loop, `${f}();\n`);
      }
      case 0:
        return node("stmt", `${v} = `, this.int(names, 3), ";\n");
      case 1:
        return node(
          "stmt",
          `${v} ${random.pick(["+=", "-=", "+=", "*=", "&=", "|=", "%=", ">>=", "<<=", ">>>=", "^="])} `,
          this.int(names, 2),
          ";\n",
        );
      case 2:
        return node("stmt", `${v}${random.pick(["++", "--"])};\n`);
      case 3: {
        const [array, index] = [random.pick(arrays), this.int(names, 2)];
        const value = this.int(names, 2);
        return node(
          "stmt",
          `if (`,
          index,
          ` >= 0 && `,
          index,
          ` < ${array}.length) ${array}[`,
          index,
          "] = ",
          value,
          ";\n",
        );
      }
      case 4:
        return node("stmt", "if (", this.#test(names), `) ${v}${random.pick(["++", "--", " = 0"])};\n`);
      case 5:
        return node("stmt", "if (", this.#test(names), ") {\n", block(names), "} else {\n", block(names), "}\n");
      case 6: {
        const fuel = `f${this.#names++}`;
        return node(
          "stmt",
          `for (let ${fuel} = 0; ${fuel} < ${1 + random.below(9)} && `,
          this.#test(names),
          `; ${fuel}++) {\n`,
          block(names),
          "}\n",
        );
      }
      case 7: {
        const limit = node("num", "clamp(", this.int(names, 2), `, (-2), ${random.pick(["9", "5"])})`);
        return node(
          "stmt",
          `for (let ${name} = 9; ${name} ${random.pick([">=", ">"])} `,
          limit,
          `; ${name} -= ${1 + random.below(3)}) {\n`,
          block(counting),
          "}\n",
        );
      }
      case 8: {
        const from = random.pick(["2147483640", "(-2147483648)", "4294967290", "9007199254740980"]);
        const step = random.pick(["1", "3", "5"]);
        const to = random.pick([`${from} + 9`, `${from} + 4`]);
        return node(
          "stmt",
          `for (let ${name} = ${from}; ${name} ${random.pick(["<", "<="])} ${to}; ${name} += ${step}) {\n`,
          block(counting),
          "}\n",
        );
      }
      case 9: {
        const range = random.pick(["prange(", "prange(1, ", "prange(-3, "]);
        const limit = node("num", "clamp(", this.int(names, 1), ", (-5), 12)");
        return node("stmt", `for (const ${name} of ${range}`, limit, ")) {\n", block(counting), "}\n");
      }
      default: {
        const limit = random.chance(0.5)
          ? node("num", `${random.pick(arrays)}.length`)
          : node("num", "clamp(", this.int(names, 2), `, ${random.pick(["0", "1", "(-4)"])}, 12)`);
        const step = random.pick(["++", "++", " += 2", " += 3"]);
        return node(
          "stmt",
          `for (let ${name} = ${random.below(3)}; ${name} ${random.pick(["<", "<", "<="])} `,
          limit,
          `; ${name}${step}) {\n`,
          block(counting),
          "}\n",
        );
      }
    }
  }

  #fresh(...names: readonly [string, string, string, string]): [string, string, string, string] {
    return names.map((name) => `${name}${this.#names++}`) as [string, string, string, string];
  }

  /** Variables that go on from each other, by steps from anywhere (types/drift.ts). */
  #drifting(names: Names): Node {
    const random = this.#random;
    const [x, y, step, made] = this.#fresh("x", "y", "s", "m");
    const inside: Names = { ...names, counters: [...names.counters, step] };
    const add = (): Node => {
      const by = random.chance(0.7) ? node("num", step) : this.int(inside, 1);
      return node("num", `(${random.pick([x, y])} ${random.pick(["+", "+", "-"])} `, by, ")");
    };
    const next = (): Node =>
      random.pick([
        add,
        () =>
          node(
            "num",
            `Math.${random.pick(["max", "min"])}(`,
            add(),
            ", ",
            random.chance(0.5) ? add() : this.int(inside, 1),
            ")",
          ),
        () => node("num", "(", this.#test(inside), " ? ", add(), ` : ${random.pick([x, y])})`),
        () => node("num", "clamp(", add(), ", (-100), 100)"),
        () => node("num", "(", add(), ` + ${random.pick([x, y])})`),
      ])();
    const write = (): Node =>
      random.pick([
        () => node("stmt", `${random.pick([x, y])} = `, next(), ";\n"),
        () => node("stmt", `${random.pick([x, y])} ${random.pick(["+=", "-="])} `, this.int(inside, 1), ";\n"),
        () => node("stmt", "if (", this.#test(inside), `) ${random.pick([x, y])} = `, next(), ";\n"),
        () =>
          node(
            "stmt",
            `let ${made} = `,
            next(),
            `;\nif (${made} > 50) ${made} -= ${step};\n${random.pick([x, y])} = ${made};\n`,
          ),
        () => node("stmt", `const [${made}] = [`, next(), `];\n${random.pick([x, y])} = ${made};\n`),
        () => node("stmt", `[${x}, ${y}] = [`, next(), ", ", next(), "];\n"),
      ])();
    const block = (): Node => node("stmt", "{\n", write(), "}\n");
    const array = names.arrays.length > 0 ? random.pick(names.arrays) : undefined;
    const head =
      array !== undefined && random.chance(0.5)
        ? `for (const ${step} of ${array})`
        : `for (let ${step} = ${random.pick([0, -3, 2147483640])}, e = 0; e < ${1 + random.below(9)}; e++, ${step} += 5)`;
    const v = random.pick(names.variables);
    return node(
      "stmt",
      `let ${x} = ${random.pick(["0", "5", "(-1000)", v])};\nlet ${y} = ${random.pick(["0", "1", "2147483647"])};\n`,
      `${head} {\n`,
      ...Array.from({ length: 1 + random.below(3) }, block),
      `}\n${v} ${random.pick(["+=", "^=", "="])} ${x} - ${y};\n`,
    );
  }

  /** What a loop counts, in an array that is just long enough, or just not: bounds follow from how many rounds there are. */
  #counting(names: Names): Node {
    const random = this.#random;
    const [n, w, i, fuel] = this.#fresh("n", "w", "i", "f");
    const step = random.pick([1, 1, 1, 2, 3, 5, 0.5, 0.25, 0.1]);
    const start = random.pick([
      0,
      0,
      1,
      -3,
      0.5,
      -0.5,
      2147483640,
      -2147483648,
      4294967290,
      2 ** 53 - 4,
      2 ** 53 + 2,
      -(2 ** 53) - 6,
      1e17,
    ]);
    const distance = random.below(12);
    const sign = random.pick([1, 1, -1]);
    const [from, to] = sign > 0 ? [start, start + distance] : [start + distance, start];
    const compare = random.pick(["", "="]);
    const spelled = (x: number): string => (x < 0 ? `(${x})` : String(x));
    const head = random.pick([
      `for (let ${i} = ${spelled(from)}; ${i} ${sign > 0 ? "<" : ">"}${compare} ${spelled(to)}; ${i} ${sign > 0 ? "+=" : "-="} ${step})`,
      `for (const ${i} of prange(${spelled(from)}, ${spelled(to)}, ${spelled(sign * step)}))`,
    ]);
    const inside: Names = { ...names, counters: [...names.counters, i, n] };
    const test = random.chance(0.4)
      ? node("stmt", "if (", this.#test(inside), `) ${random.pick(["continue", "break"])};\n`)
      : node("stmt");
    const more = random.chance(0.3) ? `for (let j = 0; j < ${random.below(4)}; j++) ${n}++;\n` : "";
    const size = Math.max(0, Math.floor(distance / step) * (more === "" ? 1 : 3) + random.pick([-1, 0, 0, 1, 2]));
    const kind = random.pick(KINDS);
    const length = random.chance(0.5) ? `new ${kind}(${size})` : `new ${kind}(${size + 64}).subarray(0, ${size})`;
    const store = random.pick([`${w}[${n}] = 1;\n${n}++;\n`, `${w}[${n}++] = 1;\n`, `${w}[${n}] += 2;\n${n} += 1;\n`]);
    const v = random.pick(names.variables);
    return node(
      "stmt",
      `let ${n} = 0;\nlet ${fuel} = 0;\nconst ${w} = ${length};\n${head} {\n`,
      // Some of these loops don't end of themselves.
      `if (${fuel}++ > 60) break;\n`,
      test,
      `${store}${more}}\n${v} += ${n};\n`,
    );
  }
}

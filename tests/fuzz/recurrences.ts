/**
 * Random programs of loops that wait for their own variables: remainders, quotients and products that are integers for a while, as
 * passes/speculate-integers.ts takes them, and may be −0, NaN, a fraction or too large in any round. What a round gives is looked at
 * in ways that tell −0 from 0. Others are drawn towards something, as types/settling.ts takes them. Some run in the rounds of a
 * parallel loop, where nothing else may seem to go from one round to the next.
 */
import { type Node, node } from "./program.ts";
import { Random } from "./random.ts";

const VARIABLES = ["r", "s", "t"] as const;
/** Only ever drawn towards something, or seemingly so. */
const DRAWN = "q";
const KINDS = ["Int32Array", "Float64Array", "Uint8Array", "Int8Array", "Uint32Array", "Float32Array"] as const;
const CONSTANTS = ["0", "1", "2", "3", "7", "10", "31", "(-1)", "(-3)", "(-7)", "(-0)", "1009", "65536", "2147483647"];
const DIVISORS = ["1", "2", "3", "7", "8", "10", "16", "1009", "n", "m", "r", "s", "t"];
const ARGUMENTS = [
  0,
  1,
  2,
  3,
  5,
  7,
  -1,
  -2,
  -7,
  10,
  12,
  1009,
  46341,
  -65536,
  2147483647,
  -2147483648,
  0.5,
  NaN,
  Infinity,
  2 ** 53,
  4294967296,
];
/** Cases of `#num`. */
const WHOLE = [0, 1, 2, 3, 4, 5, 6, 9, 10, 13, 16];
const HELPERS = `const times = (x, y) => x * y;
const left = (x, y) => (y === 0 ? -x : x % y);
const less = (x, y) => (x < y ? x : y);
const towards = (x, y, k) => { const way = y - x; return x + (way >> k); };
`;

export function generateRecurrences(seed: number): Node {
  const random = new Random(seed);
  const isParallel = random.chance(0.2);
  const maker = new RecurrenceMaker(random, isParallel);
  const kinds = [random.pick(KINDS), random.chance(0.7) ? ("Float64Array" as const) : random.pick(KINDS)];
  const starts = ["0", "1", "(-0)", "n", "m", "n * m", "27", "-n", "a0.length", ...(isParallel ? ["y", "n + y"] : [])];
  const declared = VARIABLES.map((v) => node("fixed", `  let ${v} = `, node("num", random.pick(starts)), ";\n"));
  declared.push(node("fixed", `  let ${DRAWN} = `, node("num", random.pick(["0", "100", "-5", "4096"])), ";\n"));
  const body = Array.from({ length: 1 + random.below(2) }, () => maker.loop(0));
  const seen = [...VARIABLES, DRAWN].map((v) => maker.seen(v));
  const cases = Array.from({ length: 5 }, (_, i) => {
    const number = (): Node => node("num", literal(random.pick(i < 3 ? ARGUMENTS.slice(0, 16) : ARGUMENTS)));
    const arrays = kinds.map((kind) => {
      const items = Array.from({ length: random.pick([0, 3, 9, 20]) }, () => node("element", number(), ", "));
      return node("fixed", `${kind}.of(`, ...items, "), ");
    });
    return node("case", "  [", number(), ", ", number(), ", ", ...arrays, "],\n");
  });
  if (isParallel) {
    const stores = seen.flatMap((value, k) => [`  w[y * 4 + ${k}] = `, value, ";\n"]);
    return node(
      "fixed",
      HELPERS,
      "const kernel = (n, m, a0, a1) => {\n  const w = new Float64Array(12);\n  for (const y of prange(3)) {\n  let o = 0;\n",
      ...declared,
      node("stmt", ...body),
      ...stores,
      "  }\n  return w;\n};\nconst cases = () => [\n",
      ...cases,
      "];\nreturn { kernel, cases, options: { parallel: true, chunksize: 1 } };\n",
    );
  }
  return node(
    "fixed",
    HELPERS,
    "const kernel = (n, m, a0, a1) => {\n  let o = 0;\n",
    ...declared,
    node("stmt", ...body),
    "  return [",
    ...seen.map((value) => node("element", value, ", ")),
    "];\n};\nconst cases = () => [\n",
    ...cases,
    "];\nreturn { kernel, cases, options: {} };\n",
  );
}

function literal(x: number): string {
  return Object.is(x, -0) || x < 0 ? `(${x})` : String(x);
}

class RecurrenceMaker {
  readonly #random: Random;
  /** Makes little but what has an integer form: one variable without keeps others from having theirs. */
  readonly #isWhole: boolean;
  /** Each round of a parallel loop stores to elements of its own. */
  readonly #isParallel: boolean;
  #names = 0;
  #counters: string[] = [];

  constructor(random: Random, isParallel: boolean) {
    this.#random = random;
    this.#isParallel = isParallel;
    if (isParallel) this.#counters.push("y");
    this.#isWhole = random.chance(0.5);
  }

  #leaf(): string {
    const random = this.#random;
    return random.chance(0.8)
      ? random.pick([...VARIABLES, ...VARIABLES, "n", "m", ...this.#counters, ...this.#counters])
      : random.pick(CONSTANTS);
  }

  #num(depth: number): Node {
    const random = this.#random;
    if (depth <= 0 || random.chance(0.1)) return node("num", this.#leaf());
    const sub = (): Node => this.#num(depth - 1 - random.below(2));
    const by = (): Node => node("num", random.pick(DIVISORS));
    const binary = (op: string, x: Node, y: Node): Node => node("num", "(", x, ` ${op} `, y, ")");
    switch (this.#isWhole ? random.pick(WHOLE) : random.below(18)) {
      case 0:
      case 1:
        return binary(random.pick(["+", "-"]), sub(), sub());
      case 2:
        return binary(
          "*",
          sub(),
          random.chance(0.6) ? node("num", random.pick(["2", "3", "10", "31", "(-1)", "0"])) : sub(),
        );
      case 3:
      case 4:
      case 5:
        return binary("%", random.chance(0.15) ? node("num", random.pick(CONSTANTS)) : sub(), by());
      case 6:
        return binary("/", sub(), by());
      case 7:
        return node("num", "((", sub(), " / ", by(), ") | 0)");
      case 8:
        return node("num", `Math.${random.pick(["floor", "trunc", "round", "ceil"])}(`, sub(), " / ", by(), ")");
      case 9:
      case 16: {
        // A quotient without its fraction, in doubles.
        const [x, y] = [random.chance(0.4) ? random.pick(CONSTANTS) : this.#leaf(), random.pick(DIVISORS)];
        return node("num", `((${x} - (${x} % ${y})) / ${random.chance(0.5) ? y : random.pick(DIVISORS)})`);
      }
      case 10: {
        const y = random.pick(DIVISORS);
        return node("num", "((", sub(), ` % ${y} + ${y}) % ${y})`);
      }
      case 11:
        return node("num", `${random.pick(["Math.abs", "Math.sign", "-", "Math.floor"])}(`, sub(), ")");
      case 12:
        return node(
          "num",
          `${random.pick(["Math.min", "Math.max", "times", "left", "less"])}(`,
          sub(),
          ", ",
          sub(),
          ")",
        );
      case 13:
        return node("num", "(", this.#test(), " ? ", sub(), " : ", random.chance(0.3) ? "-0" : sub(), ")");
      case 14:
        return binary(
          random.pick(["|", "&", ">>", ">>>", "<<"]),
          sub(),
          node("num", random.pick(["0", "1", "7", "255"])),
        );
      default:
        return node("num", "(a0.length > 0 ? a0[(", sub(), " >>> 0) % a0.length] : 0)");
    }
  }

  #test(): Node {
    const random = this.#random;
    const pred = random.pick([" < ", " <= ", " > ", " >= ", " === ", " !== "]);
    return node(
      "bool",
      "(",
      this.#num(1),
      pred,
      node("num", random.chance(0.6) ? random.pick(CONSTANTS) : this.#leaf()),
      ")",
    );
  }

  /** What tells of a value all there is to tell, or some of it. */
  seen(v: string): Node {
    const forms = [
      v,
      v,
      v,
      `1 / ${v}`,
      `Math.sign(${v})`,
      `Math.max(${v}, -0)`,
      `(${v} || -0)`,
      `(-${v})`,
      `(${v} + -0)`,
      `(0 - ${v})`,
      `times(${v}, -1)`,
    ];
    return node("num", this.#random.pick(forms));
  }

  #statement(depth: number): Node {
    const random = this.#random;
    const v = random.pick(VARIABLES);
    switch (random.below(depth < 1 ? 12 : 11)) {
      case 0:
      case 1:
      case 2:
        return node("stmt", `${v} = `, this.#num(2), ";\n");
      case 3:
        return node("stmt", `${v} ${random.pick(["+=", "-=", "*=", "%="])} `, this.#num(1), ";\n");
      case 4:
        return node(
          "stmt",
          `${v} = (${v} * ${random.pick(["31", "10", "n"])} + `,
          this.#num(1),
          `) % ${random.pick(DIVISORS)};\n`,
        );
      case 5:
        return node("stmt", "if (", this.#test(), `) ${v} = `, this.#num(2), ";\n");
      case 6:
        if (this.#isParallel)
          return node("stmt", "if (o < 5 && y * 5 + o < a1.length) a1[y * 5 + o++] = ", this.seen(v), ";\n");
        return node("stmt", "if (o < a1.length) a1[o++] = ", this.seen(v), ";\n");
      case 7:
        return node("stmt", "if (", this.#test(), `) ${random.pick(["continue", "break"])};\n`);
      case 8:
        if (this.#isParallel)
          return node("stmt", "w[y * 4 + 1] = ", this.#num(1), `; ${v} = w[y * 4 + ${random.below(3)}];\n`);
        return node("stmt", "if (a0.length > 2) { a0[1] = ", this.#num(1), `; ${v} = a0[${random.below(3)}]; }\n`);
      case 9: {
        const [x, y] = [random.pick(VARIABLES), random.pick(VARIABLES)];
        if (this.#isParallel && x === y) return node("stmt", `${v} = `, this.#num(3), ";\n");
        return node("stmt", `[${x}, ${x === y ? "o" : y}] = [`, this.#num(2), `, ${x === y ? "o" : x}];\n`);
      }
      case 10:
        return this.#drawn(random.chance(0.8) ? DRAWN : v);
      default:
        return this.loop(depth + 1);
    }
  }

  /** What draws a variable towards something small, or seems to, and what happens where it is too far. */
  #drawn(v: string): Node {
    const random = this.#random;
    const small = ["(n & 255)", "100", "(-100)", "4096", ...this.#counters, ...VARIABLES];
    const x = random.pick(this.#isParallel ? small : [...small, "(a0.length > 0 ? a0[0] & 127 : 5)"]);
    const k = random.pick(["1", "3", "4"]);
    const between = random.pick([
      "",
      `${v} = ${x};\n`,
      `${v} >>= 1;\n`,
      `for (let k = 0; k < 3; k++) `,
      `${v} = ${x} * 1000;\n`,
    ]);
    const forms = [
      node("stmt", `${v} += (${x} - ${v}) >> ${k};\n`),
      node("stmt", `${v} = ${v} - (${v} >> ${k}) + ${x};\n`),
      node("stmt", `${v} = (${v} * 7 + ${x}) >> 3;\n`),
      node("stmt", `${v} = Math.floor((${v} * 3 + ${x}) / 4);\n`),
      node("stmt", `${v} += Math.trunc((${x} - ${v}) / 3);\n`),
      node("stmt", `${v} = towards(${v}, ${x}, ${k});\n`),
      node("stmt", `${v} = ${x} > ${v} ? ${v} + ((${x} - ${v} + 1) >> 1) : ${v} - ((${v} - ${x}) >> 4);\n`),
      node("stmt", `{ const d = ${x} - ${v};\n`, between, `${v} ${random.pick(["+=", "+=", "-="])} d >> ${k}; }\n`),
    ];
    const test = `${v} ${random.pick(["> 255", "> 127", "> 100", "< 0", "< -100", "> 4096", "> 2040", "> 9", "=== 1"])}`;
    const far = random.chance(0.7) ? `if (${test}) ${random.pick(VARIABLES)} = ${random.pick(CONSTANTS)};\n` : "";
    return node("stmt", random.pick(forms), far);
  }

  loop(depth: number): Node {
    const random = this.#random;
    const i = `i${this.#names++}`;
    const head = random.pick([
      `for (let ${i} = 0; ${i} < 9; ${i}++)`,
      `for (let ${i} = 0; ${i} < a0.length; ${i}++)`,
      `for (let ${i} = 5; ${i} >= -3; ${i} -= 2)`,
      `for (const ${i} of a0)`,
      `for (let ${i} = 0; ${random.pick(VARIABLES)} ${random.pick(["> 0", "!== 0", "!== 1", ">= 1"])} && ${i} < 30; ${i}++)`,
    ]);
    this.#counters.push(i);
    const body = Array.from({ length: random.pick([1, 1, 2, 2, 3]) }, () => this.#statement(depth));
    this.#counters.pop();
    return node("stmt", `${head} {\n`, node("stmt", ...body), "}\n");
  }
}

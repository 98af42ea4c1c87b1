/**
 * Random programs of simple loops over arrays of up to a thousand elements, as LLVM makes vectors of them: what other programs never
 * come to, whose arrays are short. Elements are those at which numbers are rounded, overflow or vanish, among them −0 and NaN; arrays may
 * be shorter than the loop, or views of one memory.
 */
import { type Node, node } from "./program.ts";
import { Random } from "./random.ts";

const KINDS = ["Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array"] as const;
const ALL = [...KINDS, "Uint32Array", "Float32Array", "Float64Array", "Float64Array"] as const;
const COUNTS = ["Int32Array", "Uint32Array", "Uint8Array", "Float32Array", "Float64Array"] as const;
const LENGTHS = [0, 1, 3, 8, 31, 64, 65, 100, 130, 257, 1100];
const SMALL = ["0", "1", "2", "3", "7", "10", "100", "255", "256", "0.5", "(-1)", "(-2)", "(-0)"];
const ENDS = [
  "NaN",
  "Infinity",
  "(-Infinity)",
  "5e-324",
  "1e-200",
  "1e200",
  "2147483647",
  "(-2147483648)",
  "4294967295",
];
const STARTS = ["0", "(-0)", "1", "p", "Infinity", "(-Infinity)", "NaN"];
const ORDERS = ["<", ">", "<=", ">="];

/** `filled(Float64Array, n, way, seed)`, and `views([…kinds], n, …)` of one memory. */
const MAKERS = `const EDGES = [0, -0, 1, -1, NaN, Infinity, -Infinity, 5e-324, -5e-324, 1e-200, 1e200, 2 ** 24 + 1, 2 ** 31 - 1, 2 ** 31,
  -(2 ** 31), 2 ** 32, 2 ** 53, -(2 ** 53), 0.5, -0.5, 1.5, 2.5, 254.5, 0.49999999999999994, 3, 7, 255, 256, 1e-40, 2 ** 63];
const filled = (Kind, n, way, seed) => {
  let x = seed | 1;
  const next = () => ((x = Math.imul(x, 1103515245) + 12345) >>> 8) / 2 ** 24;
  const pick = (some) => some[Math.floor(next() * some.length)];
  return Kind.from({ length: n }, (_, i) =>
    way === 0 ? Math.floor(next() * 10) : way === 1 ? pick(EDGES) : way === 2 ? (next() < 0.03 ? pick(EDGES) : i) : pick([0, -0]));
};
const views = (kinds, n, seed) => {
  const memory = filled(Int32Array, 2 * n + 8, 0, seed).buffer;
  return kinds.map((Kind, k) => new Kind(memory, ((seed >> k) & 1) * Kind.BYTES_PER_ELEMENT, n));
};
`;

export function generateLongLoops(seed: number): Node {
  const random = new Random(seed);
  const maker = new LoopMaker(random);
  const kinds = [random.pick(ALL), random.pick(ALL), random.pick(ALL)];
  const counts = random.pick(COUNTS);
  const loops = Array.from({ length: 1 + random.below(2) }, () => maker.loop());
  const cases = Array.from({ length: 6 }, (_, i) => {
    const [n, way] = [random.pick(LENGTHS), i === 0 ? 0 : random.below(4)];
    const seeds = Array.from({ length: 5 }, () => random.below(1e6));
    const [least, k] = [random.below(n + 1), random.pick(["0", "1", "2", "n - 1"])];
    const array = (kind: string, at: number, length = n): string => `filled(${kind}, ${length}, ${way}, ${seeds[at]})`;
    const given =
      i > 1 && random.chance(0.3)
        ? `...views([${kinds.join(", ")}], ${n}, ${seeds[0]})`
        : kinds.map((kind, at) => array(kind, at, at > 0 && random.chance(0.1) ? least : n)).join(", ");
    const rest = `filled(${counts}, 256, 0, ${seeds[3]}), ${array("Uint8Array", 4, random.pick([256, 256, 100]))}`;
    const numbers = `${n}, ${k.replace("n", String(n))}, ${i === 0 ? 3 : random.pick([...SMALL, ...ENDS])}`;
    return node("case", `  [${given}, ${rest}, ${numbers}],\n`);
  });
  return node(
    "fixed",
    MAKERS,
    "const kernel = (a, b, out, h, t, n, m, p) => {\n",
    ...maker.declared.map(([name, start]) => node("fixed", `  let ${name} = `, node("num", start), ";\n")),
    node("stmt", ...loops),
    `  return [${[...maker.declared.map(([name]) => name), "0"].join(", ")}];\n};\nconst cases = () => [\n`,
    ...cases,
    "];\nreturn { kernel, cases, options: {} };\n",
  );
}

class LoopMaker {
  readonly #random: Random;
  /** Variables, with what they start from. */
  readonly declared: (readonly [name: string, start: string])[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  loop(): Node {
    const random = this.#random;
    const rows = "for (let y = 0; y * y < n; y++) for (let x = 0; x < y; x++) { const i = ";
    const head = random.pick([
      ...Array.from({ length: 4 }, () => "for (let i = 0; i < n; i++) {"),
      "for (let i = 0; i < out.length; i++) {",
      "for (let i = n - 1; i >= 0; i--) {",
      "for (let i = 1; i < n - 1; i += 2) {",
      "for (let i = m; i < n; i++) {",
      "for (let i = -1; ++i < n; ) {",
      `${rows}y * (y - 1) + x;`,
      `${rows}x * y + y - 1;`,
    ]);
    const body = Array.from({ length: 1 + random.below(3) }, () => this.#statement());
    return node("stmt", `${head}\n`, node("stmt", ...body), "}\n");
  }

  #variable(start: string = this.#random.pick(STARTS)): string {
    const name = `r${this.declared.length}`;
    this.declared.push([name, start]);
    return name;
  }

  #statement(): Node {
    const random = this.#random;
    const value = (): Node => this.#num(1 + random.below(3));
    switch (random.below(16)) {
      case 0:
      case 1:
      case 2:
        return node("stmt", "out[i] = ", value(), ";\n");
      case 3: {
        const r = this.#variable();
        return node("stmt", `${r} ${random.pick(["+=", "-=", "*=", "|=", "^="])} `, value(), ";\n");
      }
      case 4: {
        const r = this.#variable();
        return node("stmt", `${r} = Math.${random.pick(["min", "max"])}(${r}, `, value(), ");\n");
      }
      case 5:
      case 6: {
        const r = this.#variable();
        return node("stmt", `if (a[i] ${random.pick(ORDERS)} ${r}) ${r} = a[i];\n`);
      }
      case 7: {
        const [r, at] = [this.#variable(), this.#variable("-1")];
        const test = `if (x ${random.pick(ORDERS)} ${r}) { ${r} = x; ${at} = i; }`;
        return node("stmt", "{ const x = ", value(), `; ${test} }\n`);
      }
      case 8:
        return node("stmt", "if (", this.#test(), `) ${this.#variable("0")}++;\n`);
      case 9:
        return node("stmt", "h[", random.chance(0.5) ? "a[i]" : value(), ` & 255]${random.pick(["++", " += 3"])};\n`);
      case 10:
        return node("stmt", `out[i] = t[${random.pick(["a[i]", "a[i] & 255", "a[i] & 63"])}];\n`);
      case 11:
        return node("stmt", "if (", this.#test(), ") out[i] = ", value(), ";\n");
      case 12: {
        const r = this.#variable();
        const end = random.pick(["| 0", ">>> 0", "& 65535", "% 1000"]);
        return node("stmt", `${r} = (${r} ${random.pick(["+", "*", "-"])} `, value(), `) ${end};\n`);
      }
      case 13:
        return node("stmt", `out[i] = out[m] ${random.pick(["+", "*"])} `, value(), ";\n");
      case 14:
        return node("stmt", "if (", this.#test(), `) { ${this.#variable("-1")} = i; break; }\n`);
      default:
        return node(
          "stmt",
          `${random.pick(["a", "out", "out"])}[i] ${random.pick(["=", "+=", "*="])} `,
          value(),
          ";\n",
        );
    }
  }

  #num(depth: number): Node {
    const random = this.#random;
    if (depth <= 0 || random.chance(0.1)) {
      const leaf = random.chance(0.7) ? ["a[i]", "a[i]", "b[i]", "b[i]", "i", "p"] : random.pick([SMALL, SMALL, ENDS]);
      return node("num", random.pick(leaf));
    }
    const sub = (): Node => this.#num(depth - 1);
    const by = (): Node => node("num", random.pick(["2", "3", "7", "8", "10", "255", "(-2)"]));
    const call = (name: string, ...args: readonly Node[]): Node =>
      node("num", `Math.${name}(`, ...args.flatMap((arg, k) => (k === 0 ? [arg] : [", ", arg])), ")");
    switch (random.below(15)) {
      case 0:
      case 1:
      case 2:
        return node("num", "(", sub(), ` ${random.pick(["+", "-", "*"])} `, sub(), ")");
      case 3:
        return node("num", "(", sub(), ` ${random.pick(["/", "%"])} `, random.chance(0.5) ? by() : sub(), ")");
      case 4:
      case 5:
        return call(random.pick(["min", "max"]), sub(), sub());
      case 6:
        return call(random.pick(["round", "floor", "ceil", "trunc", "sign", "abs", "sqrt", "fround", "clz32"]), sub());
      case 7:
        return node("num", "(", sub(), ` ${random.pick(["| 0", ">>> 0", ">>> 8", "& 15", "<< 1", ">> 33", "^ 5"])})`);
      case 8:
        return node("num", "(", this.#test(), " ? ", sub(), " : ", sub(), ")");
      case 9:
        return call("imul", sub(), sub());
      case 10:
        return call("fround", node("num", sub(), ` ${random.pick(["+", "-", "*", "/"])} `, sub()));
      case 11:
        return node("num", "((", sub(), " / ", by(), ") | 0)");
      case 12:
        return call("floor", node("num", sub(), " / ", by()));
      case 13:
        return call("min", call("max", sub(), node("num", random.pick(SMALL))), node("num", random.pick(SMALL)));
      default:
        return node("num", "(-", sub(), ")");
    }
  }

  #test(): Node {
    const random = this.#random;
    const [x, y] = [this.#num(1), this.#num(1)];
    switch (random.below(5)) {
      case 0:
        return node("bool", "Object.is(", x, ", -0)");
      case 1:
        return node("bool", "1 / ", x, " < 0");
      case 2:
        return node("bool", `Number.${random.pick(["isNaN", "isInteger", "isFinite"])}(`, x, ")");
      default:
        return node("bool", x, ` ${random.pick([...ORDERS, "===", "!=="])} `, y);
    }
  }
}

/**
 * Random programs over objects that they make: through variables, loops, helpers, recursion, closures, lists, patterns, spreads and choices,
 * and out to JavaScript. Those of one form have the same properties in the same order; integers and doubles meet in each.
 */
import { type Node, node } from "./program.ts";
import { Random } from "./random.ts";

const DEEPEST = 3;

/** `P` has numbers, `Q` has one of these, a BigInt, a boolean and a list of the others. */
type Form = "P" | "Q";

const HELPERS = `
const at = (k, n) => ((k | 0) % n + n) % n;
const low = (x) => (Math.abs(x) < 1e6 ? x : 1);
const add = (p, q) => ({ a: low(p.a + q.a), i: (p.i + q.i) | 0 });
const half = ({ a, i }, by = 2) => ({ a: a / by, i: i >> 1 });
const inner = ({ p: { a, i }, ok }) => (ok ? { a, i } : { a: i, i: 3 });
const pack = (p, n, ok = true) => ({ p, n: BigInt.asIntN(64, n * 3n), ok, w: [p.i, 1] });
const turn = (p, n) => (n <= 0 ? p : turn({ a: p.i, i: low(p.a) | 0 }, n - 1));
const grow = (q, n) => { if (n <= 0) return q; const { p } = { p: q.p }; return grow({ ...q, p: add(p, q.p), ok: !q.ok }, n - 1); };
const count = (n) => { const s = { a: 0, i: 0 }; for (let j = 0; j < n; j++) { s.i += j; s.a += s.i / 2; } return s; };
const sum = ({ a = 7, i = 5, more = 2 } = {}) => a + i * more;
`;

export function generateRecords(seed: number): Node {
  return new RecordsMaker(new Random(seed)).program(seed);
}

class RecordsMaker {
  readonly #random: Random;
  readonly #isParallel: boolean;
  #names = 0;
  /** Are there variables yet? */
  #hasVariables = false;

  constructor(random: Random) {
    this.#random = random;
    this.#isParallel = random.chance(0.2);
  }

  program(seed: number): Node {
    const { chance } = this.#random;
    const begin = `let m = 0, z = { r: 0, c: 0.5 }, s = { a: ${this.#random.number()}, i: 1 }, t = s, u = pack(t, 2n);\n`;
    this.#hasVariables = true;
    const start = `${begin}${this.#random.chance(0.5) ? `s = ${this.#p(2)};\n` : ""}let f = () => s;\n`;
    const body = Array.from({ length: 5 }, () => this.#statement(0));
    const head = node("fixed", `// Objects made on the way, program ${seed}.\n`, HELPERS);
    if (this.#isParallel)
      return node(
        "fixed",
        head,
        "const kernel = (out, from, x) => {\nlet total = { n: 0, k: 0 };\nfor (const j of prange(out.length)) {\nlet k = from + j;\n",
        start,
        ...body,
        "out[j] = low(m) + s.a + t.i * u.p.a + Number(u.n & 255n);\ntotal = { n: total.n + 1, k: total.k + (k & 7) };\n}\nreturn total;\n};\n",
        "const cases = () => [[new Float64Array(0), 1, 0.5], [new Float64Array(9), 0, -0], [new Float64Array(40), 2, 3]];\n",
        "const options = { parallel: true, chunksize: 3 };\n",
        `return { kernel, cases, options, unchecked: true, background: ${chance.call(this.#random, 0.3)} };\n`,
      );
    return node(
      "fixed",
      head,
      `const kernel = (n, k, x) => {\n${start}for (let r = 0; r < n; r++) {\nk++;\n`,
      ...body,
      `}\nreturn ${this.#random.pick(["{ s, t, u, m, z }", "[s, { t: [t, u], k }, m, z]", "{ ...s, more: { ...u, k }, m, t }", "u", "f()"])};\n};\n`,
      "const cases = () => [[0, 1, 0.5], [1, 0, -0], [9, 2, 3], [30, 5, -1.5], [3, 7, NaN]];\n",
      "return { kernel, cases };\n",
    );
  }

  #int(depth: number): string {
    const random = this.#random;
    return random.pick([
      () => "k",
      () => "(k & 3)",
      () => `${random.below(9) - 4}`,
      () => `${this.#p(depth + 1)}.i`,
      () => "z.r",
      () => `(k * ${random.below(9)} | 0)`,
    ])();
  }

  #number(depth: number): string {
    const random = this.#random;
    return random.pick([
      () => random.number(),
      () => this.#int(depth),
      () => "x",
      () => "z.c",
      () => `low(${this.#p(depth + 1)}.a)`,
      () => `low(${this.#q(depth + 1)}.p.a)`,
      () => `low(m)`,
      () => `low(sum(${random.pick(["", this.#p(depth + 1), `{ a: ${this.#int(depth)} }`, "{ more: 3 }"])}))`,
      () => `${this.#q(depth + 1)}.w[${random.pick(["0", "1", "k & 1"])}]`,
    ])();
  }

  #condition(depth: number): string {
    const random = this.#random;
    return random.pick([
      () => `k % ${2 + random.below(3)} === ${random.below(2)}`,
      () => `${this.#q(depth + 1)}.ok`,
      () => `${this.#number(depth + 1)} < ${this.#number(depth + 1)}`,
    ])();
  }

  #one(form: Form, depth: number): string {
    return form === "P" ? this.#p(depth) : this.#q(depth);
  }

  #p(depth: number): string {
    const deeper = (): string => this.#p(depth + 1);
    const i = (): string => `(${this.#int(depth + 1)} | 0)`;
    const literal = (): string =>
      this.#random.pick([
        `{ a: ${this.#number(depth + 1)}, i: ${i()} }`,
        `{ a: ${this.#int(depth + 1)}, i: ${this.#random.below(9)} }`,
      ]);
    const simple = [() => `(${depth >= DEEPEST + 1 ? "{ a: 1, i: 2 }" : literal()})`];
    if (depth >= DEEPEST + 1) return simple[0]?.() ?? "";
    if (this.#hasVariables)
      simple.push(
        () => "s",
        () => "t",
        () => "u.p",
      );
    const compound = [
      () => `({ ...${deeper()}, ${this.#random.pick([`a: ${this.#number(depth + 1)}`, `i: ${i()}`])} })`,
      () => `add(${deeper()}, ${deeper()})`,
      () => `half(${deeper()}${this.#random.pick(["", ", 4", ", undefined"])})`,
      () => `inner(${this.#q(depth + 1)})`,
      () => `turn(${deeper()}, k & 3)`,
      () => `count(k & 7)`,
      () => this.#choice("P", depth),
      () => `[${deeper()}, ${deeper()}, ${deeper()}][at(k, 3)]`,
      () => `[${deeper()}, ${deeper()}].map(({ a, i }, j) => ({ a: i + j, i: low(a) | 0 }))[${this.#random.below(2)}]`,
      () => `${this.#q(depth + 1)}.p`,
    ];
    return this.#random.pick(depth >= DEEPEST ? simple : [...simple, ...compound])();
  }

  #q(depth: number): string {
    const { below } = this.#random;
    const n = `${below.call(this.#random, 40) - 9}n`;
    const simple = [
      () => `pack(${this.#p(depth + 1)}, ${n})`,
      () =>
        `({ p: ${this.#p(depth + 1)}, n: ${n}, ok: ${this.#random.chance(0.5)}, w: [${this.#random.below(5)}, k] })`,
    ];
    if (this.#hasVariables) simple.push(() => "u");
    const compound = [
      () => `({ ...${this.#q(depth + 1)}, p: ${this.#p(depth + 1)}, ok: ${this.#condition(depth + 1)} })`,
      () => `grow(${this.#q(depth + 1)}, k & 3)`,
      () => this.#choice("Q", depth),
    ];
    return this.#random.pick(depth >= DEEPEST ? simple : [...simple, ...compound])();
  }

  #choice(form: Form, depth: number): string {
    return `(${this.#condition(depth + 1)} ? ${this.#one(form, depth + 1)} : ${this.#one(form, depth + 1)})`;
  }

  #block(depth: number): Node {
    return node("stmt", "{\n", ...Array.from({ length: 2 }, () => this.#statement(depth + 1)), "}");
  }

  #statement(depth: number): Node {
    const random = this.#random;
    const name = `q${this.#names++}`;
    const s = random.pick(["s", "t"]);
    const simple = [
      () => [`${s} = ${this.#p(0)};\n`],
      () => [`u = ${this.#q(0)};\n`],
      () => ["[s, t] = [t, s];\n"],
      () => [`m = low(m + ${this.#number(0)});\n`],
      () => [`{ const { a: a${name}, i } = ${this.#p(0)};\nm = low(m + a${name} - i); }\n`],
      () => [`{ let ${name} = 0;\n({ a: ${name}, i: k } = ${this.#p(0)});\nm -= low(${name}); }\n`],
      () => [
        `{ const ${name} = () => { ${s} = ${this.#p(0)};\nreturn ${s}; };\nm += low(${name}().a) + ${name}().i; }\n`,
      ],
      () => [
        `{ const { p: { i: ${name} }, w: [w${name}], ok = false } = ${this.#q(0)};\nm = ok ? low(m) + ${name} : w${name}; }\n`,
      ],
      () => [`f = ${random.pick(["() => t", `() => ${this.#p(3)}`])};\n`],
      () => [`${s} = f();\n`],
      () => [`z.r = ${this.#int(1)};\nz.c -= z.r / 3;\n`],
      () => [
        `{ const ${name} = { n: ${this.#int(1)}, o: ${s} };\nconst b${name} = () => { ${name}.n++; };\nb${name}();\n`,
        `if (${this.#condition(1)}) b${name}();\nm = low(m + ${name}.n + ${name}.o.i); }\n`,
      ],
      () => [
        `{ const ${name} = (j) => {\nconst w = { n: j, l: [1, 2], p: ${s} };\nw.n += k & 3;\nw.l[j & 1] = w.n;\n`,
        `if (${this.#condition(1)}) return w;\nfor (; w.n < 3; w.n++) if (w.l[0] < w.n) return { ...w, n: -w.n };\n`,
        `w.p = ${this.#p(1)};\nreturn j > 1 ? { n: w.p.i, l: w.l, p: w.p } : w;\n};\n`,
        `const { n, l, ...left } = ${name}(k & 3);\nm = low(n + l[0] + ${name}(1).l[1]);\n${s} = left.p; }\n`,
      ],
      () => [
        `{ const ${name} = ${this.#p(1)}, v${name} = { p: ${name}, g: (y) => ({ y, ${name} }) };\nm = low(v${name}.g(m).y + v${name}.g(1).${name}.a); }\n`,
      ],
    ];
    const compound = [
      () => [`if (${this.#condition(0)}) `, this.#block(depth), " else ", this.#block(depth), "\n"],
      () => [
        `for (const { a: a${name}, i: i${name} } of [${this.#p(1)}, ${this.#p(1)}]) {\nm = low(m + a${name} * i${name});\n`,
        `if (${this.#condition(1)}) ${random.pick(["continue", "break"])};\n`,
        this.#block(depth),
        "}\n",
      ],
      () => [
        `for (let j${name} = { j: 0, s }; j${name}.j < 3; j${name} = { j: j${name}.j + 1, s: j${name}.s }) {\nm = low(m + j${name}.s.a);\n`,
        this.#block(depth),
        "}\n",
      ],
      () => [
        `switch (at(k, 3)) {\ncase 0: `,
        this.#block(depth),
        `\ncase ${random.below(3)}: `,
        this.#block(depth),
        "\n}\n",
      ],
    ];
    return node("stmt", ...random.pick(depth >= 2 ? simple : [...simple, ...compound])());
  }
}

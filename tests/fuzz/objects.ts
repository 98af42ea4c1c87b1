/**
 * Random programs over captured objects, lists of them and lists of such lists, in which objects recur: what is one of several goes
 * through variables, helpers, recursion, conditions and patterns, and each step numbers the objects in its own order.
 */
import { type Node, node } from "./program.ts";
import { Random } from "./random.ts";

const DEEPEST = 3;
const OBJECTS = 5;

const HELPERS = `
const at = (k, n) => ((k | 0) % n + n) % n;
const same = (o) => o;
const choose = (o, p, k) => { if (k % 3 === 0) return o; if (k % 5 === 1) return A1; return p; };
const chain = (o, n) => (n <= 0 ? o : chain(n % 2 === 0 ? o.next : A0, n - 1));
const both = (o, p) => [p, o];
const valueOf = ({ a, o: { x }, w: [r] }, k = 1) => a * k + x - r;
const idOf = (o) => { if (o === A2) return 2; return o === A0 || o === A4 ? 1 : 0; };
`;

export function generateObjects(seed: number): Node {
  return new ObjectsMaker(new Random(seed)).program(seed);
}

class ObjectsMaker {
  readonly #random: Random;
  readonly #isParallel: boolean;
  /** The lists' lengths. */
  readonly #lists: number[] = [];
  #names = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#isParallel = random.chance(0.25);
  }

  program(seed: number): Node {
    const random = this.#random;
    const isRagged = random.chance(0.5);
    const items: Node[] = [node("fixed", `// One of several objects, program ${seed}.\n`)];
    items.push(
      node("fixed", "const V0 = checked(new Float64Array([1, 2.5, -3])), V1 = checked(new Float64Array([4, 5]));\n"),
      node("fixed", "const B0 = { x: 1.5 }, B1 = { x: 2 };\nconst G0 = (x) => x * 2, G1 = (x) => x - 1;\n"),
    );
    const pair = (name: string): string => `${name}${random.below(2)}`;
    for (let k = 0; k < OBJECTS; k++) {
      const w = Array.from({ length: isRagged ? 1 + random.below(4) : 2 }, () => random.number()).join(", ");
      const first = `a: ${random.number()}, i: ${random.below(9) - 4}, b: ${random.chance(0.5)}, n: ${random.bigint()}`;
      const rest = `w: [${w}], f: ${pair("G")}, v: ${pair("V")}, o: ${pair("B")}, next: undefined, name: "${k}"`;
      items.push(node("fixed", `const A${k} = { ${first}, ${rest} };\n`));
    }
    for (let k = 0; k < OBJECTS; k++) items.push(node("fixed", `A${k}.next = ${this.#object()};\n`));
    for (let k = 0; k < 3; k++) {
      const length = k === 1 ? (this.#lists[0] as number) : 1 + random.below(5);
      items.push(node("fixed", `const L${k} = [${Array.from({ length }, () => this.#object()).join(", ")}];\n`));
      this.#lists.push(length);
    }
    items.push(node("fixed", `const LL = [L0, ${random.pick(["L0", "L1"])}, L1];`, HELPERS));
    const body = Array.from({ length: 5 }, () => this.statement(0));
    const start = `let s = ${this.#object()}, t = L0[at(k, L0.length)], u = x > 0 ? ${this.#object()} : s, m = 0;\n`;
    if (this.#isParallel) {
      return node(
        "fixed",
        ...items,
        `const kernel = (out, from, x) => {\nlet count = 0;\nfor (const i of prange(out.length)) {\nlet k = from + i;\n${start}`,
        ...body,
        "out[i] = m + s.a + t.i * u.o.x;\nif (s.b) count++;\n}\nreturn count;\n};\n",
        "const cases = () => [[new Float64Array(0), 1, 0.5], [new Float64Array(9), 0, -0], [new Float64Array(40), 2, 3]];\n",
        "const options = { parallel: true, chunksize: 3 };\n",
        `return { kernel, cases, options, unchecked: true, background: ${random.chance(0.3)} };\n`,
      );
    }
    return node(
      "fixed",
      ...items,
      `const kernel = (n, k, x) => {\n${start}for (let r = 0; r < n; r++) {\nk++;\n`,
      ...body,
      "}\nreturn [m, idOf(s), idOf(t), idOf(u), s.a + t.i * u.o.x, s.n & 255n, k];\n};\n",
      "const cases = () => [[0, 1, 0.5], [1, 0, -0], [9, 2, 3], [30, 5, -1.5]];\n",
      "const captured = () => [V0, V1];\nreturn { kernel, cases, captured };\n",
    );
  }

  #object(): string {
    return `A${this.#random.below(OBJECTS)}`;
  }

  #variable(): string {
    return this.#random.pick(["s", "t", "u"]);
  }

  #list(): string {
    return `L${this.#random.below(this.#lists.length)}`;
  }

  #int(): string {
    const random = this.#random;
    return random.pick(["k", "(k & 3)", "k * 7", "k >> 1", `${this.#variable()}.i`, `k + ${random.below(9)}`]);
  }

  #index(of: string): string {
    const length = of[0] === "L" && of.length === 2 ? this.#lists[Number(of[1])] : undefined;
    return length !== undefined && this.#random.chance(0.3)
      ? String(this.#random.below(length))
      : `at(${this.#int()}, ${of}.length)`;
  }

  #condition(depth: number): string {
    const random = this.#random;
    return random.pick([
      () => `k % ${2 + random.below(3)} === ${random.below(2)}`,
      () => `${this.#one(depth + 1)}.b`,
      () => `${this.#one(depth + 1)} ${random.pick(["===", "!=="])} ${this.#one(depth + 1)}`,
      () => `${this.#number(depth + 1)} < ${this.#number(depth + 1)}`,
    ])();
  }

  /** One of several objects. */
  #one(depth: number): string {
    const inner = (): string => this.#one(depth + 1);
    const list = this.#list();
    const simple = [() => this.#object(), () => this.#object()];
    simple.push(
      () => this.#variable(),
      () => this.#variable(),
      () => `${this.#variable()}.next`,
    );
    const compound = [
      () => `${list}[${this.#index(list)}]`,
      () => `(${this.#condition(depth)} ? ${inner()} : ${inner()})`,
      () => `choose(${inner()}, ${inner()}, k)`,
      () => `same(${inner()})`,
      () => `chain(${inner()}, k & 3)`,
      () => `both(${inner()}, ${inner()})[${this.#random.pick(["0", "1", "k & 1"])}]`,
      () => `[${inner()}, ${inner()}, ${inner()}][at(k, 3)]`,
      () => `(${inner()} ${this.#random.pick(["&&", "||"])} ${inner()})`,
      () => `${inner()}.next`,
      () => `LL[at(k, 3)][0]`,
    ];
    return this.#random.pick(depth >= DEEPEST ? simple : [...simple, ...compound])();
  }

  #number(depth: number): string {
    const one = this.#one(depth + 1);
    const list = this.#list();
    const random = this.#random;
    return random.pick([
      () => random.number(),
      () => `${one}.a`,
      () => `${one}.i`,
      () => `+${one}.b`,
      () => `Number(${one}.n & 255n)`,
      () => `((o) => o.w[${this.#index("o.w")}])(${one})`,
      () => `${one}.f(x)`,
      () => `((o) => o.v[${this.#index("o.v")}])(${one})`,
      () => `${one}.o.x`,
      () => `${one}.w.length`,
      () => `${list}.length`,
      () => `idOf(${one})`,
      () => `valueOf(${one})`,
      () => `valueOf(${one}, k)`,
      () => `(${this.#condition(depth)} ? 1 : 2)`,
    ])();
  }

  #block(depth: number): Node {
    const statements = Array.from({ length: 1 + this.#random.below(3) }, () => this.statement(depth + 1));
    return node("fixed", "{\n", ...statements, "}");
  }

  /** A pattern over an object, and a number made of what it names. */
  #pattern(): readonly [string, string] {
    const name = this.#names++;
    return this.#random.pick([
      [`{ a: a${name} }`, `a${name}`],
      [`{ i: i${name}, o: { x: x${name} } }`, `i${name} * x${name}`],
      [`{ w: [w${name}], b: b${name} }`, `(b${name} ? w${name} : 1)`],
      [`{ next: n${name}, a: a${name} }`, `a${name} - n${name}.a`],
      [`{ f: f${name}, missing: i${name} = 2 }`, `f${name}(i${name})`],
      [`{ v: { length: l${name} }, n: b${name} }`, `l${name} + Number(b${name} & 3n)`],
      [`{ next: { o: { x: x${name} }, next: { i: i${name} } } }`, `(x${name} + i${name})`],
      ["{ a }", "a"],
      ["{ i: a, o: { x: b } }", "a * b"],
    ] as const);
  }

  statement(depth: number): Node {
    const random = this.#random;
    const [s, t] = [this.#variable(), this.#variable()];
    const name = `q${this.#names++}`;
    const list = this.#list();
    const one = (): string => this.#one(0);
    const [pattern, value] = this.#pattern();
    const simple = [
      () => [`${s} = ${one()};\n`],
      () => [s === t ? `m += ${this.#number(0)};\n` : `[${s}, ${t}] = [${t}, ${s}];\n`],
      () => [`m = (m + ${this.#number(0)}) % 1000;\n`],
      () => [`{ const ${pattern} = ${one()};\nm += ${value}; }\n`],
      () => [`{ let ${name} = 0;\n({ a: ${name}, next: ${s} } = ${one()});\nm -= ${name}; }\n`],
      () => [`({ next: ${s}, i: k } = ${s});\n`],
      () => [`{ const ${name} = () => { ${s} = ${one()};\nm += ${s}.a; };\n${name}();\nk++;\n${name}(); }\n`],
      () => [`{ const [${pattern}, ${name}] = [${one()}, ${one()}];\nm += ${value};\n${s} = ${name}; }\n`],
      () => [`m += ((${pattern}, j) => ${value} + j)(${one()}, 1);\n`],
      () => [`m += ${list}.reduce((sum, o) => sum + o.i, 0);\n`],
      () => [`${list}.forEach((${pattern}, j) => { m += ${value} * j; });\n`],
      () => [`m += ${list}.findIndex((o) => o === ${one()});\n`],
    ];
    // Iterations of a parallel loop would meet there.
    if (!this.#isParallel) {
      simple.push(() => {
        const at = `${name}.v[at(${this.#int()}, ${name}.v.length)]`;
        return [`{ const ${name} = ${one()};\n${at} += ${this.#number(1)}; }\n`];
      });
    }
    const compound = [
      () => [`if (${this.#condition(0)}) `, this.#block(depth), " else ", this.#block(depth), "\n"],
      () => [
        `for (const ${pattern} of ${list}) {\nm += ${value};\n`,
        `if (${this.#condition(1)}) ${random.pick(["continue", "break"])};\n`,
        this.#block(depth),
        "}\n",
      ],
      () => [
        `for (const [j${name}, ${pattern}] of ${list}.entries()) {\nm += ${value} * j${name};\n`,
        this.#block(depth),
        "}\n",
      ],
      () => [`for (const ${name} of ${list}) {\n${s} = ${name};\n`, this.#block(depth), "}\n"],
      () => [
        `for (let j${name} = 0; j${name} < ${list}.length; j${name}++) {\n${t} = ${list}[j${name}];\n`,
        this.#block(depth),
        "}\n",
      ],
      () => [
        `for (const ${name} of LL) for (const o${name} of ${name}) {\nm += o${name}.a;\nif (o${name}.b) break;\n}\n`,
      ],
    ];
    return node("stmt", ...random.pick(depth >= 2 ? simple : [...simple, ...compound])());
  }
}

/**
 * Random programs that make arrays, hand them on and drop them: through variables, helpers, closures, tuples and views, in
 * loops that end early. What is freed too soon is soon another array's, and shows in the sums.
 */
import { type Node, node } from "./program.ts";
import { Random } from "./random.ts";

/** Too long for the frame, so that each is a block of its own. */
const LENGTH = 150;
const DEEPEST = 3;

const HELPERS = `
const make = (x) => { const r = new Float64Array(${LENGTH}); r[0] = x; r[${LENGTH - 1}] = x * 2; return r; };
const same = (x) => x;
const choose = (x, y, k) => { if (k % 3 === 0) return x; if (k % 5 === 1) return make(k); return y; };
const swapped = (x, y) => [y, x];
const deeper = (x, n) => { if (n <= 0) return x; const y = n > 1 ? x.slice() : x; y[n] += 1; return deeper(y, n - 1); };
const sum = (x, y) => { const r = new Float64Array(${LENGTH}); for (let i = 0; i < r.length; i++) r[i] = (x[i] + y[i]) % 1000; return r; };
`;

export function generateLifetimes(seed: number): Node {
  const maker = new LifetimeMaker(new Random(seed));
  const rounds = Array.from({ length: 5 }, () => maker.statement(0));
  return node(
    "fixed",
    `// Arrays and how long they live, program ${seed}.${HELPERS}const kernel = (n) => {\n`,
    "let a = make(1), b = make(2), c = make(3), s = 0, k = 0;\nfor (let r = 0; r < n; r++) {\nk++;\n",
    ...rounds,
    "}\nreturn [s + a[0] + b[1] + c[2] + k, a, b];\n};\nconst cases = () => [[0], [20]];\nreturn { kernel, cases };\n",
  );
}

class LifetimeMaker {
  readonly #random: Random;
  #names = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  #variable(): string {
    return this.#random.pick(["a", "b", "c"]);
  }

  #array(depth: number): string {
    const inner = (): string => this.#array(depth + 1);
    const [x, y] = [this.#variable(), this.#variable()];
    const simple = [() => x, () => `new Float64Array(${LENGTH})`, () => `make(k + ${this.#random.below(9)})`];
    const compound = [
      () => `(k % 2 === 0 ? ${inner()} : ${inner()})`,
      () => `choose(${inner()}, ${inner()}, k)`,
      () => `swapped(${x}, ${y})[${this.#random.below(2)}]`,
      () => `${x}.slice()`,
      () => `${x}.subarray(0, ${LENGTH})`,
      () => `same(${inner()})`,
      () => `deeper(${x}, k & 3)`,
      () => `sum(${inner()}, ${inner()})`,
      () => `[${x}, ${y}, ${x}][k % 3]`,
    ];
    return this.#random.pick(depth >= DEEPEST ? simple : [...simple, ...compound])();
  }

  #block(depth: number): Node {
    const statements = Array.from({ length: 1 + this.#random.below(3) }, () => this.statement(depth + 1));
    return node("fixed", "{\n", ...statements, "}");
  }

  statement(depth: number): Node {
    const random = this.#random;
    const [x, y] = [this.#variable(), this.#variable()];
    const name = `t${this.#names++}`;
    const array = (): string => this.#array(0);
    const simple = [
      () => [`${x} = ${array()};\n`],
      () => [x === y ? `${x}[1]++;\n` : `[${x}, ${y}] = [${y}, ${x}];\n`],
      () => [`${x}[k % ${LENGTH}] += ${random.below(10)};\ns += ${y}[(k * 7) % ${LENGTH}];\n`],
      () => [`{ const ${name} = ${array()};\ns += ${name}[3];\n${name}[2] = k;\n${x} = ${name}; }\n`],
      () => [`if (k % ${7 + random.below(50)} === 4) return [s, ${x}, ${y}];\n`],
      () => [`{ const ${name} = () => { ${x} = ${array()};\ns += ${x}[0]; };\n${name}();\nk++;\n${name}(); }\n`],
      () => [`{ const ${name} = [${array()}, ${array()}];\n${name}[k & 1][0] += 1;\n${x} = ${name}[(k + 1) & 1]; }\n`],
    ];
    const compound = [
      () => ["if (k % 2 === 0) ", this.#block(depth), " else ", this.#block(depth), "\n"],
      () => [
        `${name}: for (let i${name} = 0; i${name} < 3; i${name}++) {\nk++;\nfor (let j${name} = 0; j${name} < 4; j${name}++) {\nk += 2;\n`,
        this.#block(depth),
        `\nif (k % 3 === 0) continue ${name};\nif (k % 7 === 1) break ${name};\n}\n}\n`,
      ],
      () => [
        `for (let i${name} = 0; ; i${name}++) {\nk++;\n`,
        this.#block(depth),
        `\nif (i${name} > k % 3) break;\n}\n`,
      ],
    ];
    return node("stmt", ...random.pick(depth >= DEEPEST ? simple : [...simple, ...compound])());
  }
}

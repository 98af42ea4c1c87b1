/**
 * Makes a well-formed random kernel with helpers and arguments, from a seed. Well-formed: every name is declared, numbers,
 * booleans, BigInts and arrays keep apart as the kernel language wants it, and every loop ends. What it computes is
 * nonsense, which is the point.
 *
 * BigInts are int64 and every operation that could leave 64 bits stands inside `BigInt.asIntN(64, …)`; transcendental
 * functions are left out: so plain JavaScript and a kernel must agree to the bit, or throw the same error. The bits of a
 * NaN they needn't agree on, and cases that show them don't count (checked-arrays.ts).
 */
import { ExpressionMaker } from "./expressions.ts";
import { bindReadable, ParallelLoopMaker } from "./parallel.ts";
import { type Node, node } from "./program.ts";
import { Random } from "./random.ts";
import { ARRAY_KINDS, type ArrayKind, bindVariable, isBigKind, type Scope, type Variable } from "./scope.ts";
import { StatementMaker } from "./statements.ts";

const ELEMENT_NAMES: Readonly<Record<ArrayKind, string>> = {
  Int8Array: "int8",
  Uint8Array: "uint8",
  Uint8ClampedArray: "uint8c",
  Int16Array: "int16",
  Uint16Array: "uint16",
  Int32Array: "int32",
  Uint32Array: "uint32",
  Float32Array: "float32",
  Float64Array: "float64",
  BigInt64Array: "int64",
  BigUint64Array: "uint64",
};

/** So many programs also run in the background, or without checks of indices. */
const BACKGROUND = 0.12;
const UNCHECKED = 0.15;

const SHORT_CHUNKS = [1, 1, 2, 3, 5].map((size) => `, chunksize: ${size}`);
const LONG_CHUNKS = ["", ...[3, 40, 75, 130].map((size) => `, chunksize: ${size}`)];

/** Every so many programs one is made of parallel loops. */
const PARALLEL_EVERY = 4;

/**
 * The program's text is a function body that gives `{ kernel, cases, options }`; it takes `prange`, and `checked` for its
 * arrays. `options` are njit's.
 */
export function generateProgram(seed: number): Node {
  const random = new Random(seed);
  const expressions = new ExpressionMaker(random);
  const statements = new StatementMaker(random, expressions);
  const outer: Scope = { variables: [], functions: [], loops: [], labels: [], blocks: [], depth: 0, inFunction: false };
  const parallel = seed % PARALLEL_EVERY === 0;
  const floats = parallel && random.chance(0.25);

  const items: Node[] = [];
  for (let k = random.below(3); k > 0; k--) items.push(constantItem(random, outer, parallel));
  for (let k = random.below(4); k > 0; k--)
    items.push(random.chance(0.15) ? statements.functions.pair(outer) : statements.functions.helper(outer));

  const params: Variable[] = [];
  const scope: Scope = { ...outer, variables: [...outer.variables], functions: [...outer.functions], inFunction: true };
  for (let k = 1 + random.below(3); k > 0; k--) params.push(bindVariable(scope, "p", { type: "num", mutable: true }));
  if (random.chance(0.2)) params.push(bindVariable(scope, "p", { type: "bool", mutable: true }));
  if (random.chance(0.25)) params.push(bindVariable(scope, "p", { type: "big", mutable: true }));
  const kinds: ArrayKind[] = [];
  for (let k = random.below(4); k > 0; k--) {
    const kind = kinds.length > 0 && random.chance(0.4) ? random.pick(kinds) : random.pick(ARRAY_KINDS);
    kinds.push(kind);
    const mutable = random.chance(0.2);
    const varies = !mutable && !isBigKind(kind) && random.chance(0.25);
    params.push(bindVariable(scope, "a", { type: "array", kind, mutable, ...(varies ? { varies } : {}) }));
  }
  if (random.chance(0.2)) params.push(bindVariable(scope, "p", { type: "optional", mutable: false }));
  if (random.chance(0.15)) params.push(bindVariable(scope, "p", { type: "num", mutable: true, small: true }));

  const results: Variable[] = [];
  const declarations = Array.from({ length: 2 + random.below(3) }, () => {
    const type = random.weighted([
      ["num", 8],
      ["bool", results.length === 0 ? 0 : 1],
      ["big", results.length === 0 ? 0 : 1],
    ] as const);
    const value = expressions.ofType(type, scope, 1);
    const variable = bindVariable(scope, "r", { type, mutable: true });
    results.push(variable);
    return node("fixed", `  let ${variable.name} = `, value, ";\n");
  });
  if (random.chance(0.25)) {
    const kind = random.pick(ARRAY_KINDS);
    const length = node("num", String(random.below(13)));
    const made = bindVariable(scope, "r", { type: "array", kind, mutable: false });
    results.push(made);
    declarations.push(node("fixed", `  const ${made.name} = new ${kind}(`, length, ");\n"));
  }
  const given = params.filter((p) => p.type === "array" && !p.mutable);
  const views =
    given.length > 0 && random.chance(0.2) ? [random.pick([random.pick(given).name, viewOf(random, given)])] : [];
  const returned = `[${[...results.map((r) => r.name), ...views].join(", ")}]`;
  scope.returns = returned;

  const body = parallel
    ? parallelBody(random, expressions, statements, scope, results, floats)
    : statements.sequence(scope, 2 + random.below(5));
  const options = parallel
    ? `{ parallel: true${random.pick(floats ? LONG_CHUNKS : SHORT_CHUNKS)} }`
    : random.weighted([
        ["{}", 6],
        [mayBeDeclared(params) ? `{ signatures: "${widestSignature(params)}" }` : "{}", 3],
        ["{ fastmath: true }", 1],
        ['{ fastmath: ["nsz", "contract"] }', 0.5],
      ] as const);
  const more = [
    random.chance(BACKGROUND) ? ", background: true" : "",
    random.chance(UNCHECKED) ? ", unchecked: true" : "",
    floats ? ", chunked: true" : "",
  ];
  const kernel = node(
    "fixed",
    `const kernel = (${params.map(parameterOf).join(", ")}) => {\n`,
    ...declarations,
    body,
    `  return ${returned};\n};\n`,
  );
  const cases = Array.from({ length: 3 + random.below(5) }, (_, i) => makeCase(random, params, i));
  return node(
    "fixed",
    ...items,
    kernel,
    "const cases = () => [\n",
    ...cases,
    `];\nreturn { kernel, cases, options: ${options}${capturedOf(outer)}${more.join("")} };\n`,
  );
}

function parallelBody(
  random: Random,
  expressions: ExpressionMaker,
  statements: StatementMaker,
  scope: Scope,
  results: readonly Variable[],
  floats: boolean,
): Node {
  const loops = new ParallelLoopMaker(random, expressions, statements, floats);
  const sinks = results.filter((r) => r.type === "num");
  const before = Array.from({ length: random.below(3) }, () => bindReadable(scope, expressions));
  return node("stmt", ...before, ...Array.from({ length: 1 + random.below(3) }, () => loops.loop(scope, sinks)));
}

/** A number that is small has a default, which a call may rely on. */
function parameterOf({ name, type, small }: Variable): string {
  return type === "num" && small ? `${name} = 2.5` : name;
}

function viewOf(random: Random, given: readonly Variable[]): string {
  return `${random.pick(given).name}.subarray(${random.below(3)}, ${random.below(9)})`;
}

/** What the kernel may write outside itself. */
function capturedOf({ variables }: Scope): string {
  const names = variables.filter((v) => v.type === "array" && v.kind !== "Table" && !v.readonly).map((v) => v.name);
  return names.length === 0 ? "" : `, captured: () => [${names.join(", ")}]`;
}

const mayBeDeclared = (params: readonly Variable[]): boolean =>
  params.every((p) => p.type !== "optional" && !p.varies && !p.small);

/** For arguments of any value: in it no number is known to be whole. */
function widestSignature(params: readonly Variable[]): string {
  const types = params.map(({ type, kind }) => {
    if (type === "array") return `${ELEMENT_NAMES[kind as ArrayKind]}[:]`;
    return type === "bool" ? "bool" : type === "big" ? "int64" : "float64";
  });
  return `(${types.join(", ")})`;
}

/** A captured constant, table or typed array. */
function constantItem(random: Random, scope: Scope, parallel: boolean): Node {
  switch (random.below(4)) {
    case 3: {
      const variable = bindVariable(scope, "K", { type: "num", mutable: false, small: true });
      return node("item", `const ${variable.name} = ${random.pick(["3", "0.5", "2.75", "-4", "-0", "NaN", "11"])};\n`);
    }
    case 0: {
      const variable = bindVariable(scope, "K", { type: "num", mutable: false });
      return node("item", `const ${variable.name} = ${random.number()};\n`);
    }
    case 1: {
      const variable = bindVariable(scope, "T", { type: "array", kind: "Table", mutable: false });
      const values = Array.from({ length: 8 + random.below(9) }, () => random.number());
      return node(
        "item",
        `const ${variable.name} = checked([`,
        ...values.map((v) => node("element", node("num", v), ", ")),
        "]);\n",
      );
    }
    default: {
      const kind = random.pick(ARRAY_KINDS);
      const variable = bindVariable(scope, "G", {
        type: "array",
        kind,
        mutable: false,
        // In parallel helpers would write it from several iterations.
        ...(parallel || random.chance(0.5) ? { readonly: true } : {}),
      });
      return node(
        "item",
        `const ${variable.name} = checked(${kind}.of(`,
        ...elements(random, kind, 8 + random.below(9)),
        "));\n",
      );
    }
  }
}

function elements(random: Random, kind: ArrayKind, length: number): Node[] {
  const value = (): Node => (isBigKind(kind) ? node("big", random.bigint()) : node("num", random.number()));
  return Array.from({ length }, () => node("element", value(), ", "));
}

/** Memory of one case, which several arguments may share. */
interface Memory {
  readonly name: string;
  readonly kind: ArrayKind;
}

const NUMBER_KINDS = ARRAY_KINDS.filter((kind) => !isBigKind(kind));

const BYTES: Readonly<Record<ArrayKind, number>> = {
  Int8Array: 1,
  Uint8Array: 1,
  Uint8ClampedArray: 1,
  Int16Array: 2,
  Uint16Array: 2,
  Int32Array: 4,
  Uint32Array: 4,
  Float32Array: 4,
  Float64Array: 8,
  BigInt64Array: 8,
  BigUint64Array: 8,
};

/** What the memory holds that arrays of several kinds are views of: any bits, small integers, or ordinary doubles. */
const MIXED_MEMORY = [
  "Uint8Array.from({ length: 256 }, (_, i) => (i * 37) ^ (i >> 3))",
  "Int32Array.from({ length: 64 }, (_, i) => ((i * 7) % 23) - 5)",
  "Float64Array.from({ length: 32 }, (_, i) => i * 0.75 - 6)",
];

/** Arguments: ints in the first cases, so that int32 specialisations are seen; later ones overlap, or are too short. */
function makeCase(random: Random, params: readonly Variable[], index: number): Node {
  const parts: (string | Node)[] = ["  (() => {"];
  const args: (string | Node)[] = [];
  const buffers: Memory[] = [];
  const overlapping = index > 0 && random.chance(0.3);
  // Several kinds on one buffer.
  const mixing = overlapping && random.chance(0.4);
  if (mixing) parts.push(` const memory = ${random.pick(MIXED_MEMORY)}.buffer;`);
  for (const param of params) {
    if (param.type === "optional" || param.small) {
      args.push(
        random.chance(0.4)
          ? "undefined"
          : param.small
            ? node("num", random.pick(["3", "-2", "0.5", "9", "(-0)", "NaN"]))
            : node("num", random.number()),
      );
      continue;
    }
    if (param.type === "num") args.push(node("num", index < 2 ? random.int() : random.number()));
    else if (param.type === "bool") args.push(node("bool", random.chance(0.5) ? "true" : "false"));
    else if (param.type === "big") args.push(node("big", random.bigint()));
    else {
      const kind = param.varies && random.chance(0.4) ? random.pick(NUMBER_KINDS) : (param.kind as ArrayKind);
      const length = random.weighted([
        [8 + random.below(12), 14],
        [random.below(8), 1],
        [random.below(2), 0.5],
        [33, 2],
      ] as const);
      const size = BYTES[kind];
      if (mixing) {
        const most = Math.floor(256 / size);
        const from = random.below(Math.min(8, most)) * size;
        args.push(`new ${kind}(memory, ${from}, ${Math.min(length, Math.floor((256 - from) / size))})`);
        continue;
      }
      const shared = buffers.find((memory) => memory.kind === kind);
      if (shared !== undefined && overlapping) {
        const from = random.below(8);
        args.push(random.chance(0.15) ? shared.name : `${shared.name}.subarray(${from}, ${from + length})`);
        continue;
      }
      const name = `m${buffers.length}_${args.length}`;
      parts.push(` const ${name} = ${kind}.of(`, ...elements(random, kind, length), ");");
      buffers.push({ name, kind });
      args.push(overlapping ? `${name}.subarray(${random.below(3)})` : name);
    }
  }
  parts.push(" return [");
  for (const arg of args) parts.push(arg, ", ");
  parts.push("]; })(),\n");
  return node("case", ...parts);
}

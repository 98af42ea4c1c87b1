/**
 * Makes a well-formed random kernel with helpers and arguments, from a seed. Well-formed: every name is declared, numbers,
 * booleans, BigInts and arrays keep apart as the kernel language wants it, and every loop ends. What it computes is
 * nonsense, which is the point.
 *
 * BigInts are int64 and every operation that could leave 64 bits stands inside `BigInt.asIntN(64, …)`; transcendental
 * functions are left out, and arrays overlap only others of their kind: so plain JavaScript and a kernel must agree to
 * the bit, or throw the same error.
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
};

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
  const outer: Scope = { variables: [], functions: [], loops: [], labels: [], depth: 0, inFunction: false };

  const items: Node[] = [];
  for (let k = random.below(3); k > 0; k--) items.push(constantItem(random, outer));
  for (let k = random.below(4); k > 0; k--) items.push(statements.helper(outer));

  const params: Variable[] = [];
  const scope: Scope = { ...outer, variables: [...outer.variables], functions: [...outer.functions], inFunction: true };
  for (let k = 1 + random.below(3); k > 0; k--) params.push(bindVariable(scope, "p", { type: "num", mutable: true }));
  if (random.chance(0.2)) params.push(bindVariable(scope, "p", { type: "bool", mutable: true }));
  if (random.chance(0.25)) params.push(bindVariable(scope, "p", { type: "big", mutable: true }));
  const kinds: ArrayKind[] = [];
  for (let k = random.below(4); k > 0; k--) {
    const kind = kinds.length > 0 && random.chance(0.4) ? random.pick(kinds) : random.pick(ARRAY_KINDS);
    kinds.push(kind);
    params.push(bindVariable(scope, "a", { type: "array", kind, mutable: random.chance(0.2) }));
  }

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
  const returned = `[${results.map((r) => r.name).join(", ")}]`;
  scope.returns = returned;

  const parallel = seed % PARALLEL_EVERY === 0;
  const body = parallel
    ? parallelBody(random, expressions, statements, scope, results)
    : statements.block(scope, 3 + random.below(6));
  const options = parallel
    ? `{ parallel: true, chunksize: ${random.pick([1, 1, 2, 3, 5])} }`
    : random.pick(["{}", "{}", `{ signatures: "${widestSignature(params)}" }`, "{ fastmath: true }"]);
  const kernel = node(
    "fixed",
    `const kernel = (${params.map((p) => p.name).join(", ")}) => {\n`,
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
    `];\nreturn { kernel, cases, options: ${options} };\n`,
  );
}

function parallelBody(
  random: Random,
  expressions: ExpressionMaker,
  statements: StatementMaker,
  scope: Scope,
  results: readonly Variable[],
): Node {
  const loops = new ParallelLoopMaker(random, expressions, statements);
  const sinks = results.filter((r) => r.type === "num");
  const before = Array.from({ length: random.below(3) }, () => bindReadable(scope, expressions));
  return node("stmt", ...before, ...Array.from({ length: 1 + random.below(3) }, () => loops.loop(scope, sinks)));
}

/** For arguments of any value: in it no number is known to be whole. */
function widestSignature(params: readonly Variable[]): string {
  const types = params.map(({ type, kind }) => {
    if (type === "array") return `${ELEMENT_NAMES[kind as ArrayKind]}[:]`;
    return { num: "float64", bool: "bool", big: "int64" }[type];
  });
  return `(${types.join(", ")})`;
}

/** A captured constant, table or typed array. */
function constantItem(random: Random, scope: Scope): Node {
  switch (random.below(3)) {
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
      const variable = bindVariable(scope, "G", { type: "array", kind, mutable: false, readonly: true });
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

/** Arguments: ints in the first cases, so that int32 specialisations are seen; later ones overlap, or are too short. */
function makeCase(random: Random, params: readonly Variable[], index: number): Node {
  const parts: (string | Node)[] = ["  (() => {"];
  const args: (string | Node)[] = [];
  const buffers = new Map<ArrayKind, string>();
  const overlapping = index > 0 && random.chance(0.3);
  for (const param of params) {
    if (param.type === "num") args.push(node("num", index < 2 ? random.int() : random.number()));
    else if (param.type === "bool") args.push(node("bool", random.chance(0.5) ? "true" : "false"));
    else if (param.type === "big") args.push(node("big", random.bigint()));
    else {
      const kind = param.kind as ArrayKind;
      const length = random.weighted([
        [8 + random.below(12), 12],
        [random.below(8), 1],
        [33, 2],
      ] as const);
      const shared = buffers.get(kind);
      if (shared !== undefined && overlapping) {
        const from = random.below(8);
        args.push(`${shared}.subarray(${from}, ${from + length})`);
        continue;
      }
      const name = `m${buffers.size}_${args.length}`;
      parts.push(` const ${name} = ${kind}.of(`, ...elements(random, kind, length), ");");
      buffers.set(kind, name);
      args.push(overlapping ? `${name}.subarray(${random.below(3)})` : name);
    }
  }
  parts.push(" return [");
  for (const arg of args) parts.push(arg, ", ");
  parts.push("]; })(),\n");
  return node("case", ...parts);
}

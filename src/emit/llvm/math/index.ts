/**
 * numbats' own transcendental functions: takes the functions a module uses, gives their LLVM definitions.
 *
 * They are `alwaysinline` and branch-free, so the loop vectoriser treats a loop that calls them as it treats any other.
 * What only few arguments need (sin of 1e300) is a call in a branch, and has a masked vector variant that the vectoriser
 * knows of through LLVM's "vector-function-abi-variant": one call per vector, which returns at once when no lane needs it.
 */
import type { Target } from "../../../targets/target.ts";
import type { MathFunction } from "../../../types/math-functions.ts";
import { type FloatType, type MathFunctionDef, printFunction, type References, type Table } from "./dsl.ts";
import { exp, expm1, log, log1p, log2, log10 } from "./exp-log.ts";
import { acosh, asinh, atanh, cosh, sinh, tanh } from "./hyperbolic.ts";
import { acos, asin, atan, atan2 } from "./inverse-trig.ts";
import { rareCall, rareFunction, variantNames } from "./masked.ts";
import { pow } from "./pow.ts";
import { cbrt, hypot } from "./roots.ts";
import { cos, type Pairing, sin, tan } from "./trig.ts";

export interface MathUse {
  readonly fn: MathFunction;
  readonly type: FloatType;
  /** May the result be a few ulps off? */
  readonly fast: boolean;
}

export interface MathLibrary {
  /** Definitions and declarations, to be put into the module once. */
  readonly text: string;
  /** What to call; undefined if the library hasn't that function. */
  symbolOf(fn: MathFunction, type: FloatType, fast: boolean): string | undefined;
}

type Make = (name: string, pairing: Pairing) => MathFunctionDef;

const FUNCTIONS: { readonly [K in FloatType]: { readonly [F in MathFunction]?: Make } } = {
  f64: {
    sin,
    cos,
    tan,
    asin,
    acos,
    atan,
    atan2,
    sinh,
    cosh,
    tanh,
    asinh,
    acosh,
    atanh,
    exp,
    expm1,
    log,
    log1p,
    log2,
    log10,
    pow,
    cbrt,
    hypot,
  },
  f32: {},
};

export function mathLibrary(uses: Iterable<MathUse>, target: Pick<Target, "vectorWidth" | "features">): MathLibrary {
  const wanted = [...uses];
  const references: References = { declarations: new Set(), tables: new Map(), callees: new Map() };
  const symbols = new Map<string, string>();
  const texts: string[] = [];
  const attributes = `alwaysinline nounwind willreturn memory(none)`;
  for (const { fn, type, fast } of wanted) {
    const make = FUNCTIONS[type][fn];
    const symbol = `numbats_${fn}_${type}`;
    if (make === undefined || symbols.has(keyOf(fn, type, fast))) continue;
    symbols.set(keyOf(fn, type, fast), symbol);
    const has = (other: MathFunction): boolean => wanted.some((use) => use.fn === other && use.type === type);
    const pairing = has("sin") && has("cos") ? "both" : "alone";
    texts.push(printFunction(make(symbol, pairing), attributes, references, (callee) => rareCall(callee, target)));
  }
  const callees = [...references.callees.values()];
  texts.push(...callees.map((callee) => rareFunction(callee, references, target)));
  const variants = callees.flatMap((callee) => variantNames(callee, target));
  const head = [...references.declarations].sort();
  const tables = [...references.tables.values()].map(tableText);
  return {
    text: [...tables, keepAlive(variants), ...head, ...texts].join("\n"),
    symbolOf: (fn, type, fast) => symbols.get(keyOf(fn, type, fast)),
  };
}

function keyOf(fn: MathFunction, type: FloatType, fast: boolean): string {
  return `${fn} ${type} ${fast}`;
}

function tableText({ name, words }: Table): string {
  const list = words.map((word) => `i64 ${BigInt.asIntN(64, word)}`).join(", ");
  return `@${name} = internal unnamed_addr constant [${words.length} x i64] [${list}], align 64`;
}

/** Nothing refers to the variants until the vectoriser does; this keeps them until then. */
function keepAlive(symbols: readonly string[]): string {
  if (symbols.length === 0) return "";
  const list = symbols.map((symbol) => `ptr @${symbol}`).join(", ");
  return `@llvm.compiler.used = appending global [${symbols.length} x ptr] [${list}], section "llvm.metadata"`;
}

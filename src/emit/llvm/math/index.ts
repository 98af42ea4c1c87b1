/**
 * numbats' own transcendental functions: takes the functions a module uses, gives their LLVM definitions.
 *
 * They are `alwaysinline` and branch-free, so the loop vectoriser treats a loop that calls them as it treats any other.
 * What only few arguments need (sin of 1e300) is a call, and has vector variants that the vectoriser knows of through LLVM's
 * "vector-function-abi-variant": one call per vector, which returns at once when no lane needs it.
 */
import type { Target } from "../../../targets/target.ts";
import type { MathFunction } from "../../../types/math-functions.ts";
import { hasAvx512, PURE, rareFunction, SCALAR } from "./called.ts";
import type { FloatType, MathFunctionDef, Table } from "./dsl.ts";
import { exp, expm1, log, log1p, log2, log10 } from "./exp-log.ts";
import { fixFunctions, fixSymbols, fixVariants } from "./fixes.ts";
import * as float32 from "./float32.ts";
import * as float32Native from "./float32-native.ts";
import { acosh, asinh, atanh, cosh, sinh, tanh } from "./hyperbolic.ts";
import { acos, asin, atan, atan2 } from "./inverse-trig.ts";
import { branchedFunction, calledFunction, maskedSymbols, maskedVariants } from "./masked.ts";
import { pow } from "./pow.ts";
import { isEasyExponent, powConstant, powConstantOfFloat32 } from "./pow-constant.ts";
import { type Callee, printFunction, type References, type ScalarCalls } from "./print.ts";
import { cbrt, hypot } from "./roots.ts";
import { cos, fastCos, fastSin, type Pairing, sin, tan } from "./trig.ts";

export interface MathUse {
  readonly fn: MathFunction;
  readonly type: FloatType;
  /** May the result be a few ulps off? */
  readonly fast: boolean;
  /** Of `pow`, a constant exponent: where it is an easy one, the function called takes the base alone. */
  readonly exponent?: number;
  /** Of a function that `hasSerialForm`: does it stay scalar? A branch to a rare case is faster then than what serves vectors. */
  readonly serial?: boolean;
}

export interface MathLibrary {
  /** `declare` lines of the intrinsics used. */
  readonly declarations: readonly string[];
  /** Definitions, to be put into the module once. */
  readonly text: string;
  /** Which of them LLVM must leave as they are until the vectoriser has run: `keepAlive`. */
  readonly kept: readonly string[];
}

export interface MathTarget extends Pick<Target, "triple" | "features" | "vectorWidth"> {
  /** LLVM's attributes for code of the target, or the group (`#0`) that has them. */
  readonly attributes: string;
}

type Make = (name: string, pairing: Pairing) => MathFunctionDef;

const FUNCTIONS: { readonly [K in FloatType]: { readonly [F in MathFunction]: Make } } = {
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
  f32: { ...float32, exp: float32Native.exp },
};

/** Versions that give up some accuracy for speed; where there is none, the accurate one serves. */
const FAST: { readonly [K in FloatType]: { readonly [F in MathFunction]?: Make } } = {
  f64: { sin: fastSin, cos: fastCos },
  f32: { sin: float32Native.fastSin, cos: float32Native.fastCos },
};

/** The function to call. */
export function mathSymbol(use: MathUse): string {
  const { fn, type, fast, serial } = use;
  const name = takesBaseAlone(use)
    ? `nb.pow.${type}.${use.exponent}`
    : `nb.${fn}.${type}${fast && FAST[type][fn] !== undefined ? ".fast" : ""}`;
  return serial === true ? `${name}.serial` : name;
}

export function hasSerialForm(use: MathUse, target: Pick<MathTarget, "triple" | "vectorWidth">): boolean {
  return hasAvx512(target) && makerOf(use)("", "alone").body.op === "rare";
}

/** Is the exponent in the function and not an argument? */
export function takesBaseAlone(use: MathUse): use is MathUse & { readonly exponent: number } {
  return use.fn === "pow" && use.exponent !== undefined && isEasyExponent(use.exponent);
}

function makerOf(use: MathUse): Make {
  const { fn, type, fast } = use;
  if (!takesBaseAlone(use)) return (fast ? FAST[type][fn] : undefined) ?? FUNCTIONS[type][fn];
  const make = type === "f64" ? powConstant : powConstantOfFloat32;
  return (name) => make(name, use.exponent);
}

/** The definitions of all functions used, whose order and number of mentions don't matter. */
export function mathLibrary(uses: Iterable<MathUse>, target: MathTarget): MathLibrary {
  const bySymbol = new Map([...uses].map((use) => [mathSymbol(use), use]));
  const references: References = { declarations: new Set(), tables: new Map(), callees: new Map() };
  const texts: string[] = [];
  for (const [symbol, use] of [...bySymbol].sort()) {
    const has = (other: MathFunction): boolean => bySymbol.has(symbol.replace(`.${use.fn}.`, `.${other}.`));
    const definition = formFor(makerOf(use)(symbol, has("sin") && has("cos") ? "both" : "alone"), target);
    const calls = use.serial === true ? SCALAR : callsFor(target);
    texts.push(printFunction(definition, `alwaysinline ${PURE} ${target.attributes}`, references, calls));
  }
  const callees = [...references.callees.values()];
  texts.push(...callees.map((callee) => calleeText(callee, references, target)));
  const globals = [...references.tables.values()].map(tableText);
  const kept = callees.flatMap((callee) => keptSymbols(callee, target));
  return { declarations: [...references.declarations].sort(), text: [...globals, ...texts].join("\n"), kept };
}

/** How code that may become vectors calls functions. */
function callsFor(target: MathTarget): ScalarCalls {
  if (!hasAvx512(target))
    return { rare: "in a branch", attributes: (callee) => `${PURE} ${maskedVariants(callee, target)}` };
  return {
    rare: "through a fix",
    attributes: (callee, kind) => `${PURE} ${kind === "always" ? maskedVariants(callee, target) : fixVariants(callee)}`,
  };
}

function calleeText({ def, called }: Callee, references: References, target: MathTarget): string {
  if (called.has("always")) return calledFunction(def, references, target);
  if (called.has("through a fix")) return fixFunctions(def, references, target);
  return hasAvx512(target) ? rareFunction(def, references, target) : branchedFunction(def, references, target);
}

function keptSymbols({ def, called }: Callee, target: MathTarget): string[] {
  if (called.has("through a fix")) return fixSymbols(def);
  return called.has("always") || !hasAvx512(target) ? maskedSymbols(def, target) : [];
}

/** Where a call costs its caller all registers, a function that computes rare cases and common ones is faster without one. */
function formFor(definition: MathFunctionDef, target: MathTarget): MathFunctionDef {
  const { op, callee } = definition.body;
  const hasOther = op === "rare" && callee?.inVectors === true;
  return hasOther && !hasAvx512(target) ? { ...definition, body: callee.body } : definition;
}

function tableText({ name, words }: Table): string {
  const list = words.map((word) => `i64 ${BigInt.asIntN(64, word)}`).join(", ");
  return `@${name} = internal unnamed_addr constant [${words.length} x i64] [${list}], align 64`;
}

/** The global that keeps functions as they are, whether something refers to them or not; a module can have one. */
export function keepAlive(symbols: readonly string[]): string {
  const list = symbols.map((symbol) => `ptr @${symbol}`).join(", ");
  return `@llvm.compiler.used = appending global [${symbols.length} x ptr] [${list}], section "llvm.metadata"`;
}

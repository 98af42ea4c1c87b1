/**
 * The math functions that are called: a scalar function, and its masked vector variants.
 *
 * A variant takes vectors of arguments and, last, the mask of the lanes that matter. Of the functions that compute rare cases it
 * must stay small, as it runs for every vector: it tests the mask, and leaves the work to a function out of line, which does the set
 * lanes one after the other or all at once. With AVX-512, rare cases have another way (fixes.ts).
 */
import { hasAvx512, laneCounts, PURE, paramsOf, rareFunction, rareLanes, SCALAR } from "./called.ts";
import type { MathFunctionDef } from "./dsl.ts";
import type { MathTarget } from "./index.ts";
import { llvmType, printFunction, printVectors, type References } from "./print.ts";

/** What tells the vectoriser of the variants: the attribute of a call. */
export function maskedVariants(callee: MathFunctionDef, target: MathTarget): string {
  const variants = laneCounts(callee, target).map((lanes) => {
    const vectors = "v".repeat(callee.params.length);
    return `_ZGV_LLVM_M${lanes}${vectors}_${callee.name}(${callee.name}_m${lanes})`;
  });
  return `"vector-function-abi-variant"="${variants.join(",")}"`;
}

/**
 * Symbols to keep: the variants, which nothing calls before the vectoriser runs, and what they are variants of, or LLVM would take away
 * its parameters where all calls pass the same constant.
 */
export function maskedSymbols(callee: MathFunctionDef, target: MathTarget): string[] {
  return [callee.name, ...laneCounts(callee, target).map((lanes) => `${callee.name}_m${lanes}`)];
}

/** The definitions of a function that is called for every element, and of its variants. */
export function calledFunction(callee: MathFunctionDef, references: References, target: MathTarget): string {
  const own: References = { ...references, callees: new Map() };
  const counts = laneCounts(callee, target);
  const scalar = printFunction(callee, `noinline ${PURE} ${target.attributes}`, own, SCALAR);
  const variants = counts.map((lanes) => whole(callee, lanes, own, target));
  const others = [...own.callees.values()].flatMap(({ def }) => rareFunctions(def, references, target));
  return [scalar, ...variants, ...others].join("\n");
}

function whole(callee: MathFunctionDef, lanes: number, references: References, target: MathTarget): string {
  const vector = llvmType(callee.body.type, lanes);
  return `define internal ${vector} @${callee.name}_m${lanes}(${paramsOf(callee, lanes)}, <${lanes} x i1> %mask) noinline ${PURE} ${target.attributes} {
entry:
${printVectors(callee, references, { lanes, permutes: hasAvx512(target) })}
}
`;
}

/** The definitions of a function that computes a rare case, in a branch, and of its variants. */
export function branchedFunction(callee: MathFunctionDef, references: References, target: MathTarget): string {
  const [scalar, ...others] = rareFunctions(callee, references, target);
  return [scalar, ...laneCounts(callee, target).map((lanes) => tested(callee, lanes, target)), ...others].join("\n");
}

function rareFunctions(callee: MathFunctionDef, references: References, target: MathTarget): string[] {
  const way = { keeps: "", hasCommon: false };
  const lanes = laneCounts(callee, target).map((count) => rareLanes(callee, count, references, target, way));
  return [rareFunction(callee, references, target), ...lanes];
}

/**
 * It can't keep registers for its caller as with AVX-512: where a variant returns 128 bits, LLVM 21 clears the upper halves of the
 * registers of AVX2 that it has kept.
 */
function tested(callee: MathFunctionDef, lanes: number, target: MathTarget): string {
  const { name } = callee;
  const vector = llvmType(callee.body.type, lanes);
  const params = paramsOf(callee, lanes);
  const mask = `i${lanes}`;
  return `define internal ${vector} @${name}_m${lanes}(${params}, <${lanes} x i1> %mask) ${PURE} ${target.attributes} {
  %bits = bitcast <${lanes} x i1> %mask to ${mask}
  %none = icmp eq ${mask} %bits, 0
  br i1 %none, label %skip, label %work
skip:
  ret ${vector} poison
work:
  %r = call ${vector} @${name}_s${lanes}(${params}, ${mask} %bits)
  ret ${vector} %r
}
`;
}

/**
 * Rare cases with AVX-512: they are in no branch, but looked after by a function that is called for every element, the fix. It takes
 * the common value, the arguments and whether they are a rare case, and returns the common value or the other one.
 *
 * Its variant for a vector is
 *
 *   kortestb k1, k1      the lanes that are rare
 *   jne      work
 *   ret                  the common values, where they were passed
 *
 * and changes no register, so that it keeps all for its caller, whose values would else move to the stack and back each time. (The
 * calling convention of Intel's OpenCL is the one that has a mask in a mask register.) A branch would need a variant with a mask,
 * into which LLVM turns the branch's condition, and whose result has to be put among the common ones. Where the loop itself
 * has a condition the variant is one with a mask, which matters when a lane is rare.
 */
import { KEEPS_REGISTERS, PURE, paramsOf, rareFunction, rareLanes } from "./called.ts";
import type { MathFunctionDef } from "./dsl.ts";
import type { MathTarget } from "./index.ts";
import { fixSymbol, llvmType, type References, SELDOM } from "./print.ts";

/** Whole vectors, of doubles also halves: for what a loop leaves over, and for short ones. */
function lanesOf({ body }: MathFunctionDef): number[] {
  return body.type === "f32" ? [8, 16] : [4, 8];
}

/** What tells the vectoriser of the variants: the attribute of a call. */
export function fixVariants(callee: MathFunctionDef): string {
  const symbol = fixSymbol(callee);
  const vectors = "v".repeat(callee.params.length + 2);
  const variants = lanesOf(callee).flatMap((lanes) => [
    `_ZGV_LLVM_N${lanes}${vectors}_${symbol}(${symbol}_n${lanes})`,
    `_ZGV_LLVM_M${lanes}${vectors}_${symbol}(${symbol}_m${lanes})`,
  ]);
  return `"vector-function-abi-variant"="${variants.join(",")}"`;
}

/** Symbols to keep: nothing calls the variants before the vectoriser runs, and the fix must keep its parameters for them. */
export function fixSymbols(callee: MathFunctionDef): string[] {
  const symbol = fixSymbol(callee);
  return [symbol, ...lanesOf(callee).flatMap((lanes) => [`${symbol}_n${lanes}`, `${symbol}_m${lanes}`])];
}

/** The definitions of the function for the rare case, the fix and its variants. */
export function fixFunctions(callee: MathFunctionDef, references: References, target: MathTarget): string {
  const variants = lanesOf(callee).flatMap((lanes) => vectorFixes(callee, lanes, references, target));
  // It keeps registers itself, being the one that knows which: what calls it has none to save, before its first test on Windows.
  const scalar = rareFunction(callee, references, target, keepsInScalar(target));
  return [scalar, scalarFix(callee, target), ...variants].join("\n");
}

/** LLVM clears the upper halves of registers before a function returns less, also those that it has kept. */
function keepsInScalar({ features }: MathTarget): string {
  return `${KEEPS_REGISTERS}"target-features"="${[...features, "-vzeroupper"].join(",")}" `;
}

function scalarFix(callee: MathFunctionDef, target: MathTarget): string {
  const type = llvmType(callee.body.type);
  const params = `${type} %common, ${paramsOf(callee)}, i1 %rare`;
  const attributes = `noinline ${keepsInScalar(target)}${PURE} ${target.attributes}`;
  return `define internal ${type} @${fixSymbol(callee)}(${params}) ${attributes} {
  br i1 %rare, label %work, label %skip, ${SELDOM}
skip:
  ret ${type} %common
work:
  %r = call ${type} @${callee.name}(${paramsOf(callee)})
  ret ${type} %r
}
`;
}

function vectorFixes(callee: MathFunctionDef, lanes: number, references: References, target: MathTarget): string[] {
  const vector = llvmType(callee.body.type, lanes);
  const symbol = fixSymbol(callee);
  const [masks, bits] = [`<${lanes} x i1>`, `i${lanes}`];
  const params = paramsOf(callee, lanes);
  // A mask of four lanes is passed in a vector, and can't be tested without changing registers.
  const [convention, keeps] = lanes >= 8 ? ["intel_ocl_bicc ", KEEPS_REGISTERS] : ["", ""];
  const attributes = `${keeps}${PURE} ${target.attributes}`;
  const work = (rare: string): string => {
    const common = callee.inVectors === true ? "" : `${vector} %common, `;
    return `  %r = call ${vector} @${callee.name}_s${lanes}(${common}${params}, ${bits} ${rare})\n  ret ${vector} %r`;
  };
  const variant = (name: string, more: string, then: string): string =>
    `define internal ${convention}${vector} @${symbol}_${name}${lanes}(${vector} %common, ${params}, ${masks} %rare${more}) ${attributes} {
  %known = freeze ${masks} %rare
  %bits = bitcast ${masks} %known to ${bits}
  %none = icmp eq ${bits} %bits, 0
  br i1 %none, label %skip, label %work, !prof !{!"branch_weights", i32 2000, i32 1}
skip:
  ret ${vector} %common
work:
${then}
}
`;
  return [
    variant("n", "", work("%bits")),
    // Of lanes beside the mask nothing is known, nor whether they are rare.
    variant(
      "m",
      `, ${masks} %mask`,
      `  %within = bitcast ${masks} %mask to ${bits}
  %both = and ${bits} %bits, %within
  %r = call ${vector} @${symbol}_w${lanes}(${vector} %common, ${params}, ${bits} %both)
  ret ${vector} %r`,
    ),
    // By itself, or the variant would save registers before its first test.
    `define internal ${vector} @${symbol}_w${lanes}(${vector} %common, ${params}, ${bits} %both) noinline cold ${attributes} {
  %none = icmp eq ${bits} %both, 0
  br i1 %none, label %skip, label %work
skip:
  ret ${vector} %common
work:
${work("%both")}
}
`,
    rareLanes(callee, lanes, references, target, { keeps, hasCommon: true }),
  ];
}

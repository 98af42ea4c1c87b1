/**
 * The math functions that are called: a scalar function, and its masked vector variants.
 *
 * A variant takes vectors of arguments and, last, the mask of the lanes that matter. Of the functions that compute rare cases it
 * must stay small, as it runs for every vector: it tests the mask, and leaves the work to a function out of line, which does the set
 * lanes one after the other or all at once. With AVX-512 that test changes no register, and the variant keeps all of them for its
 * caller, whose values would else move to the stack and back each time.
 */

import { type FloatType, llvmType, type MathFunctionDef, printFunction, printVectors, type References } from "./dsl.ts";
import type { MathTarget } from "./index.ts";

const PURE = "nounwind willreturn memory(none)";

/** Of the vectors in loops whose widest elements are doubles, and for float32 also of those where they are float32. */
function laneCounts(type: FloatType, { vectorWidth }: MathTarget): number[] {
  return type === "f64" ? [vectorWidth / 64] : [vectorWidth / 64, vectorWidth / 32];
}

function typeOf(callee: MathFunctionDef): FloatType {
  return callee.body.type === "f32" ? "f32" : "f64";
}

/** The attributes of a call of `callee` in scalar code: they tell the vectoriser of the variants. */
export function calledWith(callee: MathFunctionDef, target: MathTarget): string {
  const variants = laneCounts(typeOf(callee), target).map((lanes) => {
    const vectors = "v".repeat(callee.params.length);
    return `_ZGV_LLVM_M${lanes}${vectors}_${callee.name}(${callee.name}_m${lanes})`;
  });
  return `${PURE} "vector-function-abi-variant"="${variants.join(",")}"`;
}

/** The definitions of `callee` and its variants. */
export function calledFunction(
  callee: MathFunctionDef,
  isRare: boolean,
  references: References,
  target: MathTarget,
): string {
  const counts = laneCounts(typeOf(callee), target);
  if (isRare) {
    const keeps = callee.inVectors === true && hasAvx512(target) ? KEEPS_REGISTERS : "";
    const [scalar, ...others] = rareFunctions(callee, references, target, keeps);
    return [scalar, ...counts.map((lanes) => tested(callee, lanes, references, target)), ...others].join("\n");
  }
  // Of what it calls itself there are no variants.
  const own: References = { ...references, callees: new Map() };
  const scalar = printFunction(callee, `noinline ${PURE} ${target.attributes}`, own, () => PURE);
  const variants = counts.map((lanes) => whole(callee, lanes, own, target));
  const others = [...own.callees.values()].flatMap(({ def }) => rareFunctions(def, references, target, ""));
  return [scalar, ...variants, ...others].join("\n");
}

/**
 * The work of a rare case: of a number, and of vectors. A function for vectors as a whole keeps registers itself where its caller
 * has to, as those that it uses are fewer than all.
 */
function rareFunctions(callee: MathFunctionDef, references: References, target: MathTarget, keeps: string): string[] {
  const scalar = printFunction(callee, `noinline cold ${PURE} ${target.attributes}`, references, () => PURE);
  const counts = laneCounts(typeOf(callee), target);
  return [scalar, ...counts.map((lanes) => outOfLine(callee, lanes, references, target, keeps))];
}

/**
 * Symbols to keep: the variants, which nothing calls before the vectoriser runs, and what they are variants of, or LLVM would take away
 * its parameters where all calls pass the same constant.
 */
export function keptSymbols(callee: MathFunctionDef, target: MathTarget): string[] {
  return [callee.name, ...laneCounts(typeOf(callee), target).map((lanes) => `${callee.name}_m${lanes}`)];
}

const KEEPS_REGISTERS = '"no_caller_saved_registers" ';

/** PTEST, of the vector register that a mask of up to 16 lanes is passed in. */
const PTEST = "i32 @llvm.x86.sse41.ptestz(<2 x i64>, <2 x i64>)";

/** Then calls of a rare case keep their caller's registers. */
export function hasAvx512({ triple, vectorWidth }: MathTarget): boolean {
  return triple.startsWith("x86_64") && vectorWidth === 512;
}

/**
 * Instructions that make `%none` of `%mask`, and the attribute of a function that may keep all registers thereby. Not with AVX2:
 * where a variant returns 128 bits, LLVM 21 clears the upper halves of the registers that it has kept.
 */
function testOf(lanes: number, target: MathTarget): { readonly test: string; readonly keeps: string } {
  if (!hasAvx512(target)) {
    const test = `  %all = bitcast <${lanes} x i1> %mask to i${lanes}\n  %none = icmp eq i${lanes} %all, 0\n`;
    return { test, keeps: "" };
  }
  const wide = `<${lanes} x i${128 / lanes}>`;
  const test = `  %wide = zext <${lanes} x i1> %mask to ${wide}
  %words = bitcast ${wide} %wide to <2 x i64>
  %zero = call i32 @llvm.x86.sse41.ptestz(<2 x i64> %words, <2 x i64> %words)
  %none = icmp ne i32 %zero, 0
`;
  return { test, keeps: KEEPS_REGISTERS };
}

/** The parameters of a variant, but for the mask. */
function vectorParams({ params }: MathFunctionDef, lanes: number): string {
  return params.map((type, k) => `${llvmType(type, lanes)} %x${k}`).join(", ");
}

function tested(callee: MathFunctionDef, lanes: number, references: References, target: MathTarget): string {
  const { name } = callee;
  const vector = llvmType(callee.body.type, lanes);
  const params = vectorParams(callee, lanes);
  const mask = `i${lanes}`;
  const { test, keeps } = testOf(lanes, target);
  if (keeps !== "") references.declarations.add(`declare ${PTEST}`);
  return `define internal ${vector} @${name}_m${lanes}(${params}, <${lanes} x i1> %mask) ${keeps}${PURE} ${target.attributes} {
${test}  br i1 %none, label %skip, label %work
skip:
  ret ${vector} poison
work:
  %bits = bitcast <${lanes} x i1> %mask to ${mask}
  %r = call ${vector} @${name}_s${lanes}(${params}, ${mask} %bits)
  ret ${vector} %r
}
`;
}

function whole(callee: MathFunctionDef, lanes: number, references: References, target: MathTarget): string {
  const vector = llvmType(callee.body.type, lanes);
  return `define internal ${vector} @${callee.name}_m${lanes}(${vectorParams(callee, lanes)}, <${lanes} x i1> %mask) noinline ${PURE} ${target.attributes} {
entry:
${printVectors(callee, references, { lanes, permutes: hasAvx512(target) })}
}
`;
}

function outOfLine(
  callee: MathFunctionDef,
  lanes: number,
  references: References,
  target: MathTarget,
  keeps: string,
): string {
  const vector = llvmType(callee.body.type, lanes);
  const mask = `i${lanes}`;
  const head = `define internal ${vector} @${callee.name}_s${lanes}(${vectorParams(callee, lanes)}, ${mask} %bits) noinline cold ${keeps}${PURE} ${target.attributes} {
entry:
`;
  if (callee.inVectors === true) {
    const body = printVectors(callee, references, { lanes, permutes: hasAvx512(target) });
    return `${head}  %mask = bitcast ${mask} %bits to <${lanes} x i1>\n${body}\n}\n`;
  }
  references.declarations.add(`declare ${mask} @llvm.cttz.${mask}(${mask}, i1)`);
  return `${head}${laneByLane(callee, lanes)}}\n`;
}

function laneByLane(callee: MathFunctionDef, lanes: number): string {
  const { name } = callee;
  const mask = `i${lanes}`;
  const result = llvmType(callee.body.type);
  const vector = llvmType(callee.body.type, lanes);
  const types = callee.params.map((type) => llvmType(type));
  const elements = types.map((type, k) => `  %e${k} = extractelement <${lanes} x ${type}> %x${k}, i32 %lane`);
  const passed = types.map((type, k) => `${type} %e${k}`).join(", ");
  return `  br label %loop
loop:
  %left = phi ${mask} [ %bits, %entry ], [ %rest, %loop ]
  %done = phi ${vector} [ zeroinitializer, %entry ], [ %next, %loop ]
  %count = call ${mask} @llvm.cttz.${mask}(${mask} %left, i1 true)
  %lane = zext ${mask} %count to i32
${elements.join("\n")}
  %r = call ${result} @${name}(${passed})
  %next = insertelement ${vector} %done, ${result} %r, i32 %lane
  %lower = sub ${mask} %left, 1
  %rest = and ${mask} %left, %lower
  %last = icmp eq ${mask} %rest, 0
  br i1 %last, label %exit, label %loop
exit:
  ret ${vector} %next
`;
}

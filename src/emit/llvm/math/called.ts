/** What the functions that are called have in common: their attributes, and for how many lanes there are variants. */
import type { MathFunctionDef } from "./dsl.ts";
import type { MathTarget } from "./index.ts";
import { llvmType, printFunction, printVectors, type References } from "./print.ts";

export const PURE = "nounwind willreturn memory(none)";

export const KEEPS_REGISTERS = '"no_caller_saved_registers" ';

/** Then calls of a rare case keep their caller's registers. */
export function hasAvx512({ triple, vectorWidth }: Pick<MathTarget, "triple" | "vectorWidth">): boolean {
  return triple.startsWith("x86_64") && vectorWidth === 512;
}

/** Of the vectors in loops whose widest elements are doubles, and for float32 also of those where they are float32. */
export function laneCounts(callee: MathFunctionDef, { vectorWidth }: MathTarget): number[] {
  return callee.body.type === "f32" ? [vectorWidth / 64, vectorWidth / 32] : [vectorWidth / 64];
}

/** The parameters of a function for so many lanes: `double %x0` or `<8 x double> %x0`. */
export function paramsOf({ params }: MathFunctionDef, lanes = 1): string {
  return params.map((type, k) => `${llvmType(type, lanes)} %x${k}`).join(", ");
}

/** The work of a rare case, of a number. */
export function rareFunction(callee: MathFunctionDef, references: References, target: MathTarget, keeps = ""): string {
  return printFunction(callee, `noinline cold ${keeps}${PURE} ${target.attributes}`, references, SCALAR);
}

/** In functions that are called: there are no variants of what they call. */
export const SCALAR = { rare: "in a branch", attributes: () => PURE } as const;

/**
 * The work of a rare case, of the lanes of a vector that the bits tell: of all at once, or of one after the other. With `%common`, the
 * others keep their values.
 */
export function rareLanes(
  callee: MathFunctionDef,
  lanes: number,
  references: References,
  target: MathTarget,
  way: { readonly keeps: string; readonly hasCommon: boolean },
): string {
  const vector = llvmType(callee.body.type, lanes);
  const mask = `i${lanes}`;
  const isWhole = callee.inVectors === true;
  const first = way.hasCommon && !isWhole ? `${vector} %common, ` : "";
  const attributes = `noinline cold ${way.keeps}${PURE} ${target.attributes}`;
  const head = `define internal ${vector} @${callee.name}_s${lanes}(${first}${paramsOf(callee, lanes)}, ${mask} %bits) ${attributes} {
entry:
`;
  if (isWhole) {
    const body = printVectors(callee, references, { lanes, permutes: hasAvx512(target) });
    return `${head}  %mask = bitcast ${mask} %bits to <${lanes} x i1>\n${body}\n}\n`;
  }
  references.declarations.add(`declare ${mask} @llvm.cttz.${mask}(${mask}, i1)`);
  return `${head}${laneByLane(callee, lanes, way.hasCommon ? "%common" : "zeroinitializer")}}\n`;
}

function laneByLane(callee: MathFunctionDef, lanes: number, others: string): string {
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
  %done = phi ${vector} [ ${others}, %entry ], [ %next, %loop ]
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

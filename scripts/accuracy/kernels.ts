/**
 * Loops over arrays, one per math function, as LLVM IR: what a compiled `for (…) out[i] = Math.f(x[i])` comes down to.
 * `numbats_loop_sin_f64(x, out, n)`, `numbats_loop_pow_f64(x, y, out, n)`.
 */
import { keepAlive, type MathUse, mathLibrary, mathSymbol } from "../../src/emit/llvm/math/index.ts";
import type { Target } from "../../src/targets/target.ts";
import { MATH_FUNCTIONS } from "../../src/types/math-functions.ts";

export function loopName({ fn, type, fast }: MathUse): string {
  return `numbats_loop_${fn}_${type}${fast ? "_fast" : ""}`;
}

/** All functions that the library has. */
export function availableUses(): MathUse[] {
  const all = Object.keys(MATH_FUNCTIONS).flatMap((fn) =>
    (["f64", "f32"] as const).flatMap((type) => [false, true].map((fast) => ({ fn, type, fast }) as MathUse)),
  );
  return all.filter((use) => mathSymbol(use).endsWith(use.fast ? ".fast" : use.type));
}

/** One module for all of them: twenty times faster to compile than one for each. */
export function loopsText(uses: readonly MathUse[], target: Target): string {
  const attributes = `"prefer-vector-width"="${target.vectorWidth}"`;
  const { declarations, text, kept } = mathLibrary(uses, { ...target, attributes });
  const loops = uses.map((use) =>
    loopText(use, target.vectorWidth === 512 ? `alignstack(64) ${attributes}` : attributes),
  );
  return [...declarations, keepAlive(kept), text, ...loops].join("\n");
}

function loopText(use: MathUse, attributes: string): string {
  const type = use.type === "f64" ? "double" : "float";
  const arity = MATH_FUNCTIONS[use.fn];
  const inputs = ["x", "y"].slice(0, arity);
  const loads = inputs.map(
    (name) => `  %p${name} = getelementptr ${type}, ptr %${name}, i64 %i\n  %v${name} = load ${type}, ptr %p${name}`,
  );
  return `
define void @${loopName(use)}(${inputs.map((name) => `ptr noalias %${name}, `).join("")}ptr noalias %out, i64 %n) nounwind ${attributes} {
entry:
  %some = icmp sgt i64 %n, 0
  br i1 %some, label %loop, label %exit
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
${loads.join("\n")}
  %r = call ${type} @${mathSymbol(use)}(${inputs.map((name) => `${type} %v${name}`).join(", ")})
  %po = getelementptr ${type}, ptr %out, i64 %i
  store ${type} %r, ptr %po
  %next = add nuw nsw i64 %i, 1
  %more = icmp slt i64 %next, %n
  br i1 %more, label %loop, label %exit
exit:
  ret void
}
`;
}

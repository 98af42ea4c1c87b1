/**
 * The transcendental functions, from the process's own C library in double precision. Where ECMAScript and C differ
 * (https://tc39.es/ecma262/#sec-numeric-types-number-exponentiate), ECMAScript's rule is put around the call.
 */
import type { Fast, MathFunction } from "../../ir/ops.ts";
import type { FunctionText, Typed } from "./function-text.ts";
import { floatLiteral } from "./module-text.ts";

/** Nothing in a kernel looks at errno. */
const PURE = " nounwind willreturn memory(none)";

function pow(f: FunctionText, x: string, y: string, flags: string): string {
  const power = f.temp(
    f.callText(
      "double",
      "pow",
      [
        ["double", x],
        ["double", y],
      ],
      flags,
      PURE,
    ),
  );
  // C gives 1 for pow(±1, ±∞) and pow(1, NaN).
  const size = f.temp(f.callText("double", "llvm.fabs.f64", [["double", x]]));
  const unit = f.temp(`fcmp oeq double ${size}, 1.0`);
  const exponent = f.temp(f.callText("double", "llvm.fabs.f64", [["double", y]]));
  const endless = f.temp(`fcmp ueq double ${exponent}, ${floatLiteral(Number.POSITIVE_INFINITY)}`);
  const open = f.temp(`and i1 ${unit}, ${endless}`);
  return f.temp(`select i1 ${open}, double ${floatLiteral(Number.NaN)}, double ${power}`);
}

/** Writes the call; gives the result's name. `type` is `double` or `float`, of the arguments and the result. */
export function emitMath(f: FunctionText, fn: MathFunction, type: string, args: readonly string[], fast: Fast): string {
  const flags = fast.map((flag) => `${flag} `).join("");
  const wide = args.map((arg) => (type === "float" ? f.temp(`fpext float ${arg} to double`) : arg));
  const [x = "poison", y = "poison"] = wide;
  const typed = wide.map((arg): Typed => ["double", arg]);
  const result = fn === "pow" ? pow(f, x, y, flags) : f.temp(f.callText("double", fn, typed, flags, PURE));
  return type === "float" ? f.temp(`fptrunc double ${result} to float`) : result;
}

/**
 * Calls of the transcendental functions: the library's own in math/, which LLVM inlines and vectorises. Where it has no
 * float32 version, the double one's result is rounded.
 */
import type { Fast, MathFunction } from "../../ir/ops.ts";
import { type FunctionText, type Typed, typedList } from "./function-text.ts";

/** The library's own functions take and give `type`. */
function own(f: FunctionText, fn: MathFunction, type: string, args: readonly string[], fast: Fast): string | undefined {
  const symbol = f.module.math({ fn, type: type === "float" ? "f32" : "f64", fast: fast.includes("afn") });
  const passed = typedList(args.map((arg): Typed => [type, arg]));
  return symbol === undefined ? undefined : f.temp(`call ${type} @${symbol}(${passed})`);
}

/** Writes the call; gives the result's name. `type` is `double` or `float`, of the arguments and the result. */
export function emitMath(f: FunctionText, fn: MathFunction, type: string, args: readonly string[], fast: Fast): string {
  const result = own(f, fn, type, args, fast);
  if (result !== undefined) return result;
  if (type === "double") throw new Error(`the library has no ${fn}`);
  const wide = args.map((arg) => f.temp(`fpext float ${arg} to double`));
  return f.temp(`fptrunc double ${emitMath(f, fn, "double", wide, fast)} to float`);
}

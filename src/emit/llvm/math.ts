/** Calls of the transcendental functions: the library's own in math/, which LLVM inlines and vectorises. */
import type { InstOf } from "../../ir/ops.ts";
import { type FunctionText, type Typed, typedList } from "./function-text.ts";
import { hasSerialForm, type MathUse, takesBaseAlone } from "./math/index.ts";

/** The number that a constant operand stands for. */
function literal(text: string | undefined): number | undefined {
  if (text === undefined || !/^0x[0-9A-F]{16}$/.test(text)) return undefined;
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(text));
  return view.getFloat64(0);
}

/** Writes the call; gives the result's name. `type` is `double` or `float`, of the arguments and the result. */
export function emitMath(
  f: FunctionText,
  { id, fn, fast }: Pick<InstOf<"math" | "math2">, "id" | "fn" | "fast">,
  type: string,
  args: readonly string[],
): string {
  const exponent = fn === "pow" ? literal(args[1]) : undefined;
  const kind = type === "float" ? "f32" : "f64";
  const use: MathUse = { fn, type: kind, fast: fast.includes("afn"), ...(exponent === undefined ? {} : { exponent }) };
  const serial = f.loops.serial.has(id) && hasSerialForm(use, f.module.target);
  // The functions branch to their rare cases.
  const passed = (takesBaseAlone(use) ? args.slice(0, 1) : args).map((arg) => f.frozen(type, arg));
  return f.temp(
    `call ${type} @${f.module.math({ ...use, ...(serial && { serial }) })}(${typedList(passed.map((arg): Typed => [type, arg]))})`,
  );
}

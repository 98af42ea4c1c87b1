/**
 * Products of integers whose bits are all that is taken of them, `(a * a) >> 12`. Where the factors may be large the product is one of
 * doubles, which may be rounded. Where a round waits for the one before it is made of integers as well, which is far quicker, and that of
 * doubles only where it would be rounded. Not by a large constant: such products, of hashes and random numbers, mostly are.
 */
import type { InstOf } from "../../ir/ops.ts";
import type { FunctionText } from "./function-text.ts";

/** A constant factor of this size or more isn't for small products. */
const LARGE = 2 ** 22;
const EXACT = 2 ** 53;

export interface Product {
  /** The i64 that it is, if it is small: then no double is rounded. */
  readonly value: string;
  readonly isSmall: string;
}

/** What `toint32` is asked of, as a product of integers; undefined where it is none, or no round waits for it. */
export function productOf(f: FunctionText, inst: InstOf<"toint32">): Product | undefined {
  const product = f.definition(inst.args[0]);
  if (!f.loops.serial.has(inst.id) || product?.op !== "fmul" || product.type !== "f64") return undefined;
  const factors = product.args.map((arg) => factorOf(f, arg));
  const [x, y] = factors;
  if (x === undefined || y === undefined) return undefined;
  const args = [x, y].map((value) => ["i64", value] as const);
  const pair = f.temp(f.callText("{ i64, i1 }", "llvm.smul.with.overflow.i64", args));
  const value = f.temp(`extractvalue { i64, i1 } ${pair}, 0`);
  const fits = f.temp(`xor i1 ${f.temp(`extractvalue { i64, i1 } ${pair}, 1`)}, true`);
  const isExact = f.temp(`icmp ule i64 ${f.temp(`add i64 ${value}, ${EXACT}`)}, ${2 * EXACT}`);
  return { value, isSmall: f.temp(`and i1 ${fits}, ${isExact}`) };
}

/** A factor as an i64. One of more than 53 bits was rounded to a double: its products are small with 0 only. */
function factorOf(f: FunctionText, id: number | undefined): string | undefined {
  const inst = f.definition(id);
  if (inst?.op === "const" && typeof inst.value === "number")
    return Object.is(inst.value | 0, inst.value) && Math.abs(inst.value) < LARGE ? String(inst.value) : undefined;
  if (inst?.op !== "sitofp") return undefined;
  const [from] = inst.args;
  const type = from === undefined ? undefined : f.typeOf(from);
  const value = from === undefined ? undefined : f.partsOf(from)[0];
  if (value === undefined || (type !== "i32" && type !== "i64")) return undefined;
  const frozen = f.frozen(type, value);
  return type === "i64" ? frozen : f.temp(`sext i32 ${frozen} to i64`);
}

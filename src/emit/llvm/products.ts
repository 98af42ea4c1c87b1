/**
 * Products of integers whose bits are all that is taken of them, `(a * a) >> 12`. Where the factors may be large the product is one of
 * doubles, which may be rounded. Where a round waits for the one before it is made of integers as well, which is far quicker, and that of
 * doubles only where it would be rounded. Not by a large constant: such products, of hashes and random numbers, mostly are.
 */
import type { Inst, InstOf } from "../../ir/ops.ts";
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
  if (!f.loops.serial.has(inst.id) || product?.op !== "fmul" || !hasFactors(f, product)) return undefined;
  return multiplied(f, product);
}

/** Is it a product of integers, or of such products, as `2 * a * b`? */
function hasFactors(f: FunctionText, product: InstOf<"fmul">): boolean {
  if (product.type !== "f64") return false;
  return product.args.every((id) => {
    const inst = f.definition(id);
    if (inst?.op === "fmul") return hasFactors(f, inst);
    if (inst?.op === "sitofp") return true;
    if (inst?.op !== "const" || typeof inst.value !== "number") return false;
    return Object.is(inst.value | 0, inst.value) && Math.abs(inst.value) < LARGE;
  });
}

function multiplied(f: FunctionText, product: InstOf<"fmul">): Product {
  const factors = product.args.map((id) => factorOf(f, f.definition(id)));
  const args = factors.map(({ value }) => ["i64", value] as const);
  const pair = f.temp(f.callText("{ i64, i1 }", "llvm.smul.with.overflow.i64", args));
  const value = f.temp(`extractvalue { i64, i1 } ${pair}, 0`);
  const fits = f.temp(`xor i1 ${f.temp(`extractvalue { i64, i1 } ${pair}, 1`)}, true`);
  const isExact = f.temp(`icmp ule i64 ${f.temp(`add i64 ${value}, ${EXACT}`)}, ${2 * EXACT}`);
  let isSmall = f.temp(`and i1 ${fits}, ${isExact}`);
  // Without the product's own a small one of a rounded factor could be 0 only, but it wraps.
  for (const factor of factors)
    if (factor.isSmall !== undefined) isSmall = f.temp(`and i1 ${isSmall}, ${factor.isSmall}`);
  return { value, isSmall };
}

/** A factor as an i64. One of more than 53 bits was rounded to a double: its products are small with 0 only. */
function factorOf(f: FunctionText, inst: Inst | undefined): Pick<Product, "value"> & Partial<Product> {
  if (inst?.op === "fmul") return multiplied(f, inst);
  if (inst?.op === "const") return { value: String(inst.value) };
  const [from = -1] = inst?.args ?? [];
  const type = f.typeOf(from);
  const frozen = f.frozen(type === "i64" ? "i64" : "i32", f.partsOf(from)[0] ?? "");
  return { value: type === "i64" ? frozen : f.temp(`sext i32 ${frozen} to i64`) };
}

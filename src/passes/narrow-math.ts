/**
 * Transcendental functions of float32 values whose result is rounded to float32 anyway are computed as such: the library's
 * float32 versions give the nearest float32 nearly always, and are much shorter.
 *
 *   %2: f64 = fpext %x                               %5: f32 = math %x {fn: sin}
 *   %3: f64 = math %2 {fn: sin}             →
 *   %5: f32 = fptrunc %3
 *
 * Exponents and other arguments that are constants may be any float32. A result that is used unrounded as well stays, as
 * the function would run twice.
 */
import type { Func } from "../ir/func.ts";
import type { Inst, InstOf, ValueId } from "../ir/ops.ts";
import { forEachInst, mapBlocks, mapInsts, nextIds, opsIn } from "../ir/walk.ts";
import type { Pass } from "./pass.ts";

type MathInst = InstOf<"math"> | InstOf<"math2">;

export const narrowMath: Pass = {
  name: "narrow-math",
  run(fn: Func): Func {
    const calls = findNarrow(fn);
    if (calls.size === 0) return fn;
    let { value } = nextIds(fn);
    const narrow = (inst: Inst): readonly Inst[] | Inst => {
      const call = inst.op === "fptrunc" ? calls.get(inst.args[0] ?? -1) : undefined;
      if (call === undefined) return mapBlocks(inst, (block) => mapInsts(block, narrow));
      const added: Inst[] = [];
      const args = call.args.map((arg) => {
        if (typeof arg === "number") return arg;
        const constant: InstOf<"const"> = { ...arg, id: value++, type: "f32" };
        added.push(constant);
        return constant.id;
      });
      return [...added, { ...call.inst, id: inst.id, type: "f32", args }];
    };
    return { ...fn, body: mapInsts(fn.body, narrow) };
  },
};

interface NarrowCall {
  readonly inst: MathInst;
  /** Float32 values, or constants that are such numbers. */
  readonly args: readonly (ValueId | InstOf<"const">)[];
}

/** By the id of the double result, which is used rounded only. */
function findNarrow(fn: Func): Map<ValueId, NarrowCall> {
  const widened = new Map<ValueId, ValueId | InstOf<"const">>();
  const calls = new Map<ValueId, NarrowCall>();
  const ops = opsIn(fn.body);
  if (!ops.has("math") && !ops.has("math2")) return calls;
  forEachInst(fn.body, (inst) => {
    if (inst.op === "fpext") widened.set(inst.id, inst.args[0] ?? -1);
    else if (inst.op === "const" && inst.type === "f64" && Object.is(Math.fround(Number(inst.value)), inst.value))
      widened.set(inst.id, inst);
    else if ((inst.op === "math" || inst.op === "math2") && inst.type === "f64") {
      const args = inst.args.flatMap((arg) => widened.get(arg) ?? []);
      if (args.length === inst.args.length) calls.set(inst.id, { inst, args });
    }
  });
  if (calls.size === 0) return calls;
  forEachInst(fn.body, (inst) => {
    if (inst.op !== "fptrunc") for (const arg of inst.args) calls.delete(arg);
  });
  return calls;
}

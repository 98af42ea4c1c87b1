/**
 * A number that a loop uses as 32 bits only is kept in 32 bits there: `s |= e`, whatever s is before the loop.
 *
 *                                            %7 = local.get $s; %8 = toint32 %7; local.set $bits, %8; local.set $set, false
 *   for … {                                  for … {
 *     %1 = local.get $s; %2 = toint32 %1       %1 = local.get $bits
 *     %3 = or %2, %x; %4 = sitofp %3           %3 = or %1, %x
 *     local.set $s, %4                    →    local.set $bits, %3; local.set $set, true
 *   }                                        }
 *                                            if $set { local.set $s, sitofp $bits }
 *
 * where find-reductions.ts then sees a reduction in a parallel loop, and that $set is one. A loop that never comes to the
 * assignment leaves s as it was, 1.5 or 2^40. In other loops it saves conversions from round to round: generators of random
 * numbers whose seeds are beyond 2^31, `a |= 0; a = (a + 0x6d2b79f5) | 0; …`.
 */
import type { Func, Module } from "../ir/func.ts";
import type { Block, Inst, LocalId, ValueId } from "../ir/ops.ts";
import { Definitions, FreshIds } from "../ir/rewrite.ts";
import type { IrType } from "../ir/types.ts";
import { forEachInst, type Loop, mapBlocks, mapInsts, mapOwners, opsIn } from "../ir/walk.ts";
import { Code } from "./code.ts";
import { type Locals, readFirst, writtenRefs } from "./liveness.ts";
import { LoopUses } from "./loop-uses.ts";
import type { Pass } from "./pass.ts";

/** What makes 32 bits of a number, and a number of them. */
const CONVERSIONS: Partial<Record<IrType, { readonly cut: Inst["op"]; readonly back: "sitofp" | "sext" }>> = {
  f64: { cut: "toint32", back: "sitofp" },
  i64: { cut: "trunc", back: "sext" },
};

export function carryBits(fn: Func, funcs: Module["funcs"]): Func {
  const isParallel = (loop: Loop): boolean => loop.op === "for" && loop.parallel !== undefined;
  return new Rewriter(fn, writtenRefs(funcs), funcs, isParallel, ["f64", "i64"]).rewritten();
}

/** In loops that aren't parallel. */
export const carriedBits: Pass = {
  name: "carried-bits",
  run: (fn, { funcs }) => {
    if (!cutsDoubles(fn)) return fn;
    const isPlain = (loop: Loop): boolean =>
      !(loop.op === "for" && loop.parallel !== undefined) && !isLeft(loop, fn.refs);
    return new Rewriter(fn, writtenRefs(funcs), funcs, isPlain, ["f64"]).rewritten();
  },
};

function cutsDoubles(fn: Func): boolean {
  return opsIn(fn.body).has("toint32");
}

/** Does a jump lead further than behind it, where nothing would be given back? A `return` does, to who has a variable from outside. */
function isLeft(loop: Loop, refs: Func["refs"]): boolean {
  const inside = new Set([loop.label]);
  let leaves = false;
  forEachInst(loop.body, (inst) => {
    if (inst.op === "block" || inst.op === "for" || inst.op === "loop") inside.add(inst.label);
    if (inst.op === "return" && refs.length > 0) leaves = true;
    if ((inst.op === "break" || inst.op === "continue") && !inside.has(inst.label)) leaves = true;
  });
  return leaves;
}

type Local = Func["locals"][number];

/** A variable in a loop, with what stands for it there. */
interface Carried {
  readonly local: Local;
  readonly bits: LocalId;
  readonly set: LocalId;
}

class Rewriter {
  readonly #fn: Func;
  readonly #funcs: Module["funcs"];
  readonly #written: ReadonlyMap<string, Locals>;
  readonly #definitions: Definitions;
  readonly #ids: FreshIds;
  readonly #added: Local[] = [];
  readonly #isMeant: (loop: Loop) => boolean;
  readonly #types: ReadonlySet<IrType>;

  constructor(
    fn: Func,
    written: ReadonlyMap<string, Locals>,
    funcs: Module["funcs"],
    isMeant: (loop: Loop) => boolean,
    types: readonly IrType[],
  ) {
    this.#isMeant = isMeant;
    this.#types = new Set(types);
    this.#fn = fn;
    this.#funcs = funcs;
    this.#written = written;
    this.#definitions = new Definitions(fn);
    this.#ids = new FreshIds(fn);
  }

  rewritten(): Func {
    const visit = (inst: Inst): Inst | readonly Inst[] => {
      const found = (inst.op === "for" || inst.op === "loop") && this.#isMeant(inst) ? this.#loop(inst) : undefined;
      return found ?? mapBlocks(inst, (b) => mapOwners(b, visit));
    };
    const body = mapOwners(this.#fn.body, visit);
    return this.#added.length === 0 ? this.#fn : { ...this.#fn, locals: [...this.#fn.locals, ...this.#added], body };
  }

  #loop(loop: Loop): readonly Inst[] | undefined {
    const uses = new LoopUses(loop.body, this.#funcs, this.#written);
    const first = readFirst(loop.body);
    const carried = this.#fn.locals
      .filter((local) => first.has(local.id) && this.#isBits(local, uses))
      .map((local) => ({ local, bits: this.#add(local.name, "i32"), set: this.#add(local.name, "i1") }));
    if (carried.length === 0) return undefined;
    const before = new Code(this.#ids, loop.loc);
    const after = new Code(this.#ids, loop.loc);
    for (const { local, bits, set } of carried) {
      const old = before.emit("local.get", local.type, [], { local: local.id });
      const cut =
        local.type === "i64"
          ? before.emit("trunc", "i32", [old], {})
          : before.emit("toint32", "i32", [old], { fits64: false });
      before.emit("local.set", "void", [cut], { local: bits });
      before.emit("local.set", "void", [before.emit("const", "i1", [], { value: false })], { local: set });
      const then = new Code(this.#ids, loop.loc);
      const number = then.emit("local.get", "i32", [], { local: bits });
      const back = then.emit(local.type === "i64" ? "sext" : "sitofp", local.type, [number], {});
      then.emit("local.set", "void", [back], { local: local.id });
      after.branch(after.emit("local.get", "i1", [], { local: set }), { insts: then.insts });
    }
    const body = this.#body(loop.body, new Map(carried.map((c) => [c.local.id, c])), uses);
    return [...before.insts, { ...loop, body }, ...after.insts];
  }

  #add(name: string, type: "i32" | "i1"): LocalId {
    const id = Math.max(-1, ...[...this.#fn.locals, ...this.#added].map((l) => l.id)) + 1;
    this.#added.push({ id, name, type });
    return id;
  }

  /** Is all that is read of it cut to 32 bits, and all that is written 32 bits? */
  #isBits(local: Local, uses: LoopUses): boolean {
    const conversions = this.#types.has(local.type) ? CONVERSIONS[local.type] : undefined;
    const sets = uses.setsOf(local.id);
    if (conversions === undefined || sets.length === 0 || uses.opaque.has(local.id) || uses.given.has(local.id))
      return false;
    const isCut = (get: Inst): boolean => uses.usersOf(get.id).every((user) => user.op === conversions.cut);
    const isBack = (set: Inst): boolean => {
      const value = uses.inst(set.args[0]);
      return value?.op === conversions.back && this.#definitions.typeOf(value.args[0] ?? -1) === "i32";
    };
    return uses.getsOf(local.id).every(isCut) && sets.every(isBack);
  }

  #body(block: Block, carried: ReadonlyMap<LocalId, Carried>, uses: LoopUses): Block {
    const bitsOf = new Map<ValueId, ValueId>();
    const dropped = new Set<ValueId>();
    const isSet = (inst: Inst): boolean => inst.op === "local.set" && carried.has(inst.local);
    forEachInst(block, (inst) => {
      if (inst.op === "local.get" && carried.has(inst.local))
        for (const cut of uses.usersOf(inst.id)) bitsOf.set(cut.id, inst.id);
      const [value = -1] = isSet(inst) ? inst.args : [];
      if (uses.usersOf(value).every(isSet)) dropped.add(value);
    });
    const visit = (old: Inst): Inst | readonly Inst[] => {
      if (bitsOf.has(old.id) || dropped.has(old.id)) return [];
      const inst = { ...old, args: old.args.map((arg) => bitsOf.get(arg) ?? arg) };
      const variable = inst.op === "local.get" || inst.op === "local.set" ? carried.get(inst.local) : undefined;
      if (variable === undefined) return mapBlocks(inst, (inner) => mapInsts(inner, visit));
      if (inst.op !== "local.set") return { ...inst, type: "i32", local: variable.bits } as Inst;
      const code = new Code(this.#ids, inst.loc);
      code.emit("local.set", "void", [code.emit("const", "i1", [], { value: true })], { local: variable.set });
      const [bits = -1] = uses.inst(inst.args[0])?.args ?? [];
      return [{ ...inst, args: [bitsOf.get(bits) ?? bits], local: variable.bits }, ...code.insts];
    };
    return mapInsts(block, visit);
  }
}

/**
 * Makes functions of what runs when the test before a loop has failed, for LLVM to compile apart from the rest: when one is first
 * called, or at the same time (emit/llvm/entry-fallbacks.ts).
 *
 *   if %t {                                   if %t {
 *     for L1 …                                  for L1 …
 *   } else {                             →    } else {
 *     for L0 … { … local.set $s, … }            %s = local.get $s
 *   }                                           call kernel.fallback0(%xs, %n, %s) into($s)
 *                                             }
 *
 * The checked copy of a loop, with the versions of its inner loops in it, takes LLVM as long as the fast one or longer.
 *
 * Takes the module as it is to be emitted. Values and variables come in as parameters, variables that are written go out as
 * results; so the fast copy's variables stay in registers. What jumps out, runs in parallel or has arrays for results stays where it is.
 */
import type { Func, Local, Module, Param } from "../ir/func.ts";
import type { Block, Inst, InstOf, LocalId, ValueId } from "../ir/ops.ts";
import { Definitions, FreshIds } from "../ir/rewrite.ts";
import { type IrType, isArrayType } from "../ir/types.ts";
import {
  blocksOf,
  countInsts,
  forEachInst,
  instsIn,
  localsWrittenIn,
  mapBlocks,
  mapOwners,
  usedIn,
  withBody,
} from "../ir/walk.ts";
import { areApart, rootsOf, rootsOfLocal } from "./array-roots.ts";
import { choosesVersion } from "./describe-loops.ts";
import { liveAroundLoops, readFirst } from "./liveness.ts";

/** Instructions of a loop that is worth a call. */
export const LONG = 30;
/** Of the test before a version of an innermost loop, about. */
const OF_A_TEST = 10;
/** Instructions that are worth another process of LLVM's. */
export const WORTH_A_PROCESS = 120;

export interface SeparateOptions {
  /** Are they compiled whether they are called or not, then as well by another LLVM? */
  readonly atOnce?: boolean;
  /** Smaller in tests, where loops are. */
  readonly long?: number;
}

export function separateFallbacks(module: Module, { atOnce = false, long = LONG }: SeparateOptions = {}): Module {
  const made: Func[] = [];
  const treat = (fn: Func): Func => new Separator(fn, made, long).run();
  const [entry, funcs] = [treat(module.entry), module.funcs.map(treat)];
  const size = made.reduce((sum, fn) => sum + countInsts(fn.body), 0);
  const isEnough = atOnce ? size >= WORTH_A_PROCESS : made.length > 0;
  return isEnough ? { ...module, entry, funcs: [...funcs, ...made] } : module;
}

/**
 * Will the loop, as what runs when the test before it has failed, be a function, whose inner loops can have their versions later? For nests
 * alone: an innermost loop gets none.
 */
export function becomesFunction(loop: InstOf<"for">, isArray: (local: LocalId) => boolean, long: number): boolean {
  let [size, isNest] = [1, false];
  for (const inst of instsIn(loop.body)) {
    size++;
    if (inst.op !== "for") continue;
    isNest = true;
    if (isInnermost(inst)) size += countInsts(inst.body) + OF_A_TEST;
  }
  return isNest && size >= long && staysInside({ insts: [loop] }) && ![...localsWrittenIn(loop.body)].some(isArray);
}

export function isInnermost(inst: InstOf<"for">): boolean {
  return !instsIn(inst.body).some(({ op }) => op === "for");
}

/** Has version-bounds.ts found that it is to be a function? */
function isUnversioned({ insts: [loop] }: Block): boolean {
  return loop?.op === "for" && loop.unversioned === true;
}

class Separator {
  readonly #fn: Func;
  readonly #made: Func[];
  readonly #long: number;
  readonly #ids: FreshIds;
  readonly #definitions: Definitions;
  readonly #types: ReadonlyMap<LocalId, Local>;
  /** Found when first asked for, which is seldom. */
  #mentions: ReadonlyMap<LocalId, number> | undefined;
  #live: ReturnType<typeof liveAroundLoops> | undefined;
  #count = 0;

  constructor(fn: Func, made: Func[], long: number) {
    this.#fn = fn;
    this.#made = made;
    this.#long = long;
    this.#ids = new FreshIds(fn);
    this.#definitions = new Definitions(fn);
    this.#types = new Map(fn.locals.map((local) => [local.id, local]));
  }

  run(): Func {
    return withBody(this.#fn, this.#block(this.#fn.body, false));
  }

  #block(block: Block, inLoop: boolean): Block {
    return mapOwners(block, (inst) => {
      if (inst.op === "if" && choosesVersion(inst)) {
        const call = this.#separate(inst, inst.else, inLoop);
        if (call !== undefined) return { ...inst, then: this.#block(inst.then, inLoop), else: { insts: call } };
      }
      const inside = inLoop || inst.op === "for" || inst.op === "loop";
      return mapBlocks(inst, (inner) => this.#block(inner, inside));
    });
  }

  #separate(choice: InstOf<"if">, block: Block, inLoop: boolean): readonly Inst[] | undefined {
    if (!isUnversioned(block) && (countInsts(block) < this.#long || !staysInside(block))) return undefined;
    const mentioned = mentionsIn(block);
    const [written, first, live] = [localsWrittenIn(block), readFirst(block), this.#liveAfter(block)];
    // Without better knowledge: in a loop, what the block reads first may be what it wrote in an earlier iteration.
    const isElsewhere = (local: LocalId): boolean => {
      this.#mentions ??= mentionsIn(this.#fn.body);
      return this.#mentions.get(local) !== mentioned.get(local);
    };
    const isReadLater = (local: LocalId): boolean =>
      this.#fn.refs.includes(local) || (live?.has(local) ?? (isElsewhere(local) || (inLoop && first.has(local))));
    const locals = [...mentioned.keys()];
    const results = locals.filter((local) => written.has(local) && isReadLater(local));
    if (results.some((local) => isArrayType(this.#typeOf(local)))) return undefined;
    // Those that are written may be on some ways only.
    const inward = locals.filter((local) => first.has(local) || results.includes(local));
    return this.#call(choice, block, locals, inward, results);
  }

  /** The locals that are read after the block; undefined if that isn't known. */
  #liveAfter(block: Block): ReadonlySet<LocalId> | undefined {
    const loop = block.insts.at(-1);
    if (loop?.op !== "for") return undefined;
    this.#live ??= liveAroundLoops(this.#fn);
    return this.#live.get(loop.label)?.after;
  }

  #call(
    choice: InstOf<"if">,
    block: Block,
    locals: readonly LocalId[],
    inward: readonly LocalId[],
    results: readonly LocalId[],
  ): readonly Inst[] {
    const { loc } = choice;
    const { passed, remade } = this.#outer(block);
    const value = (): ValueId => this.#ids.value();
    const get = (local: LocalId): Inst => {
      return { op: "local.get", id: value(), type: this.#typeOf(local), args: [], loc, local };
    };
    const given = inward.map(get);
    const entering = inward.map((local): { readonly param: Param; readonly set: Inst } => {
      const param = { id: value(), name: this.#types.get(local)?.name ?? "", type: this.#typeOf(local) };
      return { param, set: { op: "local.set", id: value(), type: "void", args: [param.id], loc, local } };
    });
    const leaving = results.map(get);
    const callee = `${this.#fn.name}.fallback${this.#count++}`;
    this.#made.push({
      name: callee,
      params: [...passed, ...entering.map(({ param }) => param)],
      results: results.map((local) => this.#typeOf(local)),
      locals: locals.flatMap((local) => this.#types.get(local) ?? []),
      refs: [],
      recursive: false,
      // Who calls itself may pass one array twice.
      disjoint: this.#fn.disjoint && !this.#fn.recursive && this.#areApart(passed, inward),
      separate: true,
      body: {
        insts: [
          ...remade,
          ...entering.map(({ set }) => set),
          ...block.insts,
          ...leaving,
          { op: "return", id: value(), type: "void", args: leaving.map(({ id }) => id), loc },
        ],
      },
    });
    const args = [...passed, ...given].map(({ id }) => id);
    return [...given, { op: "call", id: value(), type: "void", args, loc, callee, refs: [], into: results }];
  }

  /** The values that the block takes from outside: constants and lengths are made anew. */
  #outer(block: Block): { readonly passed: readonly Param[]; readonly remade: readonly Inst[] } {
    const passed = new Map<ValueId, Param>();
    const remade = new Map<ValueId, Inst>();
    const take = (id: ValueId): void => {
      if (passed.has(id) || remade.has(id)) return;
      const inst = this.#definitions.inst(id);
      if (inst?.op === "const" || inst?.op === "length") {
        inst.args.forEach(take);
        remade.set(id, inst);
      } else {
        const type = this.#definitions.typeOf(id);
        if (type === undefined) throw new Error(`%${id} of ${this.#fn.name} has no type`);
        passed.set(id, { id, name: this.#fn.params.find((p) => p.id === id)?.name ?? "", type });
      }
    };
    usedIn(block).values.forEach(take);
    return { passed: [...passed.values()], remade: [...remade.values()] };
  }

  /** Are the arrays known to be different memory? */
  #areApart(passed: readonly Param[], inward: readonly LocalId[]): boolean {
    return areApart([
      ...passed.filter(({ type }) => isArrayType(type)).map(({ id }) => rootsOf(id, this.#definitions)),
      ...inward
        .filter((local) => isArrayType(this.#typeOf(local)))
        .map((local) => rootsOfLocal(local, this.#definitions)),
    ]);
  }

  #typeOf(local: LocalId): IrType {
    const found = this.#types.get(local);
    if (found === undefined) throw new Error(`no local $${local} in ${this.#fn.name}`);
    return found.type;
  }
}

/** Does control leave the block at its end only, or with an error? Arrays in the frame would go with a function's. */
function staysInside(block: Block): boolean {
  const labels = new Set<number>();
  let stays = true;
  const visit = (inner: Block): void => {
    for (const inst of inner.insts) {
      if (inst.op === "for" || inst.op === "loop" || inst.op === "block") labels.add(inst.label);
      if (inst.op === "return" || inst.op === "parallel" || inst.op === "array.frame") stays = false;
      if ((inst.op === "break" || inst.op === "continue") && !labels.has(inst.label)) stays = false;
      blocksOf(inst).forEach(visit);
    }
  };
  visit(block);
  return stays;
}

/** How often each local is mentioned. */
function mentionsIn(block: Block): ReadonlyMap<LocalId, number> {
  const mentions = new Map<LocalId, number>();
  const note = (local: LocalId): void => {
    mentions.set(local, (mentions.get(local) ?? 0) + 1);
  };
  forEachInst(block, (inst) => {
    const { op } = inst;
    if (op === "local.get" || op === "local.set") note(inst.local);
    else if (op === "call") [...inst.refs, ...inst.into].forEach(note);
    else if (op === "parallel") inst.into.forEach(note);
    else if (op === "for") inst.lanes?.forEach(note);
  });
  return mentions;
}

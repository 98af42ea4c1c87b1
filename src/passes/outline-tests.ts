/**
 * Makes functions of the long tests that choose between versions of a loop, for LLVM to compile without optimising them.
 *
 *   %t: i1 = …sixty instructions about %n and %m…        call kernel.test0(%n, %m) into($t)
 *   if %t {                                         →    %t: i1 = local.get $t
 *     for L1 …                                           if %t {
 *
 * A test before a nest of loops runs once, but LLVM asks about each of its conditions again and again: at everything in the
 * loops that might follow from them. Tests inside loops run often and stay where they are, but for those in the version for
 * when a test has failed; so do short ones.
 *
 * Takes the module as it is to be emitted. What moves is pure and used for nothing but the test; constants are made anew.
 */
import type { Func, Local, Module } from "../ir/func.ts";
import { type Block, type Inst, type InstOf, ROWS, type ValueId } from "../ir/ops.ts";
import { Definitions, FreshIds } from "../ir/rewrite.ts";
import { type IrType, isArrayType } from "../ir/types.ts";
import { forEachInst, isLoop, mapBlocks, mapInsts, usedIn } from "../ir/walk.ts";
import { choosesVersion } from "./describe-loops.ts";

/** Instructions of a test that is worth a call. */
const LONG = 24;

export interface OutlineOptions {
  /** Smaller in tests, where tests are. */
  readonly long?: number;
  /** In which functions; in all unless given. */
  readonly which?: (fn: Func) => boolean;
}

export function outlineTests(module: Module, { long = LONG, which = () => true }: OutlineOptions = {}): Module {
  const tests: Func[] = [];
  const treat = (fn: Func): Func => (which(fn) ? new Outliner(fn, tests, long).run() : fn);
  const [entry, funcs] = [treat(module.entry), module.funcs.map(treat)];
  return tests.length === 0 ? module : { ...module, entry, funcs: [...funcs, ...tests] };
}

class Outliner {
  readonly #fn: Func;
  readonly #tests: Func[];
  readonly #long: number;
  readonly #ids: FreshIds;
  readonly #definitions: Definitions;
  #uses: ReadonlyMap<ValueId, number> | undefined;
  /** Takes the answers. */
  #answer: Local | undefined;
  #count = 0;

  constructor(fn: Func, tests: Func[], long: number) {
    this.#fn = fn;
    this.#tests = tests;
    this.#long = long;
    this.#ids = new FreshIds(fn);
    this.#definitions = new Definitions(fn);
  }

  run(): Func {
    const body = this.#block(this.#fn.body, this.#fn.separate);
    return this.#answer === undefined ? this.#fn : { ...this.#fn, locals: [...this.#fn.locals, this.#answer], body };
  }

  /** `fallback`: in the version for when a test has failed. */
  #block(block: Block, fallback = false): Block {
    // Most blocks have none.
    let moved: Set<Inst> | undefined;
    let calls: Map<Inst, readonly Inst[]> | undefined;
    for (let at = 0; at < block.insts.length; at++) {
      const inst = block.insts[at] as Inst;
      if (inst.op !== "if" || !choosesVersion(inst)) continue;
      const test = this.#testBefore(block.insts, at, inst);
      if (test.length < this.#long) continue;
      moved ??= new Set();
      for (const one of test) moved.add(one);
      calls ??= new Map();
      calls.set(inst, this.#call(inst, test));
    }
    return mapInsts(block, (inst) => {
      if (moved?.has(inst)) return [];
      const inside = isLoop(inst) && !fallback ? inst : mapBlocks(inst, (inner) => this.#inside(inst, inner, fallback));
      const before = calls?.get(inst);
      const answer = before?.at(-1);
      return before === undefined || answer === undefined ? inside : [...before, { ...inside, args: [answer.id] }];
    });
  }

  #inside(inst: Inst, inner: Block, fallback: boolean): Block {
    return this.#block(inner, fallback || (inst.op === "if" && inner === inst.else && choosesVersion(inst)));
  }

  /** What of the instructions before `choice` only serves its condition, in order. */
  #testBefore(insts: readonly Inst[], at: number, choice: InstOf<"if">): readonly Inst[] {
    this.#uses ??= countUses(this.#fn.body);
    const test: Inst[] = [];
    const everywhere = this.#uses;
    const usesHere = new Map<ValueId, number>();
    addUses(choice, usesHere);
    for (let i = at - 1; i >= 0; i--) {
      const inst = insts[i] as Inst;
      const uses = usesHere.get(inst.id);
      const isOurs = uses !== undefined && uses === everywhere.get(inst.id);
      if (!isOurs || ROWS[inst.op].effect !== "pure" || this.#takesArrays(inst)) continue;
      addUses(inst, usesHere);
      test.push(inst);
    }
    return test.reverse();
  }

  #takesArrays(inst: Inst): boolean {
    return mayBeArray(inst.type) || inst.args.some((arg) => mayBeArray(this.#definitions.typeOf(arg)));
  }

  #call(choice: InstOf<"if">, test: readonly Inst[]): readonly Inst[] {
    const constants: Inst[] = [];
    const args: ValueId[] = [];
    for (const id of usedIn({ insts: test }).values) {
      const inst = this.#definitions.inst(id);
      if (inst?.op === "const") constants.push(inst);
      else args.push(id);
    }
    const callee = `${this.#fn.name}.test${this.#count++}`;
    const { loc } = choice;
    this.#tests.push({
      name: callee,
      params: args.map((id) => ({ id, name: "", type: this.#definitions.typeOf(id) ?? "i64" })),
      results: ["i1"],
      locals: [],
      refs: [],
      recursive: false,
      disjoint: false,
      seldom: true,
      body: {
        insts: [...constants, ...test, { op: "return", id: this.#ids.value(), type: "void", args: choice.args, loc }],
      },
    });
    this.#answer ??= { id: this.#ids.local(), name: "", type: "i1" };
    const { id: local } = this.#answer;
    return [
      { op: "call", id: this.#ids.value(), type: "void", args, loc, callee, refs: [], into: [local] },
      { op: "local.get", id: this.#ids.value(), type: "i1", args: [], loc, local },
    ];
  }
}

function mayBeArray(type: IrType | "void" | undefined): boolean {
  return type === undefined || (type !== "void" && isArrayType(type));
}

function countUses(body: Block): ReadonlyMap<ValueId, number> {
  const uses = new Map<ValueId, number>();
  forEachInst(body, (inst) => addUses(inst, uses));
  return uses;
}

function addUses({ args }: Inst, uses: Map<ValueId, number>): void {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as ValueId;
    uses.set(arg, (uses.get(arg) ?? 0) + 1);
  }
}

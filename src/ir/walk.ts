/** Reading a function's tree of blocks: what every analysis and pass needs and none should write again. */
import { Memo } from "../source/memo.ts";
import type { Func, Module } from "./func.ts";
import type { Block, Inst, InstOf, LabelId, LocalId, OpName, ValueId } from "./ops.ts";

/** Most instructions own nothing; an array for each would be most of what a walk allocates. */
const NOTHING: readonly never[] = [];

/** The instructions that own blocks, as `blocksOf` gives them. */
const OWNERS: ReadonlySet<OpName> = new Set<Owner["op"]>(["if", "block", "loop", "for", "parallel"]);
type Owner = Extract<Inst, { readonly then: Block } | { readonly body: Block } | { readonly combine: Block }>;

/** The blocks an instruction owns, in the order they are written. */
export function blocksOf(inst: Inst): readonly Block[] {
  switch (inst.op) {
    case "if":
      return [inst.then, inst.else];
    case "block":
    case "loop":
    case "for":
      return [inst.body];
    case "parallel":
      return [inst.combine];
    default:
      return NOTHING;
  }
}

const instsBelow = new Memo<Block, readonly Inst[]>();

/**
 * All instructions below `block`, an owner before what it owns. Remembered: passes ask for the same blocks again and again. Not of
 * the blocks in it, too: a long chain of branches has each of its instructions in as many blocks as it has branches.
 */
export function instsIn(block: Block): readonly Inst[] {
  let all = instsBelow.get(block);
  if (all === undefined) {
    all = ownersIn(block).length > 0 ? flattened(block, []) : block.insts;
    instsBelow.set(block, all);
  }
  return all;
}

export function ownsBlocks({ op }: Inst): boolean {
  return OWNERS.has(op);
}

const owners = new Memo<Block, readonly number[]>();

/** Where in a block those of its instructions stand that own blocks: few of many, and asked for by most walks. */
function ownersIn(block: Block): readonly number[] {
  const known = owners.get(block);
  if (known !== undefined) return known;
  const found: number[] = [];
  const { insts } = block;
  for (let i = 0; i < insts.length; i++) if (OWNERS.has((insts[i] as Inst).op)) found.push(i);
  const all = found.length === 0 ? NOTHING : found;
  owners.set(block, all);
  return all;
}

/** Appends to `all` what is below a block. */
function flattened(block: Block, all: Inst[]): Inst[] {
  const { insts } = block;
  let from = 0;
  for (const at of ownersIn(block)) {
    for (; from <= at; from++) all.push(insts[from] as Inst);
    for (const inner of blocksOf(insts[at] as Inst)) {
      const known = instsBelow.get(inner);
      if (known === undefined) flattened(inner, all);
      else append(all, known);
    }
  }
  for (; from < insts.length; from++) all.push(insts[from] as Inst);
  return all;
}

/** As many arguments as a call takes on any stack. */
const AT_ONCE = 1000;

function append(all: Inst[], more: readonly Inst[]): void {
  if (more.length <= AT_ONCE) all.push(...more);
  else for (let i = 0; i < more.length; i += AT_ONCE) all.push(...more.slice(i, i + AT_ONCE));
}

/** Instructions, or locals, by their ids. */
export function byId<T extends { readonly id: number }>(all: readonly T[]): ReadonlyMap<number, T> {
  const found = new Map<number, T>();
  for (let i = 0; i < all.length; i++) {
    const one = all[i] as T;
    found.set(one.id, one);
  }
  return found;
}

/** Visits every instruction below `block`, an owner before what it owns. */
export function forEachInst(block: Block, visit: (inst: Inst) => void): void {
  const all = instsIn(block);
  // The first kernels of a process are compiled by V8's interpreter, which takes several times as long for an iterator.
  for (let i = 0; i < all.length; i++) visit(all[i] as Inst);
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * A copy to be changed: what passes make most of. `{ ...inst, args }` says it shorter, but V8 has no fast way to define what is there
 * already, nor to spread objects of many shapes.
 */
export function copyOf<I extends Inst>(inst: I): Writable<I> {
  return Object.assign({}, inst);
}

export function withArgs<I extends Inst>(inst: I, args: readonly ValueId[]): I {
  const copy: Writable<Inst> = copyOf(inst);
  copy.args = args;
  return copy as I;
}

/** The function with another body; itself where that is its own. */
export function withBody(fn: Func, body: Block): Func {
  if (body === fn.body) return fn;
  const copy: Writable<Func> = Object.assign({}, fn);
  copy.body = body;
  return copy;
}

/** The module with what `map` gives for each function; itself where that is what it has. */
export function mapFuncs(module: Module, map: (fn: Func) => Func): Module {
  const entry = map(module.entry);
  const funcs = module.funcs.map(map);
  if (entry === module.entry && funcs.every((fn, k) => fn === module.funcs[k])) return module;
  const copy: Writable<Module> = Object.assign({}, module);
  copy.entry = entry;
  copy.funcs = funcs;
  return copy;
}

/** Rewrites the blocks an instruction owns; gives the instruction itself when none of them changed. */
export function mapBlocks(inst: Inst, map: (block: Block) => Block): Inst {
  switch (inst.op) {
    case "if": {
      const then = map(inst.then);
      const otherwise = map(inst.else);
      if (then === inst.then && otherwise === inst.else) return inst;
      const copy = copyOf(inst);
      copy.then = then;
      copy.else = otherwise;
      return copy;
    }
    case "block":
    case "loop":
    case "for": {
      const body = map(inst.body);
      if (body === inst.body) return inst;
      const copy: Writable<typeof inst> = copyOf(inst);
      copy.body = body;
      return copy;
    }
    case "parallel": {
      const combine = map(inst.combine);
      if (combine === inst.combine) return inst;
      const copy = copyOf(inst);
      copy.combine = combine;
      return copy;
    }
    default:
      return inst;
  }
}

/** `block` itself if it has just these instructions: what is remembered of a block holds for it only. */
export function blockOf(insts: readonly Inst[], block: Block): Block {
  if (insts.length !== block.insts.length) return { insts };
  for (let i = 0; i < insts.length; i++) if (insts[i] !== block.insts[i]) return { insts };
  return block;
}

/** Replaces each instruction of a block by what `map` gives for it; gives the block itself when all stayed the same. */
export function mapInsts(block: Block, map: (inst: Inst) => readonly Inst[] | Inst): Block {
  let changed: Inst[] | undefined;
  for (let i = 0; i < block.insts.length; i++) {
    const inst = block.insts[i] as Inst;
    const mapped = map(inst);
    if (mapped !== inst) changed ??= block.insts.slice(0, i);
    if (changed === undefined) continue;
    if ("op" in mapped) changed.push(mapped);
    else changed.push(...mapped);
  }
  return changed === undefined ? block : { insts: changed };
}

/** As mapInsts, of the instructions that own blocks: the others stay. */
export function mapOwners(block: Block, map: (inst: Inst) => readonly Inst[] | Inst): Block {
  const at = ownersIn(block);
  let changed: Inst[] | undefined;
  let from = 0;
  for (let k = 0; k < at.length; k++) {
    const i = at[k] as number;
    const inst = block.insts[i] as Inst;
    const mapped = map(inst);
    if (mapped === inst) continue;
    changed ??= [];
    append(changed, block.insts.slice(from, i));
    if ("op" in mapped) changed.push(mapped);
    else append(changed, mapped);
    from = i + 1;
  }
  if (changed === undefined) return block;
  append(changed, block.insts.slice(from));
  return { insts: changed };
}

const opsBelow = new Memo<Block, ReadonlySet<OpName>>();

/** The ops of all instructions below a block. Remembered: most of those who ask look for something that isn't there. */
export function opsIn(block: Block): ReadonlySet<OpName> {
  let ops = opsBelow.get(block);
  if (ops === undefined) {
    const all = new Set<OpName>();
    const insts = instsIn(block);
    for (let i = 0; i < insts.length; i++) all.add((insts[i] as Inst).op);
    ops = all;
    opsBelow.set(block, ops);
  }
  return ops;
}

const JUMPS: ReadonlySet<OpName> = new Set<OpName>(["break", "continue", "return", "throw"]);

export type Loop = InstOf<"for"> | InstOf<"loop">;

export function isLoop(inst: Inst): inst is Loop {
  return inst.op === "for" || inst.op === "loop";
}

export function isJump({ op }: Inst): boolean {
  return JUMPS.has(op);
}

/** Of a block's own instructions those that read or write locals, jump or own blocks. */
export function eventsOf({ insts }: Block): readonly Inst[] {
  const events: Inst[] = [];
  for (let i = 0; i < insts.length; i++) {
    const inst = insts[i] as Inst;
    const { op } = inst;
    if (op === "local.get" || op === "local.set" || op === "call" || JUMPS.has(op) || OWNERS.has(op)) events.push(inst);
  }
  return events;
}

/** Locals that an instruction itself may write (not what its blocks write). */
export function localsWritten(inst: Inst): readonly LocalId[] {
  if (inst.op === "local.set") return [inst.local];
  if (inst.op === "call") return [...inst.refs, ...inst.into];
  if (inst.op === "parallel") return inst.into;
  return NOTHING;
}

const writtenLocals = new Memo<Block, ReadonlySet<LocalId>>();

/** Locals that anything below `block` may write. Remembered: passes ask for a block and for every one around it. */
export function localsWrittenIn(block: Block): ReadonlySet<LocalId> {
  const known = writtenLocals.get(block);
  if (known !== undefined) return known;
  const written = new Set<LocalId>();
  for (let i = 0; i < block.insts.length; i++) {
    const inst = block.insts[i] as Inst;
    if (inst.op === "local.set") written.add(inst.local);
    else if (inst.op === "call" || ownsBlocks(inst)) {
      for (const local of localsWritten(inst)) written.add(local);
      for (const inner of blocksOf(inst)) for (const local of localsWrittenIn(inner)) written.add(local);
    }
  }
  writtenLocals.set(block, written);
  return written;
}

/** The first ids that a function does not use yet. */
export function nextIds(fn: Func): { value: ValueId; label: LabelId; local: LocalId } {
  let value = 0;
  let label = 0;
  for (const p of fn.params) value = Math.max(value, p.id + 1);
  const all = instsIn(fn.body);
  for (let i = 0; i < all.length; i++) {
    const inst = all[i] as Inst;
    const { op, id } = inst;
    if (id >= value) value = id + 1;
    if (op === "for" || op === "loop" || op === "block") label = Math.max(label, inst.label + 1);
    else if (op === "parallel") for (const partial of inst.partials) value = Math.max(value, partial + 1);
    if (op === "for") value = Math.max(value, inst.iv + 1);
  }
  return { value, label, local: fn.locals.reduce((max, l) => Math.max(max, l.id + 1), 0) };
}

export function countInsts(block: Block): number {
  return instsIn(block).length;
}

/** Can control reach the end of the block? */
export function fallsThrough(block: Block): boolean {
  return block.insts.every((inst) => {
    switch (inst.op) {
      case "break":
      case "continue":
      case "return":
      case "throw":
        return false;
      case "if":
        return fallsThrough(inst.then) || fallsThrough(inst.else);
      case "block":
        return fallsThrough(inst.body) || breaksTo(inst.body, inst.label);
      case "loop":
        return breaksTo(inst.body, inst.label);
      default:
        return true;
    }
  });
}

/** May a loop end otherwise than by its test, errors apart? */
export function isLeftEarly(loop: InstOf<"for"> | InstOf<"loop">): boolean {
  const all = instsIn(loop.body);
  const inside = new Set(all.map((inst) => ("label" in inst && !isJump(inst) ? inst.label : undefined)));
  return all.some((inst) => {
    if (inst.op === "continue") return inst.label !== loop.label && !inside.has(inst.label);
    return inst.op === "return" || (inst.op === "break" && !inside.has(inst.label));
  });
}

export function breaksTo(block: Block, label: LabelId): boolean {
  return instsIn(block).some((inst) => inst.op === "break" && inst.label === label);
}

/** The values from outside and the locals that a block uses. */
export function usedIn(block: Block): { values: ReadonlySet<ValueId>; locals: ReadonlySet<LocalId> } {
  const defined = new Set<ValueId>();
  const values = new Set<ValueId>();
  const locals = new Set<LocalId>();
  forEachInst(block, (inst) => {
    defined.add(inst.id);
    if (inst.op === "for") defined.add(inst.iv);
    for (let i = 0; i < inst.args.length; i++) values.add(inst.args[i] as ValueId);
    if (inst.op === "local.get" || inst.op === "local.set") locals.add(inst.local);
    if (inst.op === "call") for (const local of [...inst.refs, ...inst.into]) locals.add(local);
  });
  for (const id of defined) values.delete(id);
  return { values, locals };
}

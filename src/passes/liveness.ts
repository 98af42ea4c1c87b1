/**
 * Which locals are read later: backward over structured control flow.
 *
 * Takes a function; gives, for each loop, the locals live before and after it, and for any block those that it reads before
 * it writes them. Calls are taken to read every local that they are given.
 */
import type { Func } from "../ir/func.ts";
import type { Block, Inst, LabelId, LocalId } from "../ir/ops.ts";
import { forEachInst, localsWrittenIn } from "../ir/walk.ts";

export type Locals = ReadonlySet<LocalId>;

const NONE: Locals = new Set();

/** What is live where `break` and `continue` go. */
interface Jumps {
  readonly break: Locals;
  readonly continue: Locals;
}

/** What is live before a loop and after it. */
interface LiveAround {
  readonly before: Locals;
  readonly after: Locals;
}

type Note = (label: LabelId, around: LiveAround) => void;

/** For each loop, by label. */
export function liveAroundLoops(fn: Func): ReadonlyMap<LabelId, LiveAround> {
  const found = new Map<LabelId, LiveAround>();
  // What is live grows while an outer loop is gone through again: the last is all there is.
  liveBefore(fn.body, NONE, new Map(), (label, around) => found.set(label, around));
  return found;
}

function liveBefore(block: Block, after: Locals, jumps: ReadonlyMap<LabelId, Jumps>, note: Note): Locals {
  let live = after;
  for (const inst of block.insts.toReversed()) live = liveBeforeInst(inst, live, jumps, note);
  return live;
}

function liveBeforeInst(inst: Inst, after: Locals, jumps: ReadonlyMap<LabelId, Jumps>, note: Note): Locals {
  switch (inst.op) {
    case "local.get":
      return union(after, [inst.local]);
    case "local.set":
      return without(after, [inst.local]);
    case "call":
      return union(without(after, inst.into), inst.refs);
    case "parallel":
      return union(without(after, inst.into), readFirst(inst.combine));
    case "if":
      return union(liveBefore(inst.then, after, jumps, note), liveBefore(inst.else, after, jumps, note));
    case "block":
      return liveBefore(inst.body, after, withJumps(jumps, inst.label, { break: after, continue: after }), note);
    case "loop":
    case "for": {
      // A `loop` is left by `break` only; what a `for` leaves behind is live at its head too.
      let head: Locals = inst.op === "for" ? after : NONE;
      for (;;) {
        const inner = withJumps(jumps, inst.label, { break: after, continue: head });
        const next = union(head, liveBefore(inst.body, head, inner, note));
        if (next.size === head.size) {
          note(inst.label, { before: head, after });
          return head;
        }
        head = next;
      }
    }
    case "break":
    case "continue":
      return jumps.get(inst.label)?.[inst.op] ?? NONE;
    case "return":
    case "throw":
      return NONE;
    default:
      return after;
  }
}

/** The locals that `block` may read before it writes them. */
export function readFirst(block: Block): Locals {
  return liveBefore(block, NONE, new Map(), () => {});
}

/** The locals that go from iteration to iteration of a loop with this body. */
export function carriedIn(body: Block): Locals {
  const written = localsWrittenIn(body);
  return new Set([...readFirst(body)].filter((local) => written.has(local)));
}

function union(a: Locals, b: Iterable<LocalId>): Locals {
  const all = new Set(a);
  for (const x of b) all.add(x);
  return all.size === a.size ? a : all;
}

function without(a: Locals, b: readonly LocalId[]): Locals {
  if (!b.some((x) => a.has(x))) return a;
  return new Set([...a].filter((x) => !b.includes(x)));
}

function withJumps(jumps: ReadonlyMap<LabelId, Jumps>, label: LabelId, to: Jumps): ReadonlyMap<LabelId, Jumps> {
  return new Map(jumps).set(label, to);
}

/** Which of a function's refs it may write, itself or through what it calls. */
export function writtenRefs(funcs: readonly Func[]): ReadonlyMap<string, Locals> {
  const written = new Map<string, Set<LocalId>>(funcs.map((fn) => [fn.name, new Set()]));
  const byName = new Map(funcs.map((fn) => [fn.name, fn]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const fn of funcs) {
      const own = written.get(fn.name);
      const note = (local: LocalId): void => {
        if (own === undefined || own.has(local) || !fn.refs.includes(local)) return;
        own.add(local);
        changed = true;
      };
      forEachInst(fn.body, (inst) => {
        if (inst.op === "local.set") note(inst.local);
        if (inst.op === "parallel") inst.into.forEach(note);
        if (inst.op !== "call") return;
        inst.into.forEach(note);
        const callee = byName.get(inst.callee);
        for (const [i, ref] of (callee?.refs ?? []).entries())
          if (written.get(inst.callee)?.has(ref)) note(inst.refs[i] ?? -1);
      });
    }
  }
  return written;
}

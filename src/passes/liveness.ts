/**
 * Which locals are read later: backward over structured control flow.
 *
 * Takes a function; gives, for each loop, the locals live before and after it, and for any block those that it reads before
 * it writes them. Calls are taken to read every local that they are given.
 */
import type { Func } from "../ir/func.ts";
import type { Block, Inst, LabelId, LocalId } from "../ir/ops.ts";
import { eventsOf, forEachInst, localsWrittenIn, ownsBlocks } from "../ir/walk.ts";
import { Memo } from "../source/memo.ts";

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
  liveBefore(fn.body, NONE, new Map(), (label, around) => found.set(label, around));
  return found;
}

const eventsBelow = new Memo<Block, readonly Inst[]>();

/** What liveness sees of a block: loops are gone through again and again. */
function eventsIn(block: Block): readonly Inst[] {
  let events = eventsBelow.get(block);
  if (events === undefined) {
    events = eventsOf(block);
    eventsBelow.set(block, events);
  }
  return events;
}

/** `note` is told of the loops in it. */
function liveBefore(block: Block, after: Locals, jumps: ReadonlyMap<LabelId, Jumps>, note?: Note): Locals {
  let live = after;
  /** `live`, once it is this block's own. */
  let own: Set<LocalId> | undefined;
  const events = eventsIn(block);
  for (let i = events.length - 1; i >= 0; i--) {
    const inst = events[i] as Inst;
    const isGet = inst.op === "local.get";
    if (isGet || inst.op === "local.set") {
      if (live.has(inst.local) === isGet) continue;
      own ??= new Set(live);
      live = own;
      if (isGet) own.add(inst.local);
      else own.delete(inst.local);
    } else {
      const before = liveBeforeInst(inst, live, jumps, note);
      // What is live after an instruction may be kept by whoever it was told.
      if (before !== live || ownsBlocks(inst)) own = undefined;
      live = before;
    }
  }
  return live;
}

function liveBeforeInst(inst: Inst, after: Locals, jumps: ReadonlyMap<LabelId, Jumps>, note?: Note): Locals {
  switch (inst.op) {
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
      const end: Locals = inst.op === "for" ? after : NONE;
      const through = (next: Locals, noted?: Note): Locals =>
        liveBefore(inst.body, next, withJumps(jumps, inst.label, { break: after, continue: next }), noted);
      // What the body adds to what is live after it is the same whatever that is: one round finds all.
      const head = union(end, through(end));
      if (note !== undefined) {
        note(inst.label, { before: head, after });
        through(head, note);
      }
      return head;
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
  return liveBefore(block, NONE, new Map());
}

/** The locals that go from iteration to iteration of a loop with this body. */
export function carriedIn(body: Block): Locals {
  const written = localsWrittenIn(body);
  return new Set([...readFirst(body)].filter((local) => written.has(local)));
}

function union(a: Locals, b: Iterable<LocalId>): Locals {
  if (a === b) return a;
  let all: Set<LocalId> | undefined;
  for (const x of b) if (!a.has(x)) all = (all ?? new Set(a)).add(x);
  return all ?? a;
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

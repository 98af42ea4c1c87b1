/**
 * Runs IR: the definition of the ops, and the judge when a native kernel and plain JavaScript disagree.
 *
 * It takes a module and the entry's arguments as JavaScript values (i1 boolean, i32/f32/f64 number, i64 bigint, typed
 * arrays) and gives the results in the same form. Array arguments are used in place, so overlapping ones overlap.
 *
 * Four ways to end early, kept apart:
 * - KernelTrap: the program throws, as a native kernel would report through its error record.
 * - UnsoundError: the IR broke a promise (a `proved` index out of bounds, `absent` overflow, a freed array): a compiler bug.
 * - KernelStopped: a `poll` was told to stop.
 * - StepLimit: the budget ran out; for programs that may not end.
 *
 * `disjoint`, fast-math flags and `parallel` change nothing here. Scalar ops are in scalar.ts, BigInt ones in bigint.ts.
 */

import type { Span } from "../source/span.ts";
import { evaluateBig, fitBig } from "./bigint.ts";
import { chunkLimit, chunksOf } from "./chunks.ts";
import type { Func, Module } from "./func.ts";
import {
  type ArrayView,
  allocate,
  isView,
  loadElement,
  type Owner,
  objectOf,
  overlaps,
  storeElement,
  subview,
  type TypedArray,
  viewOf,
} from "./memory.ts";
import type { Block, Inst, InstOf, LabelId, LocalId, SiteId, ValueId } from "./ops.ts";
import { nextState, numberOf, streamOf } from "./random.ts";
import { evaluateScalar, integerCompare, type Scalar, UnsoundError } from "./scalar.ts";
import { elementOf, type IrType, isArrayType } from "./types.ts";

export { UnsoundError } from "./scalar.ts";

export type JsValue = number | bigint | boolean | TypedArray;
type Value = Scalar | ArrayView;

/** The kernel threw. `values` is what the error record carries: the index and the length for an index site, a message's values. */
export class KernelTrap extends Error {
  readonly site: SiteId;
  readonly values: readonly Scalar[];
  constructor(site: SiteId, ...values: readonly Scalar[]) {
    super(`trap at site ${site} (${values.join(", ")})`);
    this.site = site;
    this.values = values;
  }
}

class KernelStopped extends Error {}

export class StepLimit extends Error {}

export interface InterpOptions {
  /** Instructions to run before StepLimit; no limit when left out. */
  readonly steps?: number;
  /** Calls of recursive functions that may be open at once before the stack site's error. */
  readonly depth?: number;
  /** The random numbers' state to begin with. */
  readonly seed?: bigint;
  /** Asked by every `poll`. */
  readonly stop?: () => boolean;
  /** Told by every `progress`. */
  readonly progress?: (done: number) => void;
  /** What `console.log` gets. */
  readonly log?: (line: string) => void;
  /** Told of every element that is read or written, and of the chunk of a parallel loop in which it is, if in one. */
  readonly touched?: (inst: InstOf<"load"> | InstOf<"store">, view: ArrayView, index: number, chunk?: Chunk) => void;
}

/** A part of a parallel loop. */
export interface Chunk {
  readonly number: number;
  readonly loop: Span;
  /** The same for all chunks of one run of the loop. */
  readonly run: object;
}

/** Elements an array may have: views hold their length in 31 bits. */
const MAX_LENGTH = 2 ** 31 - 1;

export function interpret(module: Module, args: readonly JsValue[], options: InterpOptions = {}): JsValue[] {
  const { entry } = module;
  const values = entry.params.map((param, i): Value => {
    const arg = args[i];
    if (arg === undefined) throw new TypeError(`no argument for ${param.name}`);
    if (!isArrayType(param.type)) return typeof arg === "object" ? 0 : arg;
    if (typeof arg !== "object") throw new TypeError(`${param.name} needs an array`);
    return viewOf(arg, elementOf(param.type));
  });
  const results = new Interpreter(module, options).call(entry, values, []);
  return results.map((value) => (isView(value) ? objectOf(value) : value));
}

/** How a block ended: undefined when control falls off its end. */
type Exit =
  | { readonly kind: "break" | "continue"; readonly label: LabelId }
  | { readonly kind: "return"; readonly values: readonly Value[] };

interface Slot {
  value: Value;
}

interface Frame {
  readonly values: Map<ValueId, Value>;
  readonly locals: ReadonlyMap<LocalId, Slot>;
}

class Interpreter {
  readonly #module: Module;
  readonly #funcs: ReadonlyMap<string, Func>;
  readonly #options: InterpOptions;
  readonly #tables: readonly ArrayView[];
  /** Arrays made so far and not yet freed, oldest first. */
  readonly #arena: ArrayView[] = [];
  #steps: number;
  #depth = 0;
  #seed: bigint;
  #chunk: Chunk | undefined;

  constructor(module: Module, options: InterpOptions) {
    this.#module = module;
    this.#options = options;
    this.#steps = options.steps ?? Number.POSITIVE_INFINITY;
    this.#seed = BigInt.asUintN(64, options.seed ?? BigInt(Math.floor(Math.random() * 2 ** 53)));
    this.#funcs = new Map([module.entry, ...module.funcs].map((fn) => [fn.name, fn]));
    this.#tables = module.tables.map((table) => {
      const view = allocate(table.elem, table.values.length, true);
      for (const [i, value] of table.values.entries()) storeElement(view, i, value);
      return view;
    });
  }

  call(fn: Func, args: readonly Value[], refs: readonly Slot[]): readonly Value[] {
    const { stackSite } = this.#module;
    if (fn.recursive && stackSite !== undefined && this.#depth >= (this.#options.depth ?? 1000))
      throw new KernelTrap(stackSite, 0, 0);
    const locals = new Map<LocalId, Slot>();
    for (const local of fn.locals) {
      const ref = refs[fn.refs.indexOf(local.id)];
      locals.set(local.id, ref ?? { value: zeroOf(local.type) });
    }
    const values = new Map<ValueId, Value>();
    for (const [i, param] of fn.params.entries()) values.set(param.id, args[i] ?? zeroOf(param.type));
    this.#depth++;
    const exit = this.#block(fn.body, { values, locals });
    this.#depth--;
    return exit?.kind === "return" ? exit.values : [];
  }

  #block(block: Block, frame: Frame): Exit | undefined {
    for (const inst of block.insts) {
      if (--this.#steps < 0) throw new StepLimit("out of steps");
      const exit = this.#inst(inst, frame);
      if (exit !== undefined) return exit;
    }
    return undefined;
  }

  /** Control and calls here; everything else defines a value. */
  #inst(inst: Inst, frame: Frame): Exit | undefined {
    switch (inst.op) {
      case "if":
        return this.#block(scalar(inst, frame, 0) === true ? inst.then : inst.else, frame);
      case "block": {
        const exit = this.#block(inst.body, frame);
        return exit?.kind === "break" && exit.label === inst.label ? undefined : exit;
      }
      case "loop":
        for (;;) {
          const exit = this.#block(inst.body, frame);
          // An empty body must use up the budget too.
          if (--this.#steps < 0) throw new StepLimit("out of steps");
          if (exit !== undefined && !(exit.kind === "continue" && exit.label === inst.label))
            return exit.kind === "break" && exit.label === inst.label ? undefined : exit;
        }
      case "for":
        return this.#for(inst, frame);
      case "parallel":
        return this.#parallel(inst, frame);
      case "break":
      case "continue":
        return { kind: inst.op, label: inst.label };
      case "return":
        return { kind: "return", values: inst.args.map((_, i) => operand(inst, frame, i)) };
      case "throw":
        throw new KernelTrap(inst.site, ...inst.args.map((_, i) => scalar(inst, frame, i)));
      case "call": {
        const callee = this.#funcs.get(inst.callee);
        if (callee === undefined) throw new Error(`no function ${inst.callee}`);
        const args = inst.args.map((_, i) => operand(inst, frame, i));
        const results = this.call(
          callee,
          args,
          inst.refs.map((id) => slot(frame, id)),
        );
        for (const [i, id] of inst.into.entries()) slot(frame, id).value = results[i] ?? 0;
        return undefined;
      }
      case "local.set":
        slot(frame, inst.local).value = operand(inst, frame, 0);
        return undefined;
      default: {
        const value = this.#value(inst, frame);
        if (value !== undefined) frame.values.set(inst.id, value);
        return undefined;
      }
    }
  }

  #for(inst: Inst & { readonly op: "for" }, frame: Frame): Exit | undefined {
    let iv = scalar(inst, frame, 0);
    const end = scalar(inst, frame, 1);
    const wide = typeof iv === "bigint";
    while (integerCompare(inst.step > 0 ? "slt" : "sgt", iv, end)) {
      if (--this.#steps < 0) throw new StepLimit("out of steps");
      frame.values.set(inst.iv, iv);
      const exit = this.#block(inst.body, frame);
      if (exit !== undefined && !(exit.kind === "continue" && exit.label === inst.label))
        return exit.kind === "break" && exit.label === inst.label ? undefined : exit;
      const next = BigInt(iv) + BigInt(inst.step);
      if (BigInt.asIntN(wide ? 64 : 32, next) !== next) throw new UnsoundError(inst, "the counter overflows");
      iv = wide ? next : Number(next);
    }
    return undefined;
  }

  /** One chunk after the other: the first that fails is the lowest that does. */
  #parallel(inst: Inst & { readonly op: "parallel" }, frame: Frame): Exit | undefined {
    const callee = this.#funcs.get(inst.callee);
    if (callee === undefined) throw new Error(`no function ${inst.callee}`);
    const [start = 0, end = 0, grain = 1n, most = 1n] = [0, 1, 2, 3].map((i) => scalar(inst, frame, i));
    const count = typeof start === "bigint" ? (x: bigint): Scalar => x : (x: bigint): Scalar => Number(x);
    const limit = BigInt(chunkLimit(callee.results));
    const atMost = BigInt(most) < limit ? BigInt(most) : limit;
    const chunks = chunksOf(BigInt(start), BigInt(end), inst.step, BigInt(grain), atMost);
    const captures = inst.args.slice(4).map((_, i) => operand(inst, frame, i + 4));
    const seed = this.#seed;
    const run = {};
    const results = chunks.map(([from, to], number) => {
      this.#seed = seed;
      this.#chunk = { number, loop: inst.loc, run };
      return this.call(callee, [count(from), count(to), number === 0, ...captures], []);
    });
    this.#seed = seed;
    this.#chunk = undefined;
    for (const [chunk, values] of results.entries()) {
      if (chunk === 0) {
        for (const [i, id] of inst.into.entries()) slot(frame, id).value = values[i] ?? 0;
        continue;
      }
      for (const [i, id] of inst.partials.entries()) frame.values.set(id, values[i] ?? 0);
      const exit = this.#block(inst.combine, frame);
      if (exit !== undefined) return exit;
    }
    return undefined;
  }

  #access(inst: InstOf<"load"> | InstOf<"store">, frame: Frame): Value | undefined {
    const view = array(inst, frame, 0);
    const index = Number(scalar(inst, frame, 1));
    const { length } = view.elements;
    if (!(index >= 0 && index < length)) {
      if (inst.bounds === "checked") throw new KernelTrap(inst.site, index, length);
      throw new UnsoundError(inst, `${inst.bounds} index ${index} of ${length}`);
    }
    this.#options.touched?.(inst, view, index, this.#chunk);
    if (inst.op === "load") return loadElement(view, index);
    if (view.owner.readOnly) throw new UnsoundError(inst, "store into a constant table");
    storeElement(view, index, scalar(inst, frame, 2));
    return undefined;
  }

  #value(inst: Inst, frame: Frame): Value | undefined {
    switch (inst.op) {
      case "local.get":
        return slot(frame, inst.local).value;
      case "select":
        return operand(inst, frame, scalar(inst, frame, 0) === true ? 1 : 2);
      case "length":
        return array(inst, frame, 0).elements.length;
      case "load":
      case "store":
        return this.#access(inst, frame);
      case "toindex": {
        const value = Number(scalar(inst, frame, 0));
        const { length } = array(inst, frame, 1).elements;
        if (!(Number.isInteger(value) && value >= 0 && value < length)) throw new KernelTrap(inst.site, value, length);
        return BigInt(value);
      }
      case "tolength": {
        const value = Number(scalar(inst, frame, 0));
        const length = Number.isNaN(value) ? 0 : Math.trunc(value);
        if (!(length >= 0 && length <= MAX_LENGTH)) throw new KernelTrap(inst.site, value, 0);
        return BigInt(length);
      }
      case "array.new": {
        const length = Number(scalar(inst, frame, 0));
        if (!(length >= 0 && length <= MAX_LENGTH)) throw new KernelTrap(inst.site, length, 0);
        const view = this.#allocate(inst, length);
        this.#arena.push(view);
        return view;
      }
      case "array.frame":
        return allocate(inst.elem, inst.count);
      case "array.view": {
        const view = array(inst, frame, 0);
        const begin = Number(scalar(inst, frame, 1));
        const end = Number(scalar(inst, frame, 2));
        if (!(begin >= 0 && begin <= end && end <= view.elements.length))
          throw new UnsoundError(inst, `[${begin}, ${end}) of ${view.elements.length}`);
        return subview(view, begin, end);
      }
      case "array.overlaps":
        return overlaps(array(inst, frame, 0), array(inst, frame, 1));
      case "array.same": {
        const a = array(inst, frame, 0);
        const b = array(inst, frame, 1);
        const { elements: x } = a;
        const { elements: y } = b;
        return a.owner === b.owner || (a.owner.array !== undefined && a.owner.array === b.owner.array)
          ? x.byteOffset === y.byteOffset && x.length === y.length
          : false;
      }
      case "array.table":
        return this.#tables[inst.table];
      case "arena.mark":
        return BigInt(this.#arena.length);
      case "arena.release":
        this.#release(inst, frame);
        return undefined;
      case "random":
        this.#seed = nextState(this.#seed);
        return numberOf(this.#seed);
      case "random.state":
        return BigInt.asIntN(64, this.#seed);
      case "random.seed":
        this.#seed = BigInt.asUintN(64, BigInt(scalar(inst, frame, 0)));
        return undefined;
      case "random.stream":
        return BigInt.asIntN(64, streamOf(BigInt(scalar(inst, frame, 0)), BigInt(scalar(inst, frame, 1))));
      case "poll":
        if (this.#options.stop?.() === true) throw new KernelStopped("asked to stop");
        return undefined;
      case "progress":
        this.#options.progress?.(Number(scalar(inst, frame, 0)));
        return undefined;
      case "log":
        this.#log(inst, frame);
        return undefined;
      case "bigadd":
      case "bigsub":
      case "bigmul":
      case "bigdiv":
      case "bigrem":
      case "bigpow":
      case "bigshl":
      case "bigshr":
        return fitting(evaluateBig(inst, scalar(inst, frame, 0), scalar(inst, frame, 1)), inst.site);
      case "bigcast": {
        const value = BigInt(scalar(inst, frame, 0));
        return fitting(fitBig(inst.lhs === "s" ? value : BigInt.asUintN(64, value), inst.to), inst.site);
      }
      case "bigof": {
        const value = Number(scalar(inst, frame, 0));
        if (!Number.isInteger(value)) throw new KernelTrap(inst.site, value, 0);
        const bits = fitBig(BigInt(value), inst.to);
        if (bits === undefined) throw new KernelTrap(inst.site, value, 0);
        return bits;
      }
      default:
        return evaluateScalar(
          inst,
          inst.args.map((_, i) => scalar(inst, frame, i)),
        );
    }
  }

  #allocate(inst: Inst & { readonly op: "array.new" }, length: number): ArrayView {
    try {
      return allocate(inst.elem, length);
    } catch {
      // The engine is out of memory for it; so would the kernel be.
      throw new KernelTrap(inst.site, length, 0);
    }
  }

  #release(inst: Inst & { readonly op: "arena.release" }, frame: Frame): void {
    // What is kept may be freed already: a local that nothing reads any more.
    const kept = new Set<Owner>();
    for (const i of inst.args.keys()) {
      const value = operand(inst, frame, i);
      if (isView(value)) kept.add(value.owner);
    }
    for (const view of this.#arena.splice(Number(scalar(inst, frame, 0)))) {
      if (kept.has(view.owner)) this.#arena.push(view);
      else view.owner.freed = true;
    }
  }

  #log(inst: Inst & { readonly op: "log" }, frame: Frame): void {
    let next = 0;
    const pieces = inst.parts.map((part) => {
      if (part !== null) return part;
      const sign = inst.bigints[next] ?? null;
      const value = scalar(inst, frame, next++);
      return sign === "u" ? `${BigInt.asUintN(64, BigInt(value))}n` : sign === "s" ? `${value}n` : String(value);
    });
    this.#options.log?.(pieces.join(""));
  }
}

function fitting(value: bigint | undefined, site: SiteId): bigint {
  if (value === undefined) throw new KernelTrap(site, 0, 0);
  return value;
}

function operand(inst: Inst, frame: Frame, index: number): Value {
  const id = inst.args[index];
  const value = id === undefined ? undefined : frame.values.get(id);
  if (value === undefined) throw new Error(`operand ${index} of ${inst.op} has no value: the IR wasn't verified`);
  return value;
}

function scalar(inst: Inst, frame: Frame, index: number): Scalar {
  const value = operand(inst, frame, index);
  if (isView(value)) throw new Error(`operand ${index} of ${inst.op} is an array: the IR wasn't verified`);
  return value;
}

function array(inst: Inst, frame: Frame, index: number): ArrayView {
  const value = operand(inst, frame, index);
  if (!isView(value)) throw new Error(`operand ${index} of ${inst.op} is no array: the IR wasn't verified`);
  if (value.owner.freed) throw new UnsoundError(inst, "the array has been freed");
  return value;
}

function slot(frame: Frame, id: LocalId): Slot {
  const found = frame.locals.get(id);
  if (found === undefined) throw new Error(`no local $${id}: the IR wasn't verified`);
  return found;
}

function zeroOf(type: IrType): Value {
  if (isArrayType(type)) return allocate(elementOf(type), 0);
  return type === "i1" ? false : type === "i64" ? 0n : 0;
}

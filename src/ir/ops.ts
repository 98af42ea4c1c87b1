/**
 * The instruction set: one row per op. Printer, parser, verifier, interpreter and emitters are tables that
 * `satisfies { [K in OpName]: … }`, so adding a row makes tsc list every place left to do.
 *
 * Every freedom an optimiser could take (no overflow, relaxed float rules, proved bounds) is a field on the op. An op
 * means exactly what its row and the interpreter (`interp.ts`) say; no printer adds or drops a freedom.
 *
 * Operand and result patterns:
 *   a scalar type   that very type
 *   T               one type out of the row's `over`, the same in all places of the row
 *   R               the instruction's own `type`, out of the row's `results`
 *   I               i32 or i64
 *   A               an array type, the same in all places of the row
 *   E / S           what A's elements load as / are stored as (see ELEMENTS in types.ts)
 *   any             any type
 */
import type { Span } from "../source/span.ts";
import type { ElementKind } from "../types/elements.ts";
import type { MathFunction } from "../types/math-functions.ts";
import type { IrType, ScalarType } from "./types.ts";

export type ValueId = number;
export type LocalId = number;
/** Names a `block`, `loop` or `for` so that `break`/`continue` can leave or restart it. Unique within a function. */
export type LabelId = number;
/** Index into `Module.sites`. */
export type SiteId = number;

export type Pattern = ScalarType | "T" | "R" | "I" | "A" | "E" | "S" | "any";

/** `reads`/`writes` memory; `traps` may end the kernel with an error; `control` owns blocks or jumps. */
export type Effect = "pure" | "reads" | "writes" | "traps" | "control";

/** LLVM's fast-math flags, set per instruction. Empty means strict IEEE 754 with JavaScript's order of evaluation. */
export type FastFlag = "nnan" | "ninf" | "nsz" | "arcp" | "contract" | "afn" | "reassoc";
export type Fast = readonly FastFlag[];

/**
 * What happens when an integer result doesn't fit.
 * - `wraps`: modulo 2^width.
 * - `absent`: proved not to happen (LLVM `nsw`).
 * - `saturates`: clamps to the i64 range. Only i64; used for index arithmetic whose range isn't bounded by 2^63, where
 *   any value that large is out of bounds either way.
 */
export type Overflow = "wraps" | "absent" | "saturates";
/** `checked`: throws the site's RangeError when out of bounds. `proved`: in bounds whenever it runs. `unchecked`: the user said `boundscheck: false`. */
export type Bounds = "checked" | "proved" | "unchecked";
export type IntPred = "eq" | "ne" | "slt" | "sle" | "sgt" | "sge" | "ult";
export type FloatPred = "oeq" | "une" | "olt" | "ole" | "ogt" | "oge";
/** How a BigInt's 64 bits are read: s = int64, u = uint64. */
export type Sign = "s" | "u";

export { MATH_FUNCTIONS, type MathFunction } from "../types/math-functions.ts";

/**
 * A counted loop that `prange` asked to run on all cores. Lowering marks it with no reductions; passes/find-reductions.ts
 * finds them, passes/lower-parallel.ts makes a function of the body and a `parallel` of the loop.
 */
export interface ParallelInfo {
  readonly reductions: readonly Reduction[];
}

export const LOOP_ORDERS = ["rows", "tile", "tiles", "strip"] as const;
export type LoopOrder = (typeof LOOP_ORDERS)[number];

/** A local that goes from round to round in a way that chunks can be put together. `op` is one of passes/reductions.ts. */
export interface Reduction {
  readonly local: LocalId;
  readonly op: string;
}

interface Row {
  readonly args: readonly Pattern[];
  readonly result: Pattern | "void";
  readonly over?: readonly ScalarType[];
  readonly results?: readonly ScalarType[];
  readonly effect: Effect;
  readonly attrs: object;
}

/** Carries a type, no value. */
const attrs = <A extends object>(): A => ({}) as A;
const none = attrs<Record<never, never>>();

const INTS = ["i32", "i64"] as const;
const FLOATS = ["f32", "f64"] as const;
const BITS = ["i1", "i32", "i64"] as const;

const intBinary = { args: ["T", "T"], result: "T", over: INTS, effect: "pure", attrs: none } as const;
const intRing = {
  args: ["T", "T"],
  result: "T",
  over: INTS,
  effect: "pure",
  attrs: attrs<{ overflow: Overflow }>(),
} as const;
const bitwise = { args: ["T", "T"], result: "T", over: BITS, effect: "pure", attrs: none } as const;
const floatBinary = {
  args: ["T", "T"],
  result: "T",
  over: FLOATS,
  effect: "pure",
  attrs: attrs<{ fast: Fast }>(),
} as const;
const floatUnary = { args: ["T"], result: "T", over: FLOATS, effect: "pure", attrs: attrs<{ fast: Fast }>() } as const;
const bigRing = {
  args: ["i64", "i64"],
  result: "i64",
  effect: "traps",
  attrs: attrs<{ lhs: Sign; rhs: Sign; to: Sign; site: SiteId }>(),
} as const;

export const OPS = {
  // ── constants ──
  /** i1: boolean; i32, f32, f64: number; i64: bigint. */
  const: {
    args: [],
    result: "R",
    results: ["i1", "i32", "i64", "f32", "f64"],
    effect: "pure",
    attrs: attrs<{ value: number | bigint | boolean }>(),
  },

  // ── integers ──
  add: intRing,
  sub: intRing,
  mul: intRing,
  /** Truncating division. The divisor is never 0 and the quotient always fits: the lowering has seen to it. */
  sdiv: intBinary,
  /** Remainder of the above, with the dividend's sign. `signs: [none]`: neither is negative. */
  srem: { ...intBinary, attrs: attrs<{ signs: readonly "none"[] }>() },
  smin: intBinary,
  smax: intBinary,
  and: bitwise,
  or: bitwise,
  xor: bitwise,
  /** Shift amounts are taken modulo the width, as in ECMAScript. */
  shl: intBinary,
  ashr: intBinary,
  lshr: intBinary,
  /** Leading zeros; of 0 it is the width. */
  ctlz: { args: ["T"], result: "T", over: INTS, effect: "pure", attrs: none },
  icmp: { args: ["T", "T"], result: "i1", over: BITS, effect: "pure", attrs: attrs<{ pred: IntPred }>() },
  not: { args: ["i1"], result: "i1", effect: "pure", attrs: none },
  /** Its operand, of which LLVM must not know where it comes from: see find-extremes.ts and late-minima.ts. */
  opaque: { args: ["T"], result: "T", over: ["i1", "i32"], effect: "pure", attrs: none },

  // ── floats ──
  fadd: floatBinary,
  fsub: floatBinary,
  fmul: floatBinary,
  /** `operands: [int53]`: both were made of integers within ±2^53. */
  fdiv: {
    args: ["T", "T"],
    result: "T",
    over: FLOATS,
    effect: "pure",
    attrs: attrs<{ fast: Fast; operands: readonly "int53"[] }>(),
  },
  /** ECMAScript's `%`: C's fmod. */
  frem: floatBinary,
  fneg: floatUnary,
  fabs: floatUnary,
  fsqrt: floatUnary,
  ffloor: floatUnary,
  fceil: floatUnary,
  ftrunc: floatUnary,
  /** Math.round: floor(x + 0.5) without the double rounding; −0 for −0.5 ≤ x < 0 and for −0. */
  fround: floatUnary,
  /** Math.min / Math.max of two: NaN if either is NaN, −0 < +0. */
  fmin: floatBinary,
  fmax: floatBinary,
  /** Math.sign. */
  fsign: floatUnary,
  fcmp: {
    args: ["T", "T"],
    result: "i1",
    over: FLOATS,
    effect: "pure",
    attrs: attrs<{ pred: FloatPred; fast: Fast }>(),
  },
  /** A transcendental of one argument or two. */
  math: { args: ["T"], result: "T", over: FLOATS, effect: "pure", attrs: attrs<{ fn: MathFunction; fast: Fast }>() },
  math2: {
    args: ["T", "T"],
    result: "T",
    over: FLOATS,
    effect: "pure",
    attrs: attrs<{ fn: MathFunction; fast: Fast }>(),
  },
  /** Math.random: uniform in [0, 1). Moves the random numbers' state on. */
  random: { args: [], result: "f64", effect: "writes", attrs: none },
  "random.state": { args: [], result: "i64", effect: "reads", attrs: none },
  "random.seed": { args: ["i64"], result: "void", effect: "writes", attrs: none },
  /** The state in which round `k` of a loop starts: args [the state before the loop, k]. */
  "random.stream": { args: ["i64", "i64"], result: "i64", effect: "pure", attrs: none },

  // ── conversions ──
  sitofp: { args: ["T"], result: "R", over: INTS, results: FLOATS, effect: "pure", attrs: none },
  uitofp: { args: ["T"], result: "R", over: INTS, results: FLOATS, effect: "pure", attrs: none },
  /** Truncates toward zero; the value is proved to fit. */
  fptosi: { args: ["T"], result: "R", over: FLOATS, results: INTS, effect: "pure", attrs: none },
  /** ECMAScript ToInt32 of any double (also serves ToUint32: same bits). `fits64`: finite and |x| < 2^63 is proved. */
  toint32: { args: ["f64"], result: "i32", effect: "pure", attrs: attrs<{ fits64: boolean }>() },
  /** Uint8ClampedArray's conversion: NaN → 0, clamp to [0, 255], round half to even. */
  clamp8: { args: ["f64"], result: "i32", effect: "pure", attrs: none },
  sext: { args: ["i32"], result: "i64", effect: "pure", attrs: none },
  zext: { args: ["T"], result: "R", over: ["i1", "i32"], results: INTS, effect: "pure", attrs: none },
  /** Keeps the low 32 bits. */
  trunc: { args: ["i64"], result: "i32", effect: "pure", attrs: none },
  fpext: { args: ["f32"], result: "f64", effect: "pure", attrs: none },
  fptrunc: { args: ["f64"], result: "f32", effect: "pure", attrs: none },
  select: { args: ["i1", "any", "any"], result: "any", effect: "pure", attrs: none },

  // ── BigInt: 64 bits, overflow throws; the wrapping forms are the plain integer ops ──
  bigadd: bigRing,
  bigsub: bigRing,
  bigmul: bigRing,
  /** Division by zero throws too. */
  bigdiv: bigRing,
  bigrem: bigRing,
  /** A negative exponent throws too. */
  bigpow: bigRing,
  /** Shift by a BigInt count, negative counts shift the other way; bits lost on the left throw. */
  bigshl: bigRing,
  bigshr: bigRing,
  /** Reads the same mathematical value in the other signedness; throws if it doesn't fit. */
  bigcast: { args: ["i64"], result: "i64", effect: "traps", attrs: attrs<{ lhs: Sign; to: Sign; site: SiteId }>() },
  bigcmp: {
    args: ["i64", "i64"],
    result: "i1",
    effect: "pure",
    attrs: attrs<{ pred: IntPred; lhs: Sign; rhs: Sign }>(),
  },
  /** Exact comparison of a BigInt with a double; every predicate is false for NaN except `une`. */
  bigfcmp: { args: ["i64", "f64"], result: "i1", effect: "pure", attrs: attrs<{ pred: FloatPred; lhs: Sign }>() },
  /** BigInt(x): throws RangeError unless x is an integer within 64 bits of sign `to`. */
  bigof: { args: ["f64"], result: "i64", effect: "traps", attrs: attrs<{ to: Sign; site: SiteId }>() },

  // ── locals: JavaScript variables; not SSA, LLVM's mem2reg promotes them ──
  "local.get": { args: [], result: "any", effect: "reads", attrs: attrs<{ local: LocalId }>() },
  "local.set": { args: ["any"], result: "void", effect: "writes", attrs: attrs<{ local: LocalId }>() },

  // ── arrays ──
  /** Elements, as a non-negative i32. */
  length: { args: ["A"], result: "i32", effect: "pure", attrs: none },
  load: { args: ["A", "I"], result: "E", effect: "reads", attrs: attrs<{ bounds: Bounds; site: SiteId }>() },
  store: { args: ["A", "I", "S"], result: "void", effect: "writes", attrs: attrs<{ bounds: Bounds; site: SiteId }>() },
  /** A double used as an index: throws the site's RangeError unless it is an integer in [0, length); gives it as i64. */
  toindex: { args: ["f64", "A"], result: "i64", effect: "traps", attrs: attrs<{ site: SiteId }>() },
  /** ToIndex of a double, for `array.new`: truncates, takes NaN for 0, and throws the site's RangeError for what no array's length can be. */
  tolength: { args: ["f64"], result: "i64", effect: "traps", attrs: attrs<{ site: SiteId }>() },
  /** A zeroed array of as many elements; throws the site's RangeError for a bad length or when memory is short. Freed when the kernel ends, or by `arena.release`. */
  "array.new": { args: ["i64"], result: "A", effect: "traps", attrs: attrs<{ elem: ElementKind; site: SiteId }>() },
  /** A zeroed array of `count` elements in the function's frame. Each time it is made, what was made here before is gone. */
  "array.frame": { args: [], result: "A", effect: "writes", attrs: attrs<{ elem: ElementKind; count: number }>() },
  /** View of elements [begin, end); 0 ≤ begin ≤ end ≤ length is proved. */
  "array.view": { args: ["A", "I", "I"], result: "A", effect: "pure", attrs: none },
  /** Do the two views share memory? */
  "array.overlaps": { args: ["any", "any"], result: "i1", effect: "pure", attrs: none },
  /** Are they the same JavaScript object? */
  "array.same": { args: ["any", "any"], result: "i1", effect: "pure", attrs: none },
  /** The constant table `Module.tables[table]` (a captured plain array of numbers). Read-only. */
  "array.table": { args: [], result: "A", effect: "pure", attrs: attrs<{ table: number }>() },
  /** Remembers the arrays that exist now… */
  "arena.mark": { args: [], result: "i64", effect: "reads", attrs: none },
  /** …and frees those made since, but for the ones that its further arguments are or view. */
  "arena.release": { args: ["i64"], result: "void", effect: "writes", attrs: none },

  // ── control ──
  if: { args: ["i1"], result: "void", effect: "control", attrs: attrs<{ then: Block; else: Block }>() },
  /** Runs its body; `break label` leaves it. */
  block: { args: [], result: "void", effect: "control", attrs: attrs<{ label: LabelId; body: Block }>() },
  /**
   * Runs its body again and again; `break label` leaves, `continue label` starts the next round. `foretold` changes nothing: its choices
   * are those that the processor guesses right (passes/foretold-searches.ts).
   */
  loop: {
    args: [],
    result: "void",
    effect: "control",
    attrs: attrs<{ label: LabelId; body: Block; foretold?: boolean }>(),
  },
  /**
   * Counted loop over args [start, end]: for (iv = start; step > 0 ? iv < end : iv > end; iv += step). `step` is a non-zero
   * constant; `iv` is a value of type T, defined in the body only; end + step doesn't overflow T. `lanes` changes nothing: the
   * loop belongs to sums in lanes (passes/sum-in-lanes.ts), and its few rounds are the lanes of these locals, if it names any.
   * Nor does `order`: the loop has been given another place by passes/reorder-loops.ts or passes/strip-columns.ts, along rows, in tiles or
   * through the columns of a strip, or goes from tile to tile.
   * Nor does `unversioned`: the loops inside are still to have versions of their own (passes/version-bounds.ts).
   */
  for: {
    args: ["T", "T"],
    result: "void",
    over: INTS,
    effect: "control",
    attrs: attrs<{
      label: LabelId;
      iv: ValueId;
      step: number;
      body: Block;
      parallel?: ParallelInfo;
      lanes?: readonly LocalId[];
      order?: LoopOrder;
      unversioned?: boolean;
    }>(),
  },
  /**
   * A counted loop on all cores: args [start, end, grain, most, …captures]; start and end of one integer type T, grain and
   * most i64s. The rounds are cut into at most `most` chunks of at least `grain` rounds, as ir/chunks.ts says. `callee(from, to, first,
   * …captures)` runs each (`first`, an i1, for chunk 0), in any order and perhaps at once. What it gives for chunk 0 goes into
   * the locals `into`; then, in the order of the others, `combine` runs with their results as the values `partials`, which are
   * defined in it only. An error is that of the lowest chunk that has one. Without rounds nothing happens.
   */
  parallel: {
    args: [],
    result: "void",
    effect: "control",
    attrs: attrs<{
      callee: string;
      step: number;
      into: readonly LocalId[];
      partials: readonly ValueId[];
      combine: Block;
    }>(),
  },
  break: { args: [], result: "void", effect: "control", attrs: attrs<{ label: LabelId }>() },
  continue: { args: [], result: "void", effect: "control", attrs: attrs<{ label: LabelId }>() },
  /** Arguments are as many as the function has results, of those types. */
  return: { args: [], result: "void", effect: "control", attrs: none },
  /** Ends the kernel with the site's error. Arguments are the values of its message, in order: f64s, i1s, and i64s for BigInts. */
  throw: { args: [], result: "void", effect: "control", attrs: attrs<{ site: SiteId }>() },
  /** Calls another function of the module. Results go into locals; `refs` are the caller's locals that the callee's `refs` stand for. */
  call: {
    args: [],
    result: "void",
    effect: "control",
    attrs: attrs<{ callee: string; refs: readonly LocalId[]; into: readonly LocalId[] }>(),
  },
  /** Ends the kernel, without an error, when somebody has asked it to stop. Only in kernels that run in the background. */
  poll: { args: [], result: "void", effect: "traps", attrs: none },
  /** Tells how much of the kernel's work is done, from 0 to 1, and how much of it the next `parallel` does. */
  progress: { args: ["f64", "f64"], result: "void", effect: "writes", attrs: none },
  /** console.log: literal pieces in order, `null` where the next argument goes (`unsigned`: i64 arguments are BigInts read so). */
  log: {
    args: [],
    result: "void",
    effect: "writes",
    attrs: attrs<{ parts: readonly (string | null)[]; bigints: readonly (Sign | null)[] }>(),
  },
} as const satisfies Record<string, Row>;

export type OpName = keyof typeof OPS;
/** The rows seen through their common shape. */
export const ROWS: { readonly [K in OpName]: Row } = OPS;

export type InstOf<K extends OpName> = {
  readonly op: K;
  /** The value this instruction defines, unique within its function (also for `void` ones, where nothing may use it). */
  readonly id: ValueId;
  readonly type: IrType | "void";
  readonly args: readonly ValueId[];
  readonly loc: Span;
} & Readonly<(typeof OPS)[K]["attrs"]>;

/** `call`, `return`, `log` and `arena.release` take any number of arguments; the verifier checks them against the callee or the function. */
export type Inst = { [K in OpName]: InstOf<K> }[OpName];

export interface Block {
  readonly insts: readonly Inst[];
}

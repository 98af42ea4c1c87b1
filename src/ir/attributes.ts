/**
 * The spelling of the fields an instruction has in braces: which fields per op, and what each may hold. Printer, parser
 * and verifier read these tables. Fields that have a syntax of their own (blocks, labels, locals, constants, callees) are
 * not here; print.ts and parse.ts write those out.
 */
import { ELEMENT_KINDS } from "../types/elements.ts";
import type { AttrsOf } from "./build.ts";
import { MATH_FUNCTIONS, type OpName } from "./ops.ts";

export type AttrSpec =
  /** One of these words. */
  | { readonly kind: "word"; readonly words: readonly string[] }
  /** Any of these words, in brackets; left out when there are none. */
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "int" }
  | { readonly kind: "flag" }
  /** Strings and null, in brackets. */
  | { readonly kind: "texts" };

const word = (...words: string[]): AttrSpec => ({ kind: "word", words });
const int: AttrSpec = { kind: "int" };

/** By field name: a field means the same in every op that has it. `pred` is checked against the op's own list. */
export const ATTR_SPECS = {
  overflow: word("wraps", "absent", "saturates"),
  bounds: word("checked", "proved", "unchecked"),
  pred: word("eq", "ne", "slt", "sle", "sgt", "sge", "ult", "oeq", "une", "olt", "ole", "ogt", "oge"),
  fast: { kind: "words", words: ["nnan", "ninf", "nsz", "arcp", "contract", "afn", "reassoc"] },
  operands: { kind: "words", words: ["int53"] },
  signs: { kind: "words", words: ["none"] },
  fn: word(...Object.keys(MATH_FUNCTIONS)),
  fits64: { kind: "flag" },
  lhs: word("s", "u"),
  rhs: word("s", "u"),
  to: word("s", "u"),
  site: int,
  elem: word(...ELEMENT_KINDS),
  count: int,
  table: int,
  parts: { kind: "texts" },
  bigints: { kind: "texts" },
} as const satisfies Record<string, AttrSpec>;
export type AttrName = keyof typeof ATTR_SPECS;

const FAST = ["fast"] as const;
const RING = ["overflow"] as const;
const BIG = ["lhs", "rhs", "to", "site"] as const;
const NONE = [] as const;

/** The fields each op prints in braces, in this order. */
export const ATTRS: { readonly [K in OpName]: readonly (keyof AttrsOf<K> & AttrName)[] } = {
  const: NONE,
  add: RING,
  sub: RING,
  mul: RING,
  sdiv: NONE,
  srem: ["signs"],
  smin: NONE,
  smax: NONE,
  and: NONE,
  or: NONE,
  xor: NONE,
  shl: NONE,
  ashr: NONE,
  lshr: NONE,
  ctlz: NONE,
  icmp: ["pred"],
  not: NONE,
  opaque: NONE,
  fadd: FAST,
  fsub: FAST,
  fmul: FAST,
  fdiv: ["fast", "operands"],
  frem: FAST,
  fneg: FAST,
  fabs: FAST,
  fsqrt: FAST,
  ffloor: FAST,
  fceil: FAST,
  ftrunc: FAST,
  fround: FAST,
  fmin: FAST,
  fmax: FAST,
  fsign: FAST,
  fcmp: ["pred", "fast"],
  math: ["fn", "fast"],
  math2: ["fn", "fast"],
  random: NONE,
  "random.state": NONE,
  "random.seed": NONE,
  "random.stream": NONE,
  sitofp: NONE,
  uitofp: NONE,
  fptosi: NONE,
  toint32: ["fits64"],
  clamp8: NONE,
  sext: NONE,
  zext: NONE,
  trunc: NONE,
  fpext: NONE,
  fptrunc: NONE,
  select: NONE,
  bigadd: BIG,
  bigsub: BIG,
  bigmul: BIG,
  bigdiv: BIG,
  bigrem: BIG,
  bigpow: BIG,
  bigshl: BIG,
  bigshr: BIG,
  bigcast: ["lhs", "to", "site"],
  bigcmp: ["pred", "lhs", "rhs"],
  bigfcmp: ["pred", "lhs"],
  bigof: ["to", "site"],
  "local.get": NONE,
  "local.set": NONE,
  length: NONE,
  load: ["bounds", "site"],
  store: ["bounds", "site"],
  toindex: ["site"],
  tolength: ["site"],
  "array.new": ["elem", "site"],
  "array.frame": ["elem", "count"],
  "array.view": NONE,
  "array.overlaps": NONE,
  "array.same": NONE,
  "array.table": ["table"],
  "arena.mark": NONE,
  "arena.release": NONE,
  if: NONE,
  block: NONE,
  loop: NONE,
  for: NONE,
  parallel: NONE,
  break: NONE,
  continue: NONE,
  return: NONE,
  throw: ["site"],
  call: NONE,
  poll: NONE,
  progress: NONE,
  log: ["parts", "bigints"],
};

/** The predicates of each comparing op. */
export const PREDICATES: { readonly [K in OpName]?: readonly string[] } = {
  icmp: ["eq", "ne", "slt", "sle", "sgt", "sge", "ult"],
  bigcmp: ["eq", "ne", "slt", "sle", "sgt", "sge", "ult"],
  fcmp: ["oeq", "une", "olt", "ole", "ogt", "oge"],
  bigfcmp: ["oeq", "une", "olt", "ole", "ogt", "oge"],
};

/** A field by name; undefined when the instruction lacks it. */
export function attrOf(inst: object, name: string): unknown {
  return (inst as { readonly [name: string]: unknown })[name];
}

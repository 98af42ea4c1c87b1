/**
 * Doubles as integers, for as long as they are integers: what speculate-integers.ts writes into its copy of a loop.
 *
 *   frem %x, %y     →   srem x, y          unless y < 1 (which may be NaN), or the result is −0
 *   fdiv %x, %y     →   sdiv x, y          unless y < 1, or something is left
 *   fadd %x, %y     →   add x, y           in as many bits as it takes
 *   fmul %x, %y     →   mul x, y           unless it is −0, or beyond ±2^53, where a double would be rounded
 *   select c, −0, %x →  x                  unless c
 *
 * Takes which values have such a form, gives the instructions, each with the test under which it isn't what the double would
 * be; who fails it starts the round again with doubles.
 */
import type { Inst, InstOf, LocalId, ValueId } from "../ir/ops.ts";
import { remembered } from "../source/remembered.ts";
import type { Code } from "./code.ts";

/** An integer that is what a double would be, and the range it is in. */
export interface Whole {
  readonly id: ValueId;
  readonly type: "i32" | "i64";
  readonly lo: bigint;
  readonly hi: bigint;
}

export const INT32 = { lo: -(2n ** 31n), hi: 2n ** 31n - 1n };
const INT64 = { lo: -(2n ** 63n), hi: 2n ** 63n - 1n };
/** All integers in it are doubles. */
const EXACT = { lo: -(2n ** 53n), hi: 2n ** 53n };

/** A product with such a constant would soon be rounded: generators of random numbers in doubles. */
const MAX_FACTOR = 2 ** 22;

const fits = (x: Pick<Whole, "lo" | "hi">, range: Pick<Whole, "lo" | "hi">): boolean =>
  x.lo >= range.lo && x.hi <= range.hi;

/** An integer that an int32 holds, and no −0. */
export function isSmallInteger(value: unknown): value is number {
  return typeof value === "number" && Object.is(value | 0, value);
}

/** What is to be known of the loop. */
export interface FormContext {
  /** In the loop; undefined for what is made before it. */
  inst(id: ValueId): Inst | undefined;
  /** May this variable be an integer in the loop? */
  isCandidate(local: LocalId): boolean;
  /** May this double from before the loop be one? */
  isOuterCandidate(id: ValueId): boolean;
  /** The instructions in the loop that a value is an operand of. */
  usersOf(id: ValueId): readonly Inst[];
}

/** Has an f64 such a form? */
export function hasWholeForm(id: ValueId, cx: FormContext): boolean {
  const has = remembered((value: ValueId): boolean => {
    const inst = cx.inst(value);
    if (inst === undefined) return cx.isOuterCandidate(value);
    switch (inst.op) {
      case "const":
        return isSmallInteger(inst.value);
      case "local.get":
        return cx.isCandidate(inst.local);
      case "sitofp":
        return inst.type === "f64";
      case "fmul":
        return inst.args.every(has) && !inst.args.some((arg) => isLargeFactor(cx.inst(arg)));
      case "fadd":
      case "fsub":
      case "frem":
      case "fdiv":
      case "fmin":
      case "fmax":
      case "fneg":
      case "fabs":
      case "ffloor":
      case "ftrunc":
        return inst.type === "f64" && inst.args.every(has);
      case "select":
        return inst.type === "f64" && inst.args.slice(1).every((arg) => has(arg) || arg === exceptionOf(inst, cx));
      default:
        return false;
    }
  });
  return has(id);
}

/** The −0 or NaN that a choice gives where it isn't its other operand: `x % y` of integers, for a negative x or a y of 0. */
export function exceptionOf(inst: InstOf<"select">, cx: FormContext): ValueId | undefined {
  return inst.args.slice(1).find((arg) => isException(cx.inst(arg)));
}

export function isException(inst: Inst | undefined): boolean {
  return inst?.op === "const" && inst.type === "f64" && (Object.is(inst.value, -0) || Number.isNaN(inst.value));
}

function isLargeFactor(inst: Inst | undefined): boolean {
  return inst?.op === "const" && Math.abs(Number(inst.value)) >= MAX_FACTOR;
}

/** The x of `(x − x % y) / y`, whose quotient is x / y without its fraction. */
function dividedWhole(inst: Inst, cx: FormContext): ValueId | undefined {
  if (inst.op !== "fdiv") return undefined;
  const [of, divisor = -1] = [cx.inst(inst.args[0] ?? -1), inst.args[1]];
  if (of?.op !== "fsub") return undefined;
  const [x, rest] = [of.args[0], cx.inst(of.args[1] ?? -1)];
  if (rest?.op !== "frem" || rest.args[0] !== x) return undefined;
  const by = rest.args[1] ?? -1;
  const [a, b] = [cx.inst(by), cx.inst(divisor)];
  const isSame = by === divisor || (a?.op === "const" && b?.op === "const" && a.value === b.value);
  return isSame ? x : undefined;
}

/** Would the form take it for granted that a division leaves nothing? Not where the quotient is rounded, or is that of `(x - x % 10) / 10`. */
export function supposesExactness(id: ValueId, cx: FormContext): boolean {
  const supposes = remembered((value: ValueId): boolean => {
    const inst = cx.inst(value);
    if (inst === undefined) return false;
    const inner = inst.op === "ffloor" || inst.op === "ftrunc" ? cx.inst(inst.args[0] ?? -1) : undefined;
    if (inner?.op === "fdiv") return inner.args.some(supposes);
    if (inst.op === "fdiv" && dividedWhole(inst, cx) === undefined) return true;
    if (inst.op === "sitofp" || inst.op === "local.get" || inst.op === "const") return false;
    return inst.args.some(supposes);
  });
  return supposes(id);
}

/** Is it the same to all that use a value whether it is 0 or −0? */
function isSignless(id: ValueId, cx: FormContext): boolean {
  // Integers in the copy, of which none is −0.
  const isPlain = (other: ValueId | undefined): boolean => {
    const inst = cx.inst(other ?? -1);
    const isRead = inst?.op === "local.get" || inst?.op === "const" || inst?.op === "sitofp";
    return isRead && hasWholeForm(inst.id, cx);
  };
  return cx.usersOf(id).every((user) => {
    if (user.op === "fsub") return user.args[0] !== id && isPlain(user.args[0]);
    if (user.op === "fadd") return isPlain(user.args[0] === id ? user.args[1] : user.args[0]);
    return user.op === "fcmp" || user.op === "toint32" || user.op === "fptosi";
  });
}

/** Where instructions go, and what is there already. */
export interface Place {
  readonly code: Code;
  /** The integer that stands for a double, if there is one yet. */
  known(id: ValueId): Whole | undefined;
  note(id: ValueId, whole: Whole): void;
  /** The copy's condition for an i1 of the loop. */
  condition(id: ValueId): ValueId;
  /** Leaves the copy where the condition holds. */
  leaveIf(code: Code, condition: ValueId): void;
  /** A choice of two that are made only if they are chosen. */
  choose(condition: ValueId, then: () => Whole, otherwise: () => Whole): Whole;
  /** The copy's value for an integer of the loop. */
  integer(id: ValueId): { readonly id: ValueId; readonly type: "i32" | "i64" };
}

/** The integer form of a double that has one. */
export function wholeForm(id: ValueId, cx: FormContext, at: Place): Whole {
  const known = at.known(id);
  if (known !== undefined) return known;
  const inst = cx.inst(id);
  if (inst === undefined) throw new Error(`%${id} has no integer form`);
  const whole = new Former(cx, at).form(inst);
  at.note(id, whole);
  return whole;
}

/** A quotient without its fraction, and without the sign of a 0 that it may be then. */
export function truncatedQuotient(inst: InstOf<"fdiv">, cx: FormContext, at: Place): Whole {
  return new Former(cx, at).truncated(inst);
}

/** As an i32, which it is or the copy is left. */
export function narrowed(x: Whole, { code, leaveIf }: Pick<Place, "code" | "leaveIf">): Whole {
  if (x.type === "i32") return x;
  const id = code.emit("trunc", "i32", [x.id], {});
  if (fits(x, INT32)) return { ...x, id, type: "i32" };
  const back = code.emit("sext", "i64", [id], {});
  leaveIf(code, code.emit("icmp", "i1", [back, x.id], { pred: "ne" }));
  return { id, type: "i32", lo: larger(x.lo, INT32.lo), hi: smaller(x.hi, INT32.hi) };
}

class Former {
  readonly #cx: FormContext;
  readonly #at: Place;

  constructor(cx: FormContext, at: Place) {
    this.#cx = cx;
    this.#at = at;
  }

  form(inst: Inst): Whole {
    const { code } = this.#at;
    const operand = (k: number): Whole => wholeForm(inst.args[k] ?? -1, this.#cx, this.#at);
    switch (inst.op) {
      case "const":
        return this.#constant(BigInt(Number(inst.value)));
      case "sitofp": {
        const { id, type } = this.#at.integer(inst.args[0] ?? -1);
        // A BigInt's may be larger.
        return type === "i32" ? { id, type, ...INT32 } : narrowed({ id, type, ...INT64 }, this.#at);
      }
      case "fadd":
      case "fsub":
      case "fmul":
        return this.#ring(inst, operand(0), operand(1));
      case "fneg":
        return this.#negated(operand(0));
      case "fabs": {
        const x = this.#wide(narrowed(operand(0), this.#at));
        const negative = this.#emit("sub", this.#constant(0n, "i64"), x);
        return this.#limited({ id: code.emit("smax", "i64", [x.id, negative], {}), type: "i64", ...absolute(x) });
      }
      case "fmin":
      case "fmax": {
        const [a, b] = this.#alike(operand(0), operand(1));
        const isLeast = inst.op === "fmin";
        const id = code.emit(isLeast ? "smin" : "smax", a.type, [a.id, b.id], {});
        const of = isLeast ? smaller : larger;
        return { id, type: a.type, lo: of(a.lo, b.lo), hi: of(a.hi, b.hi) };
      }
      case "frem":
        return this.#remainder(operand(0), this.#positive(operand(1)), isSignless(inst.id, this.#cx));
      case "fdiv":
        return this.#quotient(inst);
      case "ffloor":
      case "ftrunc": {
        const of = this.#cx.inst(inst.args[0] ?? -1);
        return of?.op === "fdiv" ? this.#rounded(inst.op, of) : operand(0);
      }
      case "select": {
        const exception = exceptionOf(inst, this.#cx);
        if (exception !== undefined) return this.#unlessExcepted(inst, exception);
        return this.#at.choose(
          this.#at.condition(inst.args[0] ?? -1),
          () => operand(1),
          () => operand(2),
        );
      }
      default:
        throw new Error(`${inst.op} has no integer form`);
    }
  }

  truncated(inst: InstOf<"fdiv">): Whole {
    return this.#divided(inst.args[0] ?? -1, inst).quotient;
  }

  #unlessExcepted(inst: InstOf<"select">, exception: ValueId): Whole {
    const [cond = -1, then = -1, otherwise = -1] = inst.args;
    const { code } = this.#at;
    const isThen = exception === then;
    const other = isThen ? otherwise : then;
    const whole = (): Whole => wholeForm(other, this.#cx, this.#at);
    const isNaNs = Number.isNaN(Number((this.#cx.inst(exception) as InstOf<"const">).value));
    if (isNaNs || !isSignless(inst.id, this.#cx)) {
      const condition = this.#at.condition(cond);
      this.#at.leaveIf(code, isThen ? condition : code.emit("not", "i1", [condition], {}));
      return whole();
    }
    // A remainder is 0 where it would be −0.
    if (isThen && this.#saysZero(cond, other)) return whole();
    const zero = (): Whole => this.#constant(0n);
    return this.#at.choose(this.#at.condition(cond), isThen ? zero : whole, isThen ? whole : zero);
  }

  /** Does the condition only hold where a double made of an integer is 0? */
  #saysZero(cond: ValueId, double: ValueId): boolean {
    const made = this.#cx.inst(double);
    const inst = this.#cx.inst(cond);
    if (inst?.op === "and") return inst.args.some((arg) => this.#saysZero(arg, double));
    if (made?.op !== "sitofp" || inst?.op !== "icmp" || inst.pred !== "eq" || inst.args[0] !== made.args[0])
      return false;
    const to = this.#cx.inst(inst.args[1] ?? -1);
    return to?.op === "const" && Number(to.value) === 0;
  }

  #constant(value: bigint, type: "i32" | "i64" = "i32"): Whole {
    const id = this.#at.code.emit("const", type, [], { value: type === "i32" ? Number(value) : value });
    return { id, type, lo: value, hi: value };
  }

  #wide(x: Whole): Whole {
    return x.type === "i64" ? x : { ...x, id: this.#at.code.emit("sext", "i64", [x.id], {}), type: "i64" };
  }

  #alike(a: Whole, b: Whole): readonly [Whole, Whole] {
    return a.type === b.type ? [a, b] : [this.#wide(a), this.#wide(b)];
  }

  #emit(op: "add" | "sub" | "mul", a: Whole, b: Whole): ValueId {
    return this.#at.code.emit(op, a.type, [a.id, b.id], { overflow: "absent" });
  }

  #compare(a: Whole, pred: "slt" | "eq" | "ne", value: bigint): ValueId {
    return this.#at.code.emit("icmp", "i1", [a.id, this.#constant(value, a.type).id], { pred });
  }

  #both(a: ValueId, b: ValueId): ValueId {
    return this.#at.code.emit("and", "i1", [a, b], {});
  }

  #ring({ op, id: double }: InstOf<"fadd" | "fsub" | "fmul">, left: Whole, right: Whole): Whole {
    let [a, b] = [left, right];
    let range = rangeOf(op, a, b);
    if (!fits(range, INT64)) {
      [a, b] = [narrowed(a, this.#at), narrowed(b, this.#at)];
      range = rangeOf(op, a, b);
    }
    const isNarrow = fits(range, INT32) && a.type === "i32" && b.type === "i32";
    if (!isNarrow) [a, b] = [this.#wide(a), this.#wide(b)];
    const id = this.#emit(op === "fadd" ? "add" : op === "fsub" ? "sub" : "mul", a, b);
    const result = this.#limited({ id, type: a.type, ...range });
    if (op === "fmul" && !isSignless(double, this.#cx)) this.#leaveIfNegativeZero(result, a, b);
    return result;
  }

  /** Beyond ±2^53 a double would be rounded. */
  #limited(x: Whole): Whole {
    if (fits(x, EXACT)) return x;
    const { code } = this.#at;
    // From −2^53 on, without a sign.
    const offset = code.emit("add", "i64", [x.id, this.#constant(EXACT.hi, "i64").id], { overflow: "wraps" });
    const inside = code.emit("icmp", "i1", [offset, this.#constant(2n * EXACT.hi, "i64").id], { pred: "ult" });
    this.#at.leaveIf(code, code.emit("not", "i1", [inside], {}));
    return { ...x, lo: larger(x.lo, EXACT.lo), hi: smaller(x.hi, EXACT.hi) };
  }

  #leaveIfNegativeZero(product: Whole, a: Whole, b: Whole): void {
    const mayBeZero = (x: Whole): boolean => x.lo <= 0n && x.hi >= 0n;
    const may = (zero: Whole, negative: Whole): boolean => mayBeZero(zero) && negative.lo < 0n;
    if (!may(a, b) && !may(b, a)) return;
    const { code } = this.#at;
    const [x, y] = this.#alike(a, b);
    const either = { ...x, id: code.emit("or", x.type, [x.id, y.id], {}) };
    this.#at.leaveIf(code, this.#both(this.#compare(product, "eq", 0n), this.#compare(either, "slt", 0n)));
  }

  #negated(x: Whole): Whole {
    if (x.lo <= 0n && x.hi >= 0n) this.#at.leaveIf(this.#at.code, this.#compare(x, "eq", 0n));
    const wide = this.#wide(x);
    const id = this.#emit("sub", this.#constant(0n, "i64"), wide);
    return { id, type: "i64", lo: -x.hi, hi: -x.lo };
  }

  #positive(x: Whole): Whole {
    if (x.lo >= 1n) return x;
    this.#at.leaveIf(this.#at.code, this.#compare(x, "slt", 1n));
    return { ...x, lo: 1n };
  }

  #remainder(a: Whole, b: Whole, isSignless: boolean): Whole {
    const { code } = this.#at;
    const [x, y] = this.#alike(a, b);
    const id = code.emit("srem", x.type, [x.id, y.id], { signs: x.lo >= 0n ? ["none"] : [] });
    const most = y.hi - 1n;
    // What is left of a negative one may be 0, however far from it that is.
    const [lo, hi] = [x.lo < 0n ? larger(x.lo, -most) : 0n, x.hi > 0n ? smaller(x.hi, most) : 0n];
    const result: Whole = { id, type: x.type, lo, hi };
    if (x.lo < 0n && !isSignless) {
      this.#at.leaveIf(code, this.#both(this.#compare(result, "eq", 0n), this.#compare(x, "slt", 0n)));
    }
    return result.type === "i64" && fits(result, INT32) ? narrowed(result, this.#at) : result;
  }

  #divided(
    dividend: ValueId,
    inst: InstOf<"fdiv">,
  ): { readonly x: Whole; readonly y: Whole; readonly quotient: Whole } {
    const [, b = -1] = inst.args;
    const left = wholeForm(dividend, this.#cx, this.#at);
    const [x, y] = this.#alike(left, this.#positive(wholeForm(b, this.#cx, this.#at)));
    const id = this.#at.code.emit("sdiv", x.type, [x.id, y.id], {});
    // By the least divisor the quotient is largest.
    const range = { lo: x.lo < 0n ? x.lo / y.lo : 0n, hi: x.hi > 0n ? x.hi / y.lo : 0n };
    return { x, y, quotient: { id, type: x.type, ...range } };
  }

  #quotient(inst: InstOf<"fdiv">): Whole {
    const { code } = this.#at;
    const whole = dividedWhole(inst, this.#cx);
    const { x, y, quotient } = this.#divided(whole ?? inst.args[0] ?? -1, inst);
    if (whole !== undefined) return quotient;
    const rest: Whole = { ...x, id: code.emit("srem", x.type, [x.id, y.id], { signs: x.lo >= 0n ? ["none"] : [] }) };
    this.#at.leaveIf(code, this.#compare(rest, "ne", 0n));
    return quotient;
  }

  #rounded(op: "ffloor" | "ftrunc", inst: InstOf<"fdiv">): Whole {
    const { code } = this.#at;
    const { x, y, quotient } = this.#divided(inst.args[0] ?? -1, inst);
    if (x.lo >= 0n) return quotient;
    if (op === "ftrunc") {
      this.#at.leaveIf(code, this.#both(this.#compare(quotient, "eq", 0n), this.#compare(x, "slt", 0n)));
      return quotient;
    }
    const rest: Whole = { ...x, id: code.emit("srem", x.type, [x.id, y.id], { signs: x.lo >= 0n ? ["none"] : [] }) };
    const below = code.emit("zext", x.type, [this.#compare(rest, "slt", 0n)], {});
    const id = code.emit("sub", x.type, [quotient.id, below], { overflow: "absent" });
    return { ...quotient, id, lo: larger(quotient.lo - 1n, x.lo) };
  }
}

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);

function absolute({ lo, hi }: Whole): Pick<Whole, "lo" | "hi"> {
  return { lo: lo > 0n ? lo : hi < 0n ? -hi : 0n, hi: larger(-lo, hi) };
}

function rangeOf(op: "fadd" | "fsub" | "fmul", a: Whole, b: Whole): Pick<Whole, "lo" | "hi"> {
  if (op === "fadd") return { lo: a.lo + b.lo, hi: a.hi + b.hi };
  if (op === "fsub") return { lo: a.lo - b.hi, hi: a.hi - b.lo };
  const ends = [a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi];
  return { lo: ends.reduce(smaller), hi: ends.reduce(larger) };
}

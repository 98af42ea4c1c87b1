/**
 * Is a value that is computed twice the same both times?
 *
 * `counts[a[i]] = counts[a[i]] + 1` reads a[i] twice. Takes two values and follows their operands: the same instructions of
 * the same operands give the same, and so do two readings of memory or of a variable when nothing was written in between.
 */
import { type Block, type Inst, ROWS, type ValueId } from "../ir/ops.ts";
import { forEachInst } from "../ir/walk.ts";

export interface Computations {
  inst(id: ValueId | undefined): Inst | undefined;
  /** Two alike instructions that read memory or a variable: does the second find what the first did? */
  isUndisturbed(x: Inst, y: Inst): boolean;
  /** What else makes two values the same; undefined to compare them as they are. `same` is the question itself. */
  readonly alike?: (a: ValueId, b: ValueId, same: (a: ValueId, b: ValueId) => boolean) => boolean | undefined;
}

export function sameValue(a: ValueId | undefined, b: ValueId | undefined, values: Computations): boolean {
  // Values share operands: each pair is compared once.
  const known = new Map<string, boolean>();
  const same = (a: ValueId, b: ValueId): boolean => {
    if (a === b) return true;
    const key = `${a} ${b}`;
    const found = known.get(key) ?? values.alike?.(a, b, same) ?? compare(a, b);
    known.set(key, found);
    return found;
  };
  const compare = (a: ValueId, b: ValueId): boolean => {
    const [x, y] = [values.inst(a), values.inst(b)];
    if (x === undefined || y === undefined || x.op !== y.op || x.args.length !== y.args.length) return false;
    if (!isRepeatable(x) || attributesOf(x) !== attributesOf(y)) return false;
    if (ROWS[x.op].effect !== "pure" && !values.isUndisturbed(x, y)) return false;
    return x.args.every((arg, i) => same(arg, y.args[i] ?? -1));
  };
  return a !== undefined && b !== undefined && same(a, b);
}

/** Does evaluating it again, with nothing in between, change nothing and give the same? */
export function isRepeatable(inst: Inst): boolean {
  return ROWS[inst.op].effect === "pure" || inst.op === "load" || inst.op === "local.get" || inst.op === "toindex";
}

/** Does nothing in `insts` change what `read` finds, or leave for elsewhere than further down? */
export function keeps(read: Inst, insts: readonly Inst[]): boolean {
  const local = read.op === "local.get" ? read.local : undefined;
  return everyInst(insts, (inst) => {
    if (inst.op === "local.set") return inst.local !== local;
    return isRepeatable(inst) || inst.op === "if" || inst.op === "block" || inst.op === "break";
  });
}

/** The instructions of `block` from one to another; undefined when that isn't the order they stand in. */
export function between(block: Block, from: Inst, to: Inst): readonly Inst[] | undefined {
  const [start, end] = [block.insts.indexOf(from) + 1, block.insts.indexOf(to)];
  return start > end ? undefined : block.insts.slice(start, end);
}

export function everyInst(insts: readonly Inst[], satisfies: (inst: Inst) => boolean): boolean {
  let all = true;
  forEachInst({ insts }, (inst) => {
    if (!satisfies(inst)) all = false;
  });
  return all;
}

function attributesOf(inst: Inst): string {
  const { id: _id, args: _args, loc: _loc, ...rest } = inst;
  return JSON.stringify({ ...rest, site: undefined, bounds: undefined }, (_key, value) =>
    typeof value === "bigint"
      ? `${value}n`
      : Object.is(value, -0)
        ? "-0"
        : typeof value === "number" && !Number.isFinite(value)
          ? String(value)
          : value,
  );
}

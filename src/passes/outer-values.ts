/**
 * Values from before a loop, as polynomials: looked through where their arithmetic is exact whatever the inputs are, else
 * atoms of their own. `end − 1` with `end` the length of an array is that length minus one, so that a loop over an array
 * needs no test for it.
 */
import type { Table } from "../ir/func.ts";
import type { Inst, LocalId, ValueId } from "../ir/ops.ts";
import type { Definitions } from "../ir/rewrite.ts";
import type { Atoms } from "./atoms.ts";
import { DOUBLE_RANGE, floatValue, IntegralGuesses } from "./float-values.ts";
import { type ExactDouble, intValue, type Sym, sizeOfRange, typeRange } from "./int-values.ts";
import { constantPoly, larger, type Poly, type Range, smaller, subtract, union } from "./poly.ts";

export class OuterValues {
  readonly #atoms: Atoms;
  readonly #definitions: Definitions;
  readonly #tables: readonly Table[];
  readonly #integers = new Map<ValueId, Poly>();
  readonly #floats = new Map<ValueId, Sym | undefined>();
  readonly #guesses: IntegralGuesses;

  constructor(atoms: Atoms, definitions: Definitions, tables: readonly Table[]) {
    this.#atoms = atoms;
    this.#definitions = definitions;
    this.#tables = tables;
    this.#guesses = new IntegralGuesses(definitions);
  }

  /** An i32 or i64. */
  integer(id: ValueId): Poly {
    let poly = this.#integers.get(id);
    if (poly === undefined) {
      poly = this.#integer(id);
      this.#integers.set(id, poly);
    }
    return poly;
  }

  /**
   * An f64 or f32, taken for an integer where its arithmetic suggests it; that it is one is then among the conditions, unless it
   * can't be otherwise.
   */
  float(id: ValueId): Sym | undefined {
    if (this.#floats.has(id)) return this.#floats.get(id);
    const inst = this.#definitions.inst(id);
    const type = this.#definitions.typeOf(id) === "f32" ? "f32" : "f64";
    // Arithmetic in float32 rounds from 2^24 on, so it isn't looked through.
    let sym = inst && type === "f64" ? floatValue(inst, this.#context(inst)) : undefined;
    if (sym?.conditions.length !== 0)
      sym = this.#guesses.looksIntegral(id) ? this.#atoms.float({ kind: "value", value: id, type }) : undefined;
    this.#floats.set(id, sym);
    return sym;
  }

  /** The same for a local that the loop doesn't write. */
  floatLocal(local: LocalId): Sym | undefined {
    return this.#guesses.isLocalIntegral(local) ? this.#atoms.float({ kind: "local", local }) : undefined;
  }

  /** How many elements an array has. */
  length(array: ValueId): Poly {
    const inst = this.#definitions.inst(array);
    const known = inst && lengthOfInst(inst, this.#tables, (id) => ({ poly: this.integer(id), conditions: [] }));
    return known?.poly ?? this.#atoms.length({ kind: "value", value: array });
  }

  #integer(id: ValueId): Poly {
    const type = this.#definitions.typeOf(id) === "i32" ? "i32" : "i64";
    const all = typeRange(type);
    const atom = ({ min, max }: Range): Poly =>
      this.#atoms.value(id, type, { min: larger(min, all.min), max: smaller(max, all.max) });
    const loop = this.#definitions.loopOf(id);
    if (loop !== undefined) {
      const [start = all, end = all] = loop.args.map((a) => this.integer(a).range);
      return atom(loop.step > 0 ? { min: start.min, max: end.max - 1n } : { min: end.min + 1n, max: start.max });
    }
    const inst = this.#definitions.inst(id);
    if (inst === undefined) return atom(all);
    if (inst.op === "length") return this.length(inst.args[0] ?? -1);
    const value = intValue(inst, this.#context(inst));
    if ("exact" in value) return value.exact.conditions.length === 0 ? value.exact.poly : atom(all);
    const { lo, hi, range, conditions } = value.between;
    if (conditions.length > 0) return atom(range);
    return atom({
      min: lo === undefined ? range.min : larger(range.min, lo.range.min),
      max: hi === undefined ? range.max : smaller(range.max, hi.range.max),
    });
  }

  /** Nothing may depend on conditions here: these values are needed to state them. */
  #context(inst: Inst) {
    const arg = (i: number): ValueId => inst.args[i] ?? -1;
    return {
      atoms: this.#atoms,
      operand: (i: number): Sym => ({ poly: this.integer(arg(i)), conditions: [] }),
      float: (i: number): Sym | undefined => this.float(arg(i)),
      invariant: (i: number) => ({ kind: "value", value: arg(i), type: "f64" }) as const,
      quotient: (): undefined => undefined,
      wholeQuotient: (): undefined => undefined,
      beforeRounding: (): undefined => undefined,
      nonNegative: (p: Poly): readonly Poly[] | undefined => (p.range.min >= 0n ? [] : undefined),
      typeOf: (i: number) => this.#definitions.typeOf(arg(i)) ?? "i64",
      within: (p: Poly, range: Range): readonly Poly[] | undefined => {
        const { min, max } = p.range;
        return min >= range.min && max <= range.max ? [] : undefined;
      },
      exactDouble: (p: Poly): ExactDouble | undefined => {
        const size = sizeOfRange(p.range);
        return size <= DOUBLE_RANGE.max ? { conditions: [], size } : undefined;
      },
    } as const;
  }
}

/** The length of an array that an instruction makes, where it says so. */
export function lengthOfInst(inst: Inst, tables: readonly Table[], integer: (id: ValueId) => Sym): Sym | undefined {
  const [a = -1, b = -1, c = -1] = inst.args;
  switch (inst.op) {
    case "array.table": {
      const table = tables[inst.table];
      return table && { poly: constantPoly(BigInt(table.values.length)), conditions: [] };
    }
    case "array.frame":
      return { poly: constantPoly(BigInt(inst.count)), conditions: [] };
    case "array.new":
      // Any other length would have thrown.
      return integer(a);
    case "array.view": {
      const [begin, end] = [integer(b), integer(c)];
      return { poly: subtract(end.poly, begin.poly), conditions: union(begin.conditions, end.conditions) };
    }
    default:
      return undefined;
  }
}

/**
 * Loops that look as if they stayed in bounds. Each throws at one index and must still do so, at the same one, after
 * versioning: the places where a proof would be one step too bold, which random programs find too seldom.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Module } from "../../src/ir/func.ts";
import { interpret, KernelTrap } from "../../src/ir/interp.ts";
import { parseModule } from "../../src/ir/parse.ts";
import { PIPELINE, runPipeline } from "../../src/passes/pipeline.ts";

/** A loop of `n` rounds that loads xs at `%at`. */
function loop(body: string, kind: "i32" | "i64" | "f64" = "i32"): Module {
  const access =
    kind === "f64"
      ? "%index: i64 = toindex %at, %xs {site: 0}\n%v: f64 = load %xs, %index {bounds: proved, site: 0}"
      : "%v: f64 = load %xs, %at {bounds: checked, site: 0}";
  return parseModule(`site 0 = index "xs"
    entry func f(%xs xs: float64[], %n n: i32, %m m: i32, %x x: f64) {
      local $s s: f64
      local $y y: i32
      %zero: i32 = const 0
      %one: i32 = const 1
      for L0 %i = %zero to %n step 1 {
        ${body}
        ${access}
        %s: f64 = local.get $s
        %t: f64 = fadd %s, %v
        local.set $s, %t
        store %xs, %zero, %t {bounds: unchecked, site: 0}
      }
    }`);
}

/** Index and length of the error; undefined when there is none. */
function trapOf(module: Module, length: number, n: number, m: number, x: number): string | undefined {
  try {
    interpret(module, [new Float64Array(length), n, m, x]);
    return undefined;
  } catch (error) {
    if (error instanceof KernelTrap) return error.values.join(" of ");
    throw error;
  }
}

interface Case {
  readonly what: string;
  readonly module: Module;
  readonly length: number;
  readonly n: number;
  readonly m?: number;
  readonly x?: number;
  readonly trap: string | undefined;
}

const CASES: readonly Case[] = [
  {
    what: "a choice by equality isn't a minimum",
    module: loop("%c: i1 = icmp %i, %m {pred: eq}\n%at: i32 = select %c, %i, %m"),
    length: 5,
    n: 3,
    m: 10,
    trap: "10 of 5",
  },
  {
    what: "a choice by two comparisons isn't a minimum",
    module: loop(
      "%a: i1 = icmp %i, %m {pred: slt}\n%b: i1 = icmp %i, %one {pred: sgt}\n%c: i1 = and %a, %b\n%at: i32 = select %c, %i, %m",
    ),
    length: 5,
    n: 5,
    m: 7,
    trap: "7 of 5",
  },
  {
    what: "a sum in doubles is rounded",
    module: loop(
      "%d: f64 = sitofp %i\n%far: f64 = const 9007199254740991\n%sum: f64 = fadd %d, %far\n%at: f64 = fsub %sum, %far",
      "f64",
    ),
    length: 5,
    n: 5,
    trap: "5 of 5",
  },
  {
    what: "a rounded double needn't be a number",
    module: loop(
      "%d: f64 = sitofp %i\n%whole: f64 = ffloor %x\n%zeroth: f64 = fmul %d, %whole\n%at: f64 = fadd %zeroth, %d",
      "f64",
    ),
    length: 4,
    n: 2,
    x: Number.NaN,
    trap: "NaN of 4",
  },
  {
    what: "an index that wraps",
    module: loop("%big: i32 = const 1431655766\n%at: i32 = mul %i, %big {overflow: wraps}"),
    length: 10,
    n: 4,
    trap: "1431655766 of 10",
  },
  {
    what: "an index that wraps all the way round",
    module: loop(
      "%big: i32 = const 1073741824\n%k: i32 = add %i, %m {overflow: wraps}\n%at: i32 = mul %k, %big {overflow: wraps}",
    ),
    length: 1,
    n: 1,
    m: 4,
    trap: undefined,
  },
  {
    what: "the sum of two that saturates",
    module: loop(
      "%huge: i64 = const 9223372036854775807\n%i64: i64 = sext %i\n%sum: i64 = add %i64, %huge {overflow: saturates}\n%at: i64 = sub %sum, %huge {overflow: saturates}",
      "i64",
    ),
    length: 2,
    n: 5,
    trap: undefined,
  },
  {
    what: "a branch that is only sometimes taken",
    module: loop(
      "local.set $y, %m\n%c: i1 = icmp %i, %m {pred: slt}\nif %c {\nlocal.set $y, %i\n}\n%at: i32 = local.get $y",
    ),
    length: 3,
    n: 3,
    m: 0,
    trap: undefined,
  },
  {
    what: "a row that is longer than its stride",
    module: loop("%row: i32 = mul %i, %m {overflow: absent}\n%at: i32 = add %row, %i {overflow: absent}"),
    length: 9,
    n: 4,
    m: 2,
    trap: "9 of 9",
  },
  {
    what: "a stride below zero",
    module: loop("%at: i32 = mul %i, %m {overflow: absent}"),
    length: 9,
    n: 2,
    m: -1,
    trap: "-1 of 9",
  },
  ...clampedCases(),
];

/** at = ⌊i · x, kept within [0, m]⌋, in both ways of writing it. */
function clampedCases(): Case[] {
  const scaled = "%d: f64 = sitofp %i\n%v0: f64 = fmul %d, %x\n%low: f64 = const 0\n%high: f64 = sitofp %m\n";
  const ways = {
    "minimum and maximum": "%v1: f64 = fmax %v0, %low\n%v2: f64 = fmin %v1, %high\n",
    comparisons:
      "%above: i1 = fcmp %v0, %high {pred: ogt}\n%v1: f64 = select %above, %high, %v0\n" +
      "%below: i1 = fcmp %v0, %low {pred: olt}\n%v2: f64 = select %below, %low, %v1\n",
  };
  return Object.entries(ways).flatMap(([way, text]) => {
    const module = loop(`${scaled}${text}%at: f64 = ffloor %v2`, "f64");
    const inputs = [
      { what: "inside", m: 4, x: 0.7, trap: undefined },
      { what: "beyond", m: 4, x: 1e300, trap: undefined },
      { what: "below", m: 4, x: -3.5, trap: undefined },
      { what: "one too far", m: 5, x: 3, trap: "5 of 5" },
      { what: "NaN", m: 4, x: Number.NaN, trap: "NaN of 5" },
      { what: "0 · ∞", m: 4, x: Number.POSITIVE_INFINITY, trap: "NaN of 5" },
      { what: "an upper end below the lower", m: -1, x: 2, trap: "-1 of 5" },
    ];
    return inputs.map(({ what, ...rest }) => ({
      what: `a clamp by ${way}: ${what}`,
      module,
      length: 5,
      n: 3,
      ...rest,
    }));
  });
}

for (const { what, module, length, n, m = 0, x = 0, trap } of CASES)
  test(what, () => {
    assert.equal(trapOf(module, length, n, m, x), trap);
    assert.equal(trapOf(runPipeline(module, { verify: true }, PIPELINE).module, length, n, m, x), trap);
  });

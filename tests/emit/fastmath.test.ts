/**
 * Fast-math flags make a float poison when what they promise is untrue. That may cost the right number, never memory
 * safety: conditions, integers and indices made from such floats stay ordinary values.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { njit } from "../../src/index.ts";
import { buildModule } from "./native-module.ts";

const FAST = "fast: [nnan, ninf, nsz, arcp, contract, afn, reassoc]";

test("NaN, infinities and constants that break the promises", () => {
  const built = buildModule(`site 0 = index "xs"
site 1 = bigint-of
entry func broken(%xs xs: float64[], %bins bins: int32[], %x x: f64, %which which: i32) -> i32 {
  local $n n: i32
  %zero: i32 = const 0
  %one: i32 = const 1
  %two: i32 = const 2
  %three: i32 = const 3
  %nan: f64 = const NaN
  %inf: f64 = const -Infinity
  %a: f64 = fadd %x, %nan {${FAST}}
  %b: f64 = fmul %x, %inf {${FAST}}
  %c: i1 = fcmp %a, %b {pred: ogt, ${FAST}}
  if %c {
    local.set $n, %one
  }
  %d: i1 = fcmp %x, %inf {pred: ogt, ${FAST}}
  %chosen: i32 = select %d, %one, %two
  %xs2: float64[] = select %c, %xs, %xs
  %v: f64 = load %xs2, %chosen {bounds: checked, site: 0}
  %k: i32 = clamp8 %a
  %old: i32 = load %bins, %k {bounds: proved, site: 0}
  %new: i32 = add %old, %one {overflow: wraps}
  store %bins, %k, %new {bounds: proved, site: 0}
  %is1: i1 = icmp %which, %one {pred: eq}
  if %is1 {
    %i: i32 = toint32 %b {fits64: false}
    %w: f64 = load %xs, %i {bounds: checked, site: 0}
    %wi: i32 = toint32 %w {fits64: false}
    return %wi
  }
  %is2: i1 = icmp %which, %two {pred: eq}
  if %is2 {
    %j: i64 = toindex %a, %xs {site: 0}
    store %xs, %j, %v {bounds: proved, site: 0}
  }
  %is3: i1 = icmp %which, %three {pred: eq}
  if %is3 {
    %big: i64 = bigof %b {to: s, site: 1}
    %y: f64 = load %xs, %big {bounds: checked, site: 0}
    store %xs, %zero, %y {bounds: checked, site: 0}
  }
  %n: i32 = local.get $n
  return %n
}
`);
  for (const x of [0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e300]) {
    for (const which of [0, 1, 2, 3]) {
      const bins = new Int32Array(256);
      const outcome = built.native([new Float64Array(4), bins, x, which]);
      assert.ok(outcome.kind === "results" || outcome.site <= 1);
      assert.equal(
        bins.reduce((a, b) => a + b),
        1,
      );
    }
  }
});

test("a search that starts at −Infinity ends", () => {
  const built = buildModule(`site 0 = index "xs"
entry func best(%xs xs: float64[]) -> i32 {
  local $best best: f64
  local $at at: i32
  %start: f64 = const -Infinity
  local.set $best, %start
  %zero: i32 = const 0
  %n: i32 = length %xs
  for each %i = %zero to %n step 1 {
    %x: f64 = load %xs, %i {bounds: proved, site: 0}
    %b: f64 = local.get $best
    %more: i1 = fcmp %x, %b {pred: ogt, ${FAST}}
    if %more {
      local.set $best, %x
      local.set $at, %i
    }
  }
  %at: i32 = local.get $at
  return %at
}
`);
  for (const n of [0, 1, 2, 3, 8, 100]) {
    const outcome = built.native([Float64Array.from({ length: n }, (_, i) => i)]);
    assert.ok(outcome.kind === "results");
  }
});

test("remainders and math functions, which branch, ask no float that may be poison", () => {
  const kernel = njit((x: number, y: number) => Math.log(Math.min(x, y)) + (Math.max(x, y) % y), {
    cache: false,
    fastmath: true,
  });
  kernel(1.5, 2.5);
  const text = kernel.inspectLLVM();
  const named = (pattern: RegExp): string => pattern.exec(text)?.[1] ?? assert.fail(`${pattern}`);
  const frozen = (value: string): void => assert.match(text, new RegExp(`${value} = freeze double`));
  frozen(named(/@nb\.log\.f64\(double (%\w+)\)/));
  frozen(named(/@nb\.fmod\(double (%\w+),/));
});

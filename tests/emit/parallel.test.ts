/** Parallel loops, on the pool and without it, against the interpreter. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nativeLoader } from "../../src/runtime/loader.ts";
import { buildModule } from "./native-module.ts";

const pool = nativeLoader.pool();

const SUM = `site 0 = index "xs"
entry func sum(%xs xs: float64[], %from from: i32, %to to: i32, %most most: i64) -> f64, i32 {
  local $s s: f64
  local $n n: i32
  %init: f64 = const 0.25
  local.set $s, %init
  %three: i64 = const 3
  parallel chunk(%from, %to, %three, %most, %xs, %init) step STEP into($s, $n) each(%ps, %pn) {
    %s0: f64 = local.get $s
    %s1: f64 = fadd %s0, %ps
    local.set $s, %s1
    %n0: i32 = local.get $n
    %n1: i32 = add %n0, %pn {overflow: wraps}
    local.set $n, %n1
  }
  %s: f64 = local.get $s
  %n: i32 = local.get $n
  return %s, %n
}
func chunk(%lo from: i32, %hi to: i32, %first first: i1, %a xs: float64[], %s0 s: f64) -> f64, i32 {
  local $t t: f64
  local $m m: i32
  %none: f64 = const -0
  %begin: f64 = select %first, %s0, %none
  local.set $t, %begin
  for L0 %i = %lo to %hi step STEP {
    %x: f64 = load %a, %i {bounds: checked, site: 0}
    %t0: f64 = local.get $t
    %t1: f64 = fadd %t0, %x
    local.set $t, %t1
    %m0: i32 = local.get $m
    %one: i32 = const 1
    %m1: i32 = add %m0, %one {overflow: absent}
    local.set $m, %m1
  }
  %t: f64 = local.get $t
  %m: i32 = local.get $m
  return %t, %m
}
`;

for (const threads of [1, 2, 5]) {
  for (const address of [0n, pool.address]) {
    test(`sums of chunks, ${threads} threads, ${address === 0n ? "no pool" : "pool"}`, () => {
      pool.setThreads(threads);
      assert.equal(pool.threads(), threads);
      const xs = Float64Array.from({ length: 1000 }, (_, i) => Math.sin(i) * 10 ** (i % 7));
      const up = buildModule(SUM.replaceAll("STEP", "1"), { pool: address });
      const down = buildModule(SUM.replaceAll("STEP", "-7"), { pool: address });
      for (const most of [1n, 2n, 8n, 1000n, -3n]) {
        for (const [from, to] of [
          [0, 1000],
          [0, 0],
          [5, 4],
          [3, 9],
          [17, 999],
          [900, 1003],
          [-1, 1000],
        ] as const) {
          up.check([xs, from, to, most]);
          down.check([xs, to, from, most]);
        }
      }
    });
  }
}

test("arrays of chunks live until they are merged, and errors free them", () => {
  const text = `site 0 = index "xs"
site 1 = length "Int32Array"
entry func histogram(%xs xs: int32[], %n n: i32, %bins bins: i32) -> int32[] {
  local $unused merged: int32[]
  %wide: i64 = sext %bins
  %counts: int32[] = array.new %wide {elem: int32, site: 1}
  %zero: i32 = const 0
  %most: i64 = const 16
  %ten: i64 = const 10
  parallel chunk(%zero, %n, %ten, %most, %xs, %counts, %wide) step 1 into($unused) each(%part) {
    for merge %j = %zero to %bins step 1 {
      %c0: i32 = load %counts, %j {bounds: proved, site: 0}
      %c1: i32 = load %part, %j {bounds: proved, site: 0}
      %c2: i32 = add %c0, %c1 {overflow: wraps}
      store %counts, %j, %c2 {bounds: proved, site: 0}
    }
  }
  return %counts
}
func chunk(%lo from: i32, %hi to: i32, %first first: i1, %xs xs: int32[], %all counts: int32[], %bins bins: i64) -> int32[] {
  local $mine mine: int32[]
  local.set $mine, %all
  if %first {
  } else {
    %new: int32[] = array.new %bins {elem: int32, site: 1}
    local.set $mine, %new
  }
  %counts: int32[] = local.get $mine
  %one: i32 = const 1
  for L0 %i = %lo to %hi step 1 {
    %x: i32 = load %xs, %i {bounds: checked, site: 0}
    %c: i32 = load %counts, %x {bounds: checked, site: 0}
    %d: i32 = add %c, %one {overflow: wraps}
    store %counts, %x, %d {bounds: checked, site: 0}
  }
  return %counts
}
`;
  const built = buildModule(text, { pool: pool.address });
  const xs = Int32Array.from({ length: 777 }, (_, i) => (i * i) % 31);
  pool.setThreads(3);
  for (const n of [0, 1, 9, 100, 777, 778, 2000]) built.check([xs, n, 31]);
  // Chunks that fail on their own: the error is that of the lowest index, as when they run one by one.
  built.check([xs, 777, 20]);
  for (let i = 0; i < 200; i++) built.check([xs, 777, 5 + (i % 30)]);
});

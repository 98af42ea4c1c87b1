/** The interpreter at the edges of each op: it is what the ops mean, so these are the IR's small print. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { interpret, type JsValue, KernelTrap, StepLimit, UnsoundError } from "./interp.ts";
import { parseModule } from "./parse.ts";
import { renderVerifyError, verifyModule } from "./verify.ts";

const SITES = `site 0 = index "xs"\nsite 1 = int64-overflow\nsite 2 = throw "Error" "no"\nsite 3 = stack\nstack site 3\n`;

function run(ir: string, args: readonly JsValue[] = [], options = {}): JsValue[] {
  const module = parseModule(SITES + ir);
  assert.deepEqual(verifyModule(module).map(renderVerifyError), []);
  return interpret(module, args, options);
}

type Type = "i1" | "i32" | "i64" | "f32" | "f64";

/** One instruction over parameters of the given types. */
function op(text: string, types: readonly Type[], result: Type, args: readonly JsValue[]): JsValue | undefined {
  const params = types.map((t, i) => `%${"abc"[i]} ${"abc"[i]}: ${t}`).join(", ");
  return run(`entry func f(${params}) -> ${result} {\n%r: ${result} = ${text}\nreturn %r\n}`, args)[0];
}

const MIN32 = -(2 ** 31);
const MAX32 = 2 ** 31 - 1;
const MIN64 = -(2n ** 63n);
const MAX64 = 2n ** 63n - 1n;

const CASES: readonly (readonly [string, readonly Type[], Type, readonly JsValue[], JsValue | "unsound" | "trap"])[] = [
  ["add %a, %b {overflow: wraps}", ["i32", "i32"], "i32", [MAX32, 1], MIN32],
  ["add %a, %b {overflow: absent}", ["i32", "i32"], "i32", [MAX32, 1], "unsound"],
  ["add %a, %b {overflow: absent}", ["i32", "i32"], "i32", [MAX32, 0], MAX32],
  ["mul %a, %b {overflow: wraps}", ["i32", "i32"], "i32", [0x7fffffff, 0x7ffffffb], Math.imul(0x7fffffff, 0x7ffffffb)],
  ["mul %a, %b {overflow: wraps}", ["i32", "i32"], "i32", [0, -1], 0],
  ["mul %a, %b {overflow: wraps}", ["i64", "i64"], "i64", [MIN64, -1n], MIN64],
  ["mul %a, %b {overflow: saturates}", ["i64", "i64"], "i64", [MIN64, -1n], MAX64],
  ["sub %a, %b {overflow: saturates}", ["i64", "i64"], "i64", [MIN64, 1n], MIN64],
  ["sdiv %a, %b", ["i32", "i32"], "i32", [-7, 2], -3],
  ["sdiv %a, %b", ["i32", "i32"], "i32", [7, 0], "unsound"],
  ["sdiv %a, %b", ["i64", "i64"], "i64", [MIN64, -1n], "unsound"],
  ["srem %a, %b", ["i32", "i32"], "i32", [-7, 7], 0],
  ["srem %a, %b", ["i64", "i64"], "i64", [-7n, 4n], -3n],
  ["shl %a, %b", ["i32", "i32"], "i32", [1, 33], 2],
  ["shl %a, %b", ["i64", "i64"], "i64", [1n, -1n], MIN64],
  ["ashr %a, %b", ["i64", "i64"], "i64", [-5n, 65n], -3n],
  ["lshr %a, %b", ["i32", "i32"], "i32", [-1, 32], -1],
  ["lshr %a, %b", ["i64", "i64"], "i64", [-1n, 1n], MAX64],
  ["ctlz %a", ["i32"], "i32", [0], 32],
  ["ctlz %a", ["i64"], "i64", [-1n], 0n],
  ["icmp %a, %b {pred: ult}", ["i32", "i32"], "i1", [1, -1], true],
  ["icmp %a, %b {pred: slt}", ["i64", "i64"], "i1", [MIN64, MAX64], true],
  ["fcmp %a, %b {pred: une}", ["f64", "f64"], "i1", [Number.NaN, Number.NaN], true],
  ["fcmp %a, %b {pred: oeq}", ["f64", "f64"], "i1", [0, -0], true],
  ["fadd %a, %b", ["f32", "f32"], "f32", [16777216, 1], 16777216],
  ["fmin %a, %b", ["f64", "f64"], "f64", [0, -0], -0],
  ["fmax %a, %b", ["f64", "f64"], "f64", [Number.NaN, 1], Number.NaN],
  ["fround %a", ["f64"], "f64", [-0.5], -0],
  ["fround %a", ["f64"], "f64", [0.49999999999999994], 0],
  ["fround %a", ["f64"], "f64", [2.5], 3],
  ["frem %a, %b", ["f64", "f64"], "f64", [-4, 2], -0],
  ["fsign %a", ["f64"], "f64", [-0], -0],
  ["sitofp %a", ["i64"], "f64", [2n ** 53n + 1n], 2 ** 53],
  ["sitofp %a", ["i64"], "f32", [2n ** 60n + 2n ** 36n + 1n], 2 ** 60 + 2 ** 37],
  ["uitofp %a", ["i32"], "f64", [-1], 4294967295],
  ["fptosi %a", ["f64"], "i32", [-2147483648.9], MIN32],
  ["fptosi %a", ["f64"], "i32", [2147483648], "unsound"],
  ["fptosi %a", ["f64"], "i64", [Number.NaN], "unsound"],
  ["toint32 %a {fits64: false}", ["f64"], "i32", [2 ** 80 + 2 ** 31], MIN32],
  ["toint32 %a {fits64: false}", ["f64"], "i32", [4294967295.5], -1],
  ["toint32 %a {fits64: true}", ["f64"], "i32", [2 ** 63], "unsound"],
  ["clamp8 %a", ["f64"], "i32", [0.5], 0],
  ["clamp8 %a", ["f64"], "i32", [1.5], 2],
  ["clamp8 %a", ["f64"], "i32", [254.5], 254],
  ["clamp8 %a", ["f64"], "i32", [Number.NaN], 0],
  ["zext %a", ["i32"], "i64", [-1], 4294967295n],
  ["zext %a", ["i1"], "i32", [true], 1],
  ["trunc %a", ["i64"], "i32", [2n ** 31n], MIN32],
  ["fptrunc %a", ["f64"], "f32", [0.1], Math.fround(0.1)],
  ["select %a, %b, %c", ["i1", "f64", "f64"], "f64", [false, 1, 2], 2],
  ["bigadd %a, %b {lhs: s, rhs: s, to: s, site: 1}", ["i64", "i64"], "i64", [MAX64, 1n], "trap"],
  ["bigadd %a, %b {lhs: u, rhs: u, to: u, site: 1}", ["i64", "i64"], "i64", [MAX64, 1n], MIN64],
  ["bigsub %a, %b {lhs: u, rhs: u, to: u, site: 1}", ["i64", "i64"], "i64", [0n, 1n], "trap"],
  ["bigdiv %a, %b {lhs: s, rhs: s, to: s, site: 1}", ["i64", "i64"], "i64", [MIN64, -1n], "trap"],
  ["bigdiv %a, %b {lhs: s, rhs: s, to: s, site: 1}", ["i64", "i64"], "i64", [1n, 0n], "trap"],
  ["bigpow %a, %b {lhs: s, rhs: s, to: s, site: 1}", ["i64", "i64"], "i64", [-1n, MAX64], -1n],
  ["bigpow %a, %b {lhs: s, rhs: s, to: s, site: 1}", ["i64", "i64"], "i64", [-2n, 63n], MIN64],
  ["bigpow %a, %b {lhs: s, rhs: s, to: s, site: 1}", ["i64", "i64"], "i64", [2n, -1n], "trap"],
  ["bigshl %a, %b {lhs: s, rhs: s, to: s, site: 1}", ["i64", "i64"], "i64", [-1n, 63n], MIN64],
  ["bigshl %a, %b {lhs: s, rhs: s, to: s, site: 1}", ["i64", "i64"], "i64", [1n, 63n], "trap"],
  ["bigshr %a, %b {lhs: s, rhs: s, to: s, site: 1}", ["i64", "i64"], "i64", [-5n, MAX64], -1n],
  ["bigcast %a {lhs: u, to: s, site: 1}", ["i64"], "i64", [-1n], "trap"],
  ["bigcmp %a, %b {pred: sgt, lhs: u, rhs: s}", ["i64", "i64"], "i1", [-1n, MAX64], true],
  ["bigfcmp %a, %b {pred: olt, lhs: s}", ["i64", "f64"], "i1", [2n ** 53n + 1n, 2 ** 53 + 2], true],
  ["bigfcmp %a, %b {pred: oeq, lhs: s}", ["i64", "f64"], "i1", [2n ** 53n + 1n, 2 ** 53], false],
  ["bigof %a {to: s, site: 1}", ["f64"], "i64", [-(2 ** 63)], MIN64],
  ["bigof %a {to: s, site: 1}", ["f64"], "i64", [0.5], "trap"],
  ["bigof %a {to: u, site: 1}", ["f64"], "i64", [2 ** 63], MIN64],
];

for (const [text, types, result, args, expected] of CASES)
  test(`${text} of ${args.join(", ")}`, () => {
    const evaluate = (): JsValue | undefined => op(text, types, result, args);
    if (expected === "unsound") assert.throws(evaluate, UnsoundError);
    else if (expected === "trap") assert.throws(evaluate, KernelTrap);
    else assert.ok(Object.is(evaluate(), expected), `gives ${String(evaluate())}, not ${String(expected)}`);
  });

test("an index out of bounds: a trap where it is checked, unsound where it was proved", () => {
  const ir = (bounds: string): string =>
    `entry func f(%xs xs: float64[], %i i: i64) -> f64 {\n%v: f64 = load %xs, %i {bounds: ${bounds}, site: 0}\nreturn %v\n}`;
  assert.deepEqual(run(ir("checked"), [new Float64Array([1, 2]), 1n]), [2]);
  assert.throws(
    () => run(ir("checked"), [new Float64Array(2), MIN64]),
    (error: unknown) =>
      error instanceof KernelTrap && error.site === 0 && error.values.join() === [-(2 ** 63), 2].join(),
  );
  assert.throws(() => run(ir("proved"), [new Float64Array(2), 2n]), UnsoundError);
});

test("elements are extended and cut as their kind says", () => {
  const bytes = new ArrayBuffer(8);
  const ir = `entry func f(%a a: int8[], %b b: uint16[], %c c: uint32[], %d d: biguint64[], %x x: i32) -> i32, i32, i64, i64 {
    %zero: i32 = const 0
    store %a, %zero, %x {bounds: proved, site: 0}
    %1: i32 = load %a, %zero {bounds: proved, site: 0}
    %2: i32 = load %b, %zero {bounds: proved, site: 0}
    store %c, %zero, %x {bounds: proved, site: 0}
    %3: i64 = load %c, %zero {bounds: proved, site: 0}
    %m: i64 = const -1
    store %d, %zero, %m {bounds: proved, site: 0}
    %4: i64 = load %d, %zero {bounds: proved, site: 0}
    return %1, %2, %3, %4
  }`;
  const views = [new Int8Array(bytes), new Uint16Array(bytes), new Uint32Array(bytes), new BigUint64Array(bytes)];
  // 511 is 0x1ff: its low byte is −1; all four arrays share their memory.
  assert.deepEqual(run(ir, [...views, 511]), [-1, 255, 511n, -1n]);
  assert.deepEqual(run(ir, [...views, -1]), [-1, 65535, 4294967295n, -1n]);
});

test("a table can't be written, a released array can't be used", () => {
  const table = `table 0 = "lut" float64 [1, 2]
  entry func f() {
    %t: float64[] = array.table {table: 0}
    %zero: i32 = const 0
    %v: f64 = load %t, %zero {bounds: proved, site: 0}
    store %t, %zero, %v {bounds: proved, site: 0}
  }`;
  assert.throws(() => run(table), UnsoundError);
  const released = `entry func f() {
    %mark: i64 = arena.mark
    %n: i64 = const 3
    %a: float64[] = array.new %n {elem: float64, site: 0}
    arena.release %mark
    %l: i32 = length %a
  }`;
  assert.throws(() => run(released), UnsoundError);
});

test("a returned parameter is the very array that came in", () => {
  const xs = new Float64Array(3);
  assert.equal(run("entry func f(%xs xs: float64[]) -> float64[] {\nreturn %xs\n}", [xs])[0], xs);
});

test("loops: steps, labels, counters downwards", () => {
  const ir = `entry func f(%from from: i32, %to to: i32) -> i32 {
    local $sum sum: i32
    for all %i = %from to %to step -3 {
      %s: i32 = local.get $sum
      %t: i32 = add %s, %i {overflow: wraps}
      local.set $sum, %t
      block skip {
        loop once {
          break skip
        }
      }
      %stop: i1 = icmp %t, %from {pred: sgt}
      if %stop {
        continue all
      }
    }
    %r: i32 = local.get $sum
    return %r
  }`;
  assert.deepEqual(run(ir, [10, 0]), [10 + 7 + 4 + 1]);
  assert.deepEqual(run(ir, [0, 10]), [0]);
});

test("refs are the caller's locals", () => {
  const ir = `entry func f(%x x: i32) -> i32 {
    local $a a: i32
    local.set $a, %x
    call twice(%x) refs($a)
    %r: i32 = local.get $a
    return %r
  }
  func twice(%0 by: i32) refs($outer) {
    local $outer outer: i32
    %1: i32 = local.get $outer
    %2: i32 = add %1, %0 {overflow: wraps}
    local.set $outer, %2
    call thrice() refs($outer)
  }
  func thrice() refs($outer) {
    local $outer outer: i32
    %1: i32 = local.get $outer
    %2: i32 = add %1, %1 {overflow: wraps}
    local.set $outer, %2
  }`;
  assert.deepEqual(run(ir, [5]), [20]);
});

test("endless programs end: recursion at the stack site, loops by their budget", () => {
  const recursion = "entry func f() recursive {\ncall f()\n}";
  assert.throws(
    () => run(recursion, [], { depth: 50 }),
    (error: unknown) => error instanceof KernelTrap && error.site === 3,
  );
  assert.throws(() => run("entry func f() {\nloop again {\n}\n}", [], { steps: 1000 }), StepLimit);
});

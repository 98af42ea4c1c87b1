/** Memory: loads and stores of every kind, bounds, arrays made by the kernel, views, tables; against the interpreter. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ELEMENT_KINDS, ELEMENTS, type ElementKind } from "../../src/types/elements.ts";
import { INT32_EDGES, INT64_EDGES, NUMBER_EDGES } from "../support/edge-values.ts";
import { buildModule } from "./native-module.ts";

const CONSTRUCTORS = {
  int8: Int8Array,
  uint8: Uint8Array,
  uint8c: Uint8ClampedArray,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
  bigint64: BigInt64Array,
  biguint64: BigUint64Array,
} as const;

function stored(elem: ElementKind): "i32" | "i64" | "f32" | "f64" {
  return elem === "uint32" ? "i32" : ELEMENTS[elem].scalar;
}

/** Elements at the edges of the kind. */
function samples(elem: ElementKind): InstanceType<(typeof CONSTRUCTORS)[ElementKind]> {
  const values: readonly unknown[] = stored(elem) === "i64" ? INT64_EDGES : NUMBER_EDGES;
  return Reflect.apply(CONSTRUCTORS[elem].from, CONSTRUCTORS[elem], [values]);
}

for (const elem of ELEMENT_KINDS) {
  const loaded = ELEMENTS[elem].scalar;
  const sink = { i32: "int32", i64: "bigint64", f32: "float32", f64: "float64" } as const;
  const source = sink[stored(elem)];

  test(`${elem}: loads extend, stores keep the low bits`, () => {
    const built = buildModule(`site 0 = index "a"
entry func copy(%a a: ${elem}[], %o o: ${sink[loaded]}[], %s s: ${source}[], %t t: ${elem}[]) {
  %zero: i32 = const 0
  %n: i32 = length %a
  for each %i = %zero to %n step 1 {
    %x: ${loaded} = load %a, %i {bounds: checked, site: 0}
    store %o, %i, %x {bounds: checked, site: 0}
  }
  %m: i32 = length %s
  for all %j = %zero to %m step 1 {
    %y: ${stored(elem)} = load %s, %j {bounds: proved, site: 0}
    store %t, %j, %y {bounds: proved, site: 0}
  }
}
`);
    const from = samples(elem);
    const raw: readonly unknown[] =
      stored(elem) === "i64" ? INT64_EDGES : stored(elem) === "i32" ? INT32_EDGES : NUMBER_EDGES;
    const to: unknown = Reflect.apply(CONSTRUCTORS[source].from, CONSTRUCTORS[source], [raw]);
    built.check([from, new CONSTRUCTORS[sink[loaded]](from.length), to, new CONSTRUCTORS[elem](raw.length)]);
  });
}

test("a checked index out of bounds ends the kernel at its site, everything before it stored", () => {
  const access = (index: string) =>
    buildModule(`site 0 = index "zero"
site 1 = index "xs"
entry func at(%xs xs: int16[], %i i: ${index}) -> i32 {
  %zero: i32 = const 0
  %seven: i32 = const 7
  store %xs, %zero, %seven {bounds: checked, site: 0}
  %x: i32 = load %xs, %i {bounds: checked, site: 1}
  return %x
}
`);
  const narrow = access("i32");
  const wide = access("i64");
  for (const i of INT32_EDGES) narrow.check([new Int16Array(300), i]);
  for (const i of INT64_EDGES) wide.check([new Int16Array(300), i]);
  assert.deepEqual(narrow.check([new Int16Array(3), 3]), { kind: "trap", site: 1, values: [3, 3] });
  assert.deepEqual(narrow.check([new Int16Array(3), -1]), { kind: "trap", site: 1, values: [-1, 3] });
  assert.deepEqual(narrow.check([new Int16Array(0), 0]), { kind: "trap", site: 0, values: [0, 0] });
});

test("a double as an index is an integer in bounds, or an error that names it", () => {
  const built = buildModule(`site 0 = index "xs"
entry func at(%xs xs: float32[], %d d: f64) -> f32 {
  %i: i64 = toindex %d, %xs {site: 0}
  %x: f32 = load %xs, %i {bounds: proved, site: 0}
  return %x
}
`);
  const xs = Float32Array.from({ length: 40 }, (_, i) => i / 3);
  for (const d of [...NUMBER_EDGES, 38.99999, 39, 39.5, 40]) {
    built.check([xs, d]);
    built.check([xs.subarray(0, 0), d]);
  }
});

test("an index made of whole doubles is one whole number", () => {
  const built = buildModule(`site 0 = index "xs"
entry func at(%xs xs: float32[], %a d: f64, %b e: f64) -> f32 {
  %x: f64 = ffloor %a
  %y: f64 = fceil %b
  %row: f64 = const 256
  %scaled: f64 = fmul %x, %row
  %moved: f64 = fadd %scaled, %y
  %size: f64 = fabs %moved
  %index: f64 = fsub %size, %x
  %i: i64 = toindex %index, %xs {site: 0}
  %element: f32 = load %xs, %i {bounds: proved, site: 0}
  return %element
}
`);
  const xs = Float32Array.from({ length: 600 }, (_, i) => i / 3);
  for (const d of [...NUMBER_EDGES, 1, 1.75, 2.5, -1, 2 ** 53 / 256, -(2 ** 45) - 0.5])
    for (const e of [...NUMBER_EDGES, 0.5, -255.5, 255, 343.5, 344, 2 ** 53, -(2 ** 53) - 2]) built.check([xs, d, e]);
});

const MAKE = `site 0 = length "Float64Array"
entry func make(%n n: i64, %fill fill: f64) -> float64[], float64[] {
  %zero: i32 = const 0
  %a: float64[] = array.new %n {elem: float64, site: 0}
  %b: float64[] = array.new %n {elem: float64, site: 0}
  %length: i32 = length %a
  for each %i = %zero to %length step 1 {
    store %a, %i, %fill {bounds: proved, site: 0}
  }
  return %a, %b
}
`;

test("arrays made by the kernel are zeroed and independent", () => {
  const built = buildModule(MAKE);
  for (const n of [0n, 1n, 7n, 1000n, 100_000n]) built.check([n, 2.5]);
});

test("a bad length is an error with the length", () => {
  const built = buildModule(MAKE);
  for (const n of [-1n, 2n ** 31n, 2n ** 40n, -(2n ** 63n), 2n ** 63n - 1n])
    assert.deepEqual(built.native([n, 1]), { kind: "trap", site: 0, values: [Number(n), 0] });
});

test("views: bounds, length, memory and identity", () => {
  const built = buildModule(`site 0 = index "v"
entry func part(%xs xs: uint16[], %ys ys: uint16[], %from from: i32, %to to: i64, %w w: i32) -> uint16[], i32, i1, i1, i1, i1 {
  %begin: i64 = sext %from
  %v: uint16[] = array.view %xs, %begin, %to
  %n: i32 = length %v
  %zero: i32 = const 0
  %one: i32 = const 1
  %any: i1 = icmp %zero, %n {pred: slt}
  if %any {
    store %v, %zero, %w {bounds: checked, site: 0}
  }
  %u: uint16[] = array.view %v, %zero, %n
  %with: i1 = array.overlaps %v, %xs
  %without: i1 = array.overlaps %v, %ys
  %itself: i1 = array.same %xs, %xs
  %another: i1 = array.same %xs, %ys
  return %u, %n, %with, %without, %itself, %another
}
`);
  const xs = Uint16Array.from({ length: 10 }, (_, i) => i);
  for (const [from, to] of [
    [0, 10],
    [3, 7],
    [4, 4],
    [10, 10],
    [0, 0],
  ] as const)
    built.check([xs, new Uint16Array(4), from, BigInt(to), 65537]);
});

test("parameters on one buffer overlap where their bytes do", () => {
  const built = buildModule(`entry func overlap(%a a: float64[], %b b: int32[]) -> i1, i1 {
  %x: i1 = array.overlaps %a, %b
  %y: i1 = array.overlaps %b, %a
  return %x, %y
}
`);
  const buffer = new ArrayBuffer(64);
  const cases = [
    [new Float64Array(buffer, 0, 4), new Int32Array(buffer, 32, 8), false],
    [new Float64Array(buffer, 0, 4), new Int32Array(buffer, 28, 1), true],
    [new Float64Array(buffer, 8, 1), new Int32Array(buffer, 12, 1), true],
    [new Float64Array(buffer, 8, 0), new Int32Array(buffer, 0, 16), false],
    [new Float64Array(buffer), new Int32Array(buffer), true],
  ] as const;
  for (const [a, b, expected] of cases)
    assert.deepEqual(built.native([a, b]), { kind: "results", values: [expected, expected] });
});

test("returning a parameter gives that very object", () => {
  const built = buildModule(`entry func swap(%a a: uint8c[], %b b: uint8c[], %which which: i1) -> uint8c[], uint8c[] {
  local $x x: uint8c[]
  local.set $x, %a
  if %which {
    local.set $x, %b
  }
  %y: uint8c[] = local.get $x
  %z: uint8c[] = select %which, %a, %b
  return %y, %z
}
`);
  const [a, b] = [new Uint8ClampedArray(3), new Uint8ClampedArray(3)];
  for (const which of [false, true]) {
    const outcome = built.native([a, b, which]);
    assert.ok(outcome.kind === "results");
    assert.equal(outcome.values[0], which ? b : a);
    assert.equal(outcome.values[1], which ? a : b);
  }
});

test("tables are read as they were captured", () => {
  const built = buildModule(`site 0 = index "t"
table 0 = "t" float64 [0.1, -0, Infinity, 1e-320]
table 1 = "u" int32 [-1, 2147483647]
entry func read(%i i: i32, %j j: i32) -> f64, i32, i32 {
  %t: float64[] = array.table {table: 0}
  %u: int32[] = array.table {table: 1}
  %x: f64 = load %t, %i {bounds: checked, site: 0}
  %y: i32 = load %u, %j {bounds: checked, site: 0}
  %n: i32 = length %u
  return %x, %y, %n
}
`);
  for (const i of [0, 1, 2, 3, 4]) for (const j of [0, 1, 2]) built.check([i, j]);
});

test("an array local that was never set is empty", () => {
  const built = buildModule(`site 0 = index "x"
entry func unset(%i i: i32) -> i32, f64 {
  local $x x: float64[]
  %x: float64[] = local.get $x
  %n: i32 = length %x
  %y: f64 = load %x, %i {bounds: checked, site: 0}
  return %n, %y
}
`);
  built.check([0]);
  built.check([-1]);
});

test("the arena frees what was made since the mark, in a loop that would not fit otherwise", () => {
  const built = buildModule(`site 0 = length "Float64Array"
site 1 = index "a"
entry func churn(%rounds rounds: i32, %n n: i64) -> f64, float64[] {
  local $sum sum: f64
  %zero: i32 = const 0
  %kept: float64[] = array.new %n {elem: float64, site: 0}
  for each %i = %zero to %rounds step 1 {
    %mark: i64 = arena.mark
    %a: float64[] = array.new %n {elem: float64, site: 0}
    %b: float64[] = array.new %n {elem: float64, site: 0}
    %x: f64 = sitofp %i
    store %a, %zero, %x {bounds: checked, site: 1}
    %y: f64 = load %a, %zero {bounds: checked, site: 1}
    %z: f64 = load %b, %zero {bounds: checked, site: 1}
    arena.release %mark
    %s: f64 = local.get $sum
    %t: f64 = fadd %s, %y
    %u: f64 = fadd %t, %z
    local.set $sum, %u
    store %kept, %zero, %u {bounds: checked, site: 1}
  }
  %sum: f64 = local.get $sum
  return %sum, %kept
}
`);
  built.check([10, 4n]);
  built.check([1, 0n]);
  // 2 × 64 MB a round.
  const outcome = built.native([300, 8_000_000n]);
  assert.ok(outcome.kind === "results");
  assert.equal(outcome.values[0], 44850);
});

test("random numbers", () => {
  const built = buildModule(
    `site 0 = index "xs"
entry func fill(%xs xs: float64[], %seed seed: i64) -> i64, f64 {
  %zero: i32 = const 0
  %n: i32 = length %xs
  random.seed %seed
  for each %i = %zero to %n step 1 {
    %x: f64 = random
    store %xs, %i, %x {bounds: proved, site: 0}
  }
  %state: i64 = random.state
  %stream: i64 = random.stream %state, %seed
  random.seed %stream
  %last: f64 = random
  return %stream, %last
}
`,
  );
  for (const seed of INT64_EDGES) built.check([new Float64Array(1000), seed]);
});

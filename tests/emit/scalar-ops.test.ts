/** The scalar ops at edge values, in loops that LLVM vectorises, against the interpreter. */
import { test } from "node:test";
import { INT32_EDGES, INT64_EDGES, NUMBER_EDGES, pairsOf, seededRandom } from "../support/edge-values.ts";
import { checkElementwise, type Expression } from "./elementwise.ts";
import { buildModule } from "./native-module.ts";

const op = (text: string, type: Expression["type"], name = text): Expression => ({ name, text, type });

const INT_PREDICATES = ["eq", "ne", "slt", "sle", "sgt", "sge", "ult"];
const FLOAT_PREDICATES = ["oeq", "une", "olt", "ole", "ogt", "oge"];

function intOps(type: "i32" | "i64"): Expression[] {
  return [
    ...["add", "sub", "mul"].map((name) => op(`${name} %a, %b {overflow: wraps}`, type)),
    ...["smin", "smax", "and", "or", "xor", "shl", "ashr", "lshr"].map((name) => op(`${name} %a, %b`, type)),
    op("ctlz %a", type),
    ...INT_PREDICATES.map((pred) => op(`icmp %a, %b {pred: ${pred}}`, "i1")),
    op("sitofp %a", "f64", "sitofp f64"),
    op("sitofp %a", "f32", "sitofp f32"),
    op("uitofp %a", "f64", "uitofp f64"),
    op("uitofp %a", "f32", "uitofp f32"),
  ];
}

const SMALL = [0, 1, -1, 2, -2, 3, 7, -7, 100, 32767, -32768];
const i32Pairs = pairsOf(INT32_EDGES, INT32_EDGES);
const i64Pairs = pairsOf(INT64_EDGES, INT64_EDGES);

test("i32 ops", () => {
  const conversions = [op("sext %a", "i64"), op("zext %a", "i64")];
  checkElementwise("i32", "i32", [...intOps("i32"), ...conversions], i32Pairs);
});

test("i32 ops that don't overflow", () => {
  const ops = ["add", "sub", "mul"].map((name) => op(`${name} %a, %b {overflow: absent}`, "i32"));
  checkElementwise("i32", "i32", ops, pairsOf(SMALL, SMALL));
});

test("i32 division", () => {
  const pairs = i32Pairs.filter(([a, b]) => b !== 0 && !(a === -(2 ** 31) && b === -1));
  checkElementwise("i32", "i32", [op("sdiv %a, %b", "i32"), op("srem %a, %b", "i32")], pairs);
});

test("i64 ops", () => {
  const saturating = ["add", "sub", "mul"].map((name) => op(`${name} %a, %b {overflow: saturates}`, "i64"));
  checkElementwise("i64", "i64", [...intOps("i64"), ...saturating, op("trunc %a", "i32")], i64Pairs);
});

test("i64 division", () => {
  const pairs = i64Pairs.filter(([a, b]) => b !== 0n && !(a === -(2n ** 63n) && b === -1n));
  checkElementwise("i64", "i64", [op("sdiv %a, %b", "i64"), op("srem %a, %b", "i64")], pairs);
});

function floatOps(type: "f32" | "f64"): Expression[] {
  const binary = ["fadd", "fsub", "fmul", "fdiv", "frem", "fmin", "fmax"];
  const unary = ["fneg", "fabs", "fsqrt", "ffloor", "fceil", "ftrunc", "fround", "fsign"];
  return [
    ...binary.map((name) => op(`${name} %a, %b`, type)),
    ...unary.map((name) => op(`${name} %a`, type)),
    ...FLOAT_PREDICATES.map((pred) => op(`fcmp %a, %b {pred: ${pred}}`, "i1")),
  ];
}

// Neighbours of what rounding and ToInt32 must tell apart.
const MORE_FLOATS = [
  0.5000000000000001,
  -0.5000000000000001,
  1.4999999999999998,
  2 ** 31 - 0.25,
  -(2 ** 31) + 0.5,
  2 ** 63 - 1024,
  -(2 ** 63) - 2048,
  2 ** 63 + 2048,
  2 ** 83 + 2 ** 31,
  2 ** 84,
  1.5 * 2 ** 80,
  4294967295.5,
  -4294967296.5,
  2 ** 51 + 0.5,
  -(2 ** 51) - 0.5,
  2 ** 52 - 0.5,
  253.5,
  254.49999999999997,
  255,
  256,
  -1e-320,
  1e-320,
];
const floats = [...NUMBER_EDGES, ...MORE_FLOATS];

test("f64 ops", () => {
  const conversions = [op("toint32 %a {fits64: false}", "i32"), op("clamp8 %a", "i32"), op("fptrunc %a", "f32")];
  checkElementwise("f64", "f64", [...floatOps("f64"), ...conversions], pairsOf(floats, floats));
});

test("min and max with constants, integers and accumulators", () => {
  const ops: Expression[] = [];
  for (const type of ["f64", "f32"] as const) {
    for (const [c, value] of ["0", "-0", "NaN", "5", "-5.5", "Infinity", "-Infinity"].entries()) {
      const constant = `%${type}c${c}: ${type} = const ${value}`;
      const converted = type === "f64" ? [] : ["%f: f32 = fptrunc %a"];
      const x = type === "f64" ? "%a" : "%f";
      for (const [k, text] of ["fmin C, X", "fmin X, C", "fmax C, X", "fmax X, C"].entries()) {
        const operands = text.replace("C", `%${type}c${c}`).replace("X", x);
        const setup = k > 0 ? [] : [constant, ...(c > 0 ? [] : converted)];
        ops.push({ name: `${type} ${operands} where it is ${value}`, text: operands, type, setup });
      }
    }
  }
  for (const [k, text] of ["fmin %int, %a", "fmin %a, %int", "fmax %int, %a", "fmax %a, %int"].entries()) {
    const setup = k > 0 ? [] : ["%whole: i32 = toint32 %b {fits64: false}", "%int: f64 = sitofp %whole"];
    ops.push({ name: text, text, type: "f64", setup });
  }
  checkElementwise("f64", "f64", ops, pairsOf(floats, [0, 1, -1, 5, -5, 100]));
});

test("the least and the greatest of an array", () => {
  const built = buildModule(`site 0 = index "xs"
entry func extremes(%xs xs: float64[], %start start: f64) -> f64, f64 {
  local $low low: f64
  local $high high: f64
  local.set $low, %start
  local.set $high, %start
  %zero: i32 = const 0
  %n: i32 = length %xs
  for each %i = %zero to %n step 1 {
    %x: f64 = load %xs, %i {bounds: proved, site: 0}
    %l: f64 = local.get $low
    %l2: f64 = fmin %l, %x
    local.set $low, %l2
    %h: f64 = local.get $high
    %h2: f64 = fmax %x, %h
    local.set $high, %h2
  }
  %low: f64 = local.get $low
  %high: f64 = local.get $high
  return %low, %high
}
`);
  for (const start of [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1])
    for (const some of [[], [-0], [0, -0, 0], floats, floats.filter((x) => !Number.isNaN(x)), floats.map((x) => x * 0)])
      built.check([Float64Array.from(some), start]);
});

test("remainders whose quotient rounds to an integer, and of any size", () => {
  const random = seededRandom(7);
  const signed = (): number => random() * 2 - 1;
  const pairs: [number, number][] = [];
  for (let i = 0; i < 20_000; i++) {
    const y = signed();
    const multiple = y * Math.floor(2 ** (random() * 54));
    pairs.push([multiple, y], [multiple * (1 - 2 ** -53), y], [multiple * 2 ** -1040, y * 2 ** -1040]);
    pairs.push([signed() * 2 ** (random() * 2000 - 1000), signed() * 2 ** (random() * 2000 - 1000)]);
  }
  checkElementwise("f64", "f64", [op("frem %a, %b", "f64")], pairs);
  checkElementwise("f32", "f32", [op("frem %a, %b", "f32")], pairs);
});

test("f32 ops", () => {
  checkElementwise("f32", "f32", [...floatOps("f32"), op("fpext %a", "f64")], pairsOf(floats, floats));
});

test("doubles that fit integers", () => {
  const fits = (bits: number) => floats.filter((x) => Math.trunc(x) > -(2 ** bits) && Math.trunc(x) < 2 ** bits);
  const check = (bits: number, ops: Expression[]): void =>
    checkElementwise(
      "f64",
      "f64",
      ops,
      fits(bits).map((x) => [x, x] as const),
    );
  check(31, [op("fptosi %a", "i32")]);
  check(63, [op("fptosi %a", "i64"), op("toint32 %a {fits64: true}", "i32")]);
});

test("the same ops without optimisation and without AVX", () => {
  const conversions = [op("toint32 %a {fits64: false}", "i32"), op("clamp8 %a", "i32")];
  const pairs = pairsOf(floats, [0.5, -0, 3, Number.NaN]);
  checkElementwise("f64", "f64", [...floatOps("f64"), ...conversions], pairs, { optLevel: 0 });
  if (process.arch === "x64") {
    const target = { cpu: "x86-64", features: [], vectorWidth: 128 } as const;
    checkElementwise("f64", "f64", [...floatOps("f64"), ...conversions], pairs, { target });
    checkElementwise("f64", "f64", [...floatOps("f64"), ...conversions], pairs, {
      target: { ...target, cpu: "haswell", vectorWidth: 256 },
    });
  }
});

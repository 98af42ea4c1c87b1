/** BigInt arithmetic at edge values, for every combination of signs, against the interpreter. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FLOAT64_EDGES, INT64_EDGES, NUMBER_EDGES, pairsOf, UINT64_EDGES } from "../support/edge-values.ts";
import { buildModule, type NativeModule } from "./native-module.ts";

interface Case {
  readonly text: string;
  readonly type: "i64" | "i1";
}

/** A kernel of (which, a, b) that does operation number `which`, as `[the bits]`. */
function choices(b: "i64" | "f64", cases: readonly Case[]): NativeModule {
  const branches = cases.map(({ text, type }, k) => {
    const widen = type === "i1" ? `%w${k}: i64 = zext %x${k}` : "";
    return `  %k${k}: i32 = const ${k}
  %is${k}: i1 = icmp %which, %k${k} {pred: eq}
  if %is${k} {
    %x${k}: ${type} = ${text}
    ${widen}
    return ${type === "i1" ? `%w${k}` : `%x${k}`}
  }`;
  });
  return buildModule(`site 0 = int64-overflow
entry func choices(%which which: i32, %a a: i64, %b b: ${b}) -> i64 {
${branches.join("\n")}
  throw {site: 0}
}
`);
}

const SIGNS = ["s", "u"] as const;
const COMBINATIONS = SIGNS.flatMap((lhs) => SIGNS.flatMap((rhs) => SIGNS.map((to) => ({ lhs, rhs, to }))));
const BIGS = [
  ...INT64_EDGES,
  ...UINT64_EDGES.map((x) => BigInt.asIntN(64, x)),
  3037000499n,
  3037000500n,
  4294967295n,
  5n,
  39n,
  40n,
];
const pairs = pairsOf(BIGS, BIGS);

for (const op of ["bigadd", "bigsub", "bigmul", "bigdiv", "bigrem", "bigpow", "bigshl", "bigshr"]) {
  test(op, () => {
    const cases = COMBINATIONS.map(({ lhs, rhs, to }): Case => {
      return { text: `${op} %a, %b {lhs: ${lhs}, rhs: ${rhs}, to: ${to}, site: 0}`, type: "i64" };
    });
    const built = choices("i64", cases);
    for (const k of cases.keys()) for (const [a, b] of pairs) built.check([k, a, b]);
  });
}

test("bigcast, bigcmp", () => {
  const casts = SIGNS.flatMap((lhs) =>
    SIGNS.map((to): Case => ({ text: `bigcast %a {lhs: ${lhs}, to: ${to}, site: 0}`, type: "i64" })),
  );
  const comparisons = ["eq", "ne", "slt", "sle", "sgt", "sge", "ult"].flatMap((pred) =>
    SIGNS.flatMap((lhs) =>
      SIGNS.map((rhs): Case => ({ text: `bigcmp %a, %b {pred: ${pred}, lhs: ${lhs}, rhs: ${rhs}}`, type: "i1" })),
    ),
  );
  const cases = [...casts, ...comparisons];
  const built = choices("i64", cases);
  for (const k of cases.keys()) for (const [a, b] of pairs) built.check([k, a, b]);
});

test("bigfcmp, bigof", () => {
  const comparisons = ["oeq", "une", "olt", "ole", "ogt", "oge"].flatMap((pred) =>
    SIGNS.map((lhs): Case => ({ text: `bigfcmp %a, %b {pred: ${pred}, lhs: ${lhs}}`, type: "i1" })),
  );
  const conversions = SIGNS.map((to): Case => ({ text: `bigof %b {to: ${to}, site: 0}`, type: "i64" }));
  const cases = [...comparisons, ...conversions];
  const built = choices("f64", cases);
  const near = [
    2 ** 63 - 1024,
    2 ** 63 + 2048,
    -(2 ** 63) - 2048,
    2 ** 64 - 2048,
    2 ** 64 + 4096,
    1e19,
    -0.5,
    0.5,
    2 ** 53 + 2,
    2 ** 62 + 512,
  ];
  for (const k of cases.keys()) for (const [a, b] of pairsOf(BIGS, [...NUMBER_EDGES, ...near])) built.check([k, a, b]);
});

test("the value that BigInt() refuses is in the error", () => {
  const built = buildModule(`site 0 = bigint-of
entry func of(%x x: f64) -> i64 {
  %b: i64 = bigof %x {to: s, site: 0}
  return %b
}
`);
  for (const x of FLOAT64_EDGES) built.check([x]);
  assert.deepEqual(built.native([1.5]), { kind: "trap", site: 0, values: [1.5, 0] });
});

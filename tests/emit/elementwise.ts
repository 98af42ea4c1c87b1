/**
 * Ops over all pairs of edge values at once: a loop that LLVM vectorises, with one output array per expression. The same
 * loop is also run one element at a time, through vectors' remainders.
 */
import assert from "node:assert/strict";
import type { IrType } from "../../src/ir/types.ts";
import { type BuildOptions, buildModule } from "./native-module.ts";

type ElementKindOf = {
  readonly i32: "int32";
  readonly i64: "bigint64";
  readonly f32: "float32";
  readonly f64: "float64";
};
const ARRAY_OF: ElementKindOf = { i32: "int32", i64: "bigint64", f32: "float32", f64: "float64" };
const CONSTRUCTOR = { i32: Int32Array, i64: BigInt64Array, f32: Float32Array, f64: Float64Array } as const;
export type ElementType = keyof ElementKindOf;

export interface Expression {
  /** What the failing array is called. */
  readonly name: string;
  /** The operation on %a and %b, ready to follow `%x: type = `. */
  readonly text: string;
  /** Instructions that come before. */
  readonly setup?: readonly string[];
  /** Type of the result; i1 is stored as 0 or 1. */
  readonly type: IrType;
}

/** The IR of `for (i…) { o0[i] = expression0(a[i], b[i]); … }`. */
export function elementwiseText(a: ElementType, b: ElementType, expressions: readonly Expression[]): string {
  const params = [`%as as: ${ARRAY_OF[a]}[]`, `%bs bs: ${ARRAY_OF[b]}[]`];
  const body: string[] = [];
  for (const [k, { name, text, type, setup = [] }] of expressions.entries()) {
    const stored = type === "i1" ? "i32" : (type as ElementType);
    params.push(`%o${k} ${JSON.stringify(name)}: ${ARRAY_OF[stored]}[]`);
    body.push(...setup.map((line) => `    ${line}`), `    %x${k}: ${type} = ${text}`);
    if (type === "i1") body.push(`    %y${k}: i32 = zext %x${k}`);
    body.push(`    store %o${k}, %i, %${type === "i1" ? "y" : "x"}${k} {bounds: proved, site: 0}`);
  }
  return `site 0 = index "as"
entry func elementwise(${params.join(", ")}) disjoint {
  %zero: i32 = const 0
  %n: i32 = length %as
  for each %i = %zero to %n step 1 {
    %a: ${a} = load %as, %i {bounds: proved, site: 0}
    %b: ${b} = load %bs, %i {bounds: proved, site: 0}
${body.join("\n")}
  }
}
`;
}

/** Checks every expression on every given pair. */
export function checkElementwise(
  a: ElementType,
  b: ElementType,
  expressions: readonly Expression[],
  pairs: readonly (readonly [unknown, unknown])[],
  options: BuildOptions = {},
): void {
  const built = buildModule(elementwiseText(a, b, expressions), options);
  const run = (chosen: readonly (readonly [unknown, unknown])[]): void => {
    const make = (type: ElementType, values: readonly unknown[]): unknown =>
      Reflect.apply(CONSTRUCTOR[type].from, CONSTRUCTOR[type], [values]);
    const outputs = expressions.map(
      ({ type }) => new CONSTRUCTOR[type === "i1" ? "i32" : (type as ElementType)](chosen.length),
    );
    const inputs = [
      make(
        a,
        chosen.map((p) => p[0]),
      ),
      make(
        b,
        chosen.map((p) => p[1]),
      ),
    ];
    built.check([...inputs, ...outputs]);
  };
  assert.ok(pairs.length > 0);
  run(pairs);
  for (const pair of pairs.slice(0, 200)) run([pair]);
}

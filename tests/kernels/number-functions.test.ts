/** `Number.*`, `isNaN`, `isFinite`, `Number(x)`, `Boolean(x)`. */
import { defineKernels } from "../support/differential.ts";
import { bigUnary, binary, boolUnary, constant, unary } from "../support/operator-kernels.ts";

defineKernels("Number", {
  EPSILON: constant(() => Number.EPSILON),
  MAX_SAFE_INTEGER: constant(() => Number.MAX_SAFE_INTEGER),
  MIN_SAFE_INTEGER: constant(() => Number.MIN_SAFE_INTEGER),
  MAX_VALUE: constant(() => Number.MAX_VALUE),
  MIN_VALUE: constant(() => Number.MIN_VALUE),
  NaN: constant(() => Number.NaN),
  POSITIVE_INFINITY: constant(() => Number.POSITIVE_INFINITY),
  NEGATIVE_INFINITY: constant(() => Number.NEGATIVE_INFINITY),
  "global NaN and Infinity": constant(() => [NaN, Infinity, -Infinity]),
  "MAX_SAFE_INTEGER + 1": unary((x: number) => Number.MAX_SAFE_INTEGER + x),
  "MAX_VALUE * x": unary((x: number) => Number.MAX_VALUE * x),
  isInteger: unary((x: number) => Number.isInteger(x)),
  isSafeInteger: unary((x: number) => Number.isSafeInteger(x)),
  "Number.isNaN": unary((x: number) => Number.isNaN(x)),
  "Number.isFinite": unary((x: number) => Number.isFinite(x)),
  isNaN: unary((x: number) => isNaN(x)),
  isFinite: unary((x: number) => isFinite(x)),
  "Number(x)": unary((x: number) => Number(x)),
  "Number(boolean)": boolUnary((x: boolean) => Number(x)),
  "Number(bigint)": bigUnary((x: bigint) => Number(x)),
  "Boolean(boolean)": boolUnary((x: boolean) => Boolean(x)),
  "Boolean(bigint)": bigUnary((x: bigint) => Boolean(x)),
  "isNaN of a computation": binary((a: number, b: number) => isNaN(a / b) || Number.isNaN(a - b)),
  "isInteger of a quotient": binary((a: number, b: number) => Number.isInteger(a / b)),
  "isInteger of a boolean": boolUnary((x: boolean) => Number.isInteger(x)),
  "isNaN of a boolean": boolUnary((x: boolean) => isNaN(x as unknown as number)),
  "close to": binary(
    (a: number, b: number) => Math.abs(a - b) <= Number.EPSILON * Math.max(1, Math.abs(a), Math.abs(b)),
  ),
  "count of NaN": {
    kernel: (a: Float64Array | Float32Array) => {
      let n = 0;
      for (const x of a)
        if (Number.isNaN(x)) n++;
        else if (!Number.isFinite(x)) n += 1000;
      return n;
    },
    cases: () => [[Float64Array.of(1, NaN, Infinity, -Infinity, NaN)], [Float32Array.of(NaN, 1e39, -1e39)]],
  },
});

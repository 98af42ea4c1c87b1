/** A kernel's argument types as inference sees them. */
import type { Environment } from "./capture.ts";
import {
  arrayOf,
  BOOL,
  FLOAT64,
  INT32,
  INT64_MAX,
  INT64_MIN,
  intRange,
  UINT64_MAX,
  UNDEFINED,
  type Value,
} from "./lattice.ts";
import { type ArgType, NOTHING_SUPPOSED, SHORT_ARRAY, SMALL_INT, type Supposed } from "./signature.ts";

export function argumentValues(
  args: readonly ArgType[],
  environment: Environment,
  supposed: Supposed = NOTHING_SUPPOSED,
): readonly Value[] {
  return args.map((a, at) => argumentValue(a, environment, supposed, supposed.least[at]));
}

function argumentValue(a: ArgType, environment: Environment, supposed: Supposed, least: number | undefined): Value {
  switch (a.kind) {
    case "int32": {
      const { lo, hi } = supposed.smallInts ? intRange(-SMALL_INT, SMALL_INT) : INT32;
      return intRange(least ?? lo, hi);
    }
    case "float64":
      return FLOAT64;
    case "bool":
      return BOOL;
    case "int64":
      return { kind: "bigint", lo: INT64_MIN, hi: INT64_MAX };
    case "uint64":
      return { kind: "bigint", lo: 0n, hi: UINT64_MAX };
    case "array":
      return supposed.shortArrays ? arrayOf(a.elem, least, SHORT_ARRAY) : arrayOf(a.elem, least);
    case "undefined":
      return UNDEFINED;
    case "function":
      return environment.captured(a.value).value;
  }
}

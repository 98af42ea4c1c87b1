/**
 * BigInt expressions of constants, at their full size: `2n ** 64n - 1n` has 64 bits although a part of it has more.
 * Takes an expression whose operands are inferred; gives its one value, or undefined when it has several or throws.
 */
import type { BinaryExpression, Node, UnaryExpression } from "acorn";
import type { Frame } from "./frame.ts";
import { type BigintValue, INT64_MIN, UINT64_MAX, type Value } from "./lattice.ts";

/** Bits of the largest number computed here. */
const MOST_BITS = 256n;

export function exactBigint(frame: Frame, node: Node, value: Value | undefined): bigint | undefined {
  switch (node.type) {
    case "BinaryExpression": {
      const { left, right, operator } = node as BinaryExpression;
      const a = exactBigint(frame, left, frame.info.get(left));
      const b = exactBigint(frame, right, frame.info.get(right));
      return a === undefined || b === undefined ? undefined : operation(operator, a, b);
    }
    case "UnaryExpression": {
      const { argument, operator } = node as UnaryExpression;
      const a = exactBigint(frame, argument, frame.info.get(argument));
      if (a === undefined) return undefined;
      return operator === "-" ? -a : (operator as string) === "~" ? ~a : undefined;
    }
    default:
      return value?.kind === "bigint" && value.lo === value.hi ? value.lo : undefined;
  }
}

/** The one value as an abstract one, when it has 64 bits. */
export function exactValue(exact: bigint | undefined): BigintValue | undefined {
  return exact !== undefined && exact >= INT64_MIN && exact <= UINT64_MAX
    ? { kind: "bigint", lo: exact, hi: exact }
    : undefined;
}

function operation(operator: string, a: bigint, b: bigint): bigint | undefined {
  const limit = 2n ** MOST_BITS;
  if (a > limit || a < -limit || b > limit || b < -limit) return undefined;
  const small = b >= 0n && b <= MOST_BITS;
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return b === 0n ? undefined : a / b;
    case "%":
      return b === 0n ? undefined : a % b;
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "**":
      return small && (a * a <= 256n || b <= 4n) ? a ** b : undefined;
    case "<<":
      return small ? a << b : undefined;
    case ">>":
      return small ? a >> b : undefined;
    default:
      return undefined;
  }
}

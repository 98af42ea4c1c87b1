/**
 * BigInt expressions of constants, at their full size: `2n ** 64n - 1n` has 64 bits although a part of it has more.
 * Takes an expression and the values of its operands; gives its one value, or undefined when it has several or throws.
 */
import type { BinaryExpression, Node, UnaryExpression } from "acorn";
import type { Frame } from "./frame.ts";
import { type BigintValue, fits64, type Value } from "./lattice.ts";

/** Bits of the largest number computed here. */
const MOST_BITS = 256n;

/** `oneValueOf` gives the one value of what isn't an operation. */
export function exactBigint(node: Node, oneValueOf: (leaf: Node) => bigint | undefined): bigint | undefined {
  switch (node.type) {
    case "BinaryExpression": {
      const { left, right, operator } = node as BinaryExpression;
      const a = exactBigint(left, oneValueOf);
      const b = exactBigint(right, oneValueOf);
      return a === undefined || b === undefined ? undefined : operation(operator, a, b);
    }
    case "UnaryExpression": {
      const { argument, operator } = node as UnaryExpression;
      const a = exactBigint(argument, oneValueOf);
      if (a === undefined) return undefined;
      return operator === "-" ? -a : (operator as string) === "~" ? ~a : undefined;
    }
    default:
      return oneValueOf(node);
  }
}

/** The one BigInt a value always is. */
export function oneBigint(value: Value | undefined): bigint | undefined {
  return value?.kind === "bigint" && value.lo === value.hi ? value.lo : undefined;
}

/** Of an operation whose operands are inferred. */
export function inferredBigint(frame: Frame, node: Node): bigint | undefined {
  return exactBigint(node, (leaf) => {
    // What `node` itself was when a loop was last looked at says nothing.
    return leaf === node ? undefined : oneBigint(frame.info.get(leaf));
  });
}

/** The one value as an abstract one, when it has 64 bits, or no more of them are seen. */
export function exactValue(exact: bigint | undefined, lowBits: boolean): BigintValue | undefined {
  if (exact === undefined) return undefined;
  if (!fits64(exact) && !lowBits) return undefined;
  const value = fits64(exact) ? exact : BigInt.asUintN(64, exact);
  return { kind: "bigint", lo: value, hi: value };
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

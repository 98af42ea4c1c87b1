/**
 * Integers that a constant divides whatever their variables hold: `i * (i + 1)` is even, `n * (n + 1) * (n + 2)` is a multiple of 6.
 *
 *   packed[i * (i + 1) / 2 + j]       // a triangular matrix: the index is an integer
 *
 * Sums and products are looked at modulo the divisor, for all remainders that the variables may leave. Every part must be an
 * integer without rounding.
 */
import type { BinaryExpression, Node, UnaryExpression } from "acorn";
import type { Binding } from "../frontend/program.ts";
import { bindingAt, isWrittenAfter } from "./counted.ts";
import type { Frame } from "./frame.ts";
import { constantOf, isMachineInt } from "./lattice.ts";

/** Remainders of the variables to look at, all together: two variables by 6, six by 2. */
const MOST_CASES = 64;

/** Residues, one for each case. */
type Residues = readonly number[];

/** Does `divisor` divide what `node`, an expression that has just been inferred, gives? Not where that isn't certain. */
export function isDivisible(frame: Frame, node: Node, divisor: number): boolean {
  if (node.type !== "BinaryExpression" || !Number.isInteger(divisor) || divisor < 2 || divisor > MOST_CASES)
    return false;
  const variables: Binding[] = [];
  // Variable k's residue is the k-th digit of a case's number.
  const residues = (of: Node): Residues | undefined => {
    const value = frame.info.get(of);
    if (value?.kind !== "number" || !isMachineInt(value) || value.wide) return undefined;
    const constant = constantOf(value);
    if (constant !== undefined) return [modulo(constant, divisor)];
    switch (of.type) {
      case "Identifier": {
        const binding = bindingAt(frame.closure.source, of);
        // Both are one value in `i * (i + 1)`, but not in `i * (next() + i)`.
        if (binding === undefined || isWrittenAfter(binding, of, node)) return undefined;
        const at = variables.includes(binding) ? variables.indexOf(binding) : variables.push(binding) - 1;
        const count = divisor ** (at + 1);
        if (count > MOST_CASES) return undefined;
        return Array.from({ length: count }, (_, k) => Math.floor(k / divisor ** at));
      }
      case "UnaryExpression": {
        const { operator, argument } = of as UnaryExpression;
        const a = operator === "-" ? residues(argument) : undefined;
        return a?.map((x) => modulo(-x, divisor));
      }
      case "BinaryExpression": {
        const { operator, left, right } = of as BinaryExpression;
        const [a, b] = [residues(left), residues(right)];
        const f = a === undefined || b === undefined ? undefined : RING[operator];
        return f === undefined ? undefined : combined(a as Residues, b as Residues, (x, y) => modulo(f(x, y), divisor));
      }
      default:
        return undefined;
    }
  };
  return residues(node)?.every((r) => r === 0) === true;
}

const RING: Readonly<Record<string, ((x: number, y: number) => number) | undefined>> = {
  "+": (x, y) => x + y,
  "-": (x, y) => x - y,
  "*": (x, y) => x * y,
};

/** Never −0. */
function modulo(x: number, by: number): number {
  return (((x % by) + by) % by) + 0;
}

/** Cases of fewer variables repeat. */
function combined(a: Residues, b: Residues, f: (x: number, y: number) => number): Residues {
  const length = Math.max(a.length, b.length);
  return Array.from({ length }, (_, k) => f(a[k % a.length] as number, b[k % b.length] as number));
}

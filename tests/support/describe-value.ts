/**
 * Comparing and printing what a kernel did: its result, the error it threw, the bytes it left in its arrays. A result is
 * first related to the arguments, so that "returned its second parameter" and "returned a view into its first" compare too.
 */
import { isTypedArray, kindOf, type TypedArray } from "./copy-arguments.ts";
import { sameNumber, type Tolerance } from "./tolerance.ts";

/** What one call did. */
export type Outcome =
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "threw"; readonly error: unknown };

export function show(value: unknown): string {
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return `function ${value.name || "(anonymous)"}`;
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (isTypedArray(value)) {
    const shown = Array.from(value as Iterable<unknown>)
      .slice(0, 40)
      .map(show)
      .join(", ");
    return `${kindOf(value)}(${value.length})[${shown}${value.length > 40 ? ", …" : ""}]`;
  }
  if (isRecord(value)) return `{${Object.entries(value).map(([name, item]) => `${name}: ${show(item)}`)}}`;
  return String(value);
}

/** What an object literal makes. */
function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

export function showOutcome(outcome: Outcome): string {
  if (outcome.kind === "returned") return `returned ${show(outcome.value)}`;
  const { error } = outcome;
  return error instanceof Error ? `threw ${error.constructor.name}: ${error.message}` : `threw ${String(error)}`;
}

/** Which argument an array is, or which argument's memory it sees. */
function relate(array: TypedArray, args: readonly unknown[]): string {
  const same = args.indexOf(array);
  if (same >= 0) return `is argument ${same}`;
  const owner = args.findIndex((arg) => isTypedArray(arg) && arg.buffer === array.buffer);
  if (owner >= 0) return `is a view of argument ${owner}'s memory at byte ${array.byteOffset}`;
  return "owns its memory";
}

/** The first difference between two values, or undefined. `argsA` and `argsB` are the arguments that each call had. */
export function differs(
  a: unknown,
  b: unknown,
  argsA: readonly unknown[],
  argsB: readonly unknown[],
  tolerance: Tolerance,
): string | undefined {
  if (typeof a === "number" && typeof b === "number") {
    return sameNumber(a, b, tolerance) ? undefined : `${show(a)} ≠ ${show(b)}`;
  }
  if (isTypedArray(a) && isTypedArray(b)) {
    if (kindOf(a) !== kindOf(b)) return `${kindOf(a)} ≠ ${kindOf(b)}`;
    const relationA = relate(a, argsA);
    const relationB = relate(b, argsB);
    if (relationA !== relationB) return `the array ${relationA} ≠ ${relationB}`;
    return elementsDiffer(a, b, tolerance);
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) return `${a.length} items ≠ ${b.length} items`;
    for (let i = 0; i < a.length; i++) {
      const difference = differs(a[i], b[i], argsA, argsB, tolerance);
      if (difference !== undefined) return `item ${i}: ${difference}`;
    }
    return undefined;
  }
  if (isRecord(a) && isRecord(b)) {
    const [mine, others] = [Object.getOwnPropertyDescriptors(a), Object.getOwnPropertyDescriptors(b)];
    const names = Object.keys(mine);
    if (names.join() !== Object.keys(others).join()) return `${names} ≠ ${Object.keys(others)}`;
    for (const name of names) {
      const [{ value: x, ...how }, { value: y, ...otherwise }] = [mine[name], others[name]] as PropertyDescriptor[];
      if (JSON.stringify(how) !== JSON.stringify(otherwise)) return `${name} is another kind of property`;
      const difference = differs(x, y, argsA, argsB, tolerance);
      if (difference !== undefined) return `${name}: ${difference}`;
    }
    return undefined;
  }
  return Object.is(a, b) ? undefined : `${show(a)} ≠ ${show(b)} (${typeof a}, ${typeof b})`;
}

export function elementsDiffer(a: TypedArray, b: TypedArray, tolerance: Tolerance): string | undefined {
  if (a.length !== b.length) return `length ${a.length} ≠ ${b.length}`;
  for (let i = 0; i < a.length; i++) {
    const x = a[i];
    const y = b[i];
    const same = typeof x === "number" && typeof y === "number" ? sameNumber(x, y, tolerance) : Object.is(x, y);
    if (!same) return `element ${i}: ${show(x)} ≠ ${show(y)}`;
  }
  return undefined;
}

/** Compares the arrays among two copies of the same arguments: their elements, and the bytes of their buffers outside them. */
export function argumentsDiffer(
  before: readonly unknown[],
  after: readonly unknown[],
  tolerance: Tolerance,
): string | undefined {
  const seen = new Map<ArrayBufferLike, { readonly other: ArrayBufferLike; readonly covered: Uint8Array }>();
  for (let i = 0; i < before.length; i++) {
    const a = before[i];
    const b = after[i];
    if (!isTypedArray(a) || !isTypedArray(b)) continue;
    const difference = elementsDiffer(a, b, tolerance);
    if (difference !== undefined) return `argument ${i}, ${difference}`;
    if (a.buffer.byteLength === 0) continue;
    let entry = seen.get(a.buffer);
    if (entry === undefined) {
      entry = { other: b.buffer, covered: new Uint8Array(a.buffer.byteLength) };
      seen.set(a.buffer, entry);
    }
    entry.covered.fill(1, a.byteOffset, a.byteOffset + a.byteLength);
  }
  for (const [buffer, { other, covered }] of seen) {
    const a = new Uint8Array(buffer);
    const b = new Uint8Array(other);
    for (let i = 0; i < covered.length; i++) {
      if (covered[i] === 0 && a[i] !== b[i]) return `byte ${i} outside the arrays: ${a[i]} ≠ ${b[i]}`;
    }
  }
  return undefined;
}

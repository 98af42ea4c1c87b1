/**
 * Plain JavaScript reads `undefined` out of bounds and drops such stores; a kernel throws. This runs a plain function so
 * that it stops where the kernel must: its array arguments, and the arrays it makes, are proxies that throw `OutOfBounds`
 * at the first index that names no element. What was stored before that lands in the real arrays.
 */
import { isTypedArray, kindOf, type TypedArray } from "./copy-arguments.ts";

export class OutOfBounds extends Error {
  readonly index: string;
  readonly length: number;
  constructor(index: string, length: number) {
    super(`index ${index} of ${length} elements`);
    this.index = index;
    this.length = length;
  }
}

/** Which NaN it is would show, and JavaScript leaves that to the engine: a float view of a mixed buffer had one. */
export class BitsOfNan extends Error {}

const KINDS = [
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
] as const;

type AnyFunction = (...args: unknown[]) => unknown;

/** A typed array, or a plain array of numbers (a captured table). */
type Checkable = TypedArray | unknown[];

const targets = new WeakMap<object, Checkable>();
const proxies = new WeakMap<Checkable, Checkable>();

/** Of memory that float arrays and arrays of other kinds share. */
const mixed = new WeakSet<ArrayBufferLike>();

/** Do float arrays and arrays of other kinds among them have one buffer? */
export function areMixed(args: readonly unknown[]): boolean {
  return mixedBuffers(args).length > 0;
}

function mixedBuffers(args: readonly unknown[]): ArrayBufferLike[] {
  const arrays = args.filter(isTypedArray);
  return arrays
    .filter((a) => isFloats(a) && arrays.some((b) => b.buffer === a.buffer && kindOf(b) !== kindOf(a)))
    .map(({ buffer }) => buffer);
}

const isFloats = (array: Checkable): array is Float32Array | Float64Array => /^Float/.test(kindOf(array) ?? "");

const hasMixedFloats = (array: Checkable): boolean => isFloats(array) && mixed.has(array.buffer);

function refuseNan(array: Checkable): void {
  if (hasMixedFloats(array) && array.some((x) => Number.isNaN(x))) throw new BitsOfNan();
}

function unwrap(value: unknown): unknown {
  return typeof value === "object" && value !== null ? (targets.get(value) ?? value) : value;
}

/** The array as a proxy that throws `OutOfBounds`. */
export function checkedArray<A extends Checkable>(array: A): A {
  return wrapArray(array) as A;
}

function wrap(value: unknown): unknown {
  return isTypedArray(value) ? wrapArray(value) : value;
}

function wrapArray(value: Checkable): Checkable {
  const known = proxies.get(value);
  if (known !== undefined) return known;
  const proxy = new Proxy(value, {
    get(target, key) {
      if (typeof key === "string" && isIndex(key)) {
        checkIndex(target, key);
        const element = Reflect.get(target, key, target) as unknown;
        if (Number.isNaN(element) && hasMixedFloats(target)) throw new BitsOfNan();
        return element;
      }
      const member = Reflect.get(target, key, target) as unknown;
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        refuseNan(target);
        const result = wrap((member as AnyFunction).apply(target, args.map(unwrap)));
        refuseNan(target);
        if (key === "at" && result === undefined) {
          throw new OutOfBounds(String(Math.trunc(Number(args[0])) || 0), target.length);
        }
        return result;
      };
    },
    set(target, key, value) {
      if (typeof key === "string" && isIndex(key)) checkIndex(target, key);
      if (Number.isNaN(value) && hasMixedFloats(target)) throw new BitsOfNan();
      return Reflect.set(target, key, value, target);
    },
  });
  targets.set(proxy, value);
  proxies.set(value, proxy);
  return proxy;
}

/** ECMA-262 10.4.5: a canonical numeric string names an element or nothing, never a property. */
function isIndex(key: string): boolean {
  return key === "-0" || String(Number(key)) === key;
}

function checkIndex(target: Checkable, key: string): void {
  const index = Number(key);
  if (!(Number.isInteger(index) && !Object.is(index, -0) && index >= 0 && index < target.length)) {
    throw new OutOfBounds(key, target.length);
  }
}

/**
 * Calls `fn`; throws OutOfBounds at the first bad index of an argument, an array that `fn` makes, or a view of either.
 *
 * @throws BitsOfNan where the outcome may rest on what an engine's NaNs look like.
 */
export function callChecked(fn: AnyFunction, args: readonly unknown[]): unknown {
  for (const buffer of mixedBuffers(args)) mixed.add(buffer);
  const scope = globalThis as unknown as Record<string, unknown>;
  const originals = KINDS.map((kind) => scope[kind]);
  for (const kind of KINDS) {
    scope[kind] = new Proxy(scope[kind] as new () => TypedArray, {
      construct: (target, given: unknown[], newTarget) =>
        wrap(
          Reflect.construct(target, given.map(unwrap), newTarget === scope[kind] ? target : newTarget),
        ) as TypedArray,
      // A proxy is no array to `of` and `from`.
      get(target, key) {
        const member = Reflect.get(target, key) as unknown;
        if (key !== "of" && key !== "from") return member;
        return (...given: unknown[]) => wrap((member as AnyFunction).apply(target, given.map(unwrap)));
      },
    });
  }
  try {
    const result = fn(...args.map(wrap));
    return Array.isArray(result) ? result.map(unwrap) : unwrap(result);
  } finally {
    KINDS.forEach((kind, i) => {
      scope[kind] = originals[i];
    });
  }
}

/**
 * What a compiled kernel reports → the JavaScript error that the same function would have thrown.
 *
 * Takes the site (what can go wrong, and where in the user's source) and the values the kernel left in its state.
 * Texts that V8 has are V8's own; the rest name the user's array, value and line.
 */
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { workingDirectory } from "../engine/working-directory.ts";
import type { MessagePart, Site } from "../ir/func.ts";
import type { Position, Span } from "../source/span.ts";

type ErrorClass = new (message: string) => Error;

/** By the name that stands behind `throw new`. */
const ERROR_CLASSES: Readonly<Record<string, ErrorClass>> = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

/** Lengths up to this are fine, so an allocation of such a length failed for want of memory. */
const MAX_LENGTH = 2 ** 31 - 1;

function positionOf(span: Span): Position {
  return span.source.locate(span.start);
}

/** As short as a reader in the working directory needs it. */
export function showPosition({ file, line, column }: Position): string {
  const path = file.startsWith("file:") ? fileURLToPath(file) : file;
  if (path.includes("://")) return `${path}:${line}:${column}`;
  const inside = relative(workingDirectory(), path);
  const short = inside === "" || inside.startsWith(`..${sep}`) ? path : inside;
  return `${short}:${line}:${column}`;
}

/** The text of a message whose values the kernel has left in `words`. */
function messageText(message: readonly MessagePart[], words: Float64Array): string {
  const bits = new BigInt64Array(words.buffer, words.byteOffset, words.length);
  let next = 0;
  const text = (part: MessagePart): string => {
    if (typeof part === "string") return part;
    const k = next++;
    switch (part.type) {
      case "number":
        return String(words[k]);
      case "boolean":
        return String(words[k] !== 0);
      case "int64":
        return String(bits[k]);
      case "uint64":
        return String(BigInt.asUintN(64, bits[k] ?? 0n));
    }
  };
  return message.map(text).join("");
}

function build(site: Site, words: Float64Array): Error {
  const [a = 0, b = 0] = words;
  const at = (): string => `(${showPosition(positionOf(site.loc))})`;
  switch (site.kind) {
    case "index":
      return new RangeError(`index ${a} is out of bounds for '${site.array}' of length ${b} ${at()}`);
    case "throw":
      return new (ERROR_CLASSES[site.errorName] ?? Error)(messageText(site.message, words));
    case "length":
      return new RangeError(lengthMessage(site.constructorName, a));
    case "range":
      return new RangeError(site.message);
    case "int64-overflow":
      return new RangeError(
        `BigInt result does not fit in int64. BigInt.asIntN(64, …) wraps it; with a uint64 operand, BigInt.asUintN(64, x), it may go from 0 to 2^64 - 1 ${at()}`,
      );
    case "uint64-overflow":
      return new RangeError(
        `BigInt result does not fit in uint64. BigInt.asUintN(64, …) wraps it; with int64 operands only, BigInt.asIntN(64, x), it may go from -2^63 to 2^63 - 1 ${at()}`,
      );
    case "bigint-divide":
      return new RangeError("Division by zero");
    case "bigint-of":
      return new RangeError(
        Number.isInteger(a)
          ? `BigInt(${a}) does not fit in int64 ${at()}`
          : `The number ${a} cannot be converted to a BigInt because it is not an integer`,
      );
    case "stack":
      return new RangeError("Maximum call stack size exceeded");
  }
}

/** More elements than any engine can allocate, of the smallest kind. */
const BEYOND_ALL = 2 ** 36;

/** Which lengths are none and which are only too long for the memory differs between V8's versions, so it is asked. */
function lengthMessage(constructorName: string, length: number): string {
  if (length >= 0 && length <= MAX_LENGTH) return "Array buffer allocation failed";
  if (length >= BEYOND_ALL) {
    try {
      Reflect.construct(Reflect.get(globalThis, constructorName), [length]);
    } catch (error) {
      if (error instanceof RangeError) return error.message;
    }
  }
  return `Invalid typed array length: ${length}`;
}

/** Where an error's stack begins: at the caller of this function, or where a call was made some time ago. */
export type Below = ((...args: never[]) => unknown) | CallSite;

/** The stack of a call whose error comes later. */
export interface CallSite {
  readonly stack: string;
}

/** The stack above the caller of `below`. */
export function callSite(below: (...args: never[]) => unknown): CallSite {
  const holder: { stack?: string } = {};
  Error.captureStackTrace?.(holder, below);
  return {
    // Written out when it is asked for: most calls have no error.
    get stack() {
      const text = holder.stack ?? "";
      const frames = text.indexOf("\n");
      return frames < 0 ? "" : text.slice(frames);
    },
  };
}

/** Puts the user's lines on top of the stack, where the throwing function and its callers would be in plain JavaScript. */
function addFrames(error: Error, kernel: string, loc: Span, below: Below): void {
  if (typeof below === "function") Error.captureStackTrace?.(error, below);
  const { stack } = error;
  if (stack === undefined) return;
  const head = `${error.name}: ${error.message}`;
  const above = stack.startsWith(head) ? stack.slice(head.length) : "";
  const frames = typeof below === "function" ? above : below.stack;
  let own = "";
  for (let span: Span | undefined = loc; span !== undefined; span = span.within?.calledAt) {
    const { file, line, column } = positionOf(span);
    own += `\n    at ${span.within?.name ?? kernel} (${file}:${line}:${column})`;
  }
  error.stack = `${head}${own}${frames}`;
}

/** The error of `site`, with the values that the kernel has left for it; its stack begins at the user's lines, then at the caller of `below`. */
export function kernelError(site: Site, words: Float64Array, kernel: string, below: Below): Error {
  const error = build(site, words);
  addFrames(error, kernel, site.loc, below);
  return error;
}

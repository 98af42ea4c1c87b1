/** The options of `njit`: what they are, and one check for all of them. */
import type { FastFlag } from "../ir/ops.ts";
import { showValue } from "../runtime/arguments.ts";
import type { DispatcherOptions } from "../runtime/dispatcher.ts";
import { parseSignature } from "../runtime/notation.ts";

export interface NjitOptions {
  /**
   * Lets LLVM treat floating-point numbers as real numbers: `true` for all its liberties, or their LLVM names
   * (`["reassoc", "nsz", "contract"]`) for some. Results then depend on what the optimiser makes of them.
   */
  readonly fastmath?: boolean | readonly (FastFlag | "fast")[];
  /** Keep compiled code on disk. On unless `false`. */
  readonly cache?: boolean;
  /** `false` omits the test of indices that could not be proven; an index out of bounds then corrupts memory. */
  readonly boundscheck?: boolean;
  /** Values of the names that the function uses from its surroundings, where they can't be read from the function itself. */
  readonly scope?: Readonly<Record<string, unknown>>;
  /** Runs `prange` loops on all cores. */
  readonly parallel?: boolean;
  /** Iterations that a thread takes at a time from a parallel loop; chosen by the loop's body unless given. */
  readonly chunksize?: number;
  /**
   * What calls do while LLVM compiles: `"blocking"`, the default, waits for it; `"background"` runs the plain function until
   * the native code is there, and leaves the event loop free.
   */
  readonly warmup?: "blocking" | "background";
  /** Compile for these argument types, in Numba's notation, at once, and take no others. */
  readonly signatures?: string | readonly string[];
}

const FAST_FLAGS: readonly FastFlag[] = ["nnan", "ninf", "nsz", "arcp", "contract", "afn", "reassoc"];

function fail(name: string, value: unknown, wanted: string): never {
  throw new TypeError(`njit: the option ${name} is ${showValue(value)}; it takes ${wanted}`);
}

function booleanOf(name: keyof NjitOptions, value: unknown): boolean {
  return typeof value === "boolean" ? value : fail(name, value, "true or false");
}

const isFastFlag = (value: unknown): value is FastFlag | "fast" =>
  value === "fast" || FAST_FLAGS.some((flag) => flag === value);

function fastFlagsOf(value: unknown): readonly FastFlag[] {
  if (typeof value === "boolean") return value ? FAST_FLAGS : [];
  if (!Array.isArray(value) || !value.every(isFastFlag)) {
    fail("fastmath", value, `true, false, or an array of ${["fast", ...FAST_FLAGS].join(", ")}`);
  }
  // In the table's order, once each: the order in which they are written makes no difference to the code.
  return value.includes("fast") ? FAST_FLAGS : FAST_FLAGS.filter((flag) => value.includes(flag));
}

function signaturesOf(value: unknown): DispatcherOptions["signatures"] {
  const texts: unknown = typeof value === "string" ? [value] : value;
  if (!Array.isArray(texts) || !texts.every((text) => typeof text === "string") || texts.length === 0) {
    fail("signatures", value, 'an array of signatures such as "float64(float64[:], int32)"');
  }
  return texts.map(parseSignature);
}

function chunksizeOf(value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value < 2 ** 31) return value;
  return fail("chunksize", value, "a whole number of iterations, from 1");
}

function warmupOf(value: unknown): "blocking" | "background" {
  return value === "blocking" || value === "background" ? value : fail("warmup", value, '"blocking" or "background"');
}

function scopeOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) fail("scope", value, "an object: { name: value }");
  return value as Record<string, unknown>;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface CheckedOptions extends DispatcherOptions {
  readonly scope: Readonly<Record<string, unknown>> | undefined;
}

/** One row per option: puts its checked value where it belongs. */
const SETTERS: { readonly [K in keyof Required<NjitOptions>]: (to: Mutable<CheckedOptions>, value: unknown) => void } =
  {
    fastmath: (to, value) => {
      to.fastmath = fastFlagsOf(value);
    },
    cache: (to, value) => {
      to.cache = booleanOf("cache", value);
    },
    boundscheck: (to, value) => {
      to.boundscheck = booleanOf("boundscheck", value);
    },
    scope: (to, value) => {
      to.scope = scopeOf(value);
    },
    parallel: (to, value) => {
      to.parallel = booleanOf("parallel", value);
    },
    chunksize: (to, value) => {
      to.chunksize = chunksizeOf(value);
    },
    warmup: (to, value) => {
      to.warmup = warmupOf(value);
    },
    signatures: (to, value) => {
      to.signatures = signaturesOf(value);
    },
  };

/** Throws a TypeError that names the options there are, or the values that an option takes. */
export function checkOptions(options: unknown): CheckedOptions {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(`njit takes a function, options, or both; ${showValue(options)} is neither`);
  }
  const checked: Mutable<CheckedOptions> = {
    fastmath: [],
    cache: true,
    boundscheck: true,
    parallel: false,
    chunksize: undefined,
    warmup: "blocking",
    scope: undefined,
    signatures: [],
  };
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(SETTERS, name)) {
      throw new TypeError(`njit: there is no option ${name}; the options are ${Object.keys(SETTERS).join(", ")}`);
    }
    // As everywhere in JavaScript: an option that is undefined isn't given.
    if (value !== undefined) SETTERS[name as keyof NjitOptions](checked, value);
  }
  return checked;
}

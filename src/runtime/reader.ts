/**
 * How the compiler learns of a live function in Node: its text, its place in the author's file, the values around it.
 *
 * Takes nothing but the function (and what njit's `scope` option says explicitly). The text is the function's own; values
 * and place come from the inspector (reader-inspector.ts), the place goes through source maps (reader-source.ts). Where
 * there is no inspector, values come from `scope` and from the standard globals alone.
 */
import { afterThisRun } from "../engine/run.ts";
import type { Callable, FunctionReader } from "../frontend/program.ts";
import type { SourceText } from "../source/span.ts";
import { type Scope, type Surroundings, sharingSession, surroundingsOf } from "./reader-inspector.ts";
import { describeSource } from "./reader-source.ts";

/** A function's text never changes, and where it stands is found once, when something is to be shown. */
const sources = new WeakMap<Callable, SourceText>();

const engines = new WeakMap<Callable, boolean>();

/** V8's names for scripts of which something has been compiled. */
const authored = new Set<string>();

function textOf(fn: Callable): SourceText {
  let source = sources.get(fn);
  if (source === undefined) {
    source = describeSource(fn);
    sources.set(fn, source);
  }
  return source;
}

/** `scope`: values by name that go before those around the function. */
export function createReader(scope: Readonly<Record<string, unknown>> = {}): FunctionReader {
  // Variables may change between two compilations, each of which begins with sourceOf.
  const surroundings = new Map<Callable, Surroundings | undefined>();

  const lookAround = (fn: Callable): Surroundings | undefined => {
    if (surroundings.has(fn)) return surroundings.get(fn);
    // One look serves a whole compilation, which is synchronous; keeping it longer would keep the values alive.
    if (surroundings.size === 0) afterThisRun(() => surroundings.clear());
    const around = surroundingsOf(fn);
    surroundings.set(fn, around);
    return around;
  };

  return {
    sourceOf(fn) {
      surroundings.delete(fn);
      return textOf(fn);
    },

    isEngines(fn) {
      let is = engines.get(fn);
      if (is === undefined) {
        // Finding the file costs tens of milliseconds, and the engine's own functions don't stand in modules.
        const { inModule = false, scriptId = "" } = lookAround(fn) ?? {};
        is = !inModule && !authored.has(scriptId) && textOf(fn).locate(0).file.startsWith("node:");
        engines.set(fn, is);
      }
      return is;
    },

    capture(fn, name) {
      if (Object.hasOwn(scope, name)) return { value: scope[name] };
      const around = lookAround(fn);
      if (around === undefined) return standardGlobal(name);
      if (around.scriptId !== undefined) authored.add(around.scriptId);
      for (const scope of around.scopes) {
        const { variables, isObject } = scope;
        if (isObject ? name in variables : Object.hasOwn(variables, name)) return { value: variableOf(scope, name) };
      }
      return undefined;
    },

    property: (object, key) => Reflect.get(object, key),

    keys: (object) => Object.keys(object),

    together: sharingSession,
  };
}

/** A variable whose declaration hasn't run yet throws, as in plain JavaScript; before V8 12 the inspector calls it undefined. */
function variableOf({ variables, isObject }: Scope, name: string): unknown {
  if (isObject) return Reflect.get(variables, name);
  try {
    return Reflect.get(variables, name);
  } catch {
    throw new ReferenceError(`Cannot access '${name}' before initialization`);
  }
}

/**
 * Without a look at the scopes a name may be the author's as well as the global object's, so only those count that nobody
 * declares anew: in a browser `length`, `name` and `status` are globals too.
 */
const STANDARD_GLOBALS: ReadonlySet<string> = new Set([
  "undefined",
  "NaN",
  "Infinity",
  "Math",
  "Number",
  "Boolean",
  "BigInt",
  "isNaN",
  "isFinite",
  "parseInt",
  "parseFloat",
  "Array",
  "Atomics",
  "Error",
  "RangeError",
  "TypeError",
  "console",
  "globalThis",
]);

function standardGlobal(name: string): { readonly value: unknown } | undefined {
  const isTypedArray = /^(Big)?(Ui|I)nt\d+(Clamped)?Array$|^Float\d+Array$/.test(name);
  return isTypedArray || STANDARD_GLOBALS.has(name) ? { value: Reflect.get(globalThis, name) } : undefined;
}

/**
 * `njit` in all its forms, and what becomes of a function: a callable with the kernel's members.
 *
 *   njit(fn)      njit(fn, options)      njit(options)(fn)      @njit static f() { … }      @njit(options) static f() { … }
 *
 * Nothing is read, parsed or compiled here, unless signatures ask for it: a kernel may refer to what is defined later.
 */
import { currentStore } from "../cache/current.ts";
import { isKernel, jsFunctionOf, registerKernel } from "../frontend/intrinsics.ts";
import type { Callable } from "../frontend/program.ts";
import { showValue } from "../runtime/arguments.ts";
import { callInBackground, callPlain } from "../runtime/async.ts";
import { makeCallable } from "../runtime/callable.ts";
import { compileKernel } from "../runtime/compiler.ts";
import { Dispatcher, type KernelStats } from "../runtime/dispatcher.ts";
import { nativeLoader } from "../runtime/loader.ts";
import type { ReportLevel } from "../runtime/parallel-report.ts";
import { createReader } from "../runtime/reader.ts";
import { Recall } from "../runtime/recall.ts";
import { defineAsync } from "./async.ts";
import type { Jitted } from "./jitted.ts";
import { checkOptions, type NjitOptions } from "./options.ts";

/** Which build of numbats this is: put in by scripts/build.ts, so that code run from its sources is never taken for another's. */
declare const NUMBATS_BUILD: string | undefined;

const recall = typeof NUMBATS_BUILD === "string" ? new Recall(NUMBATS_BUILD, currentStore, compileKernel) : undefined;

/** What `njit(options)` gives: takes a function, or decorates a static method. */
export type NjitWithOptions = <F extends Callable>(fn: F, context?: ClassMethodDecoratorContext) => Jitted<F>;

/** Compiles a function to native code at its first call, for the argument types of that call. */
export function njit<F extends Callable>(fn: F, options?: NjitOptions): Jitted<F>;
export function njit<F extends Callable>(fn: F, context: ClassMethodDecoratorContext): Jitted<F>;
export function njit(options: NjitOptions): NjitWithOptions;
export function njit(first: unknown, second?: unknown, ...rest: readonly unknown[]): unknown {
  const decorates = isDecoratorContext(second);
  if (typeof first !== "function" && !decorates) {
    // Complains where the options stand, not where the function does.
    checkOptions(first);
    if (typeof second === "function")
      throw new TypeError("njit takes the function first: njit(fn, options), or njit(options)(fn)");
    return (fn: unknown, context?: unknown, ...more: readonly unknown[]) => {
      checkTarget(fn, context, more);
      return kernelOf(fn as Callable, first as NjitOptions, true);
    };
  }
  checkTarget(first, decorates ? second : undefined, rest);
  const options = decorates || second === undefined ? {} : second;
  return kernelOf(first as Callable, options as NjitOptions, !decorates && second !== undefined);
}

function isDecoratorContext(value: unknown): value is ClassMethodDecoratorContext {
  return typeof value === "object" && value !== null && "kind" in value && "addInitializer" in value;
}

/** Kernels have no `this`, so of all that can be decorated only static methods will do. */
function checkTarget(fn: unknown, context: unknown, rest: readonly unknown[]): void {
  if (rest.length > 0 || (context !== undefined && !isDecoratorContext(context))) {
    throw new TypeError(
      "njit is a standard decorator; turn off experimentalDecorators in tsconfig.json, or write njit(fn, options)",
    );
  }
  if (context !== undefined && (context.kind !== "method" || !context.static)) {
    const { kind, name } = context as { kind: string; name: string | symbol };
    const instead = kind === "field" || kind === "accessor" ? `; write static ${String(name)} = njit((x) => …)` : "";
    throw new TypeError(
      `njit can't decorate the ${kind} ${String(name)}: kernels have no this, so only static methods can be kernels${instead}`,
    );
  }
  if (typeof fn !== "function") throw new TypeError(`njit takes a function, not ${fn === null ? "null" : typeof fn}`);
}

/** A kernel given to njit again stays itself; with options it is made anew from its function. */
function kernelOf(fn: Callable, given: NjitOptions, hasOptions: boolean): Callable {
  const { scope, ...options } = checkOptions(given);
  if (isKernel(fn)) return hasOptions ? kernelOf(jsFunctionOf(fn), given, false) : fn;
  if (isDisabled()) return plainKernel(fn);

  const dispatcher = new Dispatcher(fn, options, {
    compile: compileKernel,
    reader: createReader(scope),
    loader: nativeLoader,
    recall,
  });
  const kernel = makeCallable(dispatcher);
  define(kernel, fn, dispatcher);
  defineAsync(kernel, (...call) => callInBackground(dispatcher, ...call));
  registerKernel(kernel, fn);
  dispatcher.compileSignatures(njit);
  return kernel;
}

/** Asked at every njit: a test may switch it. */
function isDisabled(): boolean {
  const value = process.env.NUMBATS_DISABLE_JIT;
  return value !== undefined && value !== "" && value !== "0";
}

/** What a kernel's members do. */
interface Behaviour {
  readonly signatures: readonly string[];
  readonly stats: KernelStats;
  inspectTypes(signature?: string): string;
  inspectLLVM(signature?: string): string;
  inspectAsm(signature?: string): string;
  parallelDiagnostics(level: ReportLevel, signature?: string): string;
  diagnostics(signature?: string): string;
  compile(args: readonly unknown[], below: Callable): void;
  ready(): Promise<void>;
  recompile(): void;
}

const BEHAVIOUR = Symbol("behaviour");

interface Behaving {
  readonly [BEHAVIOUR]: Behaviour;
}

/** One function for all kernels: V8 keeps an accessor's functions, and all they close over, with the shape of the object until a major collection. */
const GETTERS = {
  signatures: {
    get(this: Behaving): readonly string[] {
      return this[BEHAVIOUR].signatures;
    },
  },
  stats: {
    get(this: Behaving): KernelStats {
      return this[BEHAVIOUR].stats;
    },
  },
};

function define(kernel: Callable, jsFunction: Callable, behaviour: Behaviour): void {
  const method = (value: Callable): PropertyDescriptor => ({ value, configurable: true, writable: true });
  const compile = (...examples: readonly unknown[]): void => behaviour.compile(examples, compile);
  const inspecting = (name: "inspectTypes" | "inspectLLVM" | "inspectAsm" | "diagnostics"): PropertyDescriptor =>
    method((signature?: unknown) => behaviour[name](checkSignature(name, signature)));
  Object.defineProperties(kernel, {
    [BEHAVIOUR]: { value: behaviour },
    jsFunction: { value: jsFunction },
    ...GETTERS,
    inspectTypes: inspecting("inspectTypes"),
    inspectLLVM: inspecting("inspectLLVM"),
    inspectAsm: inspecting("inspectAsm"),
    parallelDiagnostics: method((level: unknown = 1, signature?: unknown) =>
      behaviour.parallelDiagnostics(checkLevel(level), checkSignature("parallelDiagnostics", signature)),
    ),
    diagnostics: inspecting("diagnostics"),
    compile: method(compile),
    ready: method(() => behaviour.ready()),
    recompile: method(() => behaviour.recompile()),
  });
}

function checkLevel(level: unknown): ReportLevel {
  if (level === 1 || level === 2 || level === 3 || level === 4) return level;
  throw new RangeError(`parallelDiagnostics: the level is a number from 1 to 4, not ${showValue(level)}`);
}

function checkSignature(method: string, signature: unknown): string | undefined {
  if (signature === undefined || typeof signature === "string") return signature;
  throw new TypeError(`${method}: the signature is a text such as "float64(float64[:])", not ${showValue(signature)}`);
}

const NOT_COMPILED = "NUMBATS_DISABLE_JIT is set: kernels run as plain JavaScript\n";

const PLAIN: Behaviour = {
  signatures: [],
  stats: { compiles: 0, cacheHits: 0, cacheMisses: 0, milliseconds: {} },
  inspectTypes: () => NOT_COMPILED,
  inspectLLVM: () => NOT_COMPILED,
  inspectAsm: () => NOT_COMPILED,
  parallelDiagnostics: () => NOT_COMPILED,
  diagnostics: () => NOT_COMPILED,
  compile: () => {},
  ready: async () => {},
  recompile: () => {},
};

/** The function itself with a kernel's surface, for NUMBATS_DISABLE_JIT. A function of its own: the original stays as it is. */
function plainKernel(fn: Callable): Callable {
  const kernel: Callable = (...args) => fn(...args);
  Object.defineProperties(kernel, {
    name: { value: fn.name, configurable: true },
    length: { value: fn.length, configurable: true },
  });
  define(kernel, fn, PLAIN);
  defineAsync(kernel, (args, options) => callPlain(fn, args, options));
  registerKernel(kernel, fn);
  return kernel;
}

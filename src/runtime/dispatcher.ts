/**
 * One kernel at run time: which compiled specialisation a call runs, and what happens when none fits yet.
 *
 * The hot path (callable.ts) is one native call to `primary`. That function reads and checks its arguments itself and
 * answers SENTINEL when there is something to do here: an argument of another type, arrays that overlap, an error to throw.
 * Compiling is the driver's (compiler.ts), loading the Loader's.
 */
import type { Compiled, CompileRequest, KernelOptions, Stage } from "../compiler.ts";
import { CompileError, NumbatsError } from "../diagnostics/errors.ts";
import { STATE, STATE_WORDS, STATUS } from "../emit/abi.ts";
import { now } from "../engine/clock.ts";
import type { Callable, FunctionReader } from "../frontend/program.ts";
import { RANDOM_STATE } from "../frontend/random.ts";
import type { ArgType } from "../types/signature.ts";
import { accepts, argumentError, describePlace, keyOfTypes, typeOfArgument } from "./arguments.ts";
import { renderDiagnosticsReport, renderParallelReport } from "./compiler.ts";
import { checkCount, checkResult, chosenSignature } from "./declared.ts";
import { type Below, kernelError, showPosition } from "./errors.ts";
import { guarded } from "./guard.ts";
import { inspected } from "./inspection.ts";
import { type Makers, type Making, make, type UnloadedAddon, type When } from "./make.ts";
import type { BackgroundKernel, LoadedAddon, NativeKernel, PendingAddon, PoolAddon } from "./native.ts";
import type { Signature } from "./notation.ts";
import type { ReportLevel } from "./parallel-report.ts";
import { type ParameterNames, parameterNames } from "./parameters.ts";
import { type Assumptions, type Specialisation, signatureOf, type Variant } from "./specialisation.ts";
import { isRunningPlain, runPlain, Warmup } from "./warmup.ts";

/** More than any kernel has types to be called with. */
const MAX_SPECIALISATIONS = 200;

/**
 * The last specialisation may find an overlap and a large integer before it finds that the types aren't its own; the one
 * that is then made may find both again, and run into an error.
 */
const MAX_TURNS = 6;

/** What a native kernel returns when it wants something of the dispatcher; no user ever holds it. */
export const SENTINEL: object = Object.freeze(Object.create(null));

/** Written just before a native kernel is entered or left, read at once: one for all kernels of the thread will do. */
const state = new Float64Array(STATE_WORDS);

/** Where the thread's kernels keep memory for each other (emit/abi.ts). */
const spare = new BigUint64Array(1);

/** Asks for a specialisation: what stands for the kernel before it is compiled. */
const misfit: NativeKernel = () => {
  state[STATE.status] = STATUS.misfit;
  return SENTINEL;
};

/** The console may be replaced at any time, by test runners for one. */
export const log = (...items: unknown[]): void => console.log(...items);

export interface DispatcherOptions extends KernelOptions {
  readonly cache: boolean;
  /** Does a call wait for LLVM, or run the plain function until the native one is there? */
  readonly warmup: "blocking" | "background";
  /** The only ones allowed; empty means whatever comes. */
  readonly signatures: readonly Signature[];
}

/** What is done outside this file. Tests bring their own. */
export interface Services extends Makers {
  readonly reader: FunctionReader;
}

export interface KernelStats {
  /** Specialisations made, from the cache or not. */
  readonly compiles: number;
  /** Loaded from the cache, without LLVM. */
  readonly cacheHits: number;
  /** Looked for in the cache, then compiled by LLVM. */
  readonly cacheMisses: number;
  /** By stage, in the order of the stages; over all compiles. */
  readonly milliseconds: Readonly<Record<string, number>>;
}

interface Made {
  readonly specialisation: Specialisation;
  readonly variant: Variant;
}

export class Dispatcher {
  readonly fn: Callable;
  readonly name: string;
  /** undefined when the function's text doesn't tell. */
  readonly parameters: ParameterNames | undefined;
  /** The native function of the specialisation last used. */
  primary: NativeKernel = misfit;

  readonly #options: DispatcherOptions;
  readonly #services: Services;
  readonly #specialisations = new Map<string, Specialisation>();
  readonly #failures = new Map<string, Error>();
  readonly #byCall = new WeakMap<NativeKernel, Made>();
  /** Parameters that have been given a number other than an int32: they stay float64. */
  readonly #float64 = new Set<number>();
  readonly #milliseconds = new Map<string, number>();
  readonly #warmup = new Warmup();
  #compiles = 0;
  #cacheHits = 0;
  #cacheMisses = 0;

  constructor(fn: Callable, options: DispatcherOptions, services: Services) {
    this.fn = fn;
    this.name = fn.name || "kernel";
    this.parameters = parameterNames(fn);
    this.#options = options;
    this.#services = services;
    for (const signature of options.signatures) checkCount(this, signature);
  }

  get stats(): KernelStats {
    return {
      compiles: this.#compiles,
      cacheHits: this.#cacheHits,
      cacheMisses: this.#cacheMisses,
      milliseconds: Object.fromEntries(this.#milliseconds),
    };
  }

  /** How messages speak of the kernel: by its name, else by its place. Only for messages, since places take time to find. */
  get label(): string {
    if (this.fn.name !== "") return `'${this.fn.name}'`;
    const position = this.#services.reader.sourceOf(this.fn).locate(0);
    // Where the place can't be told, the file is a mere word.
    return /[\\/]/.test(position.file) ? `the kernel at ${showPosition(position)}` : "the kernel";
  }

  /** Of the compiled specialisations, in Numba's notation. */
  get signatures(): string[] {
    return this.#all().map(signatureOf);
  }

  /** What `primary` left to do. `call` is the function that answered SENTINEL; `below` is where the stack of an error begins. */
  resume(call: NativeKernel, args: readonly unknown[], below: Callable): unknown {
    let current = call;
    // Each turn deals with one answer; a fresh specialisation fits the very arguments it was made for.
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const made = this.#byCall.get(current);
      const [status] = state;
      if (status === STATUS.error) throw this.#error(made?.variant, below);
      if (status !== STATUS.tooLong && isRunningPlain()) return runPlain(this, args);
      current = this.#afterRefusal(made, args, below).call;
      if (status === STATUS.misfit) this.primary = current;
      const result = current(...args);
      if (result !== SENTINEL) return result;
    }
    throw this.#unfit();
  }

  /** The variant for arguments that `made`, if any, refused; `state` says why. */
  #afterRefusal(
    made: Made | undefined,
    args: readonly unknown[],
    below: Callable | undefined,
    when: When = this.#when,
  ): Variant {
    const [status, site = 0] = state;
    switch (status) {
      case STATUS.tooLong:
        throw new RangeError(
          `${this.#nameOfArray(made?.variant, site)} has 2^31 elements or more; kernels take up to 2^31 - 1`,
        );
      case STATUS.overlap:
        if (made === undefined) throw new NumbatsError(`${this.label} found an overlap before it was compiled`);
        return this.#relaxed(made.specialisation, { ...made.variant.assumes, disjoint: false });
      case STATUS.large:
        if (made === undefined) throw new NumbatsError(`${this.label} found a large integer before it was compiled`);
        return this.#relaxed(made.specialisation, { ...made.variant.assumes, small: false });
      default:
        return this.#specialise(args, below, when).main;
    }
  }

  /** The error that `state` tells of. */
  #error(variant: Variant | undefined, below: Below): Error {
    const reason = variant?.compiled.sites[state[STATE.site] ?? 0];
    if (reason === undefined) throw new NumbatsError(`${this.label} reported an error at no known place`);
    return kernelError(reason, state.subarray(STATE.a), this.name, below);
  }

  // ── in the background (async.ts) ──

  /** Resolves when LLVM has made what a call with these arguments begins with; undefined when nothing need be waited for. */
  readyToStart(args: readonly unknown[], below: Callable): Promise<void> | undefined {
    return this.#inBackground(this.#specialise(args, below, "called")).pending;
  }

  /**
   * Prepares a call: the variant whose `start` has taken what `prepare` gave it. A promise when LLVM is to make another one first:
   * then it is to be called again.
   */
  start(
    args: readonly unknown[],
    prepare: (variant: Variant) => readonly unknown[],
    below: Callable,
  ): Variant | Promise<void> {
    let variant = this.#inBackground(this.#specialise(args, below, "called"));
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      if (variant.pending !== undefined) return variant.pending;
      if (variant.call(...prepare(variant)) !== SENTINEL) return variant;
      const made = this.#byCall.get(variant.call);
      const next = this.#afterRefusal(made, args, below, "called");
      variant = next.assumes.background === true ? next : this.#inBackground(this.#specialise(args, below, "called"));
    }
    throw this.#unfit();
  }

  #inBackground(specialisation: Specialisation): Variant {
    return this.#relaxed(specialisation, { ...specialisation.main.assumes, background: true });
  }

  /** What starts threads. */
  get pool(): PoolAddon {
    return this.#services.loader.pool();
  }

  /** What a call that was started came to: its result, an error to throw, or undefined when it was stopped. */
  finish(variant: Variant, given: readonly unknown[], below: Below): { readonly value: unknown } | Error | undefined {
    const value = (variant.call as BackgroundKernel).finish(...given);
    if (value !== SENTINEL) return { value };
    return state[STATE.status] === STATUS.stopped ? undefined : this.#error(variant, below);
  }

  /** The parameters' values, then the captured arrays: what `start` and `finish` take. */
  givenTo({ compiled }: Variant, args: readonly unknown[]): readonly unknown[] {
    const { entry, bound } = compiled;
    return [...entry.args.map((_, index) => args[index]), ...bound.slice(0, entry.captured.length)];
  }

  /** The error for an array that was detached or resized while a kernel wrote to a copy of it. */
  lostArray(variant: Variant, index: number): TypeError {
    return new TypeError(
      `${this.#nameOfArray(variant, index)} was detached or resized while the kernel ran; what it wrote is lost`,
    );
  }

  #unfit(): NumbatsError {
    return new NumbatsError(`${this.label} doesn't take the arguments that it was compiled for`);
  }

  /** Compiles for arguments like these, without a call. */
  compile(args: readonly unknown[], below?: Callable): void {
    const { main } = this.#specialise(args, below);
    main.load?.();
    this.primary = main.call;
  }

  /** Compiles the given signatures. */
  compileSignatures(below?: Callable): void {
    try {
      for (const { args } of this.#options.signatures) this.primary = this.#specialisationOf(args).main.call;
    } catch (error) {
      throw beginningAt(below, error);
    }
  }

  /** Resolves when all that has been asked for so far runs natively. */
  ready(): Promise<void> {
    return this.#warmup.ready();
  }

  /** Compiles everything anew, as captured values are now. */
  recompile(): void {
    const before = this.#all();
    this.#warmup.forget();
    this.#specialisations.clear();
    this.#failures.clear();
    this.primary = misfit;
    for (const { args } of before) this.primary = this.#specialisationOf(args).main.call;
  }

  inspectTypes(signature?: string): string {
    return inspected(this, this.#specialisations, signature, ({ main }) => main.compiled.typeListing());
  }

  inspectLLVM(signature?: string): string {
    return inspected(this, this.#specialisations, signature, ({ main }) => main.compiled.llvm());
  }

  inspectAsm(signature?: string): string {
    return inspected(this, this.#specialisations, signature, ({ main }) =>
      this.#services.loader.assemble(main.compiled.llvm()),
    );
  }

  /** What became of the kernel's loops over prange. */
  parallelDiagnostics(level: ReportLevel, signature?: string): string {
    return inspected(this, this.#specialisations, signature, ({ main }) =>
      renderParallelReport(this.name, main.compiled, level),
    );
  }

  /** What became of the kernel's loops and bounds checks; of the variants that some calls have needed, too. */
  diagnostics(signature?: string): string {
    const { loader } = this.#services;
    const { boundscheck } = this.#options;
    const report = ({ compiled }: Variant, variant?: Assumptions): string =>
      renderDiagnosticsReport(compiled, (llvm, passes) => loader.remarks(llvm, passes), {
        name: this.name,
        boundscheck,
        ...(variant && { variant }),
      });
    return inspected(this, this.#specialisations, signature, ({ main, variants }) =>
      [report(main), ...Array.from(variants.values(), (other) => report(other, other.assumes))].join(""),
    );
  }

  #all(): Specialisation[] {
    return [...this.#specialisations.values()];
  }

  /** When LLVM makes what a plain call needs. */
  get #when(): When {
    return this.#options.warmup === "background" ? "later" : "now";
  }

  /** `when` is for a specialisation that isn't there. */
  #specialise(args: readonly unknown[], below?: Callable, when = this.#when): Specialisation {
    const { signatures } = this.#options;
    try {
      const types = signatures.length === 0 ? this.#typesOf(args) : this.#declaredTypes(args);
      return this.#specialisationOf(types, this.#when === "later" ? "later" : when);
    } catch (error) {
      throw beginningAt(below, error);
    }
  }

  /** How many values the function takes: missing ones are undefined, extra ones are ignored. */
  #countOf(args: readonly unknown[]): number {
    return this.parameters?.length ?? args.length;
  }

  #declaredTypes(args: readonly unknown[]): readonly ArgType[] {
    const values = Array.from({ length: this.#countOf(args) }, (_, index) => args[index]);
    return chosenSignature(this, this.#options.signatures, values).args;
  }

  #typesOf(args: readonly unknown[]): ArgType[] {
    const types: ArgType[] = [];
    for (let index = 0; index < this.#countOf(args); index++) {
      const type = typeOfArgument(args[index]);
      if (type === undefined) throw argumentError(this.label, this.parameters, index, args[index]);
      if (type.kind === "float64") this.#float64.add(index);
      types.push(type.kind === "int32" && this.#float64.has(index) ? { kind: "float64" } : type);
    }
    return types;
  }

  #specialisationOf(args: readonly ArgType[], when = this.#when): Specialisation {
    const key = keyOfTypes(args);
    const known = this.#specialisations.get(key);
    if (known !== undefined) return known;
    const failure = this.#failures.get(key);
    if (failure !== undefined) throw failure;
    try {
      const main = this.#variant(args, { disjoint: true, small: true }, when);
      const specialisation: Specialisation = { args: main.compiled.entry.args, main, variants: new Map() };
      if (this.#options.signatures.length > 0) checkResult(this, this.#options.signatures, key, specialisation);
      this.#specialisations.set(key, specialisation);
      if (this.#specialisations.size > MAX_SPECIALISATIONS) this.#dropOldest();
      this.#byCall.set(main.call, { specialisation, variant: main });
      return specialisation;
    } catch (cause) {
      if (!(cause instanceof CompileError)) throw cause;
      const error = this.#missingArgument(cause) ?? cause;
      // How deep the compiler can go depends on how deep the call is.
      if (cause.diagnostics.every(({ id }) => id !== "too-nested")) this.#failures.set(key, error);
      throw error;
    }
  }

  /** A kernel given a new closure at every call makes a specialisation for each; only so many are kept. */
  #dropOldest(): void {
    for (const key of this.#specialisations.keys()) {
      if (this.#specialisations.size <= MAX_SPECIALISATIONS) return;
      this.#specialisations.delete(key);
    }
  }

  /** The variant for arguments that its sibling refused. */
  #relaxed(specialisation: Specialisation, assumes: Assumptions): Variant {
    const key = JSON.stringify(assumes);
    let variant = specialisation.variants.get(key);
    if (variant === undefined) {
      variant = this.#variant(specialisation.args, assumes, assumes.background === true ? "later" : this.#when);
      specialisation.variants.set(key, variant);
      const made: Made = { specialisation, variant };
      if (variant.pending === undefined) this.#byCall.set(variant.call, made);
      else this.#whenThere(variant.pending, made, key);
    }
    return variant;
  }

  #whenThere(pending: Promise<void>, made: Made, key: string): void {
    const { specialisation, variant } = made;
    variant.pending = pending.then(
      () => {
        variant.pending = undefined;
        this.#byCall.set(variant.call, made);
      },
      (error: unknown) => {
        // The next call tries again.
        specialisation.variants.delete(key);
        throw error;
      },
    );
    // Whoever waits hears of it.
    variant.pending.catch(() => {});
  }

  #variant(args: readonly ArgType[], assumes: Assumptions, when: When): Variant {
    const { fastmath, boundscheck, parallel, chunksize, cache } = this.#options;
    const { reader, loader } = this.#services;
    const options = { fastmath, boundscheck, parallel, chunksize };
    const start = now();
    const target = loader.target();
    this.#count([{ name: "toolchain", ms: now() - start }]);
    const declared = this.#options.signatures.length > 0;
    const request: CompileRequest = { fn: this.fn, args, options, reader, target, declared, ...assumes };
    const made = make(request, this.#services, { cache, when, pool: assumes.background === true });
    const { compiled, addon } = made;
    this.#compiles++;
    this.#count(compiled.stages);
    if ("create" in addon) return { assumes, compiled, call: this.#create(made, addon) };
    return this.#standIn(args, assumes, made, addon);
  }

  /** A variant that something stands in the place of until the addon is there. */
  #standIn(args: readonly ArgType[], assumes: Assumptions, made: Making, addon: PendingAddon | UnloadedAddon): Variant {
    const variant: Variant = { assumes, compiled: made.compiled, call: () => misfit() };
    const takeOver = (loaded: LoadedAddon): NativeKernel => {
      const standIn = variant.call;
      variant.call = this.#create(made, loaded);
      const known = this.#byCall.get(standIn);
      if (known !== undefined) this.#byCall.set(variant.call, known);
      if (this.primary === standIn) this.primary = variant.call;
      return variant.call;
    };
    if ("load" in addon) {
      variant.load = () => {
        takeOver(addon.load());
        variant.load = undefined;
      };
      variant.call = (...values) => {
        variant.load?.();
        return variant.call(...values);
      };
    } else if (assumes.background === true) {
      // What runs on another thread has no plain function in its place.
      variant.pending = addon.done.then((loaded) => void takeOver(loaded));
    } else {
      variant.call = this.#warmup.standIn(
        addon,
        () => this.label,
        takeOver,
        (...values) => {
          if (args.every((type, index) => accepts(type, values[index]))) return runPlain(this, values);
          return misfit();
        },
      );
    }
    return variant;
  }

  #create({ compiled, loaded }: Making, addon: LoadedAddon): NativeKernel {
    loaded(addon);
    if (addon.cache === "hit") this.#cacheHits++;
    if (addon.cache === "miss") this.#cacheMisses++;
    this.#count(addon.stages);
    const pool = compiled.usesPool ? this.#services.loader.pool().address : 0n;
    const fallbacks = (): bigint => this.#loadFallbacks(compiled);
    const native = addon.create(SENTINEL, state, compiled.bound, log, pool, RANDOM_STATE, spare, fallbacks);
    return compiled.entry.background === undefined ? guarded(native, compiled.entry, state, misfit) : native;
  }

  #count(stages: readonly Stage[]): void {
    for (const { name, ms } of stages) this.#milliseconds.set(name, (this.#milliseconds.get(name) ?? 0) + ms);
  }

  /** What the native kernel calls when it needs what has been left out of it. */
  #loadFallbacks({ fallbacks, support }: Compiled): bigint {
    if (fallbacks === undefined) throw new NumbatsError(`${this.label} asks for what it has not left out`);
    const { address, stages } = this.#services.loader.loadFallbacks(fallbacks.llvm, support, this.#options.cache);
    this.#count(stages);
    return address;
  }

  /** A missing argument that is used as a number is the caller's mistake, not one in the kernel. */
  #missingArgument(error: CompileError): TypeError | undefined {
    for (const { id, params } of error.diagnostics) {
      if (id !== "missing-argument" || !("argument" in params)) continue;
      const place = describePlace(this.label, this.parameters, params.argument);
      return new TypeError(`${place} is undefined, and the kernel uses its value`, { cause: error });
    }
    return undefined;
  }

  /** The entry numbers the arguments, then the captured arrays. */
  #nameOfArray(variant: Variant | undefined, index: number): string {
    const entry = variant?.compiled.entry;
    const captured = entry?.captured[index - entry.args.length];
    if (captured !== undefined) return `the captured array '${captured.name}' of ${this.label}`;
    return describePlace(this.label, this.parameters, index);
  }
}

/** A mistake in the arguments or in the function is the user's: the error's stack begins at the caller of `below`. */
function beginningAt(below: Callable | undefined, error: unknown): unknown {
  if (below !== undefined && (error instanceof TypeError || error instanceof CompileError))
    Error.captureStackTrace?.(error, below);
  return error;
}

/**
 * Kernels in the background: `kernel.async(...args)`.
 *
 * A call has its memory (emit/abi.ts), which the compiled kernel's `start` fills in; native/background.c runs it on a thread of
 * its own and wakes us when it has ended or logged; `finish` makes the result. What the thread works on is held in `running`
 * until then. The signal's abort and the limit on calls at once are dealt with here; the kernel looks at a flag.
 *
 * Relies on the dispatcher for the variants of a kernel that can be stopped, and on pinning.ts for the arrays' memory.
 */
import { clearInterval, setInterval } from "node:timers";
import { NumbatsError } from "../diagnostics/errors.ts";
import { MEMORY } from "../emit/abi.ts";
import type { Callable } from "../frontend/program.ts";
import { type Dispatcher, log } from "./dispatcher.ts";
import { type CallSite, callSite } from "./errors.ts";
import type { BackgroundMemory, PoolAddon } from "./native.ts";
import { canPin, type Lent, lend } from "./pinning.ts";
import type { Variant } from "./specialisation.ts";

/** What is used of an AbortSignal. Spelt out, so that the package's types need neither Node's nor the browser's. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
}

export interface AsyncOptions {
  /** An AbortSignal. Ends the kernel within milliseconds when it is aborted; the promise is rejected with its reason. */
  readonly signal?: Signal | undefined;
  /**
   * Told how much is done, as a fraction from 0 to 1 that never falls: at most every 50 milliseconds while the kernel runs, and 1
   * when it has ended well.
   */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** Between two calls of onProgress. */
const PROGRESS_MS = 50;
/** More calls at once, of one thread of the engine, wait for others to end: each has a thread and its stack. */
const MOST_AT_ONCE = 64;

interface Running {
  readonly memory: BackgroundMemory;
  readonly flags: Int32Array;
  readonly lent: Lent;
  readonly settle: () => void;
  /** What console.log, or onProgress, threw: the kernel is stopped, and the promise rejected with it. */
  thrown: { readonly error: unknown } | undefined;
}

/** The calls of this thread. */
class Background {
  readonly #pool: PoolAddon;
  readonly #running = new Set<Running>();
  readonly #waiting = new Set<() => void>();
  readonly pins: boolean;

  constructor(pool: PoolAddon) {
    this.#pool = pool;
    this.pins = canPin(pool);
    if (!pool.open(() => this.#woken())) throw new NumbatsError("kernels can't run in the background here");
  }

  /** Begins when there are few enough others. Gives how to leave the queue before that; what it gives is false when it is too late. */
  whenPossible(begin: () => void): () => boolean {
    if (this.#running.size < MOST_AT_ONCE) {
      begin();
      return () => false;
    }
    this.#waiting.add(begin);
    return () => this.#waiting.delete(begin);
  }

  lend(values: readonly unknown[]): Lent {
    return lend(values, this.#pool, this.pins);
  }

  /** The pool holds what the thread works on. The call is known before: a termination may keep us from whatever comes after `run`. */
  run(call: Running): void {
    this.#running.add(call);
    if (this.#running.size === 1) this.#pool.hold(true);
    if (this.#pool.run(call.memory, call)) return;
    this.#running.delete(call);
    if (this.#running.size === 0) this.#pool.hold(false);
    throw new NumbatsError("there is no thread left for a kernel in the background");
  }

  /** Some call, or several, ended or logged. */
  #woken(): void {
    for (const call of this.#running) {
      // Looked at first: what a call logs before its end is then there.
      const done = Atomics.load(call.flags, 2 * MEMORY.done) !== 0;
      this.#deliver(call);
      if (done) this.#end(call);
    }
  }

  #deliver(call: Running): void {
    for (const items of this.#pool.logs(call.memory)) {
      if (call.thrown !== undefined) return;
      try {
        log(...items);
      } catch (error) {
        stop(call, error);
      }
    }
  }

  #end(call: Running): void {
    this.#running.delete(call);
    this.#pool.end(call.memory);
    call.settle();
    for (const begin of this.#waiting) {
      if (this.#running.size >= MOST_AT_ONCE) break;
      this.#waiting.delete(begin);
      begin();
    }
    if (this.#running.size === 0) this.#pool.hold(false);
  }
}

const listeners = new WeakMap<Signal, Set<() => void>>();

/** Calls `react` when the signal is aborted, at once if it is. Gives what takes that back. However many calls have one signal, it has one listener of ours. */
function onAbort(signal: Signal | undefined, react: () => void): () => void {
  if (signal === undefined) return () => {};
  const own = (): void => react();
  const known = listeners.get(signal);
  const reactions = known ?? new Set();
  reactions.add(own);
  if (known === undefined) {
    const all = (): void => {
      for (const reaction of reactions) reaction();
    };
    listeners.set(signal, reactions);
    signal.addEventListener("abort", all, { once: true });
  }
  // By a getter of the program's, for one, that the compiler has just asked: nobody hears of that any more.
  if (signal.aborted) own();
  return () => void reactions.delete(own);
}

/** Ends the kernel because of an error outside it. */
function stop(call: Running, error: unknown): void {
  call.thrown ??= { error };
  Atomics.store(call.flags, 2 * MEMORY.stop, 1);
}

let background: Background | undefined;

/** Runs the kernel in the background. `below` is the function that the user called. */
export function callInBackground(
  dispatcher: Dispatcher,
  args: readonly unknown[],
  options: AsyncOptions,
  below: Callable,
): Promise<unknown> {
  const { signal } = options;
  if (signal?.aborted === true) return Promise.reject(signal.reason);
  const site = callSite(below);
  return new Promise((resolve, reject) => {
    /** Keeps the call from beginning; false when it has begun. */
    let leave = (): boolean => false;
    const forget = onAbort(signal, () => {
      if (leave()) reject(signal?.reason);
    });
    const trying = (step: () => void): void => {
      try {
        step();
      } catch (error) {
        forget();
        reject(error);
      }
    };
    const queue = (): void => {
      const compiled = dispatcher.readyToStart(args, below);
      if (compiled !== undefined) {
        wait(compiled);
        return;
      }
      background ??= new Background(dispatcher.pool);
      const here = background;
      let began = false;
      const leaveQueue = here.whenPossible(() => {
        began = true;
        leave = () => false;
        trying(() => {
          const pending = beginCall(here, { dispatcher, args, options, below, site, resolve, reject });
          if (pending === undefined) forget();
          else wait(pending);
        });
      });
      if (!began) leave = leaveQueue;
    };
    /** Meanwhile LLVM works in a process of its own. */
    const wait = (compiled: Promise<void>): void => {
      let left = false;
      const alive = setInterval(() => {}, 2 ** 30);
      leave = () => {
        clearInterval(alive);
        left = true;
        return true;
      };
      const goOn = (step: () => void) => (): void => {
        clearInterval(alive);
        if (!left) trying(step);
      };
      compiled.then(goOn(queue), (error: unknown) =>
        goOn(() => {
          throw error;
        })(),
      );
    };
    trying(queue);
  });
}

interface Request {
  readonly dispatcher: Dispatcher;
  readonly args: readonly unknown[];
  readonly options: AsyncOptions;
  readonly below: Callable;
  readonly site: CallSite;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/** Gives what is to be waited for before it is called again, if anything. @throws what a plain call would throw before the kernel runs. */
function beginCall(here: Background, request: Request): Promise<void> | undefined {
  const { dispatcher, args, options, below } = request;
  const { signal, onProgress } = options;
  let memory: BackgroundMemory = new Float64Array();
  let lent: Lent = here.lend([]);
  const variant = dispatcher.start(
    args,
    (chosen) => {
      const { background: words = 0 } = chosen.compiled.entry;
      memory = new Float64Array(new SharedArrayBuffer(8 * words));
      lent = here.lend(dispatcher.givenTo(chosen, args));
      return [memory, ...lent.given];
    },
    below,
  );
  if (variant instanceof Promise) return variant;
  const flags = new Int32Array(memory.buffer);
  let timer: ReturnType<typeof setInterval> | undefined;
  let forget = (): void => {};
  const call: Running = {
    memory,
    flags,
    lent,
    thrown: undefined,
    settle: () => {
      clearInterval(timer);
      forget();
      settle(request, call, variant, () => progress?.(1));
    },
  };
  const progress = onProgress === undefined ? undefined : rising(onProgress);
  here.run(call);
  forget = onAbort(signal, () => void Atomics.store(flags, 2 * MEMORY.stop, 1));
  if (progress === undefined) return undefined;
  timer = setInterval(() => {
    try {
      progress(memory[MEMORY.progress] ?? 0);
    } catch (error) {
      clearInterval(timer);
      stop(call, error);
    }
  }, PROGRESS_MS);
  timer.unref();
  return undefined;
}

/** Calls `tell` with fractions that have grown. */
function rising(tell: (done: number) => void): (done: number) => void {
  let last = -1;
  return (done) => {
    const shown = Math.min(1, Math.max(0, done));
    if (!(shown > last)) return;
    last = shown;
    tell(shown);
  };
}

function settle(request: Request, call: Running, variant: Variant, completed: () => void): void {
  const { dispatcher, args, options, site, resolve, reject } = request;
  try {
    const { compiled } = variant;
    const given = dispatcher.givenTo(variant, args);
    const arrays = given.flatMap((_, place) => {
      const isArray = place >= compiled.entry.args.length || compiled.entry.args[place]?.kind === "array";
      return isArray ? [place] : [];
    });
    const lost = call.lent.takeBack((place) => compiled.written.has(arrays.indexOf(place)));
    const outcome = dispatcher.finish(variant, [call.memory, ...given], site);
    if (call.thrown !== undefined) reject(call.thrown.error);
    else if (options.signal?.aborted === true) reject(options.signal.reason);
    else if (outcome instanceof Error) reject(outcome);
    else if (lost[0] !== undefined) reject(dispatcher.lostArray(variant, lost[0]));
    else if (outcome === undefined) reject(new NumbatsError(`${dispatcher.label} was stopped: memory is short`));
    else {
      completed();
      resolve(outcome.value);
    }
  } catch (error) {
    reject(error);
  }
}

/** As `callInBackground` for a function that isn't compiled. */
export async function callPlain(
  fn: Callable,
  args: readonly unknown[],
  { signal, onProgress }: AsyncOptions,
): Promise<unknown> {
  signal?.throwIfAborted();
  const value: unknown = fn(...(args as never[]));
  onProgress?.(1);
  return value;
}

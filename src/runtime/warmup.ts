/**
 * `warmup: "background"`: what runs in a kernel's place while LLVM works, and how the kernel takes over.
 *
 * Until then a call runs the plain function. Kernels that it calls run plain, too, unless they are compiled already: the
 * caller asked not to wait, and the code under way has them built in.
 */
import type { Callable } from "../frontend/program.ts";
import type { LoadedAddon, NativeKernel, PendingAddon } from "./native.ts";

/** Where a kernel's callable finds the function to call. */
export interface HasPrimary {
  readonly fn: Callable;
  primary: NativeKernel;
}

let depth = 0;

/** Is the plain function of some kernel running, in place of its native code? */
export function isRunningPlain(): boolean {
  return depth > 0;
}

/** Calls the kernel's plain function. Calls of itself through the kernel go straight to the function: the stack is short. */
export function runPlain(kernel: HasPrimary, args: readonly unknown[]): unknown {
  const { fn, primary } = kernel;
  kernel.primary = fn;
  depth++;
  try {
    return fn(...args);
  } finally {
    depth--;
    // The plain function may have had the kernel compiled anew.
    if (kernel.primary === fn) kernel.primary = primary;
  }
}

/** The kernels under way of one dispatcher. */
export class Warmup {
  readonly #pending = new Set<Promise<unknown>>();
  #failure: { readonly error: unknown } | undefined;

  /**
   * A function for calls until the addon is there. It goes on to the native one as soon as that is, and `takeOver`, which
   * makes the native one, puts it where the stand-in was.
   */
  standIn(
    pending: PendingAddon,
    label: () => string,
    takeOver: (addon: LoadedAddon) => NativeKernel,
    run: NativeKernel,
  ): NativeKernel {
    let native: NativeKernel | undefined;
    let failed = false;
    const take = (addon: LoadedAddon): void => {
      native ??= takeOver(addon);
    };
    const fail = (error: unknown): void => {
      // Of what was forgotten nobody wants to hear.
      if (failed || !this.#pending.has(settled)) return;
      failed = true;
      this.#failure = { error };
      warnOnce(label, error instanceof Error ? error.message : String(error));
    };
    const settled: Promise<unknown> = pending.done
      .then(take)
      .catch(fail)
      .finally(() => this.#pending.delete(settled));
    this.#pending.add(settled);
    let lookedAt = performance.now();
    const look = (): void => {
      const now = performance.now();
      // To look costs microseconds, which calls of a small function shouldn't all pay.
      if (now - lookedAt < LOOK_EVERY_MS) return;
      lookedAt = now;
      try {
        const addon = pending.poll();
        if (addon !== undefined) take(addon);
      } catch (error) {
        fail(error);
      }
    };
    return (...args) => {
      if (native === undefined && !failed) look();
      return native === undefined ? run(...args) : native(...args);
    };
  }

  /** Resolves when nothing is under way. Keeps the process alive until then. @throws what LLVM's failure was, if it failed. */
  async ready(): Promise<void> {
    const timer = setInterval(() => {}, 2 ** 30);
    try {
      while (this.#pending.size > 0) await Promise.all(this.#pending);
    } finally {
      clearInterval(timer);
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Everything is about to be compiled anew. */
  forget(): void {
    this.#pending.clear();
    this.#failure = undefined;
  }
}

const LOOK_EVERY_MS = 1;

const warned = new Set<string>();

/** A toolchain that fails does so for every kernel; its first words tell the failures apart. */
function warnOnce(label: () => string, reason: string): void {
  const words = reason.split("\n")[0] ?? "";
  if (warned.has(words)) return;
  warned.add(words);
  const message = `${label()} goes on as plain JavaScript: ${reason}`;
  process.emitWarning(message, { type: "NumbatsWarning", code: "NUMBATS_WARMUP" });
}

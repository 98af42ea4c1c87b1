/** `kernel.async` and its `with`: what they take, checked. */
import type { Callable } from "../frontend/program.ts";
import type { AsyncOptions, Signal } from "../runtime/async.ts";

/** `below` is the function that the user called. */
type CallAsync = (args: readonly unknown[], options: AsyncOptions, below: Callable) => Promise<unknown>;

export function defineAsync(kernel: Callable, call: CallAsync): void {
  const withOptions = (options: AsyncOptions): Callable => {
    const run: Callable = (...args) => call(args, options, run);
    return run;
  };
  const value = Object.assign(withOptions({}), { with: (options: unknown) => withOptions(checkOptions(options)) });
  Object.defineProperty(kernel, "async", { value, configurable: true, writable: true });
}

const OPTIONS = ["signal", "onProgress"];

function checkOptions(options: unknown): AsyncOptions {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`async.with takes { ${OPTIONS.join(", ")} }, not ${String(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (!OPTIONS.includes(name)) {
      throw new TypeError(`async.with: there is no option ${name}; the options are ${OPTIONS.join(", ")}`);
    }
  }
  const { signal, onProgress } = options as Readonly<Record<string, unknown>>;
  if (signal !== undefined && !isSignal(signal)) {
    throw new TypeError(`async.with: signal is an AbortSignal, not ${String(signal)}`);
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw new TypeError(`async.with: onProgress is a function, not ${String(onProgress)}`);
  }
  return { signal, onProgress: onProgress as AsyncOptions["onProgress"] };
}

/** By its shape: there are AbortSignals of other realms and of libraries. */
function isSignal(value: unknown): value is Signal {
  if (typeof value !== "object" || value === null) return false;
  const { aborted, addEventListener } = value as Readonly<Record<string, unknown>>;
  return typeof aborted === "boolean" && typeof addEventListener === "function";
}

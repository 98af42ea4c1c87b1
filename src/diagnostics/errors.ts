/** The errors that numbats throws. A kernel's own errors (RangeError, …) are not among them: those are JavaScript's. */
import type { Diagnostic } from "./diagnostic.ts";

export class NumbatsError extends Error {
  override name = "NumbatsError";
}

/** The function can't be compiled; the message is the whole rendered text of what is wrong with it. */
export class CompileError extends NumbatsError {
  override name = "CompileError";
  declare readonly diagnostics: readonly Diagnostic[];

  /** `rendered` is their text. It isn't made here: where nothing is compiled, the texts needn't be loaded. */
  constructor(diagnostics: readonly Diagnostic[], rendered: string) {
    super(`\n${rendered}`);
    // Not for those who print the error: its message says all of it.
    Object.defineProperty(this, "diagnostics", { value: diagnostics, enumerable: false });
  }
}

/** LLVM is missing, too old, or has failed on code that we gave it. Never the user's fault, unlike a CompileError. */
export class ToolchainError extends NumbatsError {
  override name = "ToolchainError";
  /** The command line that failed; undefined when there was nothing to run. */
  readonly command: string | undefined;
  readonly stderr: string;
  /** Where the LLVM IR that was being compiled has been kept, for a report. */
  readonly keptIr: string | undefined;

  constructor(message: string, detail: { command?: string; stderr?: string; keptIr?: string | undefined } = {}) {
    super(message);
    this.command = detail.command;
    this.stderr = detail.stderr ?? "";
    this.keptIr = detail.keptIr;
  }
}

/** A mistake in numbats itself. */
export class InternalError extends NumbatsError {
  override name = "InternalError";
}

/** Reports a mistake in numbats itself; `dump` is whatever shows the state it is in (IR, as a rule). */
export function ice(message: string, dump?: string): never {
  const state = dump === undefined ? "" : `\n\n${dump}\n`;
  throw new InternalError(
    `${message}${state}\nThis is a mistake in numbats; please report it together with the function.`,
  );
}

/** The errors that numbats throws. A kernel's own errors (RangeError, …) are not among them: those are JavaScript's. */
import type { Diagnostic } from "./diagnostic.ts";
import { renderDiagnostics } from "./render.ts";

export class NumbatsError extends Error {
  override name = "NumbatsError";
}

/** The function can't be compiled; the message is the whole rendered text of what is wrong with it. */
export class CompileError extends NumbatsError {
  override name = "CompileError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(`\n${renderDiagnostics(diagnostics)}`);
    this.diagnostics = diagnostics;
  }
}

/** LLVM is missing, too old, or has failed. */
export class ToolchainError extends NumbatsError {
  override name = "ToolchainError";
  /** What was run, if anything was. */
  readonly command: readonly string[] | undefined;
  readonly stderr: string | undefined;

  constructor(message: string, details: { command?: readonly string[]; stderr?: string; cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.command = details.command;
    this.stderr = details.stderr;
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

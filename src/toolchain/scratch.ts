/** Where LLVM's inputs and outputs are while it works, and where the IR is kept that it couldn't take. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeTemporary, removeTemporary } from "../engine/temporary.ts";
import { ToolchainError } from "./llvm.ts";

export function temporaryDir(): string {
  try {
    return makeTemporary();
  } catch (cause) {
    throw new ToolchainError(`numbats can't make a temporary directory in ${tmpdir()}: ${String(cause)}`);
  }
}

/** The directory is made when it is first asked for: often all that would be in it need not be a file. */
export function inTemporaryDir<T>(work: (dir: () => string) => T): T {
  let made: string | undefined;
  const dir = (): string => {
    made ??= temporaryDir();
    return made;
  };
  try {
    return work(dir);
  } finally {
    if (made !== undefined) removeTemporary(made);
  }
}

/** The same error, with the IR kept in a file for a report. */
export function keepIr(error: unknown, ll: string): unknown {
  if (!(error instanceof ToolchainError) || error.keptIr !== undefined) return error;
  let dir: string | undefined;
  let keptIr: string;
  try {
    // Not one that goes away.
    dir = mkdtempSync(join(tmpdir(), "numbats-"));
    keptIr = join(dir, "kernel.ll");
    writeFileSync(keptIr, ll);
  } catch {
    // A disk that is full isn't to be fuller.
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
    return error;
  }
  const { message, command, stderr } = error;
  const detail = command === undefined ? { stderr, keptIr } : { command, stderr, keptIr };
  return new ToolchainError(`${message}\nThe LLVM IR is kept in ${keptIr}`, detail);
}

export function keepingIr<T>(ll: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw keepIr(error, ll);
  }
}

/** What the numbers were measured on. */
import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { hostOf } from "../src/toolchain/host.ts";
import { findLlvm } from "../src/toolchain/llvm.ts";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly platform: string;
  readonly node: string;
  readonly v8: string;
  readonly llvm: string;
  /** LLVM's name for the processor. */
  readonly target: string;
  /** Of the working tree, with "+" when it has changes; undefined outside a repository. */
  readonly commit: string | undefined;
  readonly date: string;
}

export function describeMachine(): Machine {
  const { target, llvmVersion } = hostOf(findLlvm());
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
    v8: process.versions.v8,
    llvm: llvmVersion,
    target: target.cpu,
    commit: commit(),
    date: new Date().toISOString().slice(0, 10),
  };
}

function commit(): string | undefined {
  const git = (...args: string[]) =>
    execFileSync("git", args, {
      cwd: dirname(fileURLToPath(import.meta.url)),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  try {
    return git("rev-parse", "--short=12", "HEAD") + (git("status", "--porcelain", "--untracked-files=no") ? "+" : "");
  } catch {
    return undefined;
  }
}

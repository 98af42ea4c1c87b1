/**
 * Builds what the accuracy scripts run: the loops of `kernels.ts`, compiled by the LLVM that kernels are compiled with, and
 * the reference program, compiled by the machine's C compiler against MPFR.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { MathUse } from "../../src/emit/llvm/math/index.ts";
import type { Target } from "../../src/targets/target.ts";
import { buildAddon } from "../../src/toolchain/compile.ts";
import { findLlvm } from "../../src/toolchain/llvm.ts";
import { loopName, loopsText } from "./kernels.ts";

const SOURCE = fileURLToPath(new URL("reference.c", import.meta.url));

export interface AccuracyTools {
  /** The compiled loops. */
  readonly library: string;
  /** Runs the reference program on the loop of one function; gives what it prints. */
  reference(mode: "check" | "table" | "bench", use: MathUse, ...args: readonly (string | number)[]): string;
}

/** Undefined where there is no C compiler or no MPFR. */
export function buildTools(uses: readonly MathUse[], target: Target): AccuracyTools | undefined {
  const dir = mkdtempSync(join(tmpdir(), "numbats-accuracy-"));
  process.on("exit", () => rmSync(dir, { recursive: true, force: true }));
  const program = join(dir, "reference");
  const compile = spawnSync("cc", ["-O2", "-o", program, SOURCE, "-lmpfr", "-lgmp", "-lm", "-ldl"]);
  if (compile.status !== 0) return undefined;
  const library = join(dir, "loops.so");
  buildAddon(findLlvm(), loopsText(uses, target), target, library);
  return {
    library,
    reference(mode, use, ...args) {
      const all = [mode, library, use.fn, loopName(use), ...args.map(String)];
      const { status, stdout, stderr } = spawnSync(program, all, { encoding: "utf8", maxBuffer: 2 ** 28 });
      if (status !== 0) throw new Error(`reference ${all.join(" ")} failed: ${stderr}`);
      return stdout;
    },
  };
}

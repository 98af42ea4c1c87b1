/**
 * The compiler in the published package: a script of its own (scripts/build.ts makes it of compiler.ts) that is loaded when
 * something is to be compiled. Programs whose kernels all come from the cache never do.
 */
import { currentStore } from "../cache/current.ts";
import type { Compiled, CompileRequest } from "../compiler.ts";
import * as errors from "../diagnostics/errors.ts";
import { afterThisRun } from "../engine/run.ts";
import { ownWorld } from "./own-code.ts";
import { PackageScript } from "./package-script.ts";
import { postpone } from "./postponed.ts";

declare const NUMBATS_BUILD: string;

type Part = typeof import("./compiler.ts") & { readonly build: string };

/** What the script exports. The classes of errors must be the same on both sides, for `instanceof`. */
type MakePart = (shared: typeof errors) => Part;

/** V8's code is kept anew after so many kernels: the more there were, the more of the compiler has been in use. */
const KEPT_AFTER: readonly number[] = [1, 4, 16, 64];

let part: Part | undefined;
let script: PackageScript | undefined;
let kernels = 0;

// The functions of compiler.ts.

export const renderDiagnosticsReport: Part["renderDiagnosticsReport"] = (...given) =>
  loaded().renderDiagnosticsReport(...given);

export const renderParallelReport: Part["renderParallelReport"] = (...given) => loaded().renderParallelReport(...given);

export function compileKernel(request: CompileRequest): Compiled {
  const compiled = loaded().compileKernel(request);
  kernels++;
  if (KEPT_AFTER.includes(kernels)) {
    // While LLVM works there is time for it, but what comes after LLVM hasn't been compiled by V8 yet.
    keepCode(2 * kernels, postpone);
    keepCode(2 * kernels + 1, afterThisRun);
  }
  return compiled;
}

function keepCode(mark: number, when: (work: () => void) => void): void {
  script?.keep(() => mark, currentStore, when);
}

function loaded(): Part {
  part ??= load();
  return part;
}

function load(): Part {
  script = new PackageScript("compiler.cjs");
  const made = (script.run(ownWorld, currentStore()) as MakePart)(errors);
  if (made.build !== NUMBATS_BUILD) {
    throw new errors.NumbatsError(`${script.file} is of another version of numbats than the program: bundle it again`);
  }
  return made;
}

/**
 * The compiler in the published package: a script of its own (scripts/build.ts makes it of compiler.ts) that is loaded when
 * something is to be compiled. Programs whose kernels all come from the cache never do.
 *
 * Where the engine is Node, what V8 made of the script is kept in the cache, so that a new process needn't parse it and
 * compile its functions anew; that is most of what a first kernel takes besides LLVM.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Script } from "node:vm";
import type { Compiled, CompileRequest } from "../compiler.ts";
import * as errors from "../diagnostics/errors.ts";
import { sha256 } from "../engine/digest.ts";
import { OWN_PLACE, ownRequire, packageFile } from "../toolchain/package.ts";
import { currentStore } from "./loader.ts";
import { ownCode } from "./own-code.ts";
import { postpone } from "./postponed.ts";

declare const NUMBATS_BUILD: string;

type Part = typeof import("./compiler.ts") & { readonly build: string };

/** What the script exports. The classes of errors must be the same on both sides, for `instanceof`. */
type MakePart = (shared: typeof errors) => Part;

const NAME = "compiler.cjs";

/** V8's code is kept anew after so many kernels: the more there were, the more of the compiler has been in use. */
const KEPT_AFTER: readonly number[] = [1, 4, 16, 64];

let part: Part | undefined;
let script: Script | undefined;
let keptKernels = 0;
let kernels = 0;

// The functions of compiler.ts.

export const renderDiagnosticsReport: Part["renderDiagnosticsReport"] = (...given) =>
  loaded().renderDiagnosticsReport(...given);

export const renderParallelReport: Part["renderParallelReport"] = (...given) => loaded().renderParallelReport(...given);

export function compileKernel(request: CompileRequest): Compiled {
  const compiled = loaded().compileKernel(request);
  kernels++;
  if (script !== undefined && KEPT_AFTER.includes(kernels) && kernels > keptKernels) postpone(keepCode);
  return compiled;
}

function loaded(): Part {
  part ??= load();
  return part;
}

/** Beside this module; in the package where a bundler has put this module elsewhere. */
function findFile(): string {
  if (OWN_PLACE.startsWith("file:")) {
    const beside = fileURLToPath(new URL(NAME, OWN_PLACE));
    if (existsSync(beside)) return beside;
  }
  return packageFile(`dist/${NAME}`);
}

function load(): Part {
  const file = findFile();
  const require = createRequire(file);
  const made = (loadScript(file, require) ?? (require(file) as MakePart))(errors);
  if (made.build !== NUMBATS_BUILD) {
    throw new errors.NumbatsError(`${file} is of another version of numbats than the program: bundle it again`);
  }
  return made;
}

function loadScript(file: string, require: NodeJS.Require): MakePart | undefined {
  if (process.versions.bun !== undefined || "Deno" in globalThis) return undefined;
  const vm = require("node:vm") as typeof import("node:vm");
  const source = `(function (module, require) {${readFileSync(file, "utf8")}\n})`;
  const module = { exports: undefined as MakePart | undefined };
  // In a context of its own, as Jest makes for each file of tests, this module has its own Math and its own arrays. The compiler
  // knows them by what they are, so it is to have the same ones.
  if (vm.runInThisContext("globalThis") !== globalThis) {
    ownCode<(m: typeof module, r: NodeJS.Require) => void>(source, {})?.(module, require);
    return module.exports;
  }
  const kept = findCode();
  script = new vm.Script(source, { filename: file, ...(kept && { cachedData: kept.code }) });
  if (kept !== undefined && script.cachedDataRejected !== true) keptKernels = kept.kernels;
  script.runInThisContext()(module, require);
  return module.exports;
}

/** V8's flags and version decide about its code. */
function keyOfCode(): string {
  const { cachedDataVersionTag } = ownRequire()("node:v8") as typeof import("node:v8");
  const parts = [NUMBATS_BUILD, process.version, process.arch, cachedDataVersionTag()];
  return sha256(JSON.stringify(parts));
}

function findCode(): { readonly kernels: number; readonly code: Uint8Array } | undefined {
  const data = currentStore().findCode("v8", keyOfCode());
  if (data === undefined || data.length < 4) return undefined;
  return { kernels: new DataView(data.buffer, data.byteOffset).getUint32(0, true), code: data.subarray(4) };
}

function keepCode(): void {
  if (script === undefined) return;
  keptKernels = kernels;
  const head = Buffer.alloc(4);
  head.writeUInt32LE(kernels);
  currentStore().addCode("v8", keyOfCode(), Buffer.concat([head, script.createCachedData()]));
}

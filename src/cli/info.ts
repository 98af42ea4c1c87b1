/** `numbats info`: what numbats finds on this machine, for people and for bug reports. */

import { readFileSync } from "node:fs";
import { availableParallelism, cpus, release, totalmem, type } from "node:os";
import { currentStore } from "../cache/current.ts";
import { DEFAULT_MAX_BYTES } from "../cache/store.ts";
import { whyUnusable } from "../engine/private-directory.ts";
import { hostOf } from "../toolchain/host.ts";
import { findLlvm } from "../toolchain/llvm.ts";
import { packageFile } from "../toolchain/package.ts";
import { formatBytes } from "./table.ts";

export interface Info {
  readonly numbats: string;
  readonly machine: {
    readonly platform: string;
    readonly system: string;
    readonly cpu: string;
    readonly cores: number;
    readonly memoryBytes: number;
  };
  readonly runtime: { readonly name: string; readonly version: string };
  readonly llvm:
    | {
        readonly path: string;
        readonly version: string;
        readonly triple: string;
        readonly cpu: string;
        readonly vectorWidth: number;
        readonly features: readonly string[];
      }
    | { readonly error: string };
  readonly cache: {
    readonly path: string;
    readonly entries: number;
    readonly bytes: number;
    readonly maxBytes: number;
    /** Why it isn't used. */
    readonly problem: string | undefined;
  };
  readonly threads: { readonly available: number };
  /** Those of numbats' variables that are set. */
  readonly environment: Readonly<Record<string, string>>;
}

export function packageVersion(): string {
  const text = readFileSync(packageFile("package.json"), "utf8");
  const { version } = JSON.parse(text) as { version: string };
  return version;
}

function llvmInfo(cacheDir: string | undefined): Info["llvm"] {
  try {
    const llvm = findLlvm();
    const { target, llvmVersion } = hostOf(llvm, cacheDir);
    const { triple, cpu, vectorWidth, features } = target;
    return { path: llvm.path, version: llvmVersion, triple, cpu, vectorWidth, features };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function runtimeName(): Info["runtime"] {
  const { bun, deno, node } = process.versions;
  if (bun !== undefined) return { name: "Bun", version: bun };
  if (deno !== undefined) return { name: "Deno", version: deno };
  return { name: "Node", version: node };
}

export function gatherInfo(): Info {
  const store = currentStore();
  const problem = whyUnusable(store.dir);
  const variables = Object.entries(process.env).filter(([name]) => name.startsWith("NUMBATS_"));
  return {
    numbats: packageVersion(),
    machine: {
      platform: `${process.platform}-${process.arch}`,
      system: `${type()} ${release()}`,
      cpu: cpus()[0]?.model.trim() ?? "unknown",
      cores: cpus().length,
      memoryBytes: totalmem(),
    },
    runtime: runtimeName(),
    llvm: llvmInfo(problem === undefined ? store.dir : undefined),
    cache: { path: store.dir, ...store.size(), maxBytes: DEFAULT_MAX_BYTES, problem },
    threads: { available: availableParallelism() },
    environment: Object.fromEntries(variables.map(([name, value]) => [name, value ?? ""])),
  };
}

/** Features that are there, without their signs, wrapped to the terminal. */
function featureLines(features: readonly string[]): string[] {
  const present = features.filter((f) => f.startsWith("+")).map((f) => f.slice(1));
  const lines: string[] = [];
  let line = "";
  for (const feature of present) {
    if (line.length + feature.length > 70) {
      lines.push(line);
      line = "";
    }
    line += `${line === "" ? "" : " "}${feature}`;
  }
  return line === "" ? lines : [...lines, line];
}

export function renderInfo(info: Info): string {
  const sections: [string, [string, string][]][] = [];
  const { machine, runtime, llvm, cache, threads } = info;
  sections.push([
    "Machine",
    [
      ["Platform", machine.platform],
      ["System", machine.system],
      ["Processor", machine.cpu],
      ["Cores", String(machine.cores)],
      ["Memory", formatBytes(machine.memoryBytes)],
      [runtime.name, runtime.version],
    ],
  ]);
  sections.push([
    "LLVM",
    "error" in llvm
      ? [["Problem", llvm.error]]
      : [
          ["Found", llvm.path],
          ["Version", llvm.version],
          ["Target", llvm.triple],
          ["Processor", llvm.cpu],
          ["Vectors", `${llvm.vectorWidth} bits`],
          ...featureLines(llvm.features).map((line, i): [string, string] => [i === 0 ? "Features" : "", line]),
        ],
  ]);
  sections.push([
    "Cache",
    [
      ["Directory", cache.path],
      ["Kernels", `${cache.entries}, ${formatBytes(cache.bytes)} of ${formatBytes(cache.maxBytes)}`],
      ...(cache.problem === undefined ? [] : [["Not used", cache.problem] satisfies [string, string]]),
    ],
  ]);
  sections.push(["Threads", [["Available", String(threads.available)]]]);
  const variables = Object.entries(info.environment);
  sections.push(["Environment", variables.length === 0 ? [["", "no NUMBATS_ variable is set"]] : variables]);
  const text = sections.map(([title, rows]) => {
    const width = Math.max(12, ...rows.map(([name]) => name.length));
    return `${title}\n${rows.map(([name, value]) => `  ${name.padEnd(width)} ${value.replaceAll("\n", `\n  ${" ".repeat(width)} `)}`).join("\n")}\n`;
  });
  return `numbats ${info.numbats}\n\n${text.join("\n")}`;
}

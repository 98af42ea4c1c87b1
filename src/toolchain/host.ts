/**
 * What the machine is: LLVM's name of the processor, its features, and LLVM's own version, all from one run of clang.
 *
 * The answer is remembered in memory and, when given a directory, on disk, under a key of everything that it depends on
 * (the binary's path, time and size; the processor as the kernel reports it), so an upgrade of either asks again.
 */
import { closeSync, mkdirSync, openSync, readFileSync, readSync, renameSync, statSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { sep } from "node:path";
import { sha256 } from "../engine/digest.ts";
import { type Target, vectorWidthOf } from "../targets/target.ts";
import { hostPlatform, type Llvm, MIN_VERSION, run, ToolchainError } from "./llvm.ts";

export interface Host {
  readonly target: Target;
  /** LLVM's version, such as `21.1.0`. */
  readonly llvmVersion: string;
}

/** Bump when what is stored, or how it is read from clang's output, changes. */
const PROBE_FORMAT = 2;

/**
 * The processor as far as code generation can tell machines apart: on Linux x64 the kernel's own line of maker, family, model
 * and features. Of /proc/cpuinfo only the first processor's entry is read: the whole takes milliseconds on large machines.
 */
function processorIdentity(): string {
  try {
    const line = process.arch === "x64" ? readFileSync("/sys/devices/system/cpu/modalias", "utf8") : "";
    if (line !== "") return line;
  } catch {
    // Not every container has it.
  }
  return firstProcessor();
}

function firstProcessor(): string {
  try {
    const fd = openSync("/proc/cpuinfo", "r");
    try {
      const buffer = Buffer.alloc(4096);
      const size = readSync(fd, buffer);
      const text = buffer.toString("latin1", 0, size);
      const identifying =
        /^(vendor_id|cpu family|model|model name|stepping|flags|CPU implementer|CPU part|CPU variant|Features)\s*:/;
      return text
        .slice(0, text.includes("\n\n") ? text.indexOf("\n\n") : undefined)
        .split("\n")
        .filter((line) => identifying.test(line))
        .join("\n");
    } finally {
      closeSync(fd);
    }
  } catch {
    return cpus()[0]?.model ?? "";
  }
}

function probeKey(llvm: Llvm): string {
  const { mtimeMs, size } = statSync(llvm.path);
  const parts = [PROBE_FORMAT, llvm.path, mtimeMs, size, process.platform, process.arch, processorIdentity()];
  return sha256(JSON.stringify(parts)).slice(0, 32);
}

/** `-###` makes the driver print the cc1 command that it would run, host processor resolved. */
function probe(llvm: Llvm): Host {
  const { triple } = hostPlatform();
  const native = process.arch === "arm64" ? "-mcpu=native" : "-march=native";
  const args = [`--target=${triple}`, native, "-###", "-x", "c", "-c", "-o", "none.o", "-"];
  const { stderr } = run({ file: llvm.clang.file, args: llvm.clang.args }, args);
  const llvmVersion = /clang version (\d+\.\d+\.\d+)/.exec(stderr)?.[1];
  const cpu = /"-target-cpu" "([^"]+)"/.exec(stderr)?.[1];
  if (llvmVersion === undefined || cpu === undefined) {
    throw new ToolchainError(`${llvm.path} doesn't answer as clang does.`, { stderr });
  }
  // clang's order is kept: each flag may switch on what it implies.
  const features = [...stderr.matchAll(/"-target-feature" "([+-][^"]+)"/g)].map((match) => match[1] ?? "");
  return { target: { triple, cpu, features, vectorWidth: vectorWidthOf(features) }, llvmVersion };
}

function isHost(value: unknown): value is Host {
  const host = value as Host | null;
  return (
    typeof host?.llvmVersion === "string" &&
    typeof host.target?.triple === "string" &&
    typeof host.target.cpu === "string" &&
    [128, 256, 512].includes(host.target.vectorWidth) &&
    Array.isArray(host.target.features) &&
    host.target.features.every((feature) => typeof feature === "string")
  );
}

function readStored(file: string): Host | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isHost(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A probe that can't be stored is only slower next time. */
function store(dir: string, file: string, host: Host): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify(host), { mode: 0o600 });
    renameSync(temporary, file);
  } catch {
    // see above
  }
}

const known = new Map<string, Host>();

/** What `llvm` says of this machine. `cacheDir`: a private directory to remember the answer in. */
export function hostOf(llvm: Llvm, cacheDir?: string): Host {
  const inMemory = known.get(llvm.path);
  if (inMemory !== undefined) return inMemory;
  const file = cacheDir === undefined ? undefined : `${cacheDir}${sep}host-${probeKey(llvm)}.json`;
  let host = file === undefined ? undefined : readStored(file);
  if (host === undefined) {
    host = probe(llvm);
    if (cacheDir !== undefined && file !== undefined) store(cacheDir, file, host);
  }
  if (Number.parseInt(host.llvmVersion, 10) < MIN_VERSION) {
    throw new ToolchainError(`numbats needs LLVM ${MIN_VERSION} or later; ${llvm.path} is ${host.llvmVersion}.`);
  }
  known.set(llvm.path, host);
  return host;
}

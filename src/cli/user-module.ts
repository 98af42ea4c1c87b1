/**
 * The module that a command is given. It exports kernels, and `inputs`, which has for each its arguments, or a function that makes them:
 *
 *   export const sum = njit((xs: Float64Array) => …);
 *   export const inputs = { sum: () => [new Float64Array(1_000_000)] };
 */
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Jitted } from "../api/jitted.ts";
import type { Callable } from "../frontend/program.ts";

/** What is wrong with what the user gave, in one sentence. */
export class ModuleError extends Error {
  override readonly name = "ModuleError";
}

/** By its shape, not by identity: the module may use another copy of numbats than the one whose command this is. */
function isKernelLike(value: unknown): value is Jitted<Callable> {
  return typeof value === "function" && "jsFunction" in value && "stats" in value && "inspectLLVM" in value;
}

/** By name: what a module exports, and what its classes and objects hold, `Stats.mean`. */
export function kernelsOf(module: Readonly<Record<string, unknown>>): ReadonlyMap<string, Jitted<Callable>> {
  const found = new Map<string, Jitted<Callable>>();
  const note = (name: string, value: unknown): void => {
    if (isKernelLike(value)) found.set(name, value);
  };
  for (const [name, value] of Object.entries(module)) {
    note(name, value);
    const isHolder = (typeof value === "object" && value !== null) || typeof value === "function";
    if (!isHolder || isKernelLike(value)) continue;
    for (const [key, member] of Object.entries(Object.getOwnPropertyDescriptors(value)))
      note(`${name}.${key}`, member.value);
  }
  return found;
}

export async function argumentsOf(name: string, input: unknown): Promise<readonly unknown[]> {
  const args: unknown = typeof input === "function" ? await input() : input;
  if (!Array.isArray(args))
    throw new ModuleError(`inputs.${name} must be an array of arguments, or a function that makes one`);
  return args;
}

const TYPESCRIPT: ReadonlySet<string> = new Set([".ts", ".mts", ".cts", ".tsx"]);

/** tsx's own API, if tsx is found where the module is or where the command runs. */
function findTsx(path: string): string | undefined {
  for (const from of [path, join(process.cwd(), "package.json")]) {
    try {
      const manifest = createRequire(from).resolve("tsx/package.json");
      // A require would resolve to the API for CommonJS, so the package's map is read here.
      const { exports } = JSON.parse(readFileSync(manifest, "utf8")) as TsxManifest;
      return join(dirname(manifest), exports["./esm/api"].import.default);
    } catch {
      // not installed there, or another tsx than we know
    }
  }
  return undefined;
}

interface TsxManifest {
  readonly exports: { readonly "./esm/api": { readonly import: { readonly default: string } } };
}

async function registerTsx(path: string): Promise<void> {
  const api = findTsx(path);
  if (api === undefined) return;
  const { register } = (await import(pathToFileURL(api).href)) as { register: () => unknown };
  register();
}

export async function loadModule(file: string): Promise<Record<string, unknown>> {
  const path = resolve(file);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new ModuleError(`there is no file ${path}`);
  if (stats.isDirectory()) throw new ModuleError(`${path} is a directory; name the module`);
  if (TYPESCRIPT.has(extname(path))) await registerTsx(path);
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    // Without tsx it depends on Node: later ones read TypeScript themselves.
    if (!(error instanceof Error && "code" in error && error.code === "ERR_UNKNOWN_FILE_EXTENSION")) throw error;
    throw new ModuleError(`${path} is TypeScript, which needs tsx: npm install --save-dev tsx`);
  }
}

/** How the arguments of a kernel are written. */
export function exampleInput(name: string): string {
  return `{ ${name.includes(".") ? JSON.stringify(name) : name}: () => […] }`;
}

/**
 * AssemblyScript for comparison, where bench/assemblyscript has the kernel: compiled by its own compiler with -O3 when the
 * benchmark runs. Its functions take addresses in WebAssembly's memory, where the arguments are put once.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Contender, local } from "./contender.ts";

export const ASSEMBLYSCRIPT = "AssemblyScript";

type TypedArray = Float64Array;

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly __heap_base?: { readonly value: number };
  readonly run: (...args: unknown[]) => unknown;
}

/** What is used of WebAssembly: TypeScript's declarations of it come with those of browsers. */
interface Engine {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/** Where the compiler is; undefined when it isn't installed. */
export function findAsc(): string | undefined {
  try {
    return join(dirname(createRequire(import.meta.url).resolve("assemblyscript/package.json")), "bin", "asc.js");
  } catch {
    return undefined;
  }
}

export function assemblyScript(
  asc: string,
  name: string,
  args: readonly unknown[],
  changes: readonly number[],
): Contender | undefined {
  const source = fileURLToPath(new URL(`assemblyscript/${name}.ts`, import.meta.url));
  if (!existsSync(source)) return undefined;
  const exports = load(compile(asc, source));
  const placed = place(exports, args);
  const { run } = exports;
  // Its own view of the arguments is what it is timed on and judged by.
  return local(ASSEMBLYSCRIPT, () => run(...placed.addresses), placed.views, changes);
}

function compile(asc: string, source: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "numbats-asc-"));
  try {
    const out = join(folder, "kernel.wasm");
    const flags = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd", "-o", out];
    const done = spawnSync(process.execPath, [asc, source, ...flags], { encoding: "utf8" });
    if (done.status !== 0) throw new Error(`asc ${source}: ${done.stderr}`);
    return readFileSync(out);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function load(bytes: Uint8Array): Exports {
  const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: Engine }).WebAssembly;
  return new Instance(new Module(bytes), {}).exports as Exports;
}

/** Copies the arrays into the memory, each at a multiple of 64. */
function place(exports: Exports, args: readonly unknown[]): { addresses: unknown[]; views: unknown[] } {
  const align = (at: number): number => Math.ceil(at / 64) * 64;
  let at = align(Number(exports.__heap_base?.value ?? 0) + 64);
  const addresses = args.map((arg) => {
    if (!ArrayBuffer.isView(arg)) return arg;
    const address = at;
    at = align(at + arg.byteLength);
    return address;
  });
  const missing = at - exports.memory.buffer.byteLength;
  if (missing > 0) exports.memory.grow(Math.ceil(missing / 65536));
  const views = args.map((arg, k) => {
    if (!ArrayBuffer.isView(arg)) return arg;
    const array = arg as TypedArray;
    const view = new (array.constructor as Float64ArrayConstructor)(
      exports.memory.buffer,
      Number(addresses[k]),
      array.length,
    );
    view.set(array);
    return view;
  });
  return { addresses, views };
}

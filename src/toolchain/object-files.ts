/** Object files, in memory or on disk, and how they become shared libraries. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Platform } from "../targets/target.ts";
import { linkElf } from "./elf.ts";
import { type LinkOptions, linkCommand } from "./link.ts";
import { hostPlatform, type Llvm, run, ToolchainError } from "./llvm.ts";
import { inTemporaryDir } from "./scratch.ts";

/** LLVM IR whose object file is linked into many addons: compiled when there is none yet. */
export interface Library {
  llvm(): string;
  find(): Uint8Array | undefined;
  keep(object: Uint8Array): void;
}

/** An object file: where it is, or what it is. */
export type ObjectFile = string | Uint8Array;

function contentOf(object: ObjectFile): Uint8Array {
  return typeof object === "string" ? readFileSync(object) : object;
}

/** Links object files into a shared library. */
export function link(
  llvm: Llvm,
  objects: readonly ObjectFile[],
  outPath: string,
  options: LinkOptions = {},
  platform: Platform = hostPlatform(),
): void {
  if (linkHere(objects, outPath, options, platform)) return;
  inTemporaryDir((dir) => {
    const { tool, args } = linkCommand(llvm, platform, inFiles(objects, dir()), outPath, options, dir());
    run(tool, args);
  });
}

export function inFiles(objects: readonly ObjectFile[], dir: string): readonly string[] {
  return objects.map((object, k) => {
    if (typeof object === "string") return object;
    const path = join(dir, `library${k}.o`);
    writeFileSync(path, object);
    return path;
  });
}

/** Links without another process, where that can be done. */
export function linkHere(
  objects: readonly ObjectFile[],
  outPath: string,
  options: LinkOptions,
  platform: Platform,
): boolean {
  const { libraries = [], soname } = options;
  if (platform.objectFormat !== "elf" || libraries.length > 0 || soname !== undefined) return false;
  try {
    const library = linkElf(objects.map(contentOf));
    if (library === undefined) return false;
    writeFileSync(outPath, library);
    return true;
  } catch (cause) {
    throw new ToolchainError(`the kernel can't be linked: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** The library's object file, which has just been made. */
export function kept(library: Library, made: ObjectFile): Uint8Array {
  const object = contentOf(made);
  library.keep(object);
  return object;
}

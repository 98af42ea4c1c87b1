/**
 * An IR module and its entry point to the text of one LLVM module: complete (target, attributes and fast-math flags are in
 * the text) and deterministic, as it is the cache key.
 *
 * Relies on verified IR. The text follows LLVM 21; the data layout is the target's own, so LLVM supplies it.
 */
import type { Module } from "../../ir/func.ts";
import type { Target } from "../../targets/target.ts";
import type { EntrySpec } from "../../types/signature.ts";
import { TYPE_DEFINITIONS } from "./context.ts";
import { emitEntry } from "./entry.ts";
import { emitFunction } from "./function.ts";
import { ModuleText } from "./module-text.ts";

export function emitModule(module: Module, entry: EntrySpec, target: Target): string {
  const text = new ModuleText(module, target);
  const functions = [module.entry, ...module.funcs].map((fn) => emitFunction(text, fn));
  const entryPoint = emitEntry(module, entry, target, text);
  const { globals, runtime, tail } = text.parts();
  const sections = [
    [`target triple = "${target.triple}"`],
    TYPE_DEFINITIONS,
    globals,
    functions,
    runtime,
    [entryPoint.trim()],
    tail,
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join("\n").trimEnd())
    .join("\n\n")}\n`;
}

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
import { emitFunctions } from "./function.ts";
import { ModuleText } from "./module-text.ts";
import { PlaceTable } from "./places.ts";

export function emitModule(module: Module, entry: EntrySpec, target: Target): string {
  return emit(module, target, (text) => emitEntry(module, entry, target, text));
}

/** The same with debug locations, for LLVM's remarks, and what their line numbers stand for. */
export function emitForRemarks(
  module: Module,
  entry: EntrySpec,
  target: Target,
): { readonly llvm: string; readonly places: PlaceTable } {
  const places = new PlaceTable();
  return { llvm: emit(module, target, (text) => emitEntry(module, entry, target, text), places), places };
}

/** The kernel without an entry point: what the IR alone becomes. */
export function emitKernel(module: Module, target: Target): string {
  return emit(module, target, () => "");
}

function emit(module: Module, target: Target, entryPoint: (text: ModuleText) => string, places?: PlaceTable): string {
  const text = new ModuleText(module, target, places);
  const functions = emitFunctions(text);
  const entry = entryPoint(text);
  const { globals, runtime, tail } = text.parts();
  const sections = [
    [`target triple = "${target.triple}"`],
    TYPE_DEFINITIONS,
    globals,
    functions,
    runtime,
    [entry],
    tail,
  ];
  const written = sections.map((section) => section.join("\n").trim()).filter((section) => section !== "");
  return `${written.join("\n\n")}\n`;
}

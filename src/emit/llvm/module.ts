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
import { emitFunctions, emitSeparate } from "./function.ts";
import { ModuleText } from "./module-text.ts";
import { PlaceTable } from "./places.ts";

export function emitModule(module: Module, entry: EntrySpec, target: Target): string {
  return emit(module, target, (text) => [...emitFunctions(text), emitEntry(module, entry, target, text)]);
}

/** The same in modules that can be compiled at the same time: the kernel with its entry point first. */
export function emitParts(module: Module, entry: EntrySpec, target: Target): readonly string[] {
  return [
    emit(module, target, (text) => [...emitFunctions(text, "elsewhere"), emitEntry(module, entry, target, text)]),
    emit(module, target, emitSeparate),
  ];
}

/** The same with debug locations, for LLVM's remarks, and what their line numbers stand for. */
export function emitForRemarks(
  module: Module,
  entry: EntrySpec,
  target: Target,
): { readonly llvm: string; readonly places: PlaceTable } {
  const places = new PlaceTable();
  const functions = (text: ModuleText) => [...emitFunctions(text), emitEntry(module, entry, target, text)];
  return { llvm: emit(module, target, functions, places), places };
}

/** The kernel without an entry point: what the IR alone becomes. */
export function emitKernel(module: Module, target: Target): string {
  return emit(module, target, emitFunctions);
}

function emit(
  module: Module,
  target: Target,
  functions: (text: ModuleText) => readonly string[],
  places?: PlaceTable,
): string {
  const text = new ModuleText(module, target, places);
  const functionTexts = functions(text);
  const { globals, runtime, tail } = text.parts();
  const sections = [[`target triple = "${target.triple}"`], TYPE_DEFINITIONS, globals, functionTexts, runtime, tail];
  const written = sections.map((section) => section.join("\n").trim()).filter((section) => section !== "");
  return `${written.join("\n\n")}\n`;
}

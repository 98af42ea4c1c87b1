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
import { emitFallbackTable } from "./entry-fallbacks.ts";
import { emitFunctions, emitSeldom, emitSeparate, separateOf } from "./function.ts";
import { ModuleText } from "./module-text.ts";
import { PlaceTable } from "./places.ts";

export function emitModule(module: Module, entry: EntrySpec, target: Target): string {
  return emit(module, target, (text) => [...emitFunctions(text), emitEntry(module, entry, target, text)]);
}

/** The kernel with its entry point, and what stands for its fallbacks: those of `emitFallbacks`. */
export function emitWithout(module: Module, entry: EntrySpec, target: Target, fallbacks: "linked" | "later"): string {
  const later = fallbacks === "later";
  return emit(module, target, (text) => [
    ...emitFunctions(text, fallbacks),
    emitEntry(module, entry, target, text, later),
  ]);
}

/**
 * As `emitWithout` for fallbacks that are made later, in two modules to be linked into one addon: what is worth optimising, and
 * the entry point with the rest.
 */
export function emitInTwo(module: Module, entry: EntrySpec, target: Target): readonly [LlvmModule, LlvmModule] {
  const alone = emit(module, target, (text) => emitFunctions(text, "later", { alone: true }));
  // None of the rest takes arrays, so none reads a table.
  const rest = () =>
    emit({ ...module, tables: [] }, target, (text) => [
      ...emitSeldom(text),
      emitEntry(module, entry, target, text, hasFallbacks(module)),
    ]);
  return [{ llvm: alone }, emitLater(rest)];
}

/** A module whose text is made when it is first asked for, so that LLVM can be at work on another one by then. */
export interface LlvmModule {
  readonly llvm: string;
}

export function emitLater(make: () => string): LlvmModule {
  return new LaterModule(make);
}

class LaterModule implements LlvmModule {
  /** Lets go of the IR when the text is made. */
  #make: (() => string) | undefined;
  #text = "";

  constructor(make: () => string) {
    this.#make = make;
  }

  get llvm(): string {
    if (this.#make !== undefined) this.#text = this.#make();
    this.#make = undefined;
    return this.#text;
  }
}

function hasFallbacks(module: Module): boolean {
  return separateOf(module.funcs).length > 0;
}

/** The functions that `emitWithout` has left out: to be linked into the same addon, or as an addon of their own. */
export function emitFallbacks(module: Module, target: Target, where: "linked" | "later"): string {
  return emit(module, target, (text) => {
    const functions = emitSeparate(text);
    return where === "linked"
      ? functions
      : [...functions, emitFallbackTable(separateOf(module.funcs), target.triple, text)];
  });
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

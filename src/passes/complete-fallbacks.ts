/**
 * The pipeline in two parts, where what runs when the test before a loop has failed is compiled when it is first needed: which in
 * most programs is never. Then such functions are made as soon as loops have versions, and what remains to be done for them,
 * versions of their inner loops and the passes after those, is done when they are needed.
 */
import type { Func, Module } from "../ir/func.ts";
import { type OutlineOptions, outlineTests } from "./outline-tests.ts";
import { checkModule, PIPELINE, runPipeline } from "./pipeline.ts";
import { LONG, separateFallbacks } from "./separate-fallbacks.ts";
import { versionBounds, versionUnversioned } from "./version-bounds.ts";

const SEPARATION = PIPELINE.indexOf(versionBounds) + 1;
const BEFORE = PIPELINE.slice(0, SEPARATION);
const AFTER = PIPELINE.slice(SEPARATION);

const isFallback = (fn: Func): boolean => fn.separate === true;

/** All functions but those that are to be completed. */
export const isKept = (fn: Func): boolean => !isFallback(fn);

export interface FallbackOptions extends Pick<OutlineOptions, "long"> {
  readonly verify: boolean;
}

/** Fallbacks are as they come from version-bounds.ts. `versioned`: before they were made functions. */
export function runWithoutFallbacks(
  module: Module,
  { verify, long = LONG }: FallbackOptions,
): { readonly versioned: Module; readonly optimised: Module } {
  const versioned = runPipeline(module, { verify, separates: long }, BEFORE).module;
  const separated = separateFallbacks(versioned, { long });
  if (verify) checkModule("separate-fallbacks", separated);
  return { versioned, optimised: runPipeline(separated, { verify }, AFTER, isKept).module };
}

/** Takes a module whose other functions are as they are to be emitted. */
export function completeFallbacks(module: Module, { verify, ...options }: FallbackOptions): Module {
  const optimised = runPipeline(module, { verify }, [versionUnversioned, ...AFTER], isFallback).module;
  const tested = outlineTests(optimised, { ...options, which: isFallback });
  if (verify) checkModule("outline-tests", tested);
  return tested;
}

/**
 * Diagnostics of the front end: what isn't in the language, whatever the types. One row per id. Ids are never reused.
 *
 * A text is one sentence about the underlined code; a help says what to write instead.
 */
import { row } from "./row.ts";

/** What to write instead of making something else than a typed array. */
function insteadOfNew(name: string): string {
  if (/^(?:Weak)?(?:Map|Set)$/.test(name))
    return "Use typed arrays: one indexed by the key, counts[key]++, marks[key] = 1, or sorted keys and a binary search.";
  if (name === "Date") return "Take the time outside, before and after the call of the kernel.";
  if (name === "DataView" || /^(?:Shared)?ArrayBuffer$/.test(name))
    return "Make the buffer and its views outside, new Float32Array(buffer) and new Uint32Array(buffer), and capture these or pass them as arguments.";
  return "Write new Float64Array(n) or another typed array, or make the object outside and pass what the kernel needs.";
}

export const SYNTAX_DIAGNOSTICS = {
  "syntax-error": row<{ message: string }>({
    text: (p) => `The function's text doesn't parse: ${p.message}.`,
    help: () =>
      "numbats parses what Function.prototype.toString gives; check what a bundler or a tool has made of the function.",
  }),
  "too-nested": row<{ name: string }>({
    text: (p) =>
      `\`${p.name}\` is nested too deeply for the compiler, or has an expression or a chain of branches that is too long.`,
    help: () =>
      "Keep parts of a long expression in variables, go over a table in a loop, or move parts into functions; node --stack-size gives the compiler more room.",
  }),
  "not-compilable": row<{ what: string; instead: string }>({
    text: (p) => `${p.what} can't be compiled.`,
    help: (p) => `${p.instead}.`,
  }),
  "native-function": row<{ name: string }>({
    text: (p) => `\`${p.name}\` has no JavaScript source: it is built into the engine or made by .bind().`,
    help: () => "Pass the function itself: an arrow around the call, say, instead of a bound function.",
  }),
  "unsupported-syntax": row<{ what: string; instead: string }>({
    text: (p) => `${p.what} is not in the language of kernels.`,
    help: (p) => `${p.instead}.`,
  }),
  "string-value": row<{ call: string | undefined }>({
    text: (p) =>
      p.call === undefined
        ? "A string has no value in a kernel."
        : `\`${p.call}\` is given a string, which has no value in a kernel.`,
    help: (p) =>
      /\.(join|toString|toLocaleString)$/.test(p.call ?? "")
        ? "Make the text outside."
        : 'Strings stand only in messages, console.log("…"), constants, options and what helpers are given, and typeof x === "…"; use numbers as codes.',
  }),
  "new-unsupported": row<{ name: string }>({
    text: (p) => `new ${p.name}() can't be compiled: only typed arrays can be made in a kernel.`,
    help: (p) => insteadOfNew(p.name),
  }),
  "throw-unsupported": row({
    text: () => "A kernel can throw only a new Error, RangeError or TypeError with a message that is written there.",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the example is a template literal
    help: () => 'Write throw new Error("…") or throw new RangeError(`n is ${n}`); strings may come from outside.',
  }),
  "assign-constant": row<{ name: string }>({
    text: (p) => `\`${p.name}\` is a const and can't be assigned.`,
    help: (p) => `Declare it with let ${p.name}.`,
  }),
  "assign-function": row<{ name: string }>({
    text: (p) => `\`${p.name}\` is the name of a function and can't be assigned.`,
    help: () => "Declare a variable: let f = cond ? g : h.",
  }),
  "assign-captured": row<{ name: string }>({
    text: (p) => `\`${p.name}\` is declared outside the kernel and can't be assigned in it.`,
    help: (p) => `Return the new value, or keep it in a typed array: ${p.name}[0] = ….`,
  }),
  "declared-twice": row<{ name: string }>({
    text: (p) => `\`${p.name}\` is declared twice, as different things.`,
    help: () => "Give one of them another name.",
  }),
  "used-before-declaration": row<{ name: string }>({
    text: (p) => `\`${p.name}\` is used where its declaration may not have run yet.`,
    help: () => "Move the declaration above its first use.",
  }),
  "block-function-outside": row<{ name: string }>({
    text: (p) =>
      `\`${p.name}\` is declared in a block and used outside it, which means different things in strict and sloppy code.`,
    help: () => "Move the function out of the block, or its uses into it.",
  }),
};

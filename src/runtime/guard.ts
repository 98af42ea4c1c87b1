/**
 * What goes before a native kernel in JavaScript (emit/abi.ts relies on it), since V8 inlines it where Node-API is called for each
 * value: the kinds of a call's typed arrays are told by the getter that knows them, and numbers are passed in memory.
 *
 * Nobody gets hold of a native kernel without its guard. Each is made from a text of its own, so that V8 can inline it where its
 * kernel is called.
 */
import { PASSED, passedWords } from "../emit/abi.ts";
import { arrayTagOf, ELEMENTS } from "../types/elements.ts";
import type { ArgType, EntrySpec } from "../types/signature.ts";
import type { NativeKernel } from "./native.ts";
import { ownCode, parameterList } from "./own-code.ts";

type Signature = Pick<EntrySpec, "args" | "result">;

/**
 * `native`, called only with typed arrays of the kinds that the signature names and with its numbers in `state`; `misfit` answers all
 * other calls.
 */
export function guarded(
  native: NativeKernel,
  { args, result }: Signature,
  state: Float64Array,
  misfit: NativeKernel,
): NativeKernel {
  const words = passedWords({ args });
  const tags = args.map(tagOf);
  const isNumber = result.kind === "number";
  if (!isNumber && words.every((word) => word === undefined) && tags.every((tag) => tag === undefined)) return native;
  return (
    ownGuard(native, { words, tags, isNumber }, state, misfit) ??
    guard(native, { words, tags, isNumber }, state, misfit)
  );
}

function tagOf(arg: ArgType): string | undefined {
  return arg.kind === "array" ? ELEMENTS[arg.elem].constructorName : undefined;
}

/** By argument the word that passes it, and the array's kind; and whether the result is a number. */
interface Shape {
  readonly words: readonly (number | undefined)[];
  readonly tags: readonly (string | undefined)[];
  readonly isNumber: boolean;
}

function ownGuard(
  native: NativeKernel,
  { words, tags, isNumber }: Shape,
  state: Float64Array,
  misfit: NativeKernel,
): NativeKernel | undefined {
  const fits: string[] = [];
  const given: string[] = [];
  let passing = "";
  for (let index = 0; index < words.length; index++) {
    const [word, tag] = [words[index], tags[index]];
    if (word !== undefined) fits.push(`typeof a${index} === "number"`);
    else if (tag !== undefined) fits.push(`tagOf(a${index}) === "${tag}"`);
    if (word !== undefined) passing += `state[${word}] = a${index}; `;
    else given.push(`a${index}`);
  }
  return ownCode(
    `(${parameterList(words.length)}) => {
      ${fits.length > 0 ? `if (!(${fits.join(" && ")})) return misfit();` : ""}
      ${passing}
      const result = native(${given.join(", ")});
      return ${isNumber ? `result === undefined ? state[${PASSED.result}] : result` : "result"};
    }`,
    { native, misfit, state, tagOf: arrayTagOf },
  );
}

function guard(
  native: NativeKernel,
  { words, tags, isNumber }: Shape,
  state: Float64Array,
  misfit: NativeKernel,
): NativeKernel {
  return (...values) => {
    const fits = words.every((word, index) => {
      const [value, tag] = [values[index], tags[index]];
      return word === undefined ? tag === undefined || arrayTagOf(value) === tag : typeof value === "number";
    });
    if (!fits) return misfit();
    for (const [index, word] of words.entries()) if (word !== undefined) state[word] = values[index] as number;
    const result = native(...values.filter((_, index) => words[index] === undefined));
    return isNumber && result === undefined ? state[PASSED.result] : result;
  };
}

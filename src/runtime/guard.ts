/**
 * The kinds of a call's typed arrays, told in JavaScript: V8 inlines the getter that knows them, where Node-API asks about one kind
 * after the other. A native kernel relies on it (emit/abi.ts), and nobody gets hold of one without its guard.
 *
 * Each guard is made from a text of its own, so that V8 can inline it where its kernel is called.
 */
import { arrayTagOf, ELEMENTS } from "../types/elements.ts";
import type { ArgType } from "../types/signature.ts";
import type { NativeKernel } from "./native.ts";
import { ownCode, parameterList } from "./own-code.ts";

/** `native`, called only with typed arrays of the kinds that `args` names; `misfit` answers all other calls. */
export function guarded(native: NativeKernel, args: readonly ArgType[], misfit: NativeKernel): NativeKernel {
  const tags = args.map((arg) => (arg.kind === "array" ? ELEMENTS[arg.elem].constructorName : undefined));
  if (tags.every((tag) => tag === undefined)) return native;
  return ownGuard(native, tags, misfit) ?? guard(native, tags, misfit);
}

function ownGuard(
  native: NativeKernel,
  tags: readonly (string | undefined)[],
  misfit: NativeKernel,
): NativeKernel | undefined {
  const list = parameterList(tags.length);
  const fits = tags.flatMap((tag, index) => (tag === undefined ? [] : [`tagOf(a${index}) === "${tag}"`]));
  const given = { native, misfit, tagOf: arrayTagOf };
  return ownCode(`(${list}) => ${fits.join(" && ")} ? native(${list}) : misfit()`, given);
}

function guard(native: NativeKernel, tags: readonly (string | undefined)[], misfit: NativeKernel): NativeKernel {
  return (...values) =>
    tags.every((tag, index) => tag === undefined || arrayTagOf(values[index]) === tag) ? native(...values) : misfit();
}

/** The support library for tests that build addons by themselves: compiled once for each target of a process. */
import { supportFor } from "../../src/emit/llvm/support.ts";
import type { Target } from "../../src/targets/target.ts";
import type { Library } from "../../src/toolchain/object-files.ts";

const objects = new Map<string, Uint8Array>();

export function supportLibrary(target: Target): Library {
  const { llvm } = supportFor(target);
  const key = JSON.stringify([target, llvm]);
  return { llvm, find: () => objects.get(key), keep: (object) => void objects.set(key, object) };
}

/** What identifies compiled code: everything that shapes it, in one place, so that nothing cached can be stale. */
import { sha256 } from "../engine/digest.ts";
import type { Target } from "../targets/target.ts";

/** Bump when the contract between an addon and the dispatcher (emit/abi.ts), or the layout of an entry, changes. */
export const ABI_VERSION = 4;

export interface KeyParts {
  /** The LLVM IR: helpers in other files, frozen constants and options all show up in it. */
  readonly llvm: string;
  readonly target: Target;
  readonly llvmVersion: string;
  /** The command-line flags that shape code. */
  readonly flags: readonly string[];
}

/** A name for the code that LLVM makes of `parts`: 64 hexadecimal digits. */
export function cacheKey(parts: KeyParts): string {
  const { target, llvmVersion, flags, llvm } = parts;
  const machine = JSON.stringify([ABI_VERSION, llvmVersion, target.triple, target.cpu, target.features, flags]);
  // JSON holds no raw NUL, so the two parts can't run into each other.
  return sha256(`${machine}\0${llvm}`);
}

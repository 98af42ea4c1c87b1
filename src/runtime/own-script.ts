/** The script that this code is a part of in the published package, where there is one: what V8 made of it is kept when there is more of it. */
import { currentStore } from "../cache/current.ts";
import type { PackageScript } from "./package-script.ts";

/** Given to the script by package-script.ts. */
declare const numbatsScript: PackageScript | undefined;

const script = typeof numbatsScript === "undefined" ? undefined : numbatsScript;

/** What a process has done for a kernel, as bits of the mark that the code is kept with: each takes functions of its own. */
const USES = { compiling: 0b001, compiled: 0b011, recalled: 0b100 } as const;

/** Keeps V8's code, at the time that `when` finds, unless what is kept comes from processes that have done the same. */
export function keepOwnCode(use: keyof typeof USES, when: (work: () => void) => void): void {
  script?.keep((mark) => mark | USES[use], currentStore, when);
}

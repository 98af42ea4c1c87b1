/** The script that this code is a part of in the published package, where there is one: what V8 made of it is kept when there is more of it. */
import { currentStore } from "../cache/current.ts";
import type { PackageScript } from "./package-script.ts";

/** Given to the script by package-script.ts. */
declare const numbatsScript: PackageScript | undefined;

const script = typeof numbatsScript === "undefined" ? undefined : numbatsScript;

/** What a process does for a kernel; as a bit of the mark that the code is kept with. Each goes through functions of its own. */
const USES = { compiled: 1, recalled: 2 } as const;

/** Keeps V8's code, at the time that `when` finds, unless what is kept comes from a process that has done the same. */
export function keepOwnCode(use: keyof typeof USES, when: (work: () => void) => void): void {
  if (script === undefined || hasUse(script, use)) return;
  when(() => {
    if (!hasUse(script, use)) script.keep(script.mark | USES[use], currentStore());
  });
}

function hasUse({ mark }: PackageScript, use: keyof typeof USES): boolean {
  return (mark & USES[use]) !== 0;
}

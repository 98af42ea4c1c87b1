/** The files of our own package. Found by the package's name: a bundle has lost where its modules stood. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** What bundles for CommonJS have instead of `import.meta`. */
declare const __filename: string | undefined;

/** This module's URL, or the path of the bundle that holds it. */
export const OWN_PLACE: string = import.meta.url ?? (typeof __filename === "string" ? __filename : process.execPath);

/** Of packages as they are found from there, and of Node's own modules. */
export function ownRequire(): NodeJS.Require {
  return createRequire(OWN_PLACE);
}

export function packageFile(name: string): string {
  return join(dirname(ownRequire().resolve("numbats/package.json")), name);
}

/** The files of our own package. Found by the package's name: a bundle has lost where its modules stood. */
import nodeModule from "node:module";
import { dirname, join } from "node:path";

/** What bundles for CommonJS have instead of `import.meta`. */
declare const __filename: string | undefined;

/** This module's URL, or the path of the bundle that holds it. */
export const OWN_PLACE: string = import.meta.url ?? (typeof __filename === "string" ? __filename : process.execPath);

/** Node's createRequire. Imported under that name webpack takes the calls for its own, and puts undefined in their place. */
export function requireFrom(place: string): NodeJS.Require {
  return nodeModule.createRequire(place);
}

/** Of packages as they are found from there, and of Node's own modules. */
export function ownRequire(): NodeJS.Require {
  return requireFrom(OWN_PLACE);
}

export function packageFile(name: string): string {
  return join(dirname(packageManifest()), name);
}

function packageManifest(): string {
  const manifest = "numbats/package.json";
  try {
    return ownRequire().resolve(manifest);
  } catch (error) {
    // webpack writes down where this module stood on the machine that made the bundle.
    const program = process.argv[1];
    if (program === undefined) throw error;
    return requireFrom(program).resolve(manifest);
  }
}

/** The files of our own package. Found by the package's name: a bundle has lost where its modules stood. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export function packageFile(name: string): string {
  return join(dirname(createRequire(import.meta.url).resolve("numbats/package.json")), name);
}

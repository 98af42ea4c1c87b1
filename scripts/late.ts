/** What scripts/build.ts makes of the import of the compiler: it is loaded when it is needed. */
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";

const RUNTIME = fileURLToPath(new URL("../src/runtime", import.meta.url));

export const late: Plugin = {
  name: "the compiler is loaded late",
  setup({ onResolve }) {
    onResolve({ filter: /\/compiler\.ts$/ }, ({ path, resolveDir }) =>
      resolve(resolveDir, path) === join(RUNTIME, "compiler.ts")
        ? { path: join(RUNTIME, "compiler-late.ts") }
        : undefined,
    );
  },
};

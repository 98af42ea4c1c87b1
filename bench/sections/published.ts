/**
 * Programs that import numbats as users do: JavaScript, and the package as it is published. What runs from its sources through
 * tsx is slower by what keeping the names of functions costs.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A place from which the package's dependencies are found. The caller removes it. */
export function programDirectory(): string {
  return mkdtempSync(join(ROOT, "node_modules", ".numbats-bench-"));
}

/** Bundles a module of ours against a fresh build of the package, both in `dir`; gives the program's path. */
export async function buildProgram(entry: string, dir: string): Promise<string> {
  const dist = join(dir, "dist");
  execFileSync(process.execPath, ["--import", "tsx", join(ROOT, "scripts", "build.ts"), dist], { cwd: ROOT });
  const name = basename(entry, ".ts");
  await build({
    entryPoints: { [name]: entry },
    outdir: dir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    // What is imported late stays apart, so that numbats can be imported first.
    splitting: true,
    format: "esm",
    platform: "node",
    logLevel: "warning",
    plugins: [
      {
        name: "published",
        setup({ onResolve }) {
          onResolve({ filter: /\/src\/index\.ts$/ }, () => ({ path: "./dist/index.js", external: true }));
        },
      },
    ],
  });
  return join(dir, `${name}.mjs`);
}

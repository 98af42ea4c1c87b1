/**
 * `npm run build [-- folder]`: what is published, into dist/ or the folder given.
 *
 * The code is bundled, since most of what importing 140 modules takes is looking for them; without comments, since V8
 * scans those at every start. Names stay, for stack traces and for types/array-methods.ts, whose functions are read as text.
 * The compiler and its reports are a script of their own, which runtime/compiler-late.ts loads when it is needed.
 */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { late } from "./late.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TSC = join(ROOT, "node_modules", "typescript", "bin", "tsc");
const BUILD = buildId();
const outdir = resolve(process.argv[2] ?? join(ROOT, "dist"));

rmSync(outdir, { recursive: true, force: true });

const declarations = ["-p", join(ROOT, "tsconfig.build.json"), "--emitDeclarationOnly", "--outDir", outdir];
const { status } = spawnSync(process.execPath, [TSC, ...declarations], { stdio: "inherit" });
if (status !== 0) process.exit(1);

/** Changes whenever a source does: what one build remembers of its compilations is of no use to another (runtime/recall.ts). */
function buildId(): string {
  const hash = createHash("sha256");
  const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" }).sort();
  const code = sources.filter((file) => file.endsWith(".ts")).map((file) => join("src", file));
  for (const name of ["package.json", ...code]) hash.update(`${name}\0`).update(readFileSync(join(ROOT, name)));
  return hash.digest("hex");
}

const common: BuildOptions = {
  absWorkingDir: ROOT,
  outdir,
  bundle: true,
  platform: "node",
  target: "node20",
  minifyWhitespace: true,
  lineLimit: 200,
  define: { NUMBATS_BUILD: JSON.stringify(BUILD) },
  sourcemap: true,
  logLevel: "warning",
};

const sharedErrors: Plugin = {
  name: "errors come from outside",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]diagnostics[\\/]errors\.ts$/ }, ({ path }) => {
      const names = [...readFileSync(path, "utf8").matchAll(/^export (?:class|function) (\w+)/gm)].map(
        ([, name]) => name,
      );
      return { contents: `export const { ${names.join(", ")} } = numbatsErrors;`, loader: "js" };
    });
  },
};

await build({
  ...common,
  entryPoints: ["src/index.ts", "src/cli.ts"],
  format: "esm",
  splitting: true,
  packages: "external",
  plugins: [late],
});
await build({
  ...common,
  entryPoints: ["src/runtime/compiler.ts"],
  outExtension: { ".js": ".cjs" },
  format: "cjs",
  banner: { js: "module.exports = (numbatsErrors) => { const module = { exports: {} };" },
  footer: { js: `return { ...module.exports, build: ${JSON.stringify(BUILD)} }; };` },
  plugins: [sharedErrors],
});
// acorn is a part of the compiler's file.
copyFileSync(join(ROOT, "node_modules", "acorn", "LICENSE"), join(outdir, "compiler.cjs.acorn-license.txt"));

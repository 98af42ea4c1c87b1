/**
 * `npm run build [-- folder]`: what is published, into dist/ or the folder given.
 *
 * The code is bundled, since most of what importing 140 modules takes is looking for them; without comments, since V8
 * scans those at every start. Names stay, for stack traces and for types/array-methods.ts, whose functions are read as text.
 *
 * - `index.js` is the entry. What it exports is in `runtime.cjs`, a script, so that V8's code of it can be kept (src/runtime/package-script.ts).
 *   So is `compiler.cjs`, the compiler and its reports, which is loaded when it is needed.
 * - `index.cjs` is the entry for `require`: Jest and Node before 20.19 can't require modules. `commonjs/` has its types, which are the same.
 * - `whole.js` has all but the compiler in modules: for bundlers, which take the export condition `module`.
 * - `cli.js` is the command.
 */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
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

copyDeclarations("index.ts");
writeFileSync(join(outdir, "commonjs", "package.json"), '{ "type": "commonjs" }\n');

/** TypeScript asks the nearest package.json what a declaration is of: those of a script need one of their own. */
function copyDeclarations(source: string, copied = new Set<string>()): void {
  if (copied.has(source)) return;
  copied.add(source);
  const name = source.replace(/\.ts$/, ".d.ts");
  const to = join(outdir, "commonjs", name);
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(join(outdir, name), to);
  for (const [, path] of readFileSync(to, "utf8").matchAll(/(?:from |import\()"(\.[^"]*\.ts)"/g))
    copyDeclarations(join(dirname(source), path as string), copied);
}

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

const { metafile } = await build({
  ...common,
  entryPoints: { whole: "src/index.ts", cli: "src/cli.ts" },
  format: "esm",
  splitting: true,
  packages: "external",
  plugins: [late],
  metafile: true,
});
const whole = relative(ROOT, join(outdir, "whole.js")).replaceAll(sep, "/");
const exported = metafile.outputs[whole]?.exports ?? [];

// A module that requires Node's own modules: for each that one imports, Node makes a namespace, with all that its getters load.
const place = 'import.meta.url??(typeof __filename==="string"?__filename:process.execPath)';
await build({
  ...common,
  entryPoints: { index: "src/index-late.ts" },
  format: "iife",
  globalName: "numbats",
  define: { ...common.define, "import.meta.url": "numbatsPlace" },
  banner: {
    js: `import{createRequire}from"node:module";const numbatsPlace=${place};const require=createRequire(numbatsPlace);`,
  },
  footer: { js: `export const {${exported.join(",")}}=numbats.exported;` },
});

const script: BuildOptions = {
  ...common,
  outExtension: { ".js": ".cjs" },
  format: "cjs",
  define: { ...common.define, "import.meta.url": "undefined" },
};
await build({
  ...script,
  entryPoints: { index: "src/index-late.ts" },
  footer: { js: "module.exports = module.exports.exported;" },
});
const buildProperty = `build: ${JSON.stringify(BUILD)}`;
await build({
  ...script,
  entryPoints: { runtime: "src/index.ts" },
  packages: "external",
  footer: { js: `module.exports = { ...module.exports, ${buildProperty} };` },
  plugins: [late],
});
await build({
  ...script,
  entryPoints: { compiler: "src/runtime/compiler.ts" },
  banner: { js: "module.exports = (numbatsErrors) => { const module = { exports: {} };" },
  footer: { js: `return { ...module.exports, ${buildProperty} }; };` },
  plugins: [sharedErrors],
});
// meriyah is a part of the compiler's file.
copyFileSync(join(ROOT, "node_modules", "meriyah", "LICENSE.md"), join(outdir, "compiler.cjs.meriyah-license.txt"));

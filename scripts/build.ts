/**
 * `npm run build [-- folder]`: what is published, into dist/ or the folder given.
 *
 * The code is bundled, since most of what importing 140 modules takes is looking for them; without comments, since V8
 * scans those at every start. Names stay, for stack traces and for types/array-methods.ts, whose functions are read as text.
 */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TSC = join(ROOT, "node_modules", "typescript", "bin", "tsc");
const outdir = resolve(process.argv[2] ?? join(ROOT, "dist"));

rmSync(outdir, { recursive: true, force: true });

const declarations = ["-p", join(ROOT, "tsconfig.build.json"), "--emitDeclarationOnly", "--outDir", outdir];
const { status } = spawnSync(process.execPath, [TSC, ...declarations], { stdio: "inherit" });
if (status !== 0) process.exit(1);

/** Changes whenever a source does: what one build remembers of its compilations is of no use to another (runtime/recall.ts). */
function buildId(): string {
  const hash = createHash("sha256");
  const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" }).sort();
  for (const name of [
    "package.json",
    ...sources.filter((file) => file.endsWith(".ts")).map((file) => join("src", file)),
  ])
    hash
      .update(name)
      .update("\0")
      .update(readFileSync(join(ROOT, name)));
  return hash.digest("hex");
}

await build({
  absWorkingDir: ROOT,
  entryPoints: ["src/index.ts", "src/cli.ts"],
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  minifyWhitespace: true,
  lineLimit: 200,
  define: { NUMBATS_BUILD: JSON.stringify(buildId()) },
  sourcemap: true,
  logLevel: "warning",
});

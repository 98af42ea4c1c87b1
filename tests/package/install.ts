/**
 * The package as a user gets it: built, packed and installed from the tarball into a folder of its own, with the fixtures
 * beside it. Built apart from the checkout, whose dist/ may be missing, old or in use.
 */
import { execFileSync, type SpawnSyncReturns, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FIXTURES = fileURLToPath(new URL("fixtures", import.meta.url));
const TSC = join(ROOT, "node_modules", "typescript", "bin", "tsc");

export interface Installed {
  /** The user's project. */
  readonly dir: string;
  /** Files in the tarball. */
  readonly packed: readonly string[];
  remove(): void;
}

/** What npm itself sets for its scripts would reach the npm that we run. Whose certificates it trusts is the machine's affair. */
function environment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !name.startsWith("NUMBATS_") &&
      !/^npm_(?:package|lifecycle|command|execpath)/.test(name) &&
      (!name.startsWith("NODE_") || name === "NODE_EXTRA_CA_CERTS"),
  );
  return { ...Object.fromEntries(kept), ...extra };
}

function npm(cwd: string, ...args: string[]): string {
  return execFileSync("npm", args, { cwd, env: environment(), encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

export function installPackage(): Installed {
  const scratch = mkdtempSync(join(tmpdir(), "numbats-package-"));
  const stage = join(scratch, "stage");
  const dir = join(scratch, "project");
  const remove = (): void => rmSync(scratch, { recursive: true, force: true });
  try {
    mkdirSync(stage);
    mkdirSync(dir);
    for (const name of ["package.json", "README.md", "CHANGELOG.md", "LICENSE", "native"]) {
      if (existsSync(join(ROOT, name))) cpSync(join(ROOT, name), join(stage, name), { recursive: true });
    }
    const build = [tools.tsx, join(ROOT, "scripts", "build.ts"), join(stage, "dist")];
    const { status, stdout, stderr } = spawnSync(process.execPath, build, { cwd: ROOT, encoding: "utf8" });
    if (status !== 0) throw new Error(`the build failed:\n${stdout}${stderr}`);
    const packed = JSON.parse(npm(stage, "pack", "--json", "--ignore-scripts")) as [
      { filename: string; files: { path: string }[] },
    ];
    writeFileSync(join(dir, "package.json"), '{ "name": "user", "private": true, "type": "module" }\n');
    const tarball = join(stage, packed[0].filename);
    npm(dir, "install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", tarball);
    for (const name of readdirSync(FIXTURES)) cpSync(join(FIXTURES, name), join(dir, name));
    return { dir, packed: packed[0].files.map((file) => file.path), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Runs a program in the user's project. */
export function runIn(
  dir: string,
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): SpawnSyncReturns<string> {
  return spawnSync(file, args, { cwd: dir, env: environment(env), encoding: "utf8", timeout: 120_000 });
}

/** What the checkout has as development tools, used from outside the user's project. */
export const tools = {
  tsc: TSC,
  tsx: join(ROOT, "node_modules", "tsx", "dist", "cli.mjs"),
  bun: join(ROOT, "node_modules", "bun", "bin", "bun.exe"),
  deno: join(ROOT, "node_modules", "deno", process.platform === "win32" ? "deno.exe" : "deno"),
} as const;

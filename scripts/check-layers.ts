/**
 * Checks the order of the stages: a folder of src/ may import from itself and from those left of it, and the pure ones,
 * which also run in a browser, import nothing of Node's. Prints every breach; exits with 1 if there is one.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** From left to right; those in one row may not import each other unless they are the same. */
const ORDER: readonly (readonly string[])[] = [
  ["source"],
  ["diagnostics"],
  ["frontend"],
  ["types"],
  ["targets"],
  ["ir"],
  ["lower"],
  ["passes"],
  ["emit"],
  ["compiler"],
  ["engine"],
  ["toolchain", "cache"],
  ["runtime"],
  ["api"],
  ["index", "cli"],
  ["index-late"],
];

const PURE: ReadonlySet<string> = new Set([
  "source",
  "diagnostics",
  "frontend",
  "types",
  "targets",
  "ir",
  "lower",
  "passes",
  "emit",
  "compiler",
]);

const ROOT = fileURLToPath(new URL("../src", import.meta.url));
const RANK = new Map(ORDER.flatMap((row, rank) => row.map((layer) => [layer, rank] as const)));

/** The folder of a file in src/, or the name of a file directly in it. */
function layerOf(file: string): string {
  return (relative(ROOT, file).split(sep)[0] ?? "").replace(/\.ts$/, "");
}

function* importsOf(text: string): Generator<{ readonly from: string; readonly line: number }> {
  const statement =
    /^\s*(?:import|export)\b(?:[^"'();]*?\bfrom)?\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/gm;
  for (const match of text.matchAll(statement)) {
    const from = match[1] ?? match[2];
    const end = match.index + match[0].length;
    if (from !== undefined) yield { from, line: text.slice(0, end).split("\n").length };
  }
}

function breachOf(file: string, from: string): string | undefined {
  const layer = layerOf(file);
  const rank = RANK.get(layer);
  if (rank === undefined) return `src/${layer} has no place in the order of the layers`;
  if (!from.startsWith(".")) {
    return PURE.has(layer) && from.startsWith("node:") ? `${layer} is pure and imports ${from}` : undefined;
  }
  const target = layerOf(resolve(dirname(file), from));
  const targetRank = RANK.get(target);
  if (target === layer) return undefined;
  if (targetRank === undefined) return `${from} is in no layer`;
  return targetRank < rank ? undefined : `${layer} imports ${from}, and ${target} isn't left of it`;
}

const files = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
  .map((name) => join(ROOT, name));

let breaches = 0;
for (const file of files) {
  for (const { from, line } of importsOf(readFileSync(file, "utf8"))) {
    const breach = breachOf(file, from);
    if (breach === undefined) continue;
    breaches++;
    console.error(`src${sep}${relative(ROOT, file)}:${line}: ${breach}`);
  }
}
if (breaches > 0) process.exitCode = 1;
else console.log(`layers: ${files.length} files in order`);

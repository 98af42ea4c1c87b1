/**
 * Random programs against plain JavaScript, for a while:
 *
 *   npm run fuzz -- --seconds 60 --seed 1 [--no-shrink] [--no-save] [--show] [--all]
 *
 * Each failing program is cut down and written to tests/fuzz/regressions/, where `regressions.test.ts` runs it from then
 * on. One failure of each class is kept; `--all` keeps every one. The exit code is 1 if any program failed.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { generateProgram } from "./generate.ts";
import { generateLifetimes } from "./lifetimes.ts";
import { type Node, render } from "./program.ts";
import { Sandbox } from "./sandbox.ts";
import { restartNames } from "./scope.ts";
import { shrink } from "./shrink.ts";

const REGRESSIONS = fileURLToPath(new URL("./regressions/", import.meta.url));
/** Cutting one program down may take this long. */
const SHRINK_MS = 120_000;
/** One program in so many is of lifetimes.ts. */
const LIFETIMES = 8;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    "no-shrink": { type: "boolean", default: false },
    "no-save": { type: "boolean", default: false },
    show: { type: "boolean", default: false },
    all: { type: "boolean", default: false },
  },
});

function programOf(seed: number): Node {
  if (seed % LIFETIMES === 0) return generateLifetimes(seed);
  restartNames();
  return generateProgram(seed);
}

async function main(): Promise<number> {
  const first = Number(values.seed);
  if (values.show) {
    console.log(render(programOf(first)));
    return 0;
  }
  const sandbox = new Sandbox();
  const end = Date.now() + Number(values.seconds) * 1000;
  const seen = new Map<string, number>();
  let seed = first;
  for (; Date.now() < end; seed++) {
    const program = programOf(seed);
    const verdict = await sandbox.ask(render(program));
    if (verdict.failure === undefined) continue;
    const before = seen.get(verdict.class) ?? 0;
    seen.set(verdict.class, before + 1);
    if (before > 0 && !values.all) continue;
    console.log(`seed ${seed}: ${verdict.class}`);
    const found = values["no-shrink"]
      ? { program, verdict }
      : await shrink(program, verdict, sandbox, Date.now() + SHRINK_MS);
    console.log(`${render(found.program)}\n${found.verdict.failure}\n`);
    if (!values["no-save"]) save(seed, found.verdict.class, render(found.program), found.verdict.failure ?? "");
  }
  sandbox.stop();
  const failures = [...seen].map(([name, count]) => `${count} × ${name}`);
  console.log(`${seed - first} programs, seeds ${first} to ${seed - 1}: ${failures.join(", ") || "all agree"}`);
  return seen.size === 0 ? 0 : 1;
}

function save(seed: number, failureClass: string, text: string, failure: string): void {
  mkdirSync(REGRESSIONS, { recursive: true });
  const name = `${failureClass
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replace(/-$/, "")}-${seed}.txt`;
  const comment = failure
    .split("\n")
    .slice(0, 6)
    .map((line) => `// ${line.trim()}`.trimEnd())
    .join("\n");
  writeFileSync(join(REGRESSIONS, name), `// Random program ${seed}: ${failureClass}.\n${comment}\n${text}`);
}

process.exitCode = await main();

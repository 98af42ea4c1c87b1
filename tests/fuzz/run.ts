/**
 * Random programs against plain JavaScript, for a while:
 *
 *   npm run fuzz -- --seconds 60 --seed 1 [--no-native] [--no-shrink] [--no-save] [--show] [--all]
 *
 * Each failing program is cut down and written to tests/fuzz/regressions/, where `regressions.test.ts` runs it from then
 * on. One failure of each class is kept; `--all` keeps every one. The exit code is 1 if any program failed. `--no-native`
 * leaves LLVM out: the interpreter alone runs several times as many programs. `--show` prints the program of the seed.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Verdict } from "./execute.ts";
import { type Node, render } from "./program.ts";
import { Sandbox, Unanswered } from "./sandbox.ts";
import { programOf } from "./seeds.ts";
import { shrink } from "./shrink.ts";
import { Tally } from "./tally.ts";

const REGRESSIONS = fileURLToPath(new URL("./regressions/", import.meta.url));
/** Cutting one program down may take this long, and longer than the run only for a little. */
const SHRINK_MS = { most: 120_000, beyond: 20_000 };
/** A program that has begun may end so long after the run's time. */
const GRACE_MS = 5000;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    "no-native": { type: "boolean", default: false },
    "no-shrink": { type: "boolean", default: false },
    "no-save": { type: "boolean", default: false },
    show: { type: "boolean", default: false },
    all: { type: "boolean", default: false },
  },
});

async function main(): Promise<number> {
  const first = Number(values.seed);
  if (values.show) {
    console.log(render(programOf(first)));
    return 0;
  }
  const sandbox = new Sandbox(!values["no-native"]);
  // The time is for programs: a child may take seconds to start on a busy machine.
  await sandbox.start();
  const end = Date.now() + Number(values.seconds) * 1000;
  const tally = new Tally();
  let seed = first;
  try {
    for (; Date.now() < end; seed++) {
      const program = programOf(seed);
      const verdict = await sandbox.ask(render(program), end + GRACE_MS);
      const before = tally.add(verdict);
      if (verdict.failure === undefined || (before > 0 && !values.all)) continue;
      await tell(seed, program, verdict, sandbox, end);
    }
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
  }
  sandbox.stop();
  console.log(`seeds ${first} to ${seed - 1}: ${tally.report()}`);
  return tally.failed ? 1 : 0;
}

async function tell(seed: number, program: Node, verdict: Verdict, sandbox: Sandbox, end: number): Promise<void> {
  console.log(`seed ${seed}: ${verdict.class}`);
  const now = Date.now();
  const until = Math.min(now + SHRINK_MS.most, Math.max(end, now + SHRINK_MS.beyond));
  const found = values["no-shrink"] ? { program, verdict } : await shrink(program, verdict, sandbox, until);
  console.log(`${render(found.program)}\n${found.verdict.failure}\n`);
  if (!values["no-save"]) save(seed, found.verdict.class, render(found.program), found.verdict.failure ?? "");
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

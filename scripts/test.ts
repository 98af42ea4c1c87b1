/**
 * Runs the tests on Node's own runner, through tsx. `--fast` leaves out those that need LLVM or install packages (the
 * folders in SLOW, and `*.slow.test.ts` anywhere); other arguments choose the files whose paths contain one of them.
 *
 *   npm test                  npm run test:fast                  npm test -- cache
 */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FOLDERS = ["src", "tests", "examples", "bench"];

/** Their tests run compiled code or start other programs. */
const SLOW = [
  "api",
  "async",
  "bench",
  "cache",
  "emit",
  "entry",
  "examples",
  "fuzz",
  "kernels",
  "package",
  "toolchain",
].map((folder) => join("tests", folder, ""));

const fast = process.argv.includes("--fast");
const chosen = process.argv.slice(2).filter((arg) => !arg.startsWith("--"));

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
)
  .filter((file) => file.endsWith(".test.ts") && !file.includes("node_modules"))
  .filter((file) => !fast || !(file.endsWith(".slow.test.ts") || SLOW.some((folder) => file.startsWith(folder))))
  .filter((file) => chosen.length === 0 || chosen.some((part) => file.includes(part)))
  .sort();

if (files.length === 0) {
  console.error(`no test file's path contains ${chosen.join(" or ")}`);
  process.exit(1);
}

const { status, signal } = spawnSync(
  process.execPath,
  ["--import", "tsx", "--test", "--test-concurrency=2", "--test-reporter=spec", ...files],
  { cwd: ROOT, stdio: "inherit" },
);
if (signal !== null) console.error(`the test runner died of ${signal}`);
process.exitCode = status ?? 1;

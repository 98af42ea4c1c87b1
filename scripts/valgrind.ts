/**
 * Runs tests of kernels under valgrind's memcheck, which sees every byte that compiled code touches outside the arrays'
 * memory, and every byte that decides something before it was written. Takes minutes; needs valgrind.
 *
 *   npm run valgrind                     a sample of tests/kernels
 *   npm run valgrind -- kernels/loops    the test files whose paths contain a word
 *
 * valgrind knows no AVX-512, so the kernels are compiled for x86-64-v3, through a wrapper around the compiler; natively first, so that
 * they are in the cache. V8 runs without its JIT, whose code memcheck would translate again and again. What is suppressed is none
 * of a kernel's: V8's garbage collector scans the stack, uninitialised words included, and the tests compare the whole of
 * Node's Buffer pool, which Node doesn't clear.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findLlvm } from "../src/toolchain/llvm.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SAMPLE = ["array-lifetimes", "array-methods", "argument-arrays", "bounds"];

const SUPPRESSIONS = `{
   conservative stack scan
   Memcheck:Cond
   fun:*IteratePointersInStack*
}
{
   conservative stack scan, its values
   Memcheck:Value8
   fun:*IteratePointersInStack*
}
{
   the tests compare the Buffer pool
   Memcheck:Cond
   fun:Builtins_TestEqualStrictHandler
}
`;

const words = process.argv.slice(2);
const files = readdirSync(join(ROOT, "tests"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".test.ts"))
  .filter((name) => (words.length > 0 ? words : SAMPLE.map((s) => `kernels/${s}.`)).some((word) => name.includes(word)))
  .map((name) => join("tests", name))
  .sort();

const dir = mkdtempSync(join(tmpdir(), "numbats-valgrind-"));
const real = findLlvm().path;
const llvm = join(dir, basename(real));
writeFileSync(
  llvm,
  `#!/bin/sh
for a in "$@"; do
  if [ "$a" = -march=native ]; then a=-march=x86-64-v3; fi
  set -- "$@" "$a"; shift
done
exec '${real}' "$@"
`,
  { mode: 0o755 },
);
writeFileSync(join(dir, "v8.supp"), SUPPRESSIONS);
const env = { ...process.env, NUMBATS_LLVM: llvm, NUMBATS_CACHE_DIR: join(dir, "cache") };
const memcheck = ["-q", "--smc-check=all", "--error-exitcode=9", `--suppressions=${join(dir, "v8.supp")}`];

let failed = false;
for (const file of files) {
  const run = (command: string, args: readonly string[]) =>
    spawnSync(command, [...args, "--import", "tsx", file], { cwd: ROOT, env, encoding: "utf8" });
  run(process.execPath, []);
  const { error, status, stdout, stderr } = run("valgrind", [...memcheck, process.execPath, "--jitless"]);
  if (error !== undefined) throw error;
  const passed = /^# pass (\d+)/m.exec(stdout)?.[1] ?? "0";
  console.log(`${file}: ${status === 0 ? `${passed} tests, no memory errors` : "FAILED"}`);
  if (status === 0) continue;
  failed = true;
  console.log(
    stdout
      .split("\n")
      .filter((line) => line.includes("not ok"))
      .join("\n"),
  );
  console.log(stderr);
}
rmSync(dir, { recursive: true, force: true });
if (failed || files.length === 0) process.exitCode = 1;

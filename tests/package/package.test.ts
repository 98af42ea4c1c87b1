/** The packed tarball in an empty folder: what a user has after `npm install numbats`, in every runtime that is at hand. */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { type Installed, installPackage, runIn, tools } from "./install.ts";

let installed: Installed;

before(() => {
  installed = installPackage();
});

after(() => installed?.remove());

/** Runs a program that prints JSON. */
function jsonOf(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): unknown {
  const { status, stdout, stderr } = runIn(installed.dir, file, args, env);
  assert.equal(status, 0, `${[file, ...args].join(" ")}\n${stdout}\n${stderr}`);
  return JSON.parse(stdout);
}

const node = process.execPath;
const cacheDir = (): string => join(installed.dir, "node_modules", ".cache", "numbats");

interface Both {
  readonly compiled: unknown;
  readonly plain: unknown;
}

test("the tarball has what is needed and nothing else", () => {
  const { packed } = installed;
  for (const name of ["package.json", "dist/index.js", "dist/index.d.ts", "dist/cli.js"])
    assert.ok(packed.includes(name), name);
  assert.deepEqual(
    packed.filter((name) => /\.test\.|^(?:src|tests|examples|data|bench)\//.test(name)),
    [],
  );
  assert.match(
    readFileSync(join(installed.dir, "node_modules", "numbats", "dist", "cli.js"), "utf8"),
    /^#!\/usr\/bin\/env node\n/,
  );
});

test("no module that bundlers take imports createRequire by name: webpack puts undefined in place of its calls", () => {
  const dist = join(installed.dir, "node_modules", "numbats", "dist");
  const modules = readdirSync(dist).filter((name) => /^(?:whole|chunk-\w+)\.js$/.test(name));
  assert.ok(modules.includes("whole.js"));
  for (const name of modules)
    assert.doesNotMatch(readFileSync(join(dist, name), "utf8"), /import\{[^}]*\bcreateRequire\b/, name);
});

test("the types, as a strict project sees them", () => {
  const { status, stdout } = runIn(installed.dir, node, [tools.tsc, "-p", "tsconfig.json"]);
  assert.equal(status, 0, stdout);
});

test("TypeScript under tsx: captures from other files, decorators, signatures, errors", () => {
  const run = (): Both & { message: string; signatures: string[]; compiles: number } =>
    jsonOf(node, [tools.tsx, "run.ts"]) as ReturnType<typeof run>;
  const { compiled, plain, message, signatures, compiles } = run();
  assert.deepEqual(compiled, plain);
  assert.match(message, /^RangeError: index 50 is out of bounds for 'out' of length 50 \(kernels\.ts:13:\d+\)$/);
  assert.equal(signatures.length, 1);
  assert.match(signatures[0] ?? "", /\(float64\[:\]\)$/);
  assert.equal(compiles, 1);
});

test("required by scripts, also where Node can't require modules: the same numbats as is imported, in each context", () => {
  writeFileSync(
    join(installed.dir, "required.cjs"),
    `const { readFileSync } = require("node:fs");
     const vm = require("node:vm");
     const required = require("numbats");
     const sum = (n, prange) => required.njit((n) => { let s = 0; for (const i of prange(n)) s += i; return s; })(n);
     const context = vm.createContext({ process, console, setTimeout, clearTimeout, performance, Buffer, TextEncoder, TextDecoder });
     const path = require.resolve("numbats");
     const inContext = { exports: {} };
     const wrapped = "(function (module, exports, require, __filename) {" + readFileSync(path, "utf8") + "\\n})";
     vm.runInContext(wrapped, context, { filename: path })(inContext, inContext.exports, require, path);
     context.njit = inContext.exports.njit;
     const thrown = vm.runInContext("try { njit((a, i) => a[i])(new Float64Array(2), 5); } catch (error) { error instanceof RangeError; }", context);
     import("numbats").then((imported) =>
       console.log(JSON.stringify({
         entry: path.replace(/.*[\\\\/]/, ""),
         names: Object.keys(required).sort().join() === Object.keys(imported).sort().join(),
         same: required.njit === imported.njit,
         sums: [sum(4, required.prange), sum(4, imported.prange)],
         apart: context.njit !== required.njit,
         thrown,
       })));`,
  );
  assert.deepEqual(jsonOf(node, ["required.cjs"]), {
    entry: "index.cjs",
    names: true,
    same: true,
    sums: [6, 6],
    apart: true,
    thrown: true,
  });
});

test("plain JavaScript, in the main thread and in workers", () => {
  const all = jsonOf(node, ["threads.js"]) as (Both & { error: string })[];
  assert.equal(all.length, 3);
  for (const { compiled, plain, error } of all) {
    assert.deepEqual(compiled, plain);
    assert.match(error, /^TypeError: argument 2 \('by'\) of the kernel at kernels\.js:6:\d+ is a string/);
  }
});

test("a second run finds everything in the project's cache", () => {
  jsonOf(node, ["scoped.js"]);
  const before = readdirSync(cacheDir()).sort();
  assert.ok(before.length > 0);
  jsonOf(node, ["scoped.js"]);
  assert.deepEqual(readdirSync(cacheDir()).sort(), before);
});

test("a later run doesn't compile at all, until a helper in another file changes", () => {
  writeFileSync(
    join(installed.dir, "remembered.mjs"),
    `import { njit } from "numbats";
     import { helper, weights } from "./helper.mjs";
     const kernel = njit((a) => { let s = 0; for (let i = 0; i < a.length; i++) s += helper(a[i]) * weights[i]; return s; });
     const result = kernel(Float64Array.of(1, 2, 3));
     let message = "";
     try { kernel(Float64Array.of(1, 2, 3, 4)); } catch (error) { message = error.message; }
     console.log(JSON.stringify({ result, message, stages: Object.keys(kernel.stats.milliseconds), hits: kernel.stats.cacheHits }));`,
  );
  const run = (helper: string): { result: number; message: string; stages: string[]; hits: number } => {
    writeFileSync(
      join(installed.dir, "helper.mjs"),
      `export const helper = ${helper};\nexport const weights = new Float64Array([1, 10, 100]);\n`,
    );
    return jsonOf(node, ["remembered.mjs"]) as ReturnType<typeof run>;
  };
  const first = run("(x) => x + 1");
  assert.ok(first.stages.includes("llvm"));
  const second = run("(x) => x + 1");
  assert.deepEqual(second.stages, ["toolchain", "recall", "load"]);
  assert.equal(second.hits, 1);
  assert.equal(second.result, first.result);
  assert.match(second.message, /^index 3 is out of bounds for 'weights' of length 3 \(remembered\.mjs:3:\d+\)$/);
  assert.equal(second.message, first.message);
  const changed = run("(x) => x + 2");
  assert.ok(changed.stages.includes("types"));
  assert.equal(changed.result, first.result + 111);
  assert.deepEqual(run("(x) => x + 1"), { ...second, stages: second.stages });
});

test("what a kernel leaves out is made when it is needed, in a later run, too", () => {
  writeFileSync(
    join(installed.dir, "left-out.mjs"),
    `import { njit } from "numbats";
     let gain = 2;
     const kernel = njit((n, a, b) => {
       for (let i = 1; i < n; i++) {
         b[i] = a[i] * gain + a[i - 1] * 3 - b[i] * 0.5 + Math.sqrt(a[i]) - Math.abs(a[i - 1] - a[i]) * 0.25 + a[i - 1] * a[i];
       }
     });
     const call = (n) => {
       const [a, b] = [new Float64Array(n).fill(2), new Float64Array(8)];
       let message = "";
       try { kernel(8, a, b); } catch (error) { message = error.message; }
       return [message, ...b].join();
     };
     const results = [call(8)];
     gain = 5;
     if (process.env.FEW !== undefined) results.push(call(6), call(5));
     console.log(JSON.stringify({ results, stages: Object.keys(kernel.stats.milliseconds) }));`,
  );
  const run = (env: Readonly<Record<string, string>>): { results: string[]; stages: string[] } =>
    jsonOf(node, ["left-out.mjs"], env) as ReturnType<typeof run>;
  const enough = run({});
  assert.ok(enough.stages.includes("llvm"));
  const recalled = ["toolchain", "recall", "load"];
  assert.deepEqual(run({}).stages, recalled);
  const few = run({ FEW: "1" });
  assert.deepEqual(few.stages, [...recalled, "llvm", "link", "cache"]);
  assert.match(few.results[1] ?? "", /^index 6 is out of bounds for 'a' of length 6 \(left-out\.mjs:5:\d+\),0,/);
  // 2 * 2 + 2 * 3 + √2 + 2 * 2, whatever the gain is by then.
  assert.ok(few.results.every((result) => result.includes(`,${14 + Math.SQRT2},`)));
  const again = run({ FEW: "1" });
  assert.deepEqual(again, { results: few.results, stages: [...recalled, "cache"] });
});

test("the compiler is loaded when it is needed, and what V8 made of it is kept", () => {
  const script = join(installed.dir, "node_modules", "numbats", "dist", "compiler.cjs");
  writeFileSync(
    join(installed.dir, "late.mjs"),
    `import { CompileError, NumbatsError, njit } from "numbats";
     const k = njit((x) => { try { return x; } finally { x = 1; } });
     let error;
     try { k(1); } catch (e) { error = e; }
     const twice = njit((x) => x * 2);
     console.log(JSON.stringify({ twice: twice(21), error: [error instanceof CompileError, error instanceof NumbatsError, error.name] }));`,
  );
  writeFileSync(
    join(installed.dir, "cached.mjs"),
    `import { njit } from "numbats";
     const thrice = njit((x) => x * 3);
     console.log(JSON.stringify(thrice(5)));`,
  );
  const env = { NUMBATS_CACHE_DIR: join(installed.dir, "late-cache") };
  const expected = { twice: 42, error: [true, true, "CompileError"] };
  assert.deepEqual(jsonOf(node, ["late.mjs"], env), expected);
  const kept = keptIn(env.NUMBATS_CACHE_DIR);
  // Of the compiler and of what index.js exports.
  assert.equal(kept.length, 2);
  // As V8's code is from now on, then damaged.
  assert.deepEqual(jsonOf(node, ["late.mjs"], env), expected);
  for (const { path } of kept) {
    writeFileSync(path, "damaged");
    assert.deepEqual(jsonOf(node, ["late.mjs"], env), expected);
  }

  assert.equal(jsonOf(node, ["cached.mjs"], env), 15);
  renameSync(script, `${script}.away`);
  try {
    assert.equal(jsonOf(node, ["cached.mjs"], env), 15);
  } finally {
    renameSync(`${script}.away`, script);
  }
});

/** What is kept of V8's code. */
function keptIn(dir: string): { path: string; content: string }[] {
  const names = readdirSync(dir).filter((name) => name.endsWith(".v8"));
  return names.map((name) => ({ path: join(dir, name), content: readFileSync(join(dir, name), "latin1") }));
}

test("what V8 made of the package is kept by the first run that compiles and the first that needn't, and no more", () => {
  const program = (body: string): string =>
    `import { njit } from "numbats";
     const half = njit((x) => x / 2);
     ${body}
     console.log(JSON.stringify(half(5)));`;
  writeFileSync(join(installed.dir, "kept.mjs"), program(""));
  writeFileSync(join(installed.dir, "kept-other.mjs"), program("half.compile(1.5);"));
  const env = { NUMBATS_CACHE_DIR: join(installed.dir, "kept-cache") };
  const run = (name: string): string[] => {
    assert.equal(jsonOf(node, [name], env), 2.5);
    return keptIn(env.NUMBATS_CACHE_DIR).map(({ content }) => content);
  };
  const compiled = run("kept.mjs");
  assert.equal(compiled.length, 2);
  const recalled = run("kept.mjs");
  // The compiler's is the same.
  assert.equal(recalled.filter((content) => compiled.includes(content)).length, 1);
  assert.equal(recalled.length, 2);
  assert.deepEqual(run("kept.mjs"), recalled);
  assert.deepEqual(run("kept-other.mjs"), recalled);
});

test("bundled with the package, as a module and for CommonJS", async () => {
  const { build } = await import("esbuild");
  const dir = join(installed.dir, "bundled");
  mkdirSync(dir);
  const source = `import { njit, prange } from "numbats";
     const sum = njit((n, by = 2) => { let s = 0; for (const i of prange(n)) s += i * by; return s; }, { parallel: true });
     console.log(JSON.stringify(sum(100000)));`;
  // Each finds nothing that the other has made.
  for (const [format, name, conditions] of [
    ["esm", "bundle.mjs", ["module"]],
    ["cjs", "bundle.cjs", ["module"]],
    // As bundlers do that don't ask for modules.
    ["esm", "entry.mjs", ["node"]],
    ["cjs", "entry.cjs", ["node"]],
  ] as const) {
    await build({
      stdin: { contents: source, resolveDir: installed.dir },
      bundle: true,
      platform: "node",
      minify: true,
      format,
      conditions: [...conditions],
      outfile: join(dir, name),
      logLevel: "error",
      banner:
        format === "esm"
          ? { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' }
          : {},
    });
    assert.equal(jsonOf(node, [join("bundled", name)], { NUMBATS_CACHE_DIR: join(dir, `cache-${name}`) }), 9999900000);
  }
});

test("in a context of its own, as in Jest", () => {
  const args = ["--experimental-vm-modules", "--no-warnings", "context.js"];
  const { compiled, plain, isRangeError } = jsonOf(node, args) as Both & { isRangeError: boolean };
  assert.deepEqual(compiled, plain);
  assert.equal(isRangeError, true);
});

test("NUMBATS_DISABLE_JIT=1 is plain JavaScript", () => {
  const env = { NUMBATS_DISABLE_JIT: "1", NUMBATS_LLVM: "/nowhere/clang" };
  const { compiled, plain, message } = jsonOf(node, [tools.tsx, "run.ts"], env) as Both & { message: string };
  assert.deepEqual(compiled, plain);
  assert.equal(message, "");
});

test("no LLVM: the error says how to get one", () => {
  const { status, stderr } = runIn(installed.dir, node, ["threads.js"], { NUMBATS_LLVM: "/nowhere/clang" });
  assert.notEqual(status, 0);
  assert.match(stderr, /ToolchainError: NUMBATS_LLVM is \/nowhere\/clang, which is not an executable file/);
});

test("no place for temporary files: the error says so", { skip: process.platform === "win32" }, () => {
  const env = { TMPDIR: "/nowhere", NUMBATS_CACHE_DIR: join(installed.dir, "no-tmp-cache") };
  const { status, stderr } = runIn(installed.dir, node, ["threads.js"], env);
  assert.notEqual(status, 0);
  assert.match(stderr, /ToolchainError: numbats can't make a temporary directory in \/nowhere: ENOENT/);
});

test("importing the package does nothing yet", () => {
  const script = `
    const before = process.memoryUsage().rss;
    await import("numbats");
    const { existsSync } = await import("node:fs");
    console.log(JSON.stringify(existsSync("empty-cache")));`;
  const env = { NUMBATS_CACHE_DIR: "empty-cache", NUMBATS_LLVM: "/nowhere/clang" };
  assert.equal(jsonOf(node, ["--input-type=module", "-e", script], env), false);
});

test("the command", () => {
  const cli = join(installed.dir, "node_modules", ".bin", "numbats");
  const info = jsonOf(cli, ["info", "--json"]) as { cache: { path: string }; llvm: { version: string } };
  assert.equal(info.cache.path, cacheDir());
  assert.match(info.llvm.version, /^\d+\.\d+\.\d+$/);
  const size = jsonOf(cli, ["cache", "size", "--json"]) as { entries: number; bytes: number };
  const list = jsonOf(cli, ["cache", "list", "--json"]) as { bytes: number }[];
  assert.equal(list.length, size.entries);
  assert.ok(size.entries > 0);
  assert.equal(
    list.reduce((sum, entry) => sum + entry.bytes, 0),
    size.bytes,
  );
  assert.deepEqual(jsonOf(cli, ["cache", "--json"]), size);
  const misspelt = runIn(installed.dir, cli, ["cache", "lst"]);
  assert.equal(misspelt.status, 1);
  assert.match(misspelt.stderr, /unknown command 'lst'/);
  const cleared = runIn(installed.dir, cli, ["cache", "clear"]);
  assert.equal(cleared.status, 0, cleared.stderr);
  assert.equal((jsonOf(cli, ["cache", "size", "--json"]) as { entries: number }).entries, 0);
  for (const args of [
    ["--help"],
    ["info", "--help"],
    ["cache", "--help"],
    ["cache", "list", "--help"],
    ["bench", "--help"],
  ]) {
    const { status, stdout } = runIn(installed.dir, cli, args);
    assert.equal(status, 0);
    assert.match(stdout, /^Usage: numbats /);
  }
  const unknown = runIn(installed.dir, cli, ["nonsense"]);
  assert.equal(unknown.status, 1);
  assert.match(unknown.stderr, /unknown command 'nonsense'/);
});

test("bench of a TypeScript module", () => {
  const cli = join(installed.dir, "node_modules", ".bin", "numbats");
  const bench = (...args: string[]) => runIn(installed.dir, cli, ["bench", "kernels.ts", "--seconds", "0.05", ...args]);
  if (!("typescript" in process.features)) {
    const without = bench();
    assert.equal(without.status, 1);
    assert.match(
      without.stderr,
      /^numbats: .*kernels\.ts is TypeScript, which needs tsx: npm install --save-dev tsx\n$/,
    );
  }

  symlinkSync(dirname(dirname(tools.tsx)), join(installed.dir, "node_modules", "tsx"), "dir");
  const { status, stdout, stderr } = bench("--json");
  assert.equal(status, 0, `${stdout}\n${stderr}`);
  const { results } = JSON.parse(stdout) as { results: { kernel: string; speedup: number; firstCallMs: number }[] };
  assert.deepEqual(
    results.map((result) => result.kernel),
    ["Statistics.mean", "Statistics.axpy", "divmod", "sum", "weighted"],
  );
  for (const { speedup, firstCallMs } of results) assert.ok(speedup > 0 && firstCallMs > 0);

  assert.match(bench().stdout, /^kernel +first call +median +min +plain median +plain min +speed-up\n/);

  writeFileSync(join(installed.dir, "nothing.js"), "export const x = 1;\n");
  const nothing = runIn(installed.dir, cli, ["bench", "nothing.js"]);
  assert.equal(nothing.status, 1);
  assert.equal(nothing.stderr, "numbats: nothing.js exports no kernel: export const name = njit(…)\n");
});

test("a cache directory that others can read isn't used, and a warning says so once", {
  skip: process.platform === "win32",
}, () => {
  const shared = join(installed.dir, "shared-cache");
  mkdirSync(shared);
  writeFileSync(join(shared, "somebody's"), "");
  chmodSync(shared, 0o755);
  const { status, stderr } = runIn(installed.dir, node, ["scoped.js"], { NUMBATS_CACHE_DIR: shared });
  assert.equal(status, 0, stderr);
  assert.equal(stderr.match(/\[NUMBATS_CACHE\] NumbatsWarning: numbats compiles without caching/g)?.length, 1, stderr);
  assert.deepEqual(readdirSync(shared), ["somebody's"]);
});

for (const [name, args] of [
  ["bun", ["scoped.js"]],
  ["deno", ["run", "--allow-all", "scoped.js"]],
] as const) {
  test(`the same kernels under ${name}`, (t) => {
    const probe = runIn(installed.dir, tools[name], ["--version"]);
    if (probe.error !== undefined) return t.skip(`${name} is not installed: ${probe.error.message}`);
    const { compiled, plain, error, compiles } = jsonOf(tools[name], args) as Both & {
      error: string;
      compiles: number;
    };
    assert.deepEqual(compiled, plain);
    assert.match(error, /^RangeError: index 5 is out of bounds for 'ys' of length 5/);
    assert.equal(compiles, 1);
  });
}

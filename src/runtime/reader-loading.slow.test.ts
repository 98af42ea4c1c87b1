/**
 * The reader under every way a kernel gets loaded: modules, CommonJS, TypeScript, bundles, workers, other engines.
 *
 * Each case runs a small program of its own. It makes each of its functions anew from the text and the values that the
 * reader found, and compares what the two return; and it looks up where the function's last `MARK` stands in the author's
 * file, which must be a MARK there too.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type BuildOptions, buildSync } from "esbuild";

const SOURCE = fileURLToPath(new URL("..", import.meta.url));
const BIN = join(SOURCE, "../node_modules/.bin");
const TSX = createRequire(import.meta.url).resolve("tsx");
const ROOT = mkdtempSync(join(tmpdir(), "numbats-reader-"));
after(() => rmSync(ROOT, { recursive: true, force: true }));

/** What the programs do with a function; goes with the reader into probe.mjs and probe.cjs. */
const PROBE = `
import { parseFunction } from ${JSON.stringify(join(SOURCE, "frontend/parse.ts"))};
import { DiagnosticSink } from ${JSON.stringify(join(SOURCE, "diagnostics/sink.ts"))};
import { createReader } from ${JSON.stringify(join(SOURCE, "runtime/reader.ts"))};

export function probe(fn, scope) {
  const reader = createReader(scope);
  const source = reader.sourceOf(fn);
  const names = [...parseFunction(source, "f", new DiagnosticSink()).free.keys()];
  const found = names.map((name) => reader.capture(fn, name));
  const missing = names.filter((_, i) => found[i] === undefined);
  const method = /^[\\w$]+\\s*\\(/.test(source.text) && !/^function\\b/.test(source.text);
  const expression = method ? "Object.values({" + source.text + "})[0]" : source.text;
  let made;
  try {
    // The text may call what keeps names under esbuild; parseFunction takes that away.
    const make = new Function("__name", ...names, "return (" + expression + "\\n)");
    made = make((f) => f, ...found.map((f) => f?.value));
  } catch {
    made = () => "code can't be made from strings";
  }
  const mark = source.text.lastIndexOf("MARK");
  const { file, line, column } = source.locate(mark < 0 ? 0 : mark);
  const text = source.lineAt(line)?.slice(column - 1, column + 3);
  return { missing, same: Object.is(made(2), fn(2)), file, line, text };
}
`;

/** The kernels of most cases. `n` annotates a number: in TypeScript columns and lines differ from what runs. */
const kernels = (n: "" | ": number"): string => `
${n && "interface Unused {\n  a: number;\n}"}
let late${n};
const K${n} = 3, table = { MARK: 0.5 };
const arrow = (x${n})${n} => helper(x) + K + all.two + two + three + ns.two * table.MARK + late;
function declared(x${n})${n} {
  const inner = (v${n}) => v * K;
  function further(v${n}) {
    return helper(v) - K;
  }
  return inner(x) + further(x) + Math.sqrt(x) + ${n && "<number>"}table.MARK;
}
class Kernels {
  static method(x${n})${n} {
    return x * Kernels.scale + table.MARK;
  }
  static scale = 7;
}
const inLoop${n && ": ((x: number) => number)[]"} = [];
for (let i = 0; i < 2; i++) {
  const square = i * i;
  inLoop.push((x${n}) => x + i + square + table.MARK);
}
late = 11;
`;
const EXPORTED = "export { arrow, declared, inLoop, Kernels };";
const DEPENDENCY = `
export const two = 2;
export default function helper(x) {
  return x + 100;
}
`;
const IMPORTS = (extension: string): string => `
import helper, { two } from "./dependency${extension}";
import * as all from "./dependency${extension}";
import { ns, three } from "./more${extension}";
`;
const MORE = (extension: string): string => `
export * as ns from "./dependency${extension}";
export { two as three } from "./dependency${extension}";
`;
const MAIN = (kernels: string, probe: string): string => `
import { arrow, declared, inLoop, Kernels } from "${kernels}";
import { probe } from "${probe}";
console.log(JSON.stringify([arrow, declared, Kernels.method, ...inLoop].map((f) => probe(f))));
`;

interface Probed {
  readonly missing: readonly string[];
  readonly same: boolean;
  readonly file: string;
  readonly line: number;
  readonly text: string | undefined;
}

function write(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(ROOT, "case-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function bundle(options: BuildOptions): void {
  buildSync({ bundle: true, platform: "node", target: "node20", logLevel: "error", ...options });
}

/** The reader itself, bundled, as in a published package. */
const library = write({ "probe.ts": PROBE });
bundle({ entryPoints: [join(library, "probe.ts")], outfile: join(ROOT, "probe.mjs"), format: "esm" });
bundle({ entryPoints: [join(library, "probe.ts")], outfile: join(ROOT, "probe.cjs"), format: "cjs" });

function run(
  folder: string,
  file: string,
  flags: readonly string[] = [],
  program = process.execPath,
): readonly Probed[] {
  // The runner's own settings are not the program's.
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, ...env } = process.env;
  const output = execFileSync(program, [...flags, join(folder, file)], { encoding: "utf8", env, cwd: folder });
  return JSON.parse(output) as Probed[];
}

/** All five functions are right, and are in \`file\` at these lines. */
function assertRight(found: readonly Probed[], folder: string, file: string, lines: readonly number[]): void {
  const named = found.map((f) => ({ ...f, file: relative(folder, f.file) }));
  assert.deepEqual(
    named,
    lines.map((line) => ({ missing: [], same: true, file, line, text: "MARK" })),
  );
}

const modules = write({
  "dependency.mjs": DEPENDENCY,
  "more.mjs": MORE(".mjs"),
  "kernels.mjs": IMPORTS(".mjs") + kernels("") + EXPORTED,
  "main.mjs": MAIN("./kernels.mjs", "../probe.mjs"),
  "worker.mjs": `
    import { Worker } from "node:worker_threads";
    new Worker(new URL("./main.mjs", import.meta.url));
  `,
  "debugged.mjs": `
    import { Session } from "node:inspector";
    const session = new Session();
    session.connect();
    session.post("Debugger.enable");
    session.post("Runtime.enable");
    await import("./main.mjs");
    session.post("Debugger.disable");
  `,
});
const MODULE_LINES = [9, 15, 19, 26, 26];

test("modules", () => assertRight(run(modules, "main.mjs"), modules, "kernels.mjs", MODULE_LINES));

test("a worker thread", () => assertRight(run(modules, "worker.mjs"), modules, "kernels.mjs", MODULE_LINES));

test("another session that debugs", () => {
  assertRight(run(modules, "debugged.mjs"), modules, "kernels.mjs", MODULE_LINES);
});

test("under an inspector that listens", () => {
  assertRight(run(modules, "main.mjs", ["--inspect=0"]), modules, "kernels.mjs", MODULE_LINES);
});

test("CommonJS", () => {
  const folder = write({
    "dependency.cjs": "exports.two = 2; exports.default = function (x) { return x + 100; };",
    "kernels.cjs": `
const all = require("./dependency.cjs"), helper = all.default, { two } = all, three = two, ns = all;
${kernels("")}
Object.assign(exports, { arrow, declared, inLoop, Kernels });`,
    "main.cjs": `
      const { arrow, declared, inLoop, Kernels } = require("./kernels.cjs");
      const { probe } = require("../probe.cjs");
      console.log(JSON.stringify([arrow, declared, Kernels.method, ...inLoop].map((f) => probe(f))));
    `,
  });
  assertRight(run(folder, "main.cjs"), folder, "kernels.cjs", [7, 13, 17, 24, 24]);
});

const typescript = {
  "package.json": "{}",
  "dependency.ts": DEPENDENCY.replace("(x)", "(x: number): number"),
  "more.ts": MORE(".ts"),
  "kernels.ts": IMPORTS(".ts") + kernels(": number") + EXPORTED,
};
const TYPED_LINES = [11, 17, 21, 28, 28];

for (const [type, extension] of [
  ["module", "mjs"],
  ["commonjs", "cjs"],
] as const) {
  test(`TypeScript through tsx, as ${type}`, () => {
    const folder = write({
      ...typescript,
      "package.json": JSON.stringify({ type }),
      "main.ts": MAIN("./kernels.ts", `../probe.${extension}`),
    });
    assertRight(run(folder, "main.ts", ["--import", TSX]), folder, "kernels.ts", TYPED_LINES);
  });
}

const BUNDLES: readonly (readonly [what: string, options: BuildOptions, flags?: readonly string[]])[] = [
  ["as a module", { format: "esm" }],
  ["as CommonJS", { format: "cjs" }],
  ["minified", { format: "esm", minify: true }],
  ["minified, names kept", { format: "esm", minify: true, keepNames: true }],
  ["minified, as CommonJS, source maps enabled", { format: "cjs", minify: true }, ["--enable-source-maps"]],
  ["with an inline source map", { format: "esm", minify: true, sourcemap: "inline" }],
  ["without the sources in the map", { format: "esm", minify: true, sourcesContent: false }],
];

for (const [what, options, flags] of BUNDLES) {
  test(`bundled by esbuild ${what}`, () => {
    const extension = options.format === "cjs" ? "cjs" : "mjs";
    const folder = write({ ...typescript, "main.ts": MAIN("./kernels.ts", `../probe.${extension}`) });
    const outfile = join(folder, "out", `main.${extension}`);
    const external = [`../probe.${extension}`];
    bundle({ entryPoints: [join(folder, "main.ts")], outfile, sourcemap: "linked", external, ...options });
    writeFileSync(
      join(folder, `probe.${extension}`),
      extension === "cjs" ? 'module.exports = require("../probe.cjs");' : 'export * from "../probe.mjs";',
    );
    assertRight(run(folder, `out/main.${extension}`, flags), folder, "kernels.ts", TYPED_LINES);
  });
}

test("a bundle whose map leads nowhere is shown as it is", () => {
  const folder = write({ ...typescript, "main.ts": MAIN("./kernels.ts", "../probe.mjs") });
  const outfile = join(folder, "main.mjs");
  const entryPoints = [join(folder, "main.ts")];
  bundle({
    entryPoints,
    outfile,
    format: "esm",
    sourcemap: "linked",
    sourcesContent: false,
    external: ["../probe.mjs"],
  });
  for (const name of Object.keys(typescript)) rmSync(join(folder, name));
  const found = run(folder, "main.mjs");
  assert.ok(found.every((f) => f.same && f.text === "MARK" && f.file === outfile));
  rmSync(`${outfile}.map`);
  assert.deepEqual(run(folder, "main.mjs"), found);
});

test("in a vm context with its own globals", () => {
  const folder = write({
    "kernels.cjs": `const K = 3; exports.f = (x) => x * K + Math.PI;`,
    "main.mjs": `
      import { readFileSync } from "node:fs";
      import { createRequire } from "node:module";
      import { createContext, Script } from "node:vm";
      const require = createRequire(import.meta.url);
      const context = createContext({ process, console, queueMicrotask });
      const load = (file) => {
        const path = require.resolve(file);
        const script = new Script("(function (exports, require, module, __filename) {" + readFileSync(path, "utf8") + "\\n})", { filename: path });
        const module = { exports: {} };
        script.runInContext(context)(module.exports, require, module, path);
        return module.exports;
      };
      const { probe } = load("../probe.cjs");
      console.log(JSON.stringify([probe(load("./kernels.cjs").f)]));
    `,
  });
  const [found] = run(folder, "main.mjs");
  assert.deepEqual([found?.missing, found?.same], [[], true]);
});

const EXPLICIT = `
import { probe } from "../probe.mjs";
const K = 3;
const f = (x) => x * K + Math.PI;
console.log(JSON.stringify([probe(f), probe(f, { K })]));
`;

/** Without an inspector what isn't standard must be passed, and is missed, not mistaken, if it isn't. */
function assertExplicit([without, passed]: readonly Probed[]): void {
  assert.deepEqual([without?.missing, passed?.missing, passed?.same], [["K"], [], true]);
}

for (const [name, flags] of [
  ["bun", ["run"]],
  ["deno", ["run", "-A"]],
] as const) {
  const program = join(BIN, name);
  test(`${name}: values from the scope option`, { skip: !existsSync(program) }, () => {
    assertExplicit(run(write({ "main.mjs": EXPLICIT }), "main.mjs", flags, program));
  });
}

test("without leave to inspect", () => {
  const folder = write({
    "main.mjs": `
      import inspector from "node:inspector";
      inspector.Session.prototype.connect = () => { throw new Error("no"); };
      ${EXPLICIT}
    `.replace('import { probe } from "../probe.mjs";', 'const { probe } = await import("../probe.mjs");'),
  });
  assertExplicit(run(folder, "main.mjs"));
});

test("without leave to make code from strings", () => {
  const folder = write({
    "main.mjs": `
      import { probe } from "../probe.mjs";
      const K = 3;
      const f = (x) => x * K;
      console.log(JSON.stringify([probe(f)]));
    `,
  });
  const [found] = run(folder, "main.mjs", ["--disallow-code-generation-from-strings"]);
  // The probe can't make the function anew.
  assert.deepEqual([found?.missing, found?.same], [[], false]);
});

/**
 * The examples in README.md and docs/*.md run. Every block of TypeScript is a module of its own, with `numbats` as it is in
 * this checkout, and what a line says of its value is compared with what Node shows of it:
 *
 *   sum(x); // 14                              a comment that is a number, boolean, BigInt, undefined or array
 *   const y = scale(x); // → Float64Array(1) [ 3 ]          or that begins with an arrow: whatever util.inspect gives
 *   a[5]; // → throws RangeError: index 5 …                 … stands for the rest of the message
 */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { CompileError } from "../../src/index.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const INDEX = new URL("../../src/index.ts", import.meta.url).href;

const scratch = mkdtempSync(join(tmpdir(), "numbats-docs-"));
// Without it the files would be CommonJS, with a numbats of their own.
writeFileSync(join(scratch, "package.json"), '{ "type": "module" }');
after(() => rmSync(scratch, { recursive: true, force: true }));

interface Block {
  /** Of the block's first line in the document. */
  readonly line: number;
  readonly text: string;
}

function blocksOf(file: string, language: string): readonly Block[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap((match) =>
    match[1] === language ? [{ line: text.slice(0, match.index).split("\n").length + 1, text: match[2] ?? "" }] : [],
  );
}

const LITERAL = /^(?:-?[\d.]+(?:e[+-]?\d+)?n?|-?Infinity|NaN|true|false|undefined|\[.*\])$/;

interface Statement {
  readonly line: number;
  readonly wanted: string;
}

/** Puts a check around every expression whose value is stated; they are all on lines of their own, at the top level. */
function withChecks(block: Block, statements: Statement[]): string {
  const lines = block.text.split("\n").map((text, index) => {
    const match = /^(?:(const|let) (\w+) = )?([^\s/].*?);\s*\/\/ (→ )?(.*)$/.exec(text);
    if (match === null) return text;
    const [, keyword, name, expression, arrow, wanted = ""] = match;
    if (arrow === undefined && !LITERAL.test(wanted)) return text;
    const checked = `stated(${statements.length}, () => ${expression});`;
    statements.push({ line: block.line + index, wanted });
    return keyword === undefined ? checked : `${keyword} ${name} = ${checked}`;
  });
  return lines.join("\n");
}

function check({ line, wanted }: Statement, evaluate: () => unknown): unknown {
  let shown: string;
  let value: unknown;
  try {
    value = evaluate();
    shown = inspect(value, { breakLength: Number.POSITIVE_INFINITY });
  } catch (error) {
    if (!wanted.startsWith("throws ")) throw error;
    shown = `throws ${String(error)}`;
    if (wanted.endsWith("…")) shown = `${shown.slice(0, wanted.length - 1)}…`;
  }
  assert.equal(shown, wanted, `line ${line}`);
  return value;
}

async function runBlock(block: Block, name: string): Promise<void> {
  const statements: Statement[] = [];
  const text = withChecks(block, statements).replaceAll('from "numbats"', `from ${JSON.stringify(INDEX)}`);
  const reached = new Set<number>();
  const global = globalThis as unknown as Record<string, unknown>;
  global.stated = (index: number, evaluate: () => unknown): unknown => {
    const statement = statements[index];
    assert.ok(statement !== undefined);
    reached.add(index);
    return check(statement, evaluate);
  };
  const file = join(scratch, `${name}.ts`);
  writeFileSync(file, text);
  try {
    await import(pathToFileURL(file).href);
  } finally {
    delete global.stated;
  }
  assert.equal(reached.size, statements.length, "every statement was reached");
}

const documents = ["README.md", ...readdirSync(join(ROOT, "docs")).map((name) => `docs/${name}`)];

for (const file of documents) {
  for (const block of blocksOf(file, "ts")) {
    test(`${file}:${block.line}`, () => runBlock(block, `${file.replaceAll(/\W/g, "-")}-${block.line}`));
  }
}

const TYPE_CONFLICT = `import { njit } from ${JSON.stringify(INDEX)}; export const kernel = njit((n: number) => {
  let x = 1;
  if (n > 2) x = true;
  return x;
});
`;

test("the error in the README is what a kernel gives", async () => {
  const file = join(scratch, "kernel.ts");
  writeFileSync(file, TYPE_CONFLICT);
  const { kernel } = (await import(pathToFileURL(file).href)) as { kernel: (n: number) => unknown };
  let shown = "nothing was thrown";
  try {
    kernel(3);
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    shown = error.message.trim().replaceAll(file, "kernel.ts");
  }
  const example = blocksOf("README.md", "").find((block) => block.text.startsWith("error["));
  assert.equal(example?.text.trim(), shown);
});

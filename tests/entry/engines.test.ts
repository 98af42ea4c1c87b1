/** The same addons in Node, Bun and Deno: entry points keep to what all three implement of Node-API. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { PASSED, passedWords } from "../../src/emit/abi.ts";
import type { ArgType } from "../../src/types/signature.ts";
import { buildKernel, type HandKernel } from "./addon.ts";
import { descend, increment, logOnce, maker, passer } from "./kernels.ts";

const f64s: ArgType = { kind: "array", elem: "float64" };
const identity = (type: string): string => `store ${type} %x, ptr %results\nret i32 0`;

const KERNELS: Readonly<Record<string, HandKernel>> = {
  increment,
  descend,
  log: logOnce,
  make: maker(true),
  pass: passer("float64", false, false),
  part: passer("uint8", true, false),
  int32: {
    args: [{ kind: "int32" }],
    params: "i32 %x",
    results: ["i32"],
    result: { kind: "number", from: "i32" },
    body: identity("i32"),
  },
  int64: {
    args: [{ kind: "int64" }],
    params: "i64 %x",
    results: ["i64"],
    result: { kind: "int64" },
    body: identity("i64"),
  },
  uint64: {
    args: [{ kind: "uint64" }],
    params: "i64 %x",
    results: ["i64"],
    result: { kind: "uint64" },
    body: identity("i64"),
  },
  others: {
    args: [{ kind: "bool" }, { kind: "undefined" }, { kind: "function", value: () => {} }],
    params: "i1 %x",
    results: ["i1"],
    result: { kind: "bool" },
    body: identity("i1"),
  },
  length: {
    args: [{ kind: "array", elem: "uint8" }],
    params: "ptr %data, i32 %x, i64 %owner",
    results: ["i32"],
    result: { kind: "number", from: "i32" },
    body: identity("i32"),
  },
  disjoint: {
    args: [f64s, f64s],
    params: "ptr %a, i32 %al, i64 %ao, ptr %b, i32 %bl, i64 %bo",
    writtenPairs: [[0, 1]],
    disjoint: true,
    body: "ret i32 0",
  },
  random: {
    ops: ["random"],
    results: ["i64"],
    result: { kind: "uint64" },
    body: `
      %seed_at = getelementptr %nb.context, ptr %cx, i32 0, i32 9
      %x = load i64, ptr %seed_at
      ${identity("i64")}`,
  },
};

const script = fileURLToPath(new URL("./engine.mjs", import.meta.url));
const bin = (name: string): string => fileURLToPath(new URL(`../../node_modules/.bin/${name}`, import.meta.url));
const ENGINES: Readonly<Record<string, readonly string[]>> = {
  node: [process.execPath],
  bun: [bin("bun")],
  deno: [bin("deno"), "run", "-A"],
};

/** What engine.mjs is to know of the kernels. */
let described: string | undefined;

function describeKernels(): string {
  const entries = Object.entries(KERNELS).map(([key, kernel]) => {
    const words = passedWords({ args: kernel.args ?? [] }).map((word) => word ?? null);
    const result = kernel.result?.kind === "number" ? PASSED.result : null;
    return [key, { path: buildKernel(kernel), words, result }];
  });
  return JSON.stringify(Object.fromEntries(entries));
}

for (const [name, [file = "", ...args]] of Object.entries(ENGINES)) {
  test(`addons in ${name}`, { skip: !existsSync(file) && "not installed" }, () => {
    described ??= describeKernels();
    const { stdout, stderr, status, signal } = spawnSync(file, [...args, script, described], { encoding: "utf8" });
    assert.deepEqual({ stdout, stderr, status, signal }, { stdout: "all hold\n", stderr: "", status: 0, signal: null });
  });
}

/**
 * What build tools make of a kernel: bundled, minified and down-levelled by esbuild, counted by Istanbul, rewritten by
 * webpack. The texts in the second half are what those tools write.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type BuildOptions, build } from "esbuild";
import { njit } from "../../src/index.ts";
import { defineKernels, type KernelTest } from "../support/differential.ts";
import { singles } from "../support/edge-values.ts";
import * as surroundings from "./captured-module.ts";

const ENTRY = fileURLToPath(new URL("built/table.ts", import.meta.url));
const NUMBATS = fileURLToPath(new URL("../../src/index.ts", import.meta.url));

/** CommonJS requires numbats, which under tsx is another copy than the one that is imported here. */
const BUILDS: Readonly<Record<string, BuildOptions>> = {
  "bundled and minified": { format: "esm", minify: true },
  "minified with names kept, for ES2015": { format: "esm", minify: true, keepNames: true, target: "es2015" },
  "CommonJS, minified": { format: "cjs", minify: true },
};

const folder = mkdtempSync(join(tmpdir(), "numbats-built-"));
after(() => rmSync(folder, { recursive: true, force: true }));

for (const [i, [name, options]] of Object.entries(BUILDS).entries()) {
  const outfile = join(folder, `${i}.${options.format === "cjs" ? "cjs" : "mjs"}`);
  await build({
    entryPoints: [ENTRY],
    outfile,
    bundle: true,
    platform: "node",
    logLevel: "error",
    logOverride: { bigint: "silent" },
    plugins: [
      {
        name: "numbats outside",
        setup({ onResolve }) {
          onResolve({ filter: /index\.ts$/ }, () => ({
            path: options.format === "cjs" ? NUMBATS : pathToFileURL(NUMBATS).href,
            external: true,
          }));
        },
      },
    ],
    ...options,
  });
  const built =
    options.format === "cjs" ? createRequire(import.meta.url)(outfile) : await import(pathToFileURL(outfile).href);
  defineKernels(name, (built as { table: Record<string, KernelTest> }).table);
}

const NUMBERS = singles([0, 1, -1, 3.5, 100, -0, NaN]);
const coverage = { s: new Array<number>(9).fill(0), f: [0, 0], b: [[0, 0], [0]] };
const cov_1x2k9 = () => coverage;

const cov_xy = new Float64Array(2);

defineKernels("covariances called as Istanbul calls its counters", {
  "of the surroundings, of an argument and of the kernel": {
    kernel: (cov_a: Float64Array, n: number) => {
      const cov_n = new Float64Array(2);
      for (let i = 0; i < n; i++) {
        cov_xy[i & 1]++;
        cov_a[0]++;
        cov_n[1] += (cov_n[0]++, i);
      }
      return cov_n;
    },
    captured: [cov_xy],
    cases: () => [[new Float64Array(1), 5]],
  },
});

defineKernels("Istanbul's counters", {
  everywhere: {
    kernel: (n: number, k = (cov_1x2k9().b[1][0]++, 2)) => {
      cov_1x2k9().f[0]++;
      let s = (cov_1x2k9().s[0]++, 0);
      cov_1x2k9().s[1]++;
      for (let i = (cov_1x2k9().s[2]++, 0); i < 9; i++) {
        cov_1x2k9().s[3]++;
        if ((cov_1x2k9().b[0][0]++, i > n) && (cov_1x2k9().b[0][1]++, i > k)) {
          cov_1x2k9().s[4]++;
          continue;
        } else {
          cov_1x2k9().b[0][1]++;
        }
        cov_1x2k9().s[5]++;
        s += i;
      }
      cov_1x2k9().s[6]++;
      return s;
    },
    cases: () => NUMBERS,
  },
});

const webpack_imported_0 = surroundings;

defineKernels("webpack's imports", {
  "by a quoted name": {
    kernel: (x: number) => (0, webpack_imported_0["cube"])(x) + webpack_imported_0["SCALE"],
    cases: () => NUMBERS,
  },
});

/** As TypeScript writes a class for ES5: a function, with what is static as its properties. */
const Clock = (() => {
  function Clock(this: { time: number }) {
    this.time = Clock.STEP;
  }
  Clock.STEP = 0.25;
  Clock.after = (x: number) => x + Clock.STEP;
  return Clock;
})();

defineKernels("classes as functions", {
  "static members": { kernel: (x: number) => Clock.after(x) * Clock.STEP, cases: () => NUMBERS },
});

test("console.log that something has replaced", () => {
  const real = console.log;
  const seen: unknown[][] = [];
  try {
    console.log = (...parts: unknown[]) => void seen.push(parts);
    njit((x: number) => console.log("x =", x))(1.5);
    console.log = (...parts: unknown[]) => void seen.push(["again", ...parts]);
    njit((x: number) => console.log(x))(2);
  } finally {
    console.log = real;
  }
  assert.deepEqual(seen, [
    ["x =", 1.5],
    ["again", 2],
  ]);
});

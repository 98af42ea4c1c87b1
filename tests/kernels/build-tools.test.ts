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
import { njit, prange } from "../../src/index.ts";
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

/** A function as a tool has written it, with what is around it. */
// biome-ignore lint/suspicious/noExplicitAny: the text decides
const emitted = (text: string, around: Readonly<Record<string, unknown>> = {}): ((...args: any[]) => any) =>
  new Function(...Object.keys(around), `return ${text}`)(...Object.values(around));

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

const $ = { size: 8, gain: 1.5, grid: { spacing: [0.5, 2], origin: { x: 1, y: 2 } }, on: true };
const h = [
  { dx: 1, dy: 0 },
  { dx: -1, dy: 0 },
  { dx: 0, dy: 2 },
];

defineKernels("objects taken apart where minifiers put them", {
  "esbuild, before the result": {
    kernel: emitted(
      "r=>{let{size:n,gain:e=9,grid:{spacing:[t,o],origin:{x:u,y:m}}}=$,i=0,F=0;return{size:i,gain:F}=$,$.on?r*n+e*t+o*u-m+i*F:0}",
      { $ },
    ),
    cases: () => NUMBERS,
  },
  "swc, of an item": {
    kernel: emitted(
      "e=>{let t=e>0?h[0]:h[2],{dx:r,dy:n}=h[1&e],o=0,l=0;return{dx:o,dy:l}=h[2],t.dx+10*t.dy+100*r+n+o+l}",
      { h },
    ),
    cases: () => NUMBERS,
  },
  "terser, in parentheses": {
    kernel: emitted(
      "t=>{const r=t>0?h[0]:h[2],{dx:e,dy:n}=h[1&t];let o=0,s=0;return({dx:o,dy:s}=h[2]),r.dx+10*r.dy+100*e+n+o+s}",
      { h },
    ),
    cases: () => NUMBERS,
  },
  "before the result, of an item that they change": {
    kernel: emitted("k=>{let t=0;return{dx:k,dy:t}=h[k],10*k+t}", { h }),
    cases: () => [[0], [1], [2]],
  },
  "in conditions, loops' heads and before what they are read by": {
    kernel: emitted(
      "(n)=>{let e=0,t=0,k=1;for(({dx:e,dy:t}=h[2]);n>0;({dx:e}=h[k&1]),n--)k+=t,n>2&&({dy:t}=h[k%3|0]),n>3?({dx:t,dy:k}=h[n&1],k++):void({dx:k}=h[0]);return e*100+t*10+k}",
      { h },
    ),
    cases: () => [[0], [1], [2], [5]],
  },
});

test("objects taken apart for their value are left alone", () => {
  const fn = emitted("()=>{let a=0;const t=({dx:a}=h[0]);return a}", { h });
  assert.throws(() => njit(fn)(1), /Object destructuring with computed names/);
});

const check = (x: number, name = "x") => {
  if (x < 0) throw new RangeError(`${name} is negative: ${x}`);
  return x;
};

defineKernels("texts for helpers", {
  "imported for CommonJS by TypeScript": {
    kernel: emitted('(x) => (0, helpers_2.check)(x, "n") + (0, helpers_2.check)(x)', { helpers_2: { check } }),
    cases: () => NUMBERS,
  },
  "by webpack": {
    kernel: emitted('t=>(0,o.z6)(t,"x")+(0,o.z6)(t)', { o: { z6: check } }),
    cases: () => NUMBERS,
  },
  "by rollup, of a namespace": {
    kernel: emitted('(x) => helpers.check(x, "n") + helpers["check"](x)', { helpers: { check } }),
    cases: () => NUMBERS,
  },
  "called by a capital, by esbuild": {
    kernel: emitted('r=>O(r,"x")+O(r)', { O: check }),
    cases: () => NUMBERS,
  },
});

defineKernels("messages without template literals", {
  "Babel and TypeScript": {
    kernel: emitted(
      'function (x, most) { if (!(x >= 0)) throw new RangeError("root of ".concat(x)); if (x > most) throw new Error("over " + consts_1.NAME + ", " + most + ": ".concat(x / 2) + "!"); if (x === 3) throw TypeError("no ".concat(consts_1.NAME, " ").concat(x, " of ").concat(most > 2)); return Math.sqrt(x); }',
      { consts_1: { NAME: "the limit" } },
    ),
    cases: () => [
      [-0.5, 4],
      [10, 4],
      [3, 9],
      [4, 9],
    ],
  },
});

defineKernels("`??` and `?.` for ES2015, of properties that there aren't", {
  "by TypeScript": {
    kernel: emitted(
      "(x) => { var _a, _b, _c; return x + ((_a = $.grain) !== null && _a !== void 0 ? _a : 5) + ((_c = (_b = $.tiles) === null || _b === void 0 ? void 0 : _b.size) !== null && _c !== void 0 ? _c : 7); }",
      { $ },
    ),
    cases: () => NUMBERS,
  },
  "by esbuild": {
    kernel: emitted(
      "(x) => { var _a, _b, _c; return x + ((_a = $.grain) != null ? _a : 5) + ((_c = (_b = $.tiles) == null ? void 0 : _b.size) != null ? _c : 7); }",
      { $ },
    ),
    cases: () => NUMBERS,
  },
});

const spreadForEs2015 = (spread: string, more: string): KernelTest => ({
  kernel: emitted(
    `(n) => { const sum = ({ x, y }) => x + y * 10; const s = { x: n, y: 1 }; s.x++; const c = ${spread}({}, s); s.y = sum(${spread}({}, s)) + sum(s); const order = ${more}(${spread}({ x: 0 }, s), { y: s.x++ }); return [c, order, ${spread}(${spread}({ y: s.x++ }, s), c), ${spread}({}, s)]; }`,
    {
      __spreadValues: Object.assign,
      __spreadProps: Object.assign,
    },
  ),
  cases: () => NUMBERS,
});

defineKernels("objects that are spread, for ES2015", {
  "by TypeScript": spreadForEs2015("Object.assign", "Object.assign"),
  "by esbuild": spreadForEs2015("__spreadValues", "__spreadProps"),
});

test("what an object is assigned to isn't a literal", () => {
  for (const text of ["(s) => Object.assign({}, s, s)", "(s) => { const p = { s }; return Object.assign(p, p).s; }"])
    assert.throws(() => njit(emitted(text))(1), /`Object\.assign` can't be called/);
});

defineKernels("statements that minifiers join by commas", {
  "before errors, conditions and results": {
    kernel: emitted(
      'n=>{let e=0,t="so many";if(n>50)throw e+=n,RangeError(t+": "+e);if(e++,n>2)e=1;else if(e++,n>1)return e*=2,e;switch(e+=n,e){case 2:e++,e*=3;break;default:return e-=n,e}return e}',
    ),
    cases: () => NUMBERS,
  },
  "in loops' heads": {
    kernel: emitted(
      "n=>{let e,t;o:for(e=1,t=0;t<5;t++,e+=t)for(const r of(e++,h)){if(r.dx<0)continue o;e+=n*r.dx}for(let r of(e++,t--,prange(t)))e+=r;return e}",
      { h, prange },
    ),
    cases: () => NUMBERS,
  },
  "a truth and a number": {
    kernel: emitted("(e,n)=>{let t=n>2,f=0;for(t&&=e.length,t||=e[0];t;)t&&=--n,f++;return 10*f+n}"),
    cases: () => [
      [Int32Array.of(1), 5],
      [Int32Array.of(0), 1],
    ],
  },
  "BigInts that wrap": {
    kernel: emitted(
      "f=>{let n=0xcbf29ce484222325n;for(let e of f)n^=BigInt(e),n*=1099511628211n,n&=0xffffffffffffffffn;return n}",
    ),
    cases: () => [[Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 200, 255, 3)]],
  },
});

defineKernels("array literals of holes", {
  "terser's unsafe": {
    kernel: emitted("t=>{const n=[,,,,,,,,,,].fill(0);n[t]=3;return n[t]+n.length}"),
    cases: () => [[0], [9]],
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

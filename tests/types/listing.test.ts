/**
 * What `inspectTypes()` says: index arithmetic as people write it stays integer code, and where a number is a double the listing
 * says why. Whole listings are in tests/golden.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DiagnosticSink } from "../../src/diagnostics/sink.ts";
import type { Callable } from "../../src/frontend/program.ts";
import { parseSignature } from "../../src/runtime/notation.ts";
import { createReader } from "../../src/runtime/reader.ts";
import { argumentValues } from "../../src/types/arguments.ts";
import { Environment } from "../../src/types/capture.ts";
import { infer } from "../../src/types/infer.ts";
import { listTypes } from "../../src/types/listing.ts";
import { NOTHING_SUPPOSED } from "../../src/types/signature.ts";
import { fromFirstLine } from "../support/from-first-line.ts";

function listing(fn: Callable, types: string): string {
  const sink = new DiagnosticSink();
  const environment = new Environment(fromFirstLine(createReader(), "kernels.ts"), sink);
  const values = argumentValues(parseSignature(types).args, environment, { ...NOTHING_SUPPOSED, smallInts: true });
  return listTypes(infer(environment.closureOf(fn), values, environment, sink, { fastmath: false, boundscheck: true }));
}

/** What the listing says of each expression. */
function notes(fn: Callable, types: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, what = "", type = ""] of listing(fn, types).matchAll(/^ {6}# {3}(.*?): (.*)$/gm)) found.set(what, type);
  return found;
}

test("variables that move by bounded steps from each other stay integers", () => {
  const alignment = (
    a: Uint8Array,
    b: Uint8Array,
    row: Int32Array,
    n: number,
    m: number,
    open: number,
    extend: number,
  ) => {
    let best = 0;
    for (let i = 0; i < n; i++) {
      let [gap, left, diagonal] = [-1000, 0, 0];
      for (let j = 0; j < m; j++) {
        gap = Math.max(gap - extend, left - open);
        const score = diagonal + (a[i] === b[j] ? 2 : -1);
        const here = Math.max(0, score, gap);
        diagonal = row[j];
        left = here;
        row[j] = here;
        if (here > best) best = here;
      }
    }
    return best;
  };
  const sums = (a: Int16Array, n: number) => {
    let [best, now] = [0, 0];
    for (let i = 0; i < n; i++) {
      now += a[i];
      if (now < 0) now = 0;
      if (now > best) best = now;
    }
    return best;
  };
  const greater = (x: number, y: number) => (x > y ? x : y);
  const withHelper = (a: Int16Array, n: number) => {
    let now = 0;
    for (let i = 0; i < n; i++) {
      const next = now + a[i];
      now = greater(next, -5);
    }
    return now;
  };
  for (const [fn, types, names] of [
    [
      alignment,
      "float64(uint8[:], uint8[:], int32[:], int32, int32, int32, int32)",
      ["gap", "left", "here", "best", "score"],
    ],
    [sums, "float64(int16[:], int32)", ["now", "best"]],
    [withHelper, "float64(int16[:], int32)", ["now", "next"]],
  ] as const) {
    const found = notes(fn, types);
    for (const name of names) assert.match(found.get(name) ?? "", /^int /, `${name}: ${found.get(name)}`);
  }
});

test("what grows with itself, or too much, or isn't an integer, is a double", () => {
  const doubling = (n: number, a: Int16Array) => {
    let [x, y] = [1, 1];
    for (let i = 0; i < n; i++) {
      const both = x + y;
      x = Math.max(y, a[i]);
      y = both;
    }
    return y;
  };
  const negated = (n: number, a: Int16Array) => {
    let x = 1;
    for (let i = 0; i < n; i++) x = a[i] - 2 * x;
    return x;
  };
  const halves = (n: number, a: Float64Array) => {
    let x = 1;
    for (let i = 0; i < n; i++) x = Math.max(x - a[i], 0);
    return x;
  };
  const tooMany = (n: number, a: Int32Array) => {
    let x = 0;
    for (let i = 0; i < n; i++) x = Math.max(x + a[i], 0);
    return x;
  };
  for (const [fn, kind] of [
    [doubling, "int16"],
    [negated, "int16"],
    [halves, "float64"],
    [tooMany, "int32"],
  ] as const) {
    const found = notes(fn, `float64(int32, ${kind}[:])`);
    const carried = found.get(fn === doubling ? "y" : "x") ?? "";
    assert.match(carried, /^float64/, `${fn.name}: ${carried}`);
  }
});

test("index arithmetic stays integer code", () => {
  const kernel = (x: Float64Array, table: Uint8Array, w: number, h: number, n: number) => {
    let s = 0;
    for (let i = 0; i < h; i++) {
      for (let j = 0; j < w; j++) {
        const at = i * w + j;
        const middle = (i + j) >> 1;
        const low = at & 255;
        const back = h - 1 - i;
        const odd = 2 * i + 1;
        const clamped = i < 0 ? 0 : i > n - 1 ? n - 1 : i;
        const inside = Math.min(Math.max(j, 0), n - 1);
        const row = Math.floor(i / 16);
        const column = i % 16;
        const found = table[low];
        s += x[at + middle + back + odd + clamped + inside + row + column + found];
      }
    }
    return s;
  };
  const types = notes(kernel, "(float64[:], uint8[:], int32, int32, int32)");
  const expected = {
    i: "int [0, 16777216] as i32",
    j: "int [0, 16777216] as i32",
    at: "int [0, 281474976710655] as i64",
    middle: "int [0, 16777215] as i32",
    low: "int [0, 255] as i32",
    back: "int [-16777215, 16777215] as i32",
    odd: "int [1, 33554431] as i32",
    clamped: "int [-16777217, 16777215] as i32",
    inside: "int [-16777217, 16777215] as i32",
    row: "int [0, 1048575] as i32",
    column: "int [0, 15] as i32",
    found: "int [0, 255] as i32",
  };
  for (const [name, type] of Object.entries(expected)) assert.equal(types.get(name), type, name);
});

test("sums over integer arrays are integers, as far as the rounds are known to allow it", () => {
  const kernel = (bytes: Uint8Array, ints: Int32Array) => {
    let a = 0;
    let b = 0;
    let n = 0;
    for (const v of bytes) {
      a += v;
      if (v > 7) n++;
    }
    for (const w of ints) b += w;
    return a + b + n;
  };
  const text = listing(kernel, "(uint8[:], int32[:])");
  assert.match(text, /^ {6}# {3}a: int \[0, 547608329985\] as i64$/m);
  assert.match(text, /^ {6}# {3}n: int \[1, 2147483647\] as i32$/m);
  assert.match(
    text,
    /^ {6}# {3}b: float64 \(integers, but may be beyond ±2\^53: it adds up over rounds that may be too many\)$/m,
  );
});

test("why a number is a double", () => {
  const kernel = (x: Float64Array, t: number, p: number, q: number) => {
    const half = p / 2;
    const root = Math.sqrt(p);
    const rest = p % q;
    const product = p * q;
    const scaled = p * t;
    const moved = scaled + 1;
    const opposite = -p;
    const power = p ** q;
    const chosen = p > 3 ? p : t;
    let big = p;
    for (let i = 0; i < 10; i++) big *= q;
    return half + root + rest + Math.atan2(product, opposite) + moved + power + chosen + big + x[0];
  };
  const types = notes(kernel, "(float64[:], float64, int32, int32)");
  const expected = {
    t: "float64 (parameter: called with a number that is no int32, or declared so)",
    half: "float64 (division)",
    root: "float64 (Math.sqrt may have a fraction)",
    "Math.sqrt(p)": "float64 (Math.sqrt may have a fraction)",
    rest: "float64 (integers, but may be NaN, for a divisor of 0)",
    product: "float64 (integers, but may be −0, for a negative number times 0)",
    scaled: "float64 (made of `t`)",
    moved: "float64 (made of `scaled`)",
    opposite: "float32 (integers, but may be −0, for −(0))",
    power: "float64 (power)",
    chosen: "float64 (made of `t`)",
    "x[0]": "float64",
  };
  const actual = Object.fromEntries(Object.keys(expected).map((name) => [name, types.get(name)]));
  assert.deepEqual(actual, expected);
});

/** A function of the text, as a code generator's output is. */
function generated(text: string): Callable {
  return new Function(`return ${text}`)() as Callable;
}

test("long straight-line code is gone through once, not once for each assignment", () => {
  const lines = (count: number, line: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => line(i)).join("\n");
  // Cubic time would be hours for each; the last two would also go as deep as they are long.
  const hash = notes(
    generated(`(k) => {\nlet h = 0;\n${lines(1000, (i) => `h = ((h << 5) - h + k + ${i}) | 0;`)}\nreturn h;\n}`),
    "(int32)",
  );
  assert.match(hash.get("h") ?? "", /as i32/);
  const rest = notes(
    generated(`(x) => {\nlet s = 0;\n${lines(1000, (i) => `s = (s * ${i % 7} + x) % 1000;`)}\nreturn s;\n}`),
    "(int32)",
  );
  assert.match(rest.get("s") ?? "", /integers/);
  const low = notes(
    generated(
      `(x) => {\nlet h = 1n;\n${lines(1000, (i) => `h = h * x + BigInt.asUintN(64, h + ${i}n);\nh &= 0xffffffffn;`)}\nreturn h;\n}`,
    ),
    "(int64)",
  );
  assert.match(low.get("h") ?? "", /uint64|int64/);
});

test("optional chaining is one expression", () => {
  const types = notes(
    (a: Float64Array, m?: Float64Array) => (a[0] as number) * (m?.[0] ?? 1),
    "(float64[:], float64[:])",
  );
  assert.equal(types.get("m?.[0]"), "float64");
});

test("numbers that may be null or undefined stay integers", () => {
  const kernel = (xs: Float64Array) => {
    let best: number | null = null;
    let count: number | undefined;
    let last: number | null = null;
    for (let i = 0; i < xs.length; i++) {
      if (best === null || xs[i] < xs[best]) best = i;
      count = (count ?? 0) + 1;
      last = last === null ? 7 : last - 2;
    }
    const at = best === null ? -1 : best + 1;
    let next: number | null;
    // biome-ignore lint/suspicious/noAssignInExpressions: as in a loop over a linked list
    while ((next = at < xs.length ? at : null) !== null) {
      const hit = next;
      if (hit > 5) break;
    }
    const isLast = best !== null && last !== null && best > last;
    return { best, count, last, at, isLast };
  };
  const found = notes(kernel, "(float64[:])");
  assert.match(found.get("at") ?? "", /^int \[-1, 2147483647\] as i32$/);
  assert.equal(found.get("hit"), "int [-1, 2147483646] as i32");
  assert.match(found.get("count") ?? "", /^int \[1, \d+\] as i64$/);
  assert.match(found.get("last") ?? "", /^int \[-\d+, 7\] as i64$/);
  const [result = ""] = listing(kernel, "(float64[:])").split("\n");
  assert.match(
    result,
    /best: int \[0, 2147483646\] as i32 \| null, count: int .* as i64 \| undefined, last: int .* \| null, at: int /,
  );
});

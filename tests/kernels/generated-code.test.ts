/**
 * Long kernels, as code generators write them: values that are made of the one before twice, again and again. Who looks at both each
 * time looks 2^60 times; so these tests end or they don't.
 */
import { prange } from "../../src/index.ts";
import { type Case, defineKernels, oob } from "../support/differential.ts";

const DEEP = 60;

function lines(count: number, line: (k: number) => string): string {
  return Array.from({ length: count }, (_, k) => line(k)).join("\n");
}

type Kernel = (...args: never[]) => unknown;

function generated(text: string): Kernel {
  return new Function(`return ${text}`)() as Kernel;
}

const RAMP = Float64Array.from({ length: 40 }, (_, k) => k / 8);

defineKernels("generated code", {
  "an index of minima of minima": {
    kernel: generated(`(a, n, q) => {
      for (let i = 0; i < n; i++) {
        const m0 = i * q;
        ${lines(DEEP, (k) => `const m${k + 1} = Math.min(m${k} + q, n * ${k + 2} - m${k});`)}
        a[m${DEEP}] = i;
      }
    }`) as (a: Float64Array, n: number, q: number) => void,
    cases: (): Case[] => [
      [new Float64Array(200), 3, 1],
      [new Float64Array(200), 5, 0],
      [new Float64Array(0), 0, 7],
    ],
  },
  "an index of maxima of minima that is out of bounds": {
    kernel: generated(`(a, n, q) => {
      for (let i = 0; i < n; i++) {
        const m0 = i + q;
        ${lines(DEEP, (k) => `const m${k + 1} = Math.max(Math.min(m${k}, n + ${k} - m${k}), m${k} - q);`)}
        a[m${DEEP}] = i;
      }
    }`) as (a: Float64Array, n: number, q: number) => void,
    cases: (): Case[] => [[new Float64Array(200), 3, 2], oob("a", new Float64Array(1), 9, 4)],
  },
  "an index that is sums of sums from before the loop": {
    kernel: generated(`(a, n, p) => {
      const m0 = p;
      ${lines(DEEP, (k) => `const m${k + 1} = m${k} + m${k} * m${k};`)}
      let sum = 0;
      for (let i = 0; i < n; i++) sum += a[i + m${DEEP}];
      return sum;
    }`) as (a: Float64Array, n: number, p: number) => number,
    cases: (): Case[] => [[RAMP, 7, 0], oob("a", RAMP, 7, 0.5), oob("a", RAMP, 1, NaN), oob("a", RAMP, 3, 1)],
  },
  "variables that go round from one to the next": {
    kernel: generated(`(a, n, q) => {
      let v = 0, w = 0;
      for (let h = 0; h < n; h++) {
        for (let i = 0; i < n; i++) {
          const m0 = i + h * q;
          ${lines(200, (k) => `v = (v + m${k}) | 0; w = v - w; const m${k + 1} = m${k} + w;`)}
          a[m200 & 31] += i;
        }
      }
      return v + w;
    }`) as (a: Float64Array, n: number, q: number) => number,
    cases: (): Case[] => [
      [RAMP, 5, 3],
      [RAMP, 0, 3],
    ],
  },
  "many lists, each read at an index that varies": {
    kernel: generated(`(a, n) => {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        ${lines(80, (k) => `const t${k} = [a[i], ${k}, i]; sum += t${k}[0] * t${k}[i % 3];`)}
      }
      return sum;
    }`) as (a: Float64Array, n: number) => number,
    cases: (): Case[] => [
      [RAMP, 40],
      [RAMP, 0],
    ],
  },
  "many lists, some of them written": {
    kernel: generated(`(a, n) => {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        ${lines(12, (k) => `const t${k} = [[a[i], ${k}], [i, 2]]; t${k}[i & 1][1] += t${(k * 5) % (k + 1)}[1][i & 1]; sum += t${k}[i % 2][0];`)}
      }
      return sum;
    }`) as (a: Float64Array, n: number) => number,
    cases: (): Case[] => [
      [RAMP, 40],
      [RAMP, 0],
    ],
  },
  "what is rounded to an index": {
    kernel: generated(`(a, n) => {
      for (let i = 0; i < n; i++) {
        const m0 = a[i];
        ${lines(DEEP, (k) => `const m${k + 1} = m${k} + m${k} * 0.5;`)}
        a[Math.floor(Math.min(Math.max(m${DEEP}, 0), n - 1))] += 1;
      }
    }`) as (a: Float64Array, n: number) => void,
    cases: (): Case[] => [
      [RAMP, 40],
      [RAMP, 1],
      [Float64Array.of(-1, 0, -0, 1e-9, Infinity), 5],
    ],
  },
  "an interpreter of many instructions": {
    kernel: generated(`(code, memory, steps) => {
      let a = 0, b = 1, flags = 0, at = 0;
      for (let s = 0; s < steps; s++) {
        const op = code[at];
        at = (at + 1) & 255;
        switch (op) {
          ${lines(200, (k) => `case ${k}: a = (a + memory[(b + ${k}) & 63] + (flags & 1)) & 255; flags = (flags & ${k}) | (a === ${k} ? 2 : 1); ${k % 9 === 4 ? "" : `b = a ^ ${k}; break;`}`)}
          default: if (flags & 2) at = b & 255; else memory[a & 63] += b;
        }
      }
      return [a, b, flags, at];
    }`) as (code: Uint8Array, memory: Int32Array, steps: number) => number[],
    cases: (): Case[] => [
      [Uint8Array.from({ length: 256 }, (_, k) => (k * 167 + 13) & 255), new Int32Array(64).fill(3), 2000],
      [new Uint8Array(256).fill(255), new Int32Array(64), 1],
      oob("code", new Uint8Array(9), new Int32Array(64), 60),
    ],
  },
  "a sum of itself with itself, stored by a parallel loop": {
    kernel: generated(`(a, n) => {
      for (const i of prange(n)) {
        const m0 = a[i];
        ${lines(DEEP, (k) => `const m${k + 1} = m${k} + m${k};`)}
        a[i] = m${DEEP};
      }
    }`) as (a: Float64Array, n: number) => void,
    options: { parallel: true, scope: { prange } },
    plain: (a: Float64Array, n: number) => {
      for (let i = 0; i < n; i++) a[i] = (a[i] as number) * 2 ** DEEP;
    },
    cases: (): Case[] => [
      [RAMP, 40],
      [RAMP, 0],
    ],
  },
  "a helper's sums of sums in integers": {
    kernel: generated(`(a, n) => {
      const twice = (m0) => {
        ${lines(DEEP, (k) => `const m${k + 1} = m${k} + m${k};`)}
        return m${DEEP};
      };
      for (let i = 0; i < n; i++) a[i] = twice(a[i]);
    }`) as (a: Int32Array, n: number) => void,
    cases: (): Case[] => [
      [Int32Array.of(0, 1, -1, 5, 2 ** 31 - 1), 5],
      [new Int32Array(0), 0],
    ],
  },
  "a place that is a sum of sums of an element": {
    kernel: generated(`(a, b, n) => {
      for (let i = 0; i < n; i++) {
        const m0 = b[i];
        ${lines(DEEP, (k) => `const m${k + 1} = m${k} + m${k};`)}
        a[m${DEEP}] = Math.min(a[m${DEEP}], Math.min(b[i], i));
      }
    }`) as (a: Uint8ClampedArray, b: Int32Array, n: number) => void,
    cases: (): Case[] => [
      [Uint8ClampedArray.of(9, 8), new Int32Array(4), 4],
      oob("a", Uint8ClampedArray.of(9, 8), Int32Array.of(0, 1), 2),
    ],
  },
  "a count that goes down from a minimum of minima": {
    kernel: generated(`(a, n) => {
      const m0 = a.length;
      ${lines(DEEP, (k) => `const m${k + 1} = Math.min(m${k}, Math.max(m${k}, n));`)}
      let i = m${DEEP};
      let sum = 0;
      while (--i >= 0) sum += a[i];
      return sum;
    }`) as (a: Float64Array, n: number) => number,
    cases: (): Case[] => [
      [RAMP, 40],
      [RAMP, -5],
      [new Float64Array(0), 3],
    ],
  },
});

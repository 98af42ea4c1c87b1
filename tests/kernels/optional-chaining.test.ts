/** `mask?.[i]`: of arguments that are given or not, captured objects, functions; what follows in the chain isn't evaluated then. */
import { type Case, defineKernels } from "../support/differential.ts";

interface Config {
  readonly gain?: number;
  readonly sub?: { readonly n?: number };
  readonly none?: { readonly x?: { readonly y?: number } };
}
const CONFIG: Config = { gain: 2, sub: { n: 3 } };
const NOTHING = null as Config | null;
const MISSING = undefined as ((x: number) => number) | undefined;

const A = Float64Array.of(1, -2, 0.5);
const M = Float64Array.of(3, 4, -0);

/** With the mask, without it, and with undefined for it. */
const masked = (): Case[] => [[A, M], [A], [A, undefined]];

defineKernels("optional chaining", {
  "elements and lengths": {
    kernel: (a: Float64Array, m?: Float64Array) => {
      let sum = m?.length ?? -1;
      for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (m?.[i] ?? 1);
      return sum;
    },
    cases: masked,
  },
  "a condition": {
    kernel: (a: Float64Array, m?: Uint8Array) => {
      let count = 0;
      for (let i = 0; i < a.length; i++) if (m?.[i]) count++;
      return count;
    },
    cases: () => [[A, Uint8Array.of(1, 0, 2)], [A]],
  },
  methods: {
    kernel: (a: Float64Array, m?: Float64Array) => {
      m?.fill(7, 1);
      a?.reverse();
      return (m?.reduce((sum, x) => sum + x, 0) ?? 0) + (m?.subarray(1)[0] ?? 2);
    },
    cases: () => [[A.slice(), M.slice()], [A.slice()]],
  },
  "what isn't evaluated": {
    kernel: (a: Float64Array, m?: Float64Array) => {
      let k = 0;
      const x = m?.[k++] ?? 5;
      m?.set(a.subarray(k++, 2));
      return x * 10 + k;
    },
    cases: () => [[A, M.slice()], [A]],
  },
  "captured objects": {
    kernel: (x: number) =>
      x * (CONFIG?.gain ?? 1) +
      (CONFIG?.sub?.n ?? 7) +
      (CONFIG.none?.x?.y ?? 6) +
      (CONFIG?.none?.x?.y ?? 5) +
      (NOTHING?.gain ?? 4) +
      (NOTHING?.sub?.n ?? 3),
    cases: () => [[2], [-0], [Number.NaN]],
  },
  functions: {
    kernel: (x: number, f?: (y: number) => number) => (f?.(x) ?? -1) + (MISSING?.(x) ?? 1),
    cases: () => [[2], [2, (y: number) => y * 3]],
  },
  "helpers' arguments": {
    kernel: (a: Float64Array) => {
      const first = (from?: Float64Array, at = 0) => from?.[at] ?? 9;
      return first() * 100 + first(a) * 10 + first(a, 1);
    },
    cases: () => [[A], [M]],
  },
  "undefined is what comes out": {
    kernel: (m?: Float64Array) => m?.length,
    cases: () => [[M], []],
  },
});

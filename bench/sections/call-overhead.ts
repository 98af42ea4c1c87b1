/** What a call costs, apart from the work: kernels that do next to nothing, called from a loop. */
import { njit } from "../../src/index.ts";
import { measure, type Variant } from "../measure.ts";
import type { Row, Suite } from "../section.ts";

const add = njit((a: number, b: number): number => a + b);
const addFirst = njit((x: Float64Array, y: Float64Array): number => x[0] + y[0]);
const store = njit((x: Float64Array, i: number, v: number): void => {
  x[i] = v;
});
const nothing = njit((): void => {});

export const callOverhead: Suite = {
  name: "call-overhead",
  about: "nanoseconds of a call: without arguments, scalar, with arrays",
  run({ runs, quick }) {
    // A sample of a millisecond is mostly spared by other programs; of such there can be many.
    const calls = quick ? 1000 : 20_000;
    const cases: [label: string, goal: number | undefined, Variant[]][] = [
      ["no arguments", undefined, noArguments(calls)],
      ["two int32", 30, integers(calls)],
      ["two float64", 30, floats(calls)],
      ["two Float64Array", 70, arrays(calls)],
      ["Float64Array, int32, float64", undefined, storing(calls)],
    ];
    const rows = cases.map(([label, goal, variants]): Row => {
      const [plain, compiled] = measure(variants, quick ? { runs: 1 } : { runs: 20 * runs, warmups: 50 });
      return { label, plain: (plain.median / calls) * 1e6, njit: (compiled.median / calls) * 1e6, goal };
    });
    return {
      name: "call-overhead",
      title: "The cost of a call",
      notes: [`Medians of loops of ${calls.toLocaleString("en")} calls. V8 inlines the plain functions into the loop.`],
      columns: [
        { key: "label", heading: "arguments", unit: "text" },
        { key: "njit", heading: "njit", unit: "ns" },
        { key: "goal", heading: "goal", unit: "ns" },
        { key: "plain", heading: "plain JS", unit: "ns" },
      ],
      rows,
    };
  },
};

// A loop of its own for each: one shared by all would be megamorphic, and measure that instead.

function noArguments(calls: number): Variant[] {
  const plain = nothing.jsFunction;
  return [
    {
      name: "plain",
      run: () => {
        for (let i = 0; i < calls; i++) plain();
      },
    },
    {
      name: "njit",
      run: () => {
        for (let i = 0; i < calls; i++) nothing();
      },
    },
  ];
}

function integers(calls: number): Variant[] {
  // Kernels of their own: one that has seen float64 takes it ever after.
  const kernel = njit(add.jsFunction);
  const plain = add.jsFunction;
  return [
    {
      name: "plain",
      run: () => {
        let s = 0;
        for (let i = 0; i < calls; i++) s += plain(i & 255, 1);
        return s;
      },
    },
    {
      name: "njit",
      run: () => {
        let s = 0;
        for (let i = 0; i < calls; i++) s += kernel(i & 255, 1);
        return s;
      },
    },
  ];
}

function floats(calls: number): Variant[] {
  const kernel = njit(add.jsFunction);
  const plain = add.jsFunction;
  return [
    {
      name: "plain",
      run: () => {
        let s = 0;
        for (let i = 0; i < calls; i++) s += plain((i & 255) * 0.5, 0.5);
        return s;
      },
    },
    {
      name: "njit",
      run: () => {
        let s = 0;
        for (let i = 0; i < calls; i++) s += kernel((i & 255) * 0.5, 0.5);
        return s;
      },
    },
  ];
}

function arrays(calls: number): Variant[] {
  const x = Float64Array.of(1, 2);
  const y = Float64Array.of(3, 4);
  const plain = addFirst.jsFunction;
  return [
    {
      name: "plain",
      run: () => {
        let s = 0;
        for (let i = 0; i < calls; i++) s += plain(x, y);
        return s;
      },
    },
    {
      name: "njit",
      run: () => {
        let s = 0;
        for (let i = 0; i < calls; i++) s += addFirst(x, y);
        return s;
      },
    },
  ];
}

function storing(calls: number): Variant[] {
  const x = new Float64Array(256);
  const plain = store.jsFunction;
  return [
    {
      name: "plain",
      run: () => {
        for (let i = 0; i < calls; i++) plain(x, i & 255, i + 0.5);
      },
    },
    {
      name: "njit",
      run: () => {
        for (let i = 0; i < calls; i++) store(x, i & 255, i + 0.5);
      },
    },
  ];
}

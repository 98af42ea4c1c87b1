/** Expressions whose values are known when compiling are still evaluated for what else they do. */
import { defineKernels, type KernelTest } from "../support/differential.ts";

const FIRST = Uint32Array.of(4);
const SECOND = Uint32Array.of(9);
const LIST = [FIRST, SECOND];
const MATRIX = [
  [1, 2],
  [3, 4],
];
const FUNCTIONS = [Math.abs, (x: number) => x + 1];

/** Always 0. */
const count = (): number => {
  FIRST[0]++;
  return 0;
};

const of = (kernel: (p: number) => number): KernelTest => ({
  kernel,
  cases: () => [[1], [4.5]],
  captured: [FIRST, SECOND],
});

defineKernels("known values of expressions that do something", {
  "the index of a local list": of((p) => {
    const list = [FIRST, SECOND];
    return list[count() & 1][0] + list[count()].length + p;
  }),
  "the index of a list that is stored into": of((p) => {
    const list = [FIRST, FIRST];
    list[count() & 1][0] += 0;
    list[count()][0]++;
    return list[1][0] + p;
  }),
  "the index of a tuple": of((p) => {
    const pair = [p, 7];
    return pair[count()] + pair[count() + 1];
  }),
  "a comma in an index": of((p) => {
    const list = [FIRST, SECOND];
    list[(FIRST[0]++, 1)][0] += p;
    return list[1][0];
  }),
  "the index of a captured list": of((p) => LIST[count()][0] + LIST[count() + 1].length + p),
  "the indices of a captured matrix": of((p) => MATRIX[count() + 1][count()] + p),
  "the index of a captured list of functions": of((p) => FUNCTIONS[count()](p) + FUNCTIONS[count() + 1](p)),
  "the index of a local list of functions": of((p) => {
    const list = [Math.abs, Math.sqrt];
    return list[count()](p);
  }),
  // biome-ignore lint/complexity/noCommaOperator: it is what is tested
  "what a length is taken of": of((p) => (count(), LIST).length + (count(), FIRST).length + p),
  "conditions, operands and arguments": of((p) => {
    let s = count() ? 1 : p;
    if (count() && p > 0) s++;
    if (!count()) s += Math.max(count(), 0) + (Number.isNaN(count()) ? 1 : 2) + count() * 3;
    return s + (count() ?? p) + p ** count();
  }),
});

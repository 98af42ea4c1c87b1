/** Expressions whose value nobody looks at: their branches may be of different kinds. Minifiers write nothing else. */
import { defineKernels, type Kernel, type KernelTest } from "../support/differential.ts";
import { pairsOf } from "../support/edge-values.ts";

const VALUES = [0, 1, -1, 7, -0, 0.5, -2.5, 2 ** 31, NaN, Infinity];
const of = (kernel: Kernel): KernelTest => ({ kernel, cases: () => pairsOf(VALUES, VALUES) });

defineKernels("as statements", {
  "&& and ||": of((x: number, y: number) => {
    let r = 0;
    x > y && (r = 1);
    x < y || (r += 2);
    x === y && r++;
    x && y && (r += 10);
    y || x || (r += 20);
    return r;
  }),
  "?: with && in it": of((x: number, y: number) => {
    let r = 0;
    x > y ? (r = 5) : x < y && (r = 7);
    return r;
  }),
  nested: of((x: number, y: number) => {
    let r = 0;
    (x > 0 && y > 0) || (x < 0 && (r = 3)) || (r += 10);
    return r;
  }),
  "calls with a value and without": of((x: number, y: number) => {
    let r = 0;
    const add = (k: number) => {
      r += k;
    };
    const one = () => 1;
    x > y && add(3);
    x < y ? add(5) : r++;
    (x > 1 ? add : one)(7);
    return r;
  }),
  "void e": of((x: number, y: number) => {
    let r = 0;
    void (x > y && (r = 3));
    const f = (k: number) => (k > 0 ? void (r += k) : void 0);
    f(x);
    f(y);
    return r;
  }),
  "return void e": {
    kernel: (a: Float64Array, x: number) => {
      if (x > 0) return void (a[0] = x);
      a[0] = 7;
    },
    cases: () => [
      [new Float64Array(2), 1],
      [new Float64Array(2), -1],
    ],
  },
  "??": of((x: number, y: number) => {
    let r = 0;
    x ?? (r = 5);
    (x > 1 && y) ?? 5;
    return r;
  }),
});

defineKernels("within expressions", {
  "before a comma": of((x: number, y: number) => {
    let r = 0;
    return (x > y && (r = 1), x < 0 && (r += 4), r);
  }),
  "in the parts of for": of((x: number, y: number) => {
    let r = 0;
    let j = 0;
    for (x > 0 && (r = 1), j = 3; x > y && (r += 2), j > 0; j--, y > 0 && (r += 10)) r++;
    return r;
  }),
  "arguments of an unused call are used": of((x: number, y: number) => {
    let r = 0;
    Math.max(x > 0 ? x : 1, (r++, y));
    return r;
  }),
  "left of an unused operator is used": of((x: number, y: number) => {
    let r = 0;
    (x > 0 ? x : y) * (r++, y);
    return r;
  }),
});

defineKernels("results of functions", {
  "arrow with && as its body": of((x: number, y: number) => {
    let r = 0;
    const f = (k: number) => k > 0 && (r += k);
    f(x);
    f(y);
    return r;
  }),
  "boolean, number or nothing": of((x: number, y: number) => {
    let r = 0;
    function f(k: number) {
      if (k > 1) return true;
      if (k > 0) return k;
      r++;
      return;
    }
    f(x);
    f(y), f(0.5);
    return r;
  }),
});

defineKernels("conditions of different kinds", {
  "?: as a condition": of((x: number, y: number) => {
    if (x > 0 ? y : y > 1) return 1;
    return !(x < 0 ? y : x === 0) ? 2 : 3;
  }),
  "comma as a condition": of((x: number, y: number) => {
    let n = 0;
    while ((x > 2 && (n += 10), n++, n < 50)) if (((n += 0), n === 3 ? y : n > 25)) break;
    return n;
  }),
  "?: left of ||": of((x: number, y: number) => (x > 0 ? x : y) || 9),
  "comma left of &&": of((x: number, y: number) => {
    let n = 0;
    return ((n++, x) && y) + n;
  }),
});

/** `var` hoisting, block scope, shadowing, destructuring declarations, and what inner functions see. */
import { defineKernels } from "../support/differential.ts";
import { INT32_EDGES, pairsOf, singles } from "../support/edge-values.ts";
import { binary, unary } from "../support/operator-kernels.ts";

const small = (): unknown[][] => singles([0, 1, 2, 5, 10, -3, 0.5, 7.25]);

defineKernels("var", {
  "function-wide": unary((x: number) => {
    if (x > 0) {
      var y = x * 2;
    } else {
      y = -x;
    }
    return y;
  }),
  "assigned before its declaration": unary((x: number) => {
    y = x + 1;
    var y: number;
    return y * 2;
  }),
  "declared twice": unary((x: number) => {
    var y = x;
    var y = y + 1;
    return y;
  }),
  "redeclared without a value keeps it": unary((x: number) => {
    var y = x;
    var y: number;
    return y;
  }),
  "redeclares a parameter": unary((x: number) => {
    var x = x + 1;
    return x;
  }),
  "loop variable afterwards": {
    kernel: (n: number) => {
      for (var i = 0; i < n; i++);
      return i;
    },
    cases: small,
  },
  "two loops share a variable": {
    kernel: (n: number) => {
      let s = 0;
      for (var i = 0; i < n; i++) s += i;
      for (var i = 10; i > n; i--) s += i * 100;
      return s + i;
    },
    cases: small,
  },
  "keeps its value across iterations": {
    kernel: (n: number) => {
      let s = 0;
      var last = -1;
      for (let i = 0; i < n; i++) {
        s += last;
        var last = i;
      }
      return s;
    },
    cases: small,
  },
});

defineKernels("blocks and shadowing", {
  "inner let hides outer": unary((x: number) => {
    let y = x;
    {
      let y = 5;
      y += 1;
    }
    return y;
  }),
  "inner let hides a parameter": unary((x: number) => {
    let r = x;
    for (let i = 0; i < 3; i++) {
      const x = i * 10;
      r += x;
    }
    return r + x;
  }),
  "types differ between scopes": unary((x: number) => {
    let v = 1;
    {
      const v = x > 0;
      if (v) return 10;
    }
    {
      const v = 0.5;
      if (v > x) return v;
    }
    v++;
    return v;
  }),
  "loop variable shadows": {
    kernel: (n: number) => {
      const i = 100;
      let s = 0;
      for (let i = 0; i < n; i++) s += i;
      return s + i;
    },
    cases: small,
  },
  "body const is fresh in each iteration": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 0; i < n; i++) {
        const sq = i * i;
        let acc = sq;
        acc += 1;
        s += acc;
      }
      return s;
    },
    cases: small,
  },
  "let without a value": binary((a: number, b: number) => {
    let t: number;
    t = a;
    if (b > 0) t = b;
    return t;
  }),
  "several declarators": binary((a: number, b: number) => {
    const x = a + 1,
      y = x * b,
      z = y - x;
    let p = z,
      q: number;
    q = p + 1;
    return p * 10 + q;
  }),
  "names of JavaScript's own": unary((x: number) => {
    const length = x;
    const Infinity = 5;
    const undefined$ = 3;
    const $ = 1;
    const _ = 2;
    const NaN = 4;
    return length + Infinity + undefined$ + $ + _ + NaN;
  }),
  "unicode names": unary((x: number) => {
    const π = 3.25;
    const größe = x * π;
    return größe;
  }),
  "nested function hides": unary((x: number) => {
    const f = (x: number) => x * 2;
    return f(x + 1) + x;
  }),
  "names of IR and C keywords": unary((x: number) => {
    let define = x;
    const ret = 2;
    const double = 3;
    const i32 = 4;
    const entry = 5;
    const register = 6;
    define += ret + double + i32 + entry + register;
    return define;
  }),
});

defineKernels("destructuring", {
  "const [a, b]": binary((x: number, y: number) => {
    const [a, b] = [x + 1, y * 2];
    return a - b;
  }),
  "let [a, b] then swap": binary((x: number, y: number) => {
    let [a, b] = [x, y];
    [a, b] = [b, a];
    return a * 3 + b;
  }),
  "rotate three": binary((x: number, y: number) => {
    let a = x;
    let b = y;
    let c = 7;
    [a, b, c] = [b, c, a];
    return a + b * 10 + c * 100;
  }),
  "right side is evaluated first": binary((x: number, y: number) => {
    let a = x;
    let b = y;
    [a, b] = [b + 1, a + b];
    return a * 3 - b;
  }),
  "swap elements": {
    kernel: (a: Float64Array | Int32Array, i: number, j: number) => {
      [a[i], a[j]] = [a[j], a[i]];
    },
    cases: () => [
      [Int32Array.of(1, 2, 3), 0, 2],
      [Int32Array.of(1, 2, 3), 1, 1],
      [Float64Array.of(0.5, -0), 0, 1],
    ],
  },
  "swap with a changing index": {
    kernel: (a: Int32Array) => {
      let i = 0;
      [a[i++], a[i++]] = [a[i + 1], a[i]];
      return i;
    },
    cases: () => [[Int32Array.of(1, 2, 3)]],
  },
  "reverse by swapping": {
    kernel: (a: Int32Array) => {
      for (let i = 0, j = a.length - 1; i < j; i++, j--) [a[i], a[j]] = [a[j], a[i]];
    },
    cases: () => [[Int32Array.of(1, 2, 3, 4, 5)], [Int32Array.of(1, 2)], [new Int32Array(0)]],
  },
  "ignores items": unary((x: number) => {
    const [, b] = [x, x + 1, x + 2];
    const [a] = [x * 3, 5];
    return a + b;
  }),
});

defineKernels("inner functions", {
  "arrow with an expression": unary((x: number) => {
    const square = (v: number) => v * v;
    return square(x) + square(3);
  }),
  "arrow with a body": binary((x: number, y: number) => {
    const far = (a: number, b: number) => {
      const d = a - b;
      if (d < 0) return -d;
      return d;
    };
    return far(x, y) + far(y, x);
  }),
  "function declaration, hoisted": unary((x: number) => {
    return twice(x) + twice(1);
    function twice(v: number) {
      return v * 2;
    }
  }),
  "function expression": unary((x: number) => {
    const f = function (v: number) {
      return v + 1;
    };
    return f(f(x));
  }),
  "named function expression recurses": {
    kernel: (n: number) => {
      const f = function fact(k: number): number {
        return k <= 1 ? 1 : k * fact(k - 1);
      };
      return f(n);
    },
    cases: () => singles([0, 1, 5, 12, 13, 20, 25]),
  },
  "reads outer variables": binary((x: number, y: number) => {
    const shifted = () => x + y;
    return shifted() * 2;
  }),
  "sees later values of outer variables": unary((x: number) => {
    let k = 1;
    const f = () => x * k;
    const first = f();
    k = 3;
    return first + f();
  }),
  "assigns outer variables": {
    kernel: (n: number) => {
      let count = 0;
      let sum = 0;
      const visit = (v: number) => {
        count++;
        sum += v;
      };
      for (let i = 0; i < n; i++) if (i % 3 !== 0) visit(i);
      return sum * 1000 + count;
    },
    cases: small,
  },
  "assigns an outer variable that becomes fractional": {
    kernel: (n: number) => {
      let x = 0;
      const half = () => {
        x = (x + 1) / 2;
      };
      for (let i = 0; i < n; i++) half();
      return x;
    },
    cases: small,
  },
  "assigns a parameter": {
    kernel: (n: number) => {
      const take = () => {
        n--;
        return n;
      };
      let s = 0;
      while (n > 0) s += take();
      return s;
    },
    cases: small,
  },
  "stores to an outer array": {
    kernel: (a: Int32Array) => {
      let top = 0;
      const push = (v: number) => {
        a[top++] = v;
      };
      push(5);
      push(6);
      push(top);
      return top;
    },
    cases: () => [[new Int32Array(4)]],
  },
  "recursive inner": {
    kernel: (n: number) => {
      const fib = (k: number): number => (k < 2 ? k : fib(k - 1) + fib(k - 2));
      return fib(n);
    },
    cases: () => singles([0, 1, 2, 10, 20]),
  },
  "recursive inner with an outer counter": {
    kernel: (n: number) => {
      let calls = 0;
      function hanoi(k: number, from: number, to: number): number {
        calls++;
        if (k === 0) return 0;
        const other = 6 - from - to;
        return hanoi(k - 1, from, other) + 1 + hanoi(k - 1, other, to);
      }
      return hanoi(n, 1, 3) * 100000 + calls;
    },
    cases: () => singles([0, 1, 3, 10]),
  },
  "mutually recursive inner": {
    kernel: (n: number) => {
      const even = (k: number): boolean => (k === 0 ? true : odd(k - 1));
      const odd = (k: number): boolean => (k === 0 ? false : even(k - 1));
      return even(n);
    },
    cases: () => singles([0, 1, 10, 33]),
  },
  "function in a function": unary((x: number) => {
    const outer = (a: number) => {
      const inner = (b: number) => a * b + x;
      return inner(2) + inner(3);
    };
    return outer(x) - outer(1);
  }),
  "called with ints and floats": {
    kernel: (x: number) => {
      const f = (v: number) => v / 2 + 1;
      return f(3) + f(0.5) + f(x);
    },
    cases: () => singles(INT32_EDGES),
  },
  "immediately called": unary((x: number) => {
    const y = ((a: number) => a + 1)(x);
    return (() => y * 2)();
  }),
  "inside a loop, sees the loop variable": {
    kernel: (n: number) => {
      let s = 0;
      for (let i = 0; i < n; i++) {
        const f = (v: number) => v * i;
        s += f(2) + f(i);
      }
      return s;
    },
    cases: small,
  },
  "default parameter from an outer variable": unary((x: number) => {
    const f = (a: number, b = x * 2, c = a + b) => a + b + c;
    return f(1) + f(1, 2) + f(1, 2, 3);
  }),
  "chosen by ?:": {
    kernel: (x: number, up: boolean) => {
      const inc = (v: number) => v + 1;
      const dec = (v: number) => v - 1;
      const f = up ? inc : dec;
      return f(x) * 10 + f(1);
    },
    cases: () => pairsOf<unknown, unknown>([0, 5, 0.5], [true, false]),
  },
  "passed to another": unary((x: number) => {
    const twice = (f: (v: number) => number, v: number) => f(f(v));
    return twice((v) => v * 3, x) + twice((v) => v - x, 1);
  }),
  "returns a boolean": unary((x: number) => {
    const positive = (v: number) => v > 0;
    return positive(x) && !positive(-x);
  }),
  "without a value": {
    kernel: (a: Int32Array, n: number) => {
      const clear = (from: number): void => {
        if (from < 0) return;
        for (let i = from; i < a.length; i++) a[i] = 0;
      };
      clear(n);
    },
    cases: () => [2, 0, -1, 10].map((n) => [Int32Array.of(1, 2, 3, 4), n]),
  },
  "early return inside a loop of an inner function": {
    kernel: (a: Int32Array, x: number) => {
      const find = (v: number) => {
        for (let i = 0; i < a.length; i++) if (a[i] === v) return i;
        return -1;
      };
      return find(x) * 10 + find(1);
    },
    cases: () => [3, 9].map((x) => [Int32Array.of(1, 2, 3), x]),
  },
  throws: {
    kernel: (x: number) => {
      const check = (v: number) => {
        if (!(v >= 0)) throw new RangeError("negative");
        return Math.sqrt(v);
      };
      return check(x) + check(x - 1);
    },
    cases: () => singles([4, 1, 0.5, -1, NaN]),
  },
});

const THIN = { a: 2 };
const THICK = { a: 1000 };
const twice = (x: number) => x * 2;
const next = (x: number) => x + 1;

// The function is inlined at each call, and each gives the variable another kind of value.
defineKernels("a variable outside of a function that is called several times", {
  "an integer last": {
    kernel: (k: number) => {
      let [t, m] = [1, 0];
      const put = (x: number) => {
        t = x;
        m += t;
      };
      put(k / 2);
      put(k * 1e12);
      put(1);
      return m + t;
    },
    cases: () => singles([0, 1, 2, 3, -0, 2.5]),
  },
  "a count": {
    kernel: (k: number) => {
      let t = 0;
      let m = 0;
      const from = (x: number) => {
        t = x;
        t++;
        m += t;
      };
      from(k / 3);
      from(7);
      return [m, t];
    },
    cases: () => singles([0, 1, 2, 3e9, 0.5]),
  },
  "functions and objects": {
    kernel: (k: number) => {
      let f = next;
      let o = THIN;
      let m = 0;
      const put = (g: typeof next, p: typeof THIN) => {
        f = g;
        o = p;
        m += f(k) * o.a;
      };
      put(k > 1 ? next : twice, k > 2 ? THIN : THICK);
      put(twice, THICK);
      put(next, THIN);
      return m;
    },
    cases: () => singles([0, 1, 2, 3]),
  },
  "what may be missing": {
    kernel: (k: number) => {
      let t: number | undefined;
      let m = 0;
      const put = (x: number | undefined) => {
        t = x;
        if (t !== undefined) m += t;
      };
      put(k);
      put(undefined);
      return m;
    },
    cases: () => singles([0, 1, 2.5]),
  },
});

/** BigInt arithmetic of which only the low 64 bits are seen wraps: through helpers, variables, masks and stores. */
import { defineKernels, type KernelTest, refuses } from "../support/differential.ts";
import { INT64_EDGES, pairsOf, randomInts, singles, UINT64_EDGES } from "../support/edge-values.ts";

const U = (x: bigint) => BigInt.asUintN(64, x);
const I = (x: bigint) => BigInt.asIntN(64, x);
const { asUintN } = BigInt;
const MASK = 0xffffffffffffffffn;
const MASK32 = (1n << 32n) - 1n;
const PRIME = 0x100000001b3n;

const unsignedPairs = () => pairsOf(UINT64_EDGES, UINT64_EDGES);
const allPairs = () => [
  ...pairsOf(INT64_EDGES, INT64_EDGES),
  ...unsignedPairs(),
  ...pairsOf(INT64_EDGES.slice(0, 6), UINT64_EDGES.slice(-6)),
];
const binary = (kernel: (a: bigint, b: bigint) => unknown): KernelTest => ({ kernel, cases: allPairs });
const unary = (kernel: (a: bigint) => unknown): KernelTest => ({
  kernel,
  cases: () => singles([...INT64_EDGES, ...UINT64_EDGES]),
});
const LARGE = 2n ** 70n + 3n;
const WORDS = new BigInt64Array(2);
const HELD = { words: WORDS };
const resultOf = (f: () => bigint) => f();
const put = (to: BigInt64Array, at: number, x: bigint) => {
  to[at] = x;
};
const putSquare = (x: bigint, to: BigInt64Array) => {
  to[0] = x * x;
};
const overflow = /does not fit in u?int64/;

defineKernels("BigInts that wrap in a helper", {
  "U(a + b)": binary((a, b) => U(a + b)),
  "U(a - b)": binary((a, b) => U(a - b)),
  "I(a * b)": binary((a, b) => I(a * b)),
  "U(-a)": unary((a) => U(-a)),
  "U(~a)": unary((a) => U(~a)),
  "a destructured asUintN": binary((a, b) => asUintN(64, a * b + 1n)),
  "an inner helper": binary((a, b) => {
    const wrap = (x: bigint) => BigInt.asUintN(64, x);
    return wrap(wrap(a * b) + a);
  }),
  "an inner function": binary((a, b) => {
    function mul(x: bigint, y: bigint): bigint {
      return BigInt.asUintN(64, x * y);
    }
    return mul(a + b, a - b);
  }),
  "a helper that returns what it doesn't wrap": binary((a, b) => {
    const mul = (x: bigint, y: bigint) => x * y;
    return U(mul(a + b, b) + mul(a, a));
  }),
  "a helper with statements": binary((a, b) => {
    const mix = (x: bigint) => {
      const p = x * 0xbf58476d1ce4e5b9n;
      const q = p ^ (p << 7n);
      return q;
    };
    return U(mix(a) + mix(b));
  }),
  "a helper with a default": binary((a, b) => {
    const f = (x: bigint, k = 3n) => U(x * k);
    return f(a * b) ^ f(a, b * b);
  }),
  "of several helpers the one that needs all bits": {
    kernel: (a: bigint, b: bigint) => {
      const exact = (x: bigint) => x;
      const wrap = (x: bigint) => U(x);
      const f = a > b ? exact : wrap;
      return f(a + b);
    },
    cases: () => [[1n, 2n], [5n, 2n], refuses(RangeError, overflow, 2n ** 63n - 1n, 2n ** 63n - 2n)],
  },
});

defineKernels("BigInts that wrap under a mask", {
  "(a * b) & mask": binary((a, b) => (a * b) & 0xffffffffffffffffn),
  "mask & (a + b)": binary((a, b) => MASK & (a + b)),
  "(a - b) & a captured mask": binary((a, b) => (a - b) & MASK),
  "(a * b) & 32 bits": binary((a, b) => (a * b) & MASK32),
  "((1n << 64n) - 1n) & -a": unary((a) => -a & ((1n << 64n) - 1n)),
  "(a << 7n) & mask": unary((a) => (a << 7n) & MASK),
  "(a << 63n) & mask": unary((a) => (a << 63n) & MASK),
  "(a << 64n) & mask": unary((a) => (a << 64n) & MASK),
  "(a + b) & 0n": binary((a, b) => (a + b) & 0n),
  "(a + b) & an unsigned argument": { kernel: (a: bigint, b: bigint) => (a + b) & b, cases: unsignedPairs },
  "(a + b) & an element": {
    kernel: (a: bigint, m: BigUint64Array) => (a * a) & m[0],
    cases: () => UINT64_EDGES.map((x) => [x, BigUint64Array.of(UINT64_EDGES[3] ?? 1n)]),
  },
  "the mask is in a const": binary((a, b) => {
    const m = MASK;
    const low = m >> 8n;
    return ((a * b) & m) ^ ((a + b) & low);
  }),
  "the mask is computed": binary((a, b) => (a * b) & (a & 0xffn)),
  compound: binary((a, b) => {
    let h = a & MASK;
    h = (h * b) & MASK;
    h ^= h >> 33n;
    h = (h * 0xff51afd7ed558ccdn) & MASK;
    h ^= h >> 33n;
    return h;
  }),
  "a negative mask needs every bit": {
    kernel: (a: bigint, b: bigint) => (a + b) & -2n,
    cases: () => [[1n, 2n], [-1n, -4n], refuses(RangeError, overflow, 2n ** 63n - 1n, 1n)],
  },
  "shifts right need every bit": {
    kernel: (a: bigint, b: bigint) => U((a + b) >> 1n),
    cases: () => [[1n, 2n], [-1n, -4n], refuses(RangeError, overflow, 2n ** 63n - 1n, 1n)],
  },
  "comparisons need every bit": {
    kernel: (a: bigint, b: bigint) => U(a) + (a + b > b ? 1n : 0n),
    cases: () => [[1n, 2n], refuses(RangeError, overflow, 2n ** 63n - 1n, 1n)],
  },
});

defineKernels("BigInt variables that wrap", {
  "a local before the wrap": binary((a, b) => {
    const p = a * b;
    const q = p + a;
    return U(q ^ (q << 3n));
  }),
  "a local before a mask": binary((a, b) => {
    let p = a * b;
    p += b;
    p *= 31n;
    p -= a;
    return p & MASK;
  }),
  "assigned statement by statement": {
    kernel: (bytes: Uint8Array) => {
      let hash = 0xcbf29ce484222325n;
      for (const b of bytes) {
        hash ^= BigInt(b);
        hash *= 0x100000001b3n;
        hash &= MASK;
      }
      return hash;
    },
    cases: () => [[new Uint8Array(0)], [Uint8Array.from(randomInts(100, 5, 0, 256))]],
  },
  "never wrapped on the way": {
    kernel: (bytes: Uint8Array) => {
      let hash = 5381n;
      for (let i = 0; i < bytes.length; i++) hash = (hash << 5n) + hash + BigInt(bytes[i]);
      return U(hash);
    },
    cases: () => [[new Uint8Array(0)], [Uint8Array.from(randomInts(100, 6, 0, 256))]],
  },
  "signed and unsigned in one variable": binary((a, b) => {
    let x = U(a);
    if (a > b) x = I(b);
    x = x * 3n - b;
    return U(x);
  }),
  "a signed argument that becomes unsigned": unary((a) => {
    let x = a;
    for (let i = 0; i < 3; i++) x = U(x) * 7n + 1n;
    return U(x);
  }),
  "a ternary": binary((a, b) => U(a > b ? a * b : U(a) - b)),
  "a logical operator needs to know of 0": binary((a, b) => U(a & b || a * b)),
  "counted up and down": unary((a) => {
    let x = a;
    x++;
    const old = x++;
    x--;
    return [U(x), U(old)];
  }),
  "what an inner function adds up": {
    kernel: (a: BigInt64Array) => {
      let sum = 0n;
      const add = (x: bigint) => {
        sum += x * x;
      };
      for (const x of a) add(x);
      return U(sum);
    },
    cases: () => [[BigInt64Array.from(INT64_EDGES)]],
  },
  "what an inner function wraps, statement by statement": {
    kernel: (bytes: Uint8Array) => {
      let hash = 0xcbf29ce484222325n;
      const step = (b: number) => {
        hash ^= BigInt(b);
        hash *= PRIME;
        hash &= MASK;
      };
      for (const b of bytes) step(b);
      return hash;
    },
    cases: () => [[new Uint8Array(0)], [Uint8Array.from(randomInts(100, 5, 0, 256))]],
  },
  "what an inner function reads later": unary((a) => {
    let h = U(a);
    const seen = () => h >> 60n;
    h = h * 31n + a;
    h = U(h);
    return h ^ seen();
  }),
  "what a recursive function wraps": unary((a) => {
    let h = U(a);
    const step = (n: number): void => {
      if (n > 0) step(n - 1);
      h = (h + BigInt(n)) * PRIME;
      h = U(h);
      if (n > 2) step(n - 2);
    };
    step(5);
    return h;
  }),
  "an inner function that looks on the way sees every bit": {
    kernel: (a: bigint) => {
      let h = U(a);
      const top = () => h >> 60n;
      h *= PRIME;
      h = U(h) ^ top();
      return h;
    },
    cases: () => [[0n], refuses(RangeError, overflow, 2n ** 60n)],
  },
  "so does one that another function is given": {
    kernel: (a: bigint) => {
      let h = U(a);
      const top = () => h >> 60n;
      h *= PRIME;
      h = resultOf(top) ^ U(h);
      return h;
    },
    cases: () => [[0n], refuses(RangeError, overflow, 2n ** 60n)],
  },
  "what is seen elsewhere is exact": {
    kernel: (a: bigint, b: bigint) => {
      const p = a * b;
      return [U(p), p > 10n];
    },
    cases: () => [[3n, 4n], refuses(RangeError, overflow, 2n ** 62n, 4n)],
  },
  "in a loop's update": {
    kernel: (n: number) => {
      let h = 1n;
      for (let i = 0; i < n; i++, h *= 6364136223846793005n) h += 1442695040888963407n;
      return U(h);
    },
    cases: () => singles([0, 1, 2, 50]),
  },
});

defineKernels("BigInts that wrap in a store", {
  "a helper's result": {
    kernel: (out: BigUint64Array, a: bigint, b: bigint) => {
      const mul = (x: bigint, y: bigint) => x * y;
      out[0] = mul(a + b, b);
      out[1] = a > b ? mul(a, a) : -b;
    },
    cases: () => allPairs().map((p) => [new BigUint64Array(2), ...p]),
  },
  "a local": {
    kernel: (out: BigInt64Array, a: bigint, b: bigint) => {
      const p = a * b;
      let q = p + 1n;
      q *= q;
      out[0] = q;
    },
    cases: () => allPairs().map((p) => [new BigInt64Array(1), ...p]),
  },
  "the assignment's value": {
    kernel: (out: BigUint64Array, a: bigint, b: bigint) => U((out[0] = a * b) + 1n),
    cases: () => allPairs().map((p) => [new BigUint64Array(1), ...p]),
  },
  "a new array's items": binary((a, b) => {
    const t = new BigUint64Array([a * b, a + b, -a]);
    return t[0] ^ t[1] ^ t[2];
  }),
  "a helper's parameter": {
    kernel: (out: BigInt64Array, a: bigint, b: bigint) => {
      put(out, 0, a * b);
      const sum = a + b;
      putSquare(sum, out.subarray(1));
      return out[1];
    },
    cases: () => allPairs().map((p) => [new BigInt64Array(2), ...p]),
  },
  "an inner function's parameter, handed on": {
    kernel: (out: BigInt64Array, a: bigint, b: bigint) => {
      function store(to: BigInt64Array, x: bigint) {
        to[0] = x * x;
      }
      const twice = (to: BigInt64Array, x: bigint) => {
        store(to, x + a);
        store(to.subarray(1), x * a);
      };
      const sum = a + b;
      twice(out, sum);
      twice(out.subarray(1), a * b);
    },
    cases: () => allPairs().map((p) => [new BigInt64Array(3), ...p]),
  },
  "a local, into an array of a list or an object": {
    kernel: (out: BigInt64Array, a: bigint, b: bigint) => {
      const rows = [out, out.subarray(1)];
      const held = { out, first: out[0] };
      const same = held;
      const product = a * b;
      const sum = a + b;
      rows[1][1] = product;
      same.out[1] = sum;
      return [same, rows[0][2]];
    },
    cases: () => allPairs().map((p) => [new BigInt64Array(3), ...p]),
  },
  "what methods store": {
    kernel: (out: BigInt64Array, a: bigint, b: bigint) => {
      const product = a * b;
      const sum = a + b;
      out
        .fill(a * a)
        .fill(sum, 1)
        .set([product, product - a], 2);
      return out.with(0, b * b).with(1, product);
    },
    cases: () => pairsOf(INT64_EDGES, INT64_EDGES).map((p) => [new BigInt64Array(4), ...p]),
  },
  "what a method stores of a helper's": {
    kernel: (out: BigUint64Array, a: bigint, b: bigint) => {
      const set = (to: BigUint64Array, x: bigint) => {
        to.fill(x, 1);
      };
      const product = a * b;
      set(out, product);
      set(out.subarray(1), a + b);
    },
    cases: () => allPairs().map((p) => [new BigUint64Array(3), ...p]),
  },
  "the items of `of`": binary((a, b) => {
    const t = BigInt64Array.of(a * b, a - b);
    return t[0] ^ t[1];
  }),
  "a new array's items from a local": binary((a, b) => {
    const product = a * b;
    return new BigUint64Array([product, product])[1];
  }),
  "a local, into a captured array": binary((a, b) => {
    const p = a * b;
    WORDS[0] = p;
    HELD.words[1] = p;
    return WORDS[0] ^ WORDS[1];
  }),
  "into an array that is made, or named, after what is stored": {
    kernel: (out: BigInt64Array, a: bigint, b: bigint) => {
      const product = a * b;
      const sum = a + b;
      const made = new BigUint64Array(1);
      made[0] = product;
      const same = out;
      same[0] = sum;
      return made;
    },
    cases: () => allPairs().map((p) => [new BigInt64Array(1), ...p]),
  },
});

defineKernels("Generators and hashes on BigInts", {
  splitmix64: {
    kernel: (seed: bigint, out: BigUint64Array) => {
      let state = U(seed);
      const next = () => {
        state = U(state + 0x9e3779b97f4a7c15n);
        let z = state;
        z = U((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
        z = U((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
        return z ^ (z >> 31n);
      };
      for (let i = 0; i < out.length; i++) out[i] = next();
    },
    cases: () => [0n, 1n, -1n, 2n ** 63n, MASK].map((s) => [s, new BigUint64Array(20)]),
  },
  "xorshift64*": {
    kernel: (seed: bigint, n: number) => {
      let x = seed & MASK;
      let r = 0n;
      for (let i = 0; i < n; i++) {
        x ^= x >> 12n;
        x ^= (x << 25n) & MASK;
        x ^= x >> 27n;
        r = U(r + U(x * 0x2545f4914f6cdd1dn));
      }
      return r;
    },
    cases: () => [0n, 1n, -1n, MASK].map((s) => [s, 20]),
  },
  "xoshiro256**": {
    kernel: (s: BigUint64Array, out: BigUint64Array) => {
      const rotl = (x: bigint, k: bigint) => U(x << k) | (x >> (64n - k));
      for (let i = 0; i < out.length; i++) {
        out[i] = U(rotl(U(s[1] * 5n), 7n) * 9n);
        const t = U(s[1] << 17n);
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = rotl(s[3], 45n);
      }
    },
    cases: () => [[BigUint64Array.of(1n, MASK, 3n, 2n ** 63n), new BigUint64Array(20)]],
  },
  "PCG64 in two halves": {
    kernel: (high: bigint, low: bigint, n: number) => {
      const mulHigh = (a: bigint, b: bigint) => {
        const [a0, a1, b0, b1] = [a & MASK32, a >> 32n, b & MASK32, b >> 32n];
        const mid = a1 * b0 + ((a0 * b0) >> 32n);
        const mid2 = a0 * b1 + (mid & MASK32);
        return a1 * b1 + (mid >> 32n) + (mid2 >> 32n);
      };
      let [h, l] = [U(high), U(low)];
      const [mh, ml] = [2549297995355413924n, 4865540595714422341n];
      let r = 0n;
      for (let i = 0; i < n; i++) {
        const nh = U(h * ml + l * mh + mulHigh(l, ml));
        const nl = U(l * ml);
        const sum = U(nl + 1442695040888963407n);
        h = U(nh + 6364136223846793005n + (sum < nl ? 1n : 0n));
        l = sum;
        const x = h ^ l;
        const rot = h >> 58n;
        r ^= rot === 0n ? x : (x >> rot) | U(x << (64n - rot));
      }
      return r;
    },
    cases: () => [
      [1n, 2n, 20],
      [MASK, MASK, 20],
    ],
  },
  "FNV-1a": {
    kernel: (bytes: Uint8Array) => {
      const step = (h: bigint, b: number) => U((h ^ BigInt(b)) * PRIME);
      let h = 0xcbf29ce484222325n;
      for (const b of bytes) h = step(h, b);
      return h;
    },
    cases: () => [[new Uint8Array(0)], [Uint8Array.from(randomInts(64, 7, 0, 256))]],
  },
  wyhash: {
    kernel: (seed: bigint, n: number) => {
      const mum = (a: bigint, b: bigint) => {
        const [a0, a1, b0, b1] = [a & MASK32, a >> 32n, b & MASK32, b >> 32n];
        const mid = a1 * b0 + ((a0 * b0) >> 32n);
        const mid2 = a0 * b1 + (mid & MASK32);
        return U(a * b) ^ (a1 * b1 + (mid >> 32n) + (mid2 >> 32n));
      };
      let s = U(seed);
      let r = 0n;
      for (let i = 0; i < n; i++) {
        s = (s + 0xa0761d6478bd642fn) & MASK;
        r = U(r + mum(s ^ 0xe7037ed1a0b428dbn, s));
      }
      return r;
    },
    cases: () => [0n, 1n, -5n, MASK].map((s) => [s, 20]),
  },
  "MurmurHash64A's finaliser": binary((a, b) => {
    const fmix = (k: bigint) => {
      k ^= k >> 33n;
      k = U(k * 0xff51afd7ed558ccdn);
      k ^= k >> 33n;
      k = U(k * 0xc4ceb9fe1a85ec53n);
      return k ^ (k >> 33n);
    };
    return U(fmix(U(a)) + fmix(U(b)));
  }),
  "a linear congruence with a stride": {
    kernel: (out: BigInt64Array, seed: bigint) => {
      let s = seed;
      for (let i = 0; i < out.length; i++) {
        s = s * 6364136223846793005n + 1n;
        out[i] = s;
      }
    },
    cases: () => [0n, 1n, -5n].map((s) => [new BigInt64Array(30), s]),
  },
  "a polynomial hash in a rolling window": {
    kernel: (text: Uint8Array, w: number, out: BigUint64Array) => {
      const base = 1099511628211n;
      let power = 1n;
      for (let i = 1; i < w; i++) power = U(power * base);
      let h = 0n;
      for (let i = 0; i < text.length; i++) {
        if (i >= w) h -= BigInt(text[i - w]) * power;
        h = U(h * base + BigInt(text[i]));
        if (i >= w - 1) out[i - w + 1] = h;
      }
    },
    cases: () => [[Uint8Array.from(randomInts(60, 8, 0, 256)), 7, new BigUint64Array(54)]],
  },
});

defineKernels("constants of more than 64 bits", {
  "captured, in a sum": unary((a) => U(a + LARGE)),
  "a literal, in a product": unary((a) => I(a * -1180591620717411303427n)),
  "under a mask": unary((a) => (a + 1180591620717411303427n) & MASK32),
  "as a mask": unary((a) => I(a & 1180591620717411303427n)),
  "in a variable that only wraps": unary((a) => {
    let h = 1180591620717411303427n;
    h ^= a;
    h &= MASK;
    return h;
  }),
  "of two": unary((a) => U(a > 2n ? LARGE : 5n)),
  "given to a helper": unary((a) => {
    const times3 = (x: bigint) => U(x * 3n);
    return times3(1180591620717411303427n) ^ U(a);
  }),
  "stored and listed": {
    kernel: (out: BigUint64Array, a: bigint) => {
      out[0] = LARGE;
      out[1] = a - LARGE;
      return new BigInt64Array([-LARGE, a])[0];
    },
    cases: () => [[new BigUint64Array(2), 5n]],
  },
  "part of one that fits": unary((a) => U(a) ^ (18446744073709551616n - 1n) ^ (LARGE >> 10n)),
});

defineKernels("what an overflow says", {
  "a product of int64": {
    kernel: (a: bigint) => a * a,
    cases: () => [
      [-3n],
      refuses(RangeError, /fit in int64.*asUintN\(64, x\), it may go from 0 to 2\^64 - 1/, 4294967291n),
    ],
  },
  "the product it advises": { kernel: (a: bigint) => BigInt.asUintN(64, a) * a, cases: () => [[4294967291n]] },
  "a difference of uint64": {
    kernel: (a: bigint, b: bigint) => a - b,
    cases: () => [
      [2n ** 63n + 1n, 2n ** 63n],
      refuses(RangeError, /fit in uint64.*asIntN\(64, x\), it may go from -2\^63/, 2n ** 63n, 2n ** 63n + 1n),
    ],
  },
  "of a number": {
    kernel: (x: number) => BigInt(x),
    cases: () => [
      [-(2 ** 63)],
      [1.5],
      refuses(RangeError, /^BigInt\(10000000000000000000\) does not fit in int64/, 1e19),
    ],
  },
});

/** `& | ^ ~ << >> >>>` on edge values (ToInt32 and ToUint32 of any double), and the idioms built on them. */
import { defineKernels } from "../support/differential.ts";
import { INT32_EDGES, NUMBER_EDGES, pairsOf, unaryNumberCases } from "../support/edge-values.ts";
import { binary, boolLeft, boolRight, boolUnary, unary } from "../support/operator-kernels.ts";

defineKernels("bitwise operators", {
  and: binary((a: number, b: number) => a & b),
  or: binary((a: number, b: number) => a | b),
  xor: binary((a: number, b: number) => a ^ b),
  "shift left": binary((a: number, b: number) => a << b),
  "shift right": binary((a: number, b: number) => a >> b),
  "unsigned shift right": binary((a: number, b: number) => a >>> b),
  not: unary((a: number) => ~a),
  "not not": unary((a: number) => ~~a),
  "or 0": unary((a: number) => a | 0),
  "0 or": unary((a: number) => 0 | a),
  unsigned: unary((a: number) => a >>> 0),
  "unsigned then signed": unary((a: number) => (a >>> 0) | 0),
  "xor -1": unary((a: number) => a ^ -1),
  "and 0xff": unary((a: number) => a & 0xff),
  "and 0xffffffff": unary((a: number) => a & 0xffffffff),
  "and 0x80000000": unary((a: number) => a & 0x80000000),
  "or 0x80000000": unary((a: number) => a | 0x80000000),
  "and -2": unary((a: number) => a & -2),
  "and a fraction": unary((a: number) => a & 3.9),
  "or 2**32+5": unary((a: number) => a | 4294967301),
  "shift by 0": unary((a: number) => a << 0),
  "shift by 1": unary((a: number) => a << 1),
  "shift by 31": unary((a: number) => a << 31),
  "shift by 32": unary((a: number) => a << 32),
  "shift by 33": unary((a: number) => a << 33),
  "shift by -1": unary((a: number) => a << -1),
  "arithmetic shift by 1": unary((a: number) => a >> 1),
  "arithmetic shift by 31": unary((a: number) => a >> 31),
  "arithmetic shift by 32": unary((a: number) => a >> 32),
  "logical shift by 1": unary((a: number) => a >>> 1),
  "logical shift by 24": unary((a: number) => a >>> 24),
  "logical shift by 31": unary((a: number) => a >>> 31),
  "logical shift by -1": unary((a: number) => a >>> -1),
  "1 shifted": unary((a: number) => 1 << a),
  "-1 shifted right": unary((a: number) => -1 >> a),
  "-1 shifted logically": unary((a: number) => -1 >>> a),
  "0.5 shifted": unary((a: number) => 0.5 << a),
  "2**31 shifted": unary((a: number) => 2147483648 >> a),
  "NaN and Infinity": unary((a: number) => (NaN | a) + (Infinity & a) + (-Infinity ^ a)),
});

defineKernels("bitwise operators on sums and products", {
  "(a + b) | 0": binary((a: number, b: number) => (a + b) | 0),
  "(a - b) | 0": binary((a: number, b: number) => (a - b) | 0),
  "(a * b) | 0": binary((a: number, b: number) => (a * b) | 0),
  "(a + b) >>> 0": binary((a: number, b: number) => (a + b) >>> 0),
  "(a - b) >>> 0": binary((a: number, b: number) => (a - b) >>> 0),
  "(a * b) >>> 0": binary((a: number, b: number) => (a * b) >>> 0),
  "(a + b) >> 1": binary((a: number, b: number) => (a + b) >> 1),
  "(a + b) >>> 1": binary((a: number, b: number) => (a + b) >>> 1),
  "(a * 3 + b * 5) & 1023": binary((a: number, b: number) => (a * 3 + b * 5) & 1023),
  "(a / b) | 0": binary((a: number, b: number) => (a / b) | 0),
  "(a / b) >>> 0": binary((a: number, b: number) => (a / b) >>> 0),
  "~~(a / b)": binary((a: number, b: number) => ~~(a / b)),
  "(a % b) | 0": binary((a: number, b: number) => (a % b) | 0),
  "(-a) | 0": unary((a: number) => -a | 0),
  "-a >>> 0": unary((a: number) => -a >>> 0),
  "(a | 0) + (b | 0)": binary((a: number, b: number) => (a | 0) + (b | 0)),
  "((a | 0) + (b | 0)) | 0": binary((a: number, b: number) => ((a | 0) + (b | 0)) | 0),
  "(a | 0) * (b | 0)": binary((a: number, b: number) => (a | 0) * (b | 0)),
  "((a | 0) * (b | 0)) | 0": binary((a: number, b: number) => ((a | 0) * (b | 0)) | 0),
  "((a | 0) * (b | 0)) & 0xffff": binary((a: number, b: number) => ((a | 0) * (b | 0)) & 0xffff),
  "(a >>> 0) + (b >>> 0)": binary((a: number, b: number) => (a >>> 0) + (b >>> 0)),
  "(a >>> 0) * (b >>> 0)": binary((a: number, b: number) => (a >>> 0) * (b >>> 0)),
  "(a >>> 0) - (b >>> 0)": binary((a: number, b: number) => (a >>> 0) - (b >>> 0)),
  "(a >>> 0) / (b >>> 0)": binary((a: number, b: number) => (a >>> 0) / (b >>> 0)),
  "(a >>> 0) % (b >>> 0)": binary((a: number, b: number) => (a >>> 0) % (b >>> 0)),
  "((a >>> 0) / (b >>> 0)) >>> 0": binary((a: number, b: number) => ((a >>> 0) / (b >>> 0)) >>> 0),
  "(a >>> 0) > (b | 0)": binary((a: number, b: number) => a >>> 0 > (b | 0)),
  "(a | 0) % (b | 0)": binary((a: number, b: number) => (a | 0) % (b | 0)),
  "-(a | 0)": unary((a: number) => -(a | 0)),
  "-(a >>> 0)": unary((a: number) => -(a >>> 0)),
  "(a | 0) * -1": unary((a: number) => (a | 0) * -1),
  "(a & 7) * (b & 7)": binary((a: number, b: number) => (a & 7) * (b & 7)),
  "(a & 7) - (b & 7) * -3": binary((a: number, b: number) => (a & 7) - (b & 7) * -3),
  "wide sum truncated": binary((a: number, b: number) => (a * 65536 + b * 65537 + 4294967296) | 0),
  "product beyond 2**53 truncated": binary((a: number, b: number) => ((a | 0) * (b | 0) * 7) | 0),
});

defineKernels("bitwise operators on booleans", {
  "boolean & boolean": boolLeft((a: number, b: number) => a & b),
  "boolean | number": boolLeft((a: number, b: number) => a | b),
  "number ^ boolean": boolRight((a: number, b: number) => a ^ b),
  "boolean << number": boolLeft((a: number, b: number) => a << b),
  "number >>> boolean": boolRight((a: number, b: number) => a >>> b),
  "~boolean": boolUnary((a: boolean) => ~a),
  "comparison | 0": binary((a: number, b: number) => ((a < b) as unknown as number) | 0),
  "comparisons and-ed": binary(
    (a: number, b: number) => ((a < b) as unknown as number) & ((a > -5) as unknown as number),
  ),
  "comparisons xor-ed": binary(
    (a: number, b: number) => ((a < b) as unknown as number) ^ ((b < 3) as unknown as number),
  ),
});

defineKernels("bit tricks", {
  popcount: unary((x: number) => {
    let v = x | 0;
    v -= (v >>> 1) & 0x55555555;
    v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
    return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }),
  "lowest bit": unary((x: number) => x & -x),
  "clear lowest bit": unary((x: number) => x & (x - 1)),
  "is a power of two": unary((x: number) => x > 0 && (x & (x - 1)) === 0),
  "reverse bits": unary((x: number) => {
    let v = x | 0;
    let r = 0;
    for (let i = 0; i < 32; i++) {
      r = (r << 1) | (v & 1);
      v >>>= 1;
    }
    return r;
  }),
  "byte swap": unary((x: number) => (x << 24) | ((x & 0xff00) << 8) | ((x >>> 8) & 0xff00) | (x >>> 24)),
  "rotate left": binary((x: number, k: number) => (x << k) | (x >>> (32 - k))),
  "rotate left, unsigned": binary((x: number, k: number) => ((x << k) | (x >>> -k)) >>> 0),
  "next power of two": unary((x: number) => {
    let v = (x | 0) - 1;
    v |= v >> 1;
    v |= v >> 2;
    v |= v >> 4;
    v |= v >> 8;
    v |= v >> 16;
    return v + 1;
  }),
  "trailing zeros": unary((x: number) => 31 - Math.clz32(x & -x)),
  "absolute value by mask": unary((x: number) => {
    const v = x | 0;
    const mask = v >> 31;
    return (v ^ mask) - mask;
  }),
  "sign by shifts": unary((x: number) => ((x | 0) >> 31) | (-(x | 0) >>> 31)),
  "minimum by mask": binary((a: number, b: number) => {
    const x = a | 0;
    const y = b | 0;
    return y ^ ((x ^ y) & -((x < y) as unknown as number));
  }),
  "interleave bits": {
    kernel: (x: number, y: number) => {
      let r = 0;
      for (let i = 0; i < 16; i++) r |= (((x >>> i) & 1) << (2 * i)) | (((y >>> i) & 1) << (2 * i + 1));
      return r >>> 0;
    },
    cases: () => pairsOf(NUMBER_EDGES, INT32_EDGES.slice(0, 12)),
  },
  "pack and unpack RGBA": {
    kernel: (c: number) => {
      const r = c & 255;
      const g = (c >> 8) & 255;
      const b = (c >> 16) & 255;
      const a = (c >>> 24) & 255;
      return ((a << 24) | (r << 16) | (g << 8) | b) >>> 0;
    },
    cases: unaryNumberCases,
  },
  "gray code": unary((x: number) => x ^ (x >>> 1)),
  parity: unary((x: number) => {
    let v = x | 0;
    v ^= v >>> 16;
    v ^= v >>> 8;
    v ^= v >>> 4;
    return (0x6996 >>> (v & 15)) & 1;
  }),
  "sign extend a byte": unary((x: number) => (x << 24) >> 24),
  "zero extend a short": unary((x: number) => (x << 16) >>> 16),
  "low and high halves": unary((x: number) => (x >>> 16) * 65536 + (x & 65535)),
});

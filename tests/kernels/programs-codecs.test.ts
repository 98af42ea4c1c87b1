/** Programs: compression, encodings and parsing of bytes. */
import { deflateRawSync } from "node:zlib";
import { defineKernels } from "../support/differential.ts";
import { randomInts } from "../support/edge-values.ts";

const bytes = (n: number, seed: number) => Uint8Array.from(randomInts(n, seed, 0, 256));
const text = (s: string) => Uint8Array.from(Buffer.from(s));

defineKernels("codecs", {
  base64dec: {
    kernel: (src: Uint8Array, out: Uint8Array) => {
      const lut = new Int8Array(256);
      lut.fill(-1);
      for (let i = 0; i < 26; i++) {
        lut[65 + i] = i;
        lut[97 + i] = 26 + i;
      }
      for (let i = 0; i < 10; i++) lut[48 + i] = 52 + i;
      lut[43] = 62;
      lut[47] = 63;
      let acc = 0,
        bits = 0,
        o = 0;
      for (const ch of src) {
        if (ch === 61) break;
        const v = lut[ch];
        if (v < 0) continue;
        acc = (acc << 6) | v;
        bits += 6;
        if (bits >= 8) {
          bits -= 8;
          out[o++] = (acc >>> bits) & 255;
        }
      }
      return o;
    },
    cases: () => [
      [text("SGVsbG8sIFdvcmxkIQ=="), new Uint8Array(20)],
      [text("//79\n+/8="), new Uint8Array(10)],
      [text(""), new Uint8Array(1)],
      [text(Buffer.from(bytes(100, 9)).toString("base64")), new Uint8Array(120)],
    ],
  },
  lz77: {
    kernel: (src: Uint8Array, out: Uint8Array) => {
      const n = src.length;
      const head = new Int32Array(4096);
      head.fill(-1);
      const prev = new Int32Array(n);
      let i = 0,
        o = 0;
      while (i < n) {
        let bestLen = 0,
          bestOff = 0;
        if (i + 3 <= n) {
          const h = ((src[i] << 8) ^ (src[i + 1] << 4) ^ src[i + 2]) & 4095;
          let j = head[h];
          let chain = 32;
          while (j >= 0 && chain-- > 0 && i - j < 256) {
            let l = 0;
            while (l < 255 && i + l < n && src[j + l] === src[i + l]) l++;
            if (l > bestLen) {
              bestLen = l;
              bestOff = i - j;
            }
            j = prev[j];
          }
          prev[i] = head[h];
          head[h] = i;
        }
        if (bestLen >= 4) {
          out[o++] = 1;
          out[o++] = bestOff;
          out[o++] = bestLen;
          for (let k = 1; k < bestLen; k++) {
            const p = i + k;
            if (p + 3 <= n) {
              const h = ((src[p] << 8) ^ (src[p + 1] << 4) ^ src[p + 2]) & 4095;
              prev[p] = head[h];
              head[h] = p;
            }
          }
          i += bestLen;
        } else {
          out[o++] = 0;
          out[o++] = src[i++];
        }
      }
      return o;
    },
    cases: () => [
      [text("abcabcabcabcabcxyzabcabc"), new Uint8Array(100)],
      [text("the quick brown fox the quick brown dog the quick"), new Uint8Array(200)],
      [bytes(50, 5), new Uint8Array(120)],
      [new Uint8Array(300), new Uint8Array(100)],
    ],
  },
  lz77dec: {
    kernel: (src: Uint8Array, n: number, out: Uint8Array) => {
      let o = 0;
      for (let i = 0; i < n; ) {
        if (src[i++] === 0) out[o++] = src[i++];
        else {
          const off = src[i++];
          let len = src[i++];
          while (len--) {
            out[o] = out[o - off];
            o++;
          }
        }
      }
      return out.subarray(0, o);
    },
    cases: () => [[Uint8Array.of(0, 97, 0, 98, 0, 99, 1, 3, 9, 0, 100), 11, new Uint8Array(50)]],
  },
  huffman: {
    kernel: (src: Uint8Array, lengths: Uint8Array) => {
      const freq = new Float64Array(511);
      const parent = new Int16Array(511);
      const alive = new Uint8Array(511);
      for (const b of src) freq[b]++;
      let count = 0;
      for (let i = 0; i < 256; i++)
        if (freq[i] > 0) {
          alive[i] = 1;
          count++;
        }
      let next = 256;
      while (count > 1) {
        let a = -1,
          b = -1;
        for (let i = 0; i < next; i++) {
          if (!alive[i]) continue;
          if (a < 0 || freq[i] < freq[a]) {
            b = a;
            a = i;
          } else if (b < 0 || freq[i] < freq[b]) b = i;
        }
        freq[next] = freq[a] + freq[b];
        parent[a] = next;
        parent[b] = next;
        alive[a] = alive[b] = 0;
        alive[next++] = 1;
        count--;
      }
      let total = 0;
      for (let i = 0; i < 256; i++) {
        if (freq[i] === 0) continue;
        let d = 0;
        for (let p = i; parent[p] !== 0; p = parent[p]) d++;
        lengths[i] = d;
        total += d * freq[i];
      }
      return total;
    },
    cases: () => [
      [text("mississippi river"), new Uint8Array(256)],
      [bytes(500, 6), new Uint8Array(256)],
      [text("aaaa"), new Uint8Array(256)],
      [text(""), new Uint8Array(256)],
    ],
  },
  inflateFixed: {
    kernel: (src: Uint8Array, out: Uint8Array) => {
      let pos = 0,
        bit = 0,
        o = 0;
      const readBit = () => {
        const b = (src[pos] >> bit) & 1;
        if (++bit === 8) {
          bit = 0;
          pos++;
        }
        return b;
      };
      const readBits = (n: number) => {
        let v = 0;
        for (let i = 0; i < n; i++) v |= readBit() << i;
        return v;
      };
      const huff = () => {
        let c = 0;
        for (let i = 0; i < 7; i++) c = (c << 1) | readBit();
        if (c <= 23) return 256 + c;
        c = (c << 1) | readBit();
        if (c >= 48 && c <= 191) return c - 48;
        if (c >= 192 && c <= 199) return 280 + c - 192;
        c = (c << 1) | readBit();
        return 144 + c - 400;
      };
      const LB = new Uint16Array([
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
      ]);
      const LE = new Uint8Array([
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
      ]);
      const DB = new Uint16Array([1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769]);
      let final;
      do {
        final = readBit();
        const type = readBits(2);
        if (type !== 1) throw new Error("only fixed blocks");
        for (;;) {
          const sym = huff();
          if (sym === 256) break;
          if (sym < 256) {
            out[o++] = sym;
            continue;
          }
          const len = LB[sym - 257] + readBits(LE[sym - 257]);
          let dc = 0;
          for (let i = 0; i < 5; i++) dc = (dc << 1) | readBit();
          const extra = dc < 4 ? 0 : (dc >> 1) - 1;
          const dist = DB[dc] + readBits(extra);
          for (let k = 0; k < len; k++, o++) out[o] = out[o - dist];
        }
      } while (!final);
      return o;
    },
    cases: () => {
      const z = { deflateRawSync };
      return [
        [
          Uint8Array.from(z.deflateRawSync(Buffer.from("hello hello hello hello"), { strategy: 4 })),
          new Uint8Array(60),
        ],
        [
          Uint8Array.from(z.deflateRawSync(Buffer.from("aaaaaaaaaaaaaaaaabababab\xff\xfe", "latin1"), { strategy: 4 })),
          new Uint8Array(60),
        ],
        [Uint8Array.of(0, 1, 2), new Uint8Array(3)],
      ];
    },
  },
  varint: {
    kernel: (xs: Float64Array, out: Uint8Array) => {
      let o = 0;
      for (let x of xs) {
        x = x < 0 ? -x * 2 - 1 : x * 2;
        while (x >= 128) {
          out[o++] = (x % 128) | 128;
          x = Math.floor(x / 128);
        }
        out[o++] = x;
      }
      return o;
    },
    cases: () => [[Float64Array.of(0, 1, -1, 127, 128, 2 ** 31, -(2 ** 40), 2 ** 52), new Uint8Array(60)]],
  },
  utf8enc: {
    kernel: (cp: Uint32Array, out: Uint8Array) => {
      let o = 0;
      for (let i = 0; i < cp.length; i++) {
        const c = cp[i];
        if (c < 0x80) out[o++] = c;
        else if (c < 0x800) {
          out[o++] = 0xc0 | (c >> 6);
          out[o++] = 0x80 | (c & 63);
        } else if (c < 0x10000) {
          if (c >= 0xd800 && c <= 0xdfff) throw new RangeError("lone surrogate");
          out[o++] = 0xe0 | (c >> 12);
          out[o++] = 0x80 | ((c >> 6) & 63);
          out[o++] = 0x80 | (c & 63);
        } else if (c <= 0x10ffff) {
          out[o++] = 0xf0 | (c >> 18);
          out[o++] = 0x80 | ((c >> 12) & 63);
          out[o++] = 0x80 | ((c >> 6) & 63);
          out[o++] = 0x80 | (c & 63);
        } else throw new RangeError("not a code point");
      }
      return o;
    },
    cases: () => [
      [Uint32Array.of(65, 233, 8364, 128512), new Uint8Array(16)],
      [Uint32Array.of(0xd800), new Uint8Array(4)],
      [Uint32Array.of(0x110000), new Uint8Array(4)],
    ],
  },
  parseFloats: {
    kernel: (s: Uint8Array, out: Float64Array) => {
      let i = 0,
        n = 0;
      const isDigit = (c: number) => c >= 48 && c <= 57;
      while (i < s.length) {
        while (i < s.length && (s[i] === 32 || s[i] === 44 || s[i] === 10)) i++;
        if (i >= s.length) break;
        let sign = 1;
        if (s[i] === 45) {
          sign = -1;
          i++;
        } else if (s[i] === 43) i++;
        let v = 0,
          digits = 0;
        while (i < s.length && isDigit(s[i])) {
          v = v * 10 + (s[i++] - 48);
          digits++;
        }
        if (i < s.length && s[i] === 46) {
          i++;
          let f = 0.1;
          while (i < s.length && isDigit(s[i])) {
            v += (s[i++] - 48) * f;
            f /= 10;
            digits++;
          }
        }
        if (i < s.length && (s[i] | 32) === 101) {
          i++;
          let es = 1;
          if (s[i] === 45) {
            es = -1;
            i++;
          } else if (s[i] === 43) i++;
          let e = 0;
          while (i < s.length && isDigit(s[i])) e = e * 10 + s[i++] - 48;
          for (; e > 0; e--) v = es > 0 ? v * 10 : v / 10;
        }
        if (!digits) throw new TypeError("no number");
        out[n++] = sign * v;
      }
      return n;
    },
    cases: () => [
      [text("1, -2.5,3e2\n  4.25e-3 +7 -0"), new Float64Array(10)],
      [text("abc"), new Float64Array(10)],
      [text("   "), new Float64Array(1)],
      [text("123456789012345678901234567890.5"), new Float64Array(2)],
    ],
  },
  jsonDepth: {
    kernel: (s: Uint8Array) => {
      let depth = 0,
        max = 0,
        inStr = false,
        esc = false;
      for (const c of s) {
        if (inStr) {
          if (esc) esc = false;
          else if (c === 92) esc = true;
          else if (c === 34) inStr = false;
          continue;
        }
        switch (c) {
          case 34:
            inStr = true;
            break;
          case 91:
          case 123:
            if (++depth > max) max = depth;
            break;
          case 93:
          case 125:
            if (--depth < 0) return -1;
        }
      }
      return inStr || depth !== 0 ? -2 : max;
    },
    cases: () => [[text('{"a":[1,{"b":"}]\\""}]}')], [text("]")], [text('"abc')]],
  },
  hexdump: {
    kernel: (d: Uint8Array, out: Uint8Array) => {
      const hex = (n: number) => (n < 10 ? 48 + n : 87 + n);
      let o = 0;
      for (let i = 0; i < d.length; i++) {
        out[o++] = hex(d[i] >>> 4);
        out[o++] = hex(d[i] & 15);
        out[o++] = (i + 1) % 16 === 0 ? 10 : 32;
      }
      return o;
    },
    cases: () => [[bytes(40, 7), new Uint8Array(200)]],
  },
  rleBits: {
    kernel: (bits: Uint8Array, out: Uint16Array) => {
      let n = 0;
      for (let i = 0; i < bits.length; ) {
        let j = i;
        do j++;
        while (j < bits.length && bits[j] === bits[i]);
        out[n++] = ((j - i) << 1) | (bits[i] ? 1 : 0);
        i = j;
      }
      return n;
    },
    cases: () => [
      [Uint8Array.of(0, 0, 1, 1, 1, 0), new Uint16Array(6)],
      [new Uint8Array(0), new Uint16Array(1)],
      [new Uint8Array(100), new Uint16Array(1)],
    ],
  },
  quotedPrintable: {
    kernel: (d: Uint8Array) => {
      let col = 0,
        lines = 1;
      for (const c of d) {
        const w = c < 32 || c > 126 || c === 61 ? 3 : 1;
        if (col + w > 75) {
          col = 0;
          lines++;
        }
        col += w;
      }
      return [lines, col];
    },
    cases: () => [[bytes(200, 8)], [text("")]],
  },
  bwt: {
    kernel: (s: Uint8Array, out: Uint8Array) => {
      const n = s.length;
      const idx = new Int32Array(n);
      for (let i = 0; i < n; i++) idx[i] = i;
      const less = (a: number, b: number): boolean => {
        for (let k = 0; k < n; k++) {
          const x = s[(a + k) % n],
            y = s[(b + k) % n];
          if (x !== y) return x < y;
        }
        return a < b;
      };
      for (let i = 1; i < n; i++) {
        const v = idx[i];
        let j = i - 1;
        while (j >= 0 && less(v, idx[j])) {
          idx[j + 1] = idx[j];
          j--;
        }
        idx[j + 1] = v;
      }
      let primary = -1;
      for (let i = 0; i < n; i++) {
        if (idx[i] === 0) primary = i;
        out[i] = s[(idx[i] + n - 1) % n];
      }
      return primary;
    },
    cases: () => [
      [text("banana_bandana"), new Uint8Array(14)],
      [new Uint8Array(0), new Uint8Array(0)],
    ],
  },
});

const IMA_STEP = [
  7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107, 118,
  130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060,
  1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484,
  7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
];
const IMA_INDEX = Int8Array.of(-1, -1, -1, -1, 2, 4, 6, 8);
const few = (n: number, seed: number, kinds: number) => bytes(n, seed).map((x) => x % kinds);

defineKernels("compression", {
  "matches in a hash table": {
    kernel: (src: Uint8Array, dst: Uint8Array): number => {
      const HASH = 1 << 12,
        table = new Int32Array(HASH).fill(-1);
      let ip = 0,
        op = 0,
        anchor = 0;
      const hash = (p: number) =>
        Math.imul(src[p] | (src[p + 1] << 8) | (src[p + 2] << 16) | (src[p + 3] << 24), 2654435761) >>> 20;
      const emitLen = (n: number) => {
        for (; n >= 255; n -= 255) dst[op++] = 255;
        dst[op++] = n;
      };
      while (ip + 4 <= src.length - 5) {
        const h = hash(ip),
          ref = table[h];
        table[h] = ip;
        if (
          ref < 0 ||
          ip - ref > 65535 ||
          src[ref] !== src[ip] ||
          src[ref + 1] !== src[ip + 1] ||
          src[ref + 2] !== src[ip + 2] ||
          src[ref + 3] !== src[ip + 3]
        ) {
          ip++;
          continue;
        }
        let len = 4;
        while (ip + len < src.length - 5 && src[ref + len] === src[ip + len]) len++;
        const lit = ip - anchor,
          ml = len - 4;
        dst[op++] = (Math.min(lit, 15) << 4) | Math.min(ml, 15);
        if (lit >= 15) emitLen(lit - 15);
        while (anchor < ip) dst[op++] = src[anchor++];
        const off = ip - ref;
        dst[op++] = off & 255;
        dst[op++] = off >> 8;
        if (ml >= 15) emitLen(ml - 15);
        anchor = ip += len;
      }
      const lit = src.length - anchor;
      dst[op++] = Math.min(lit, 15) << 4;
      if (lit >= 15) emitLen(lit - 15);
      while (anchor < src.length) dst[op++] = src[anchor++];
      return op;
    },
    cases: () => [
      [few(200, 1, 3), new Uint8Array(400)],
      [bytes(0, 1), new Uint8Array(4)],
      [bytes(100, 2), new Uint8Array(10)],
      [new Uint8Array(1000), new Uint8Array(100)],
    ],
    mayLeaveBounds: true,
  },
  "lengths of Huffman's codes": {
    kernel: (freq: Uint32Array): Uint8Array => {
      const n = freq.length,
        lens = new Uint8Array(n);
      const weight = new Float64Array(2 * n),
        parent = new Int32Array(2 * n).fill(-1),
        alive: Int32Array = new Int32Array(2 * n);
      let m = 0,
        next = n;
      for (let i = 0; i < n; i++) if ((weight[i] = freq[i])) alive[m++] = i;
      if (m === 1) lens[alive[0]] = 1;
      while (m > 1) {
        let a = 0,
          b = 1;
        if (weight[alive[b]] < weight[alive[a]]) [a, b] = [b, a];
        for (let k = 2; k < m; k++) {
          if (weight[alive[k]] < weight[alive[a]]) {
            b = a;
            a = k;
          } else if (weight[alive[k]] < weight[alive[b]]) b = k;
        }
        weight[next] = weight[alive[a]] + weight[alive[b]];
        parent[alive[a]] = parent[alive[b]] = next;
        const hi = Math.max(a, b),
          lo = Math.min(a, b);
        alive[hi] = alive[--m];
        alive[lo] = next++;
      }
      for (let i = 0; i < n; i++) for (let p = parent[i]; p !== -1; p = parent[p]) lens[i]++;
      return lens;
    },
    cases: () => [
      [Uint32Array.of(5, 9, 12, 13, 16, 45)],
      [new Uint32Array(0)],
      [Uint32Array.of(7)],
      [Uint32Array.of(0, 0, 3)],
      [Uint32Array.from(randomInts(60, 3, 0, 100))],
    ],
  },
  "range coder": {
    kernel: (sym: Uint8Array, out: Uint8Array, A = 4) => {
      const freq = new Uint32Array(A).fill(1);
      let total = A,
        low = 0,
        range = 0xffffffff,
        n = 0;
      for (const s of sym) {
        let cum = 0;
        for (let k = 0; k < s; k++) cum += freq[k];
        range = Math.floor(range / total);
        low += cum * range;
        range *= freq[s];
        freq[s]++;
        total++;
        if (low >= 2 ** 32) {
          low -= 2 ** 32;
          for (let k = n - 1; k >= 0 && ++out[k] === 256; k--);
        }
        while (range < 0x1000000) {
          out[n++] = (low / 0x1000000) & 255;
          low = (low * 256) % 2 ** 32;
          range *= 256;
        }
      }
      return [n, low, range] as const;
    },
    cases: () => [
      [few(200, 4, 4), new Uint8Array(200)],
      [bytes(0, 1), bytes(0, 1)],
      [few(10, 5, 6), new Uint8Array(20)],
    ],
    mayLeaveBounds: true,
  },
  "IMA ADPCM": {
    kernel: (pcm: Int16Array, out: Uint8Array): [number, number] => {
      let pred = 0,
        index = 0;
      for (let i = 0; i < pcm.length; i++) {
        let step = IMA_STEP[index],
          diff = pcm[i] - pred,
          code = 0;
        if (diff < 0) {
          code = 8;
          diff = -diff;
        }
        let delta = step >> 3;
        for (let bit = 4; bit; bit >>= 1) {
          if (diff >= step) {
            code |= bit;
            diff -= step;
            delta += step;
          }
          step >>= 1;
        }
        pred += code & 8 ? -delta : delta;
        pred = Math.max(-32768, Math.min(32767, pred));
        index = Math.min(88, Math.max(0, index + IMA_INDEX[code & 7]));
        out[i >> 1] |= i & 1 ? code << 4 : code;
      }
      return [pred, index];
    },
    cases: () => [
      [Int16Array.from(randomInts(60, 6, -32768, 32767)), new Uint8Array(30)],
      [new Int16Array(0), new Uint8Array(0)],
      [Int16Array.of(-32768), new Uint8Array(1)],
    ],
  },
  "recursive descent": {
    kernel: (src: Uint8Array): number => {
      let p = 0;
      const peek = () => (p < src.length ? src[p] : 0);
      function expr(): number {
        let v = term();
        for (;;) {
          const c = peek();
          if (c === 43) {
            p++;
            v += term();
          } else if (c === 45) {
            p++;
            v -= term();
          } else return v;
        }
      }
      function term(): number {
        let v = factor();
        while (peek() === 42 || peek() === 47) {
          if (src[p++] === 42) v *= factor();
          else v /= factor();
        }
        return v;
      }
      function factor(): number {
        if (peek() === 45) {
          p++;
          return -factor();
        }
        if (peek() === 40) {
          p++;
          const v = expr();
          if (peek() !== 41) throw new Error("expected ) at " + p);
          p++;
          return v;
        }
        let v = 0,
          any = false;
        for (let c: number; (c = peek()) >= 48 && c <= 57; p++) {
          v = v * 10 + (c - 48);
          any = true;
        }
        if (!any) throw new Error(`unexpected ${peek()} at ${p}`);
        return v;
      }
      const v = expr();
      if (p !== src.length) throw new Error(`trailing input at ${p} of ${src.length}`);
      return v;
    },
    cases: () => ["1+2*3", "-(4-6)/8", "", "(1", "2)", "0/0", "--5*-1", "1e5"].map((s) => [text(s)]),
  },
});

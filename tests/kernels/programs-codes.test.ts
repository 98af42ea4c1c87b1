/** Whole programs: checksums, ciphers, codes, calendars, fixed point. */
import { defineKernels } from "../support/differential.ts";
import { INT32_EDGES, pairsOf, randomInts, singles } from "../support/edge-values.ts";

const image = (length: number, seed: number): Uint8Array => Uint8Array.from(randomInts(length, seed, 0, 256));

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

defineKernels("checksums and codes", {
  "CRC-32 with a captured table": {
    kernel: (a: Uint8Array) => {
      let c = -1;
      for (const b of a) c = CRC_TABLE[(c ^ b) & 255] ^ (c >>> 8);
      return ~c >>> 0;
    },
    cases: () => [[image(100, 23)], [new Uint8Array(0)]],
  },
  "CRC-32 with its own table": {
    kernel: (a: Uint8Array) => {
      const table = new Uint32Array(256);
      for (let n = 0; n < 256; n++) {
        let c = n;
        for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
        table[n] = c;
      }
      let crc = 0xffffffff;
      for (let i = 0; i < a.length; i++) crc = table[(crc ^ a[i]) & 255] ^ (crc >>> 8);
      return (crc ^ 0xffffffff) >>> 0;
    },
    cases: () => [[image(100, 23)], [new Uint8Array(0)]],
  },
  "CRC-16": {
    kernel: (a: Uint8Array) => {
      let crc = 0xffff;
      for (const b of a) {
        crc ^= b << 8;
        for (let k = 0; k < 8; k++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
      }
      return crc;
    },
    cases: () => [[image(100, 24)], [new Uint8Array(0)]],
  },
  "SHA-256 block": {
    kernel: (block: Uint8Array, state: Uint32Array, k: Uint32Array) => {
      const w = new Int32Array(64);
      for (let i = 0; i < 16; i++)
        w[i] = (block[4 * i] << 24) | (block[4 * i + 1] << 16) | (block[4 * i + 2] << 8) | block[4 * i + 3];
      const rotr = (x: number, n: number) => (x >>> n) | (x << (32 - n));
      for (let i = 16; i < 64; i++) {
        const s0 = rotr(w[i - 15], 7) ^ rotr(w[i - 15], 18) ^ (w[i - 15] >>> 3);
        const s1 = rotr(w[i - 2], 17) ^ rotr(w[i - 2], 19) ^ (w[i - 2] >>> 10);
        w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
      }
      let [a, b, c, d] = [state[0] | 0, state[1] | 0, state[2] | 0, state[3] | 0];
      let [e, f, g, h] = [state[4] | 0, state[5] | 0, state[6] | 0, state[7] | 0];
      for (let i = 0; i < 64; i++) {
        const s1 = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25);
        const ch = (e & f) ^ (~e & g);
        const t1 = (h + s1 + ch + k[i] + w[i]) | 0;
        const s0 = rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22);
        const maj = (a & b) ^ (a & c) ^ (b & c);
        const t2 = (s0 + maj) | 0;
        h = g;
        g = f;
        f = e;
        e = (d + t1) | 0;
        d = c;
        c = b;
        b = a;
        a = (t1 + t2) | 0;
      }
      state[0] += a;
      state[1] += b;
      state[2] += c;
      state[3] += d;
      state[4] += e;
      state[5] += f;
      state[6] += g;
      state[7] += h;
    },
    cases: () => [
      [
        image(64, 25),
        Uint32Array.from(randomInts(8, 26, -2147483648, 2147483647)),
        Uint32Array.from(randomInts(64, 27, -2147483648, 2147483647)),
      ],
    ],
  },
  "ChaCha quarter rounds": {
    kernel: (s: Uint32Array, rounds: number) => {
      const quarter = (a: number, b: number, c: number, d: number) => {
        s[a] += s[b];
        s[d] ^= s[a];
        s[d] = (s[d] << 16) | (s[d] >>> 16);
        s[c] += s[d];
        s[b] ^= s[c];
        s[b] = (s[b] << 12) | (s[b] >>> 20);
        s[a] += s[b];
        s[d] ^= s[a];
        s[d] = (s[d] << 8) | (s[d] >>> 24);
        s[c] += s[d];
        s[b] ^= s[c];
        s[b] = (s[b] << 7) | (s[b] >>> 25);
      };
      for (let r = 0; r < rounds; r++) {
        for (let i = 0; i < 4; i++) quarter(i, i + 4, i + 8, i + 12);
        for (let i = 0; i < 4; i++) quarter(i, ((i + 1) & 3) + 4, ((i + 2) & 3) + 8, ((i + 3) & 3) + 12);
      }
    },
    cases: () => [[Uint32Array.from(randomInts(16, 28, -2147483648, 2147483647)), 10]],
  },
  "base 64": {
    kernel: (a: Uint8Array, alphabet: Uint8Array, out: Uint8Array) => {
      let n = 0;
      for (let i = 0; i < a.length; i += 3) {
        const b1 = i + 1 < a.length ? a[i + 1] : 0;
        const b2 = i + 2 < a.length ? a[i + 2] : 0;
        const v = (a[i] << 16) | (b1 << 8) | b2;
        out[n++] = alphabet[v >> 18];
        out[n++] = alphabet[(v >> 12) & 63];
        out[n++] = i + 1 < a.length ? alphabet[(v >> 6) & 63] : 61;
        out[n++] = i + 2 < a.length ? alphabet[v & 63] : 61;
      }
      return n;
    },
    cases: () =>
      [0, 1, 2, 3, 10].map((n) => [
        image(n, 29),
        Uint8Array.from({ length: 64 }, (_, i) => i + 40),
        new Uint8Array(16),
      ]),
  },
  LEB128: {
    kernel: (values: Uint32Array, out: Uint8Array) => {
      let n = 0;
      for (let v of values) {
        do {
          let b = v & 127;
          v >>>= 7;
          if (v !== 0) b |= 128;
          out[n++] = b;
        } while (v !== 0);
      }
      return n;
    },
    cases: () => [[Uint32Array.from(INT32_EDGES), new Uint8Array(5 * INT32_EDGES.length)]],
  },
  "zigzag deltas": {
    kernel: (a: Int32Array, out: Uint32Array) => {
      let last = 0;
      for (let i = 0; i < a.length; i++) {
        const d = (a[i] - last) | 0;
        out[i] = (d << 1) ^ (d >> 31);
        last = a[i];
      }
    },
    cases: () => [[Int32Array.from(INT32_EDGES), new Uint32Array(INT32_EDGES.length)]],
  },
  "UTF-8 length": {
    kernel: (codes: Uint32Array) => {
      let n = 0;
      for (const c of codes) n += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
      return n;
    },
    cases: () => [[Uint32Array.of(65, 233, 8364, 128512)]],
  },
  "Hamming distance": {
    kernel: (a: Uint32Array, b: Uint32Array) => {
      let d = 0;
      for (let i = 0; i < a.length; i++) {
        let v = a[i] ^ b[i];
        while (v) {
          v &= v - 1;
          d++;
        }
      }
      return d;
    },
    cases: () => [
      [
        Uint32Array.from(randomInts(20, 30, -2147483648, 2147483647)),
        Uint32Array.from(randomInts(20, 31, -2147483648, 2147483647)),
      ],
    ],
  },
  "float16 to float": {
    kernel: (bits: Uint16Array, out: Float32Array) => {
      for (let i = 0; i < bits.length; i++) {
        const sign = bits[i] & 0x8000 ? -1 : 1;
        const exponent = (bits[i] >> 10) & 31;
        const fraction = bits[i] & 1023;
        if (exponent === 0) out[i] = sign * fraction * 2 ** -24;
        else if (exponent === 31) out[i] = fraction ? NaN : sign * Infinity;
        else out[i] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
      }
    },
    cases: () => [
      [
        Uint16Array.of(0, 0x8000, 0x3c00, 0xc000, 0x7c00, 0xfc00, 0x7e00, 1, 0x03ff, 0x7bff, 0x3555),
        new Float32Array(11),
      ],
    ],
  },
});

defineKernels("calendars and fixed point", {
  "days from civil": {
    kernel: (year: number, month: number, day: number) => {
      const y = month <= 2 ? year - 1 : year;
      const era = Math.floor(y / 400);
      const yoe = y - era * 400;
      const doy = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
      const doe = yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy;
      return era * 146097 + doe - 719468;
    },
    cases: () => [
      [1970, 1, 1],
      [2000, 2, 29],
      [2024, 12, 31],
      [-1, 3, 1],
      [0, 1, 1],
      [1600, 2, 29],
      [9999, 12, 31],
    ],
  },
  "civil from days": {
    kernel: (days: number) => {
      const z = days + 719468;
      const era = Math.floor(z / 146097);
      const doe = z - era * 146097;
      const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36524) - Math.floor(doe / 146096)) / 365);
      const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
      const mp = Math.floor((5 * doy + 2) / 153);
      const day = doy - Math.floor((153 * mp + 2) / 5) + 1;
      const month = mp < 10 ? mp + 3 : mp - 9;
      return [yoe + era * 400 + (month <= 2 ? 1 : 0), month, day];
    },
    cases: () => singles([0, 1, -1, 11016, 20000, -719468, 2932896]),
  },
  "leap years": {
    kernel: (from: number, to: number) => {
      let n = 0;
      for (let y = from; y < to; y++) if ((y % 4 === 0 && y % 100 !== 0) || y % 400 === 0) n++;
      return n;
    },
    cases: () => [
      [1900, 2100],
      [-8, 8],
      [2000, 2001],
    ],
  },
  "day of the week": {
    kernel: (y: number, m: number, d: number) => {
      if (m < 3) {
        m += 12;
        y--;
      }
      return (d + (((13 * (m + 1)) / 5) | 0) + y + (y >> 2) - ((y / 100) | 0) + ((y / 400) | 0)) % 7;
    },
    cases: () => [
      [2024, 2, 29],
      [2000, 1, 1],
      [1999, 12, 31],
    ],
  },
  Easter: {
    kernel: (year: number) => {
      const a = year % 19;
      const b = Math.floor(year / 100);
      const c = year % 100;
      const d = Math.floor(b / 4);
      const e = b % 4;
      const f = Math.floor((b + 8) / 25);
      const g = Math.floor((b - f + 1) / 3);
      const h = (19 * a + b - d - g + 15) % 30;
      const i = Math.floor(c / 4);
      const k = c % 4;
      const l = (32 + 2 * e + 2 * i - h - k) % 7;
      const m = Math.floor((a + 11 * h + 22 * l) / 451);
      const n = h + l - 7 * m + 114;
      return Math.floor(n / 31) * 100 + (n % 31) + 1;
    },
    cases: () => singles([1961, 2000, 2024, 2025, 2038, 2100]),
  },
  "16.16 multiplication": {
    kernel: (a: number, b: number) => ((a * b) / 65536) | 0,
    cases: () => pairsOf([65536, 98304, -65536, 1, 2147483647], [65536, 32768, -98304, 3, 2147483647]),
  },
  "16.16 multiplication by halves": {
    kernel: (a: number, b: number) => {
      const ah = a >> 16;
      const al = a & 0xffff;
      const bh = b >> 16;
      const bl = b & 0xffff;
      return (((ah * bh) << 16) + ah * bl + al * bh + ((al * bl) >>> 16)) | 0;
    },
    cases: () => pairsOf(INT32_EDGES, INT32_EDGES),
  },
  "CORDIC rotation": {
    kernel: (angle: number, table: Int32Array) => {
      let x = 39797;
      let y = 0;
      let z = angle | 0;
      for (let i = 0; i < table.length; i++) {
        const dx = x >> i;
        const dy = y >> i;
        if (z >= 0) {
          x -= dy;
          y += dx;
          z -= table[i];
        } else {
          x += dy;
          y -= dx;
          z += table[i];
        }
      }
      return [x, y];
    },
    cases: () =>
      singles([0, 34315, -51472, 65536]).map(([a]) => [
        a,
        Int32Array.of(51472, 30386, 16055, 8150, 4091, 2047, 1024, 512, 256, 128, 64, 32),
      ]),
  },
  "saturating sum": {
    kernel: (a: Int16Array, b: Int16Array, out: Int16Array) => {
      for (let i = 0; i < a.length; i++) out[i] = Math.max(-32768, Math.min(32767, a[i] + b[i]));
    },
    cases: () => [
      [
        Int16Array.from(randomInts(60, 32, -32768, 32768)),
        Int16Array.from(randomInts(60, 33, -32768, 32768)),
        new Int16Array(60),
      ],
    ],
  },
  "bankers' rounding": {
    kernel: (x: number) => {
      const f = Math.floor(x);
      const d = x - f;
      if (d < 0.5) return f;
      if (d > 0.5) return f + 1;
      return f % 2 === 0 ? f : f + 1;
    },
    cases: () => singles([0.5, 1.5, 2.5, -0.5, -1.5, 2.4, 2.6, 3, -0]),
  },
});

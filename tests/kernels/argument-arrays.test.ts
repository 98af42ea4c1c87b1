/** Arrays as arguments: overlapping, aliased, empty, shared, resizable, detached, Node's Buffer, of another realm. */
import { runInNewContext } from "node:vm";
import { detach } from "../support/copy-arguments.ts";
import { defineKernels, oob } from "../support/differential.ts";
import { randomFloats, randomInts } from "../support/edge-values.ts";

/** Two views on one buffer, `shift` elements apart. */
function overlapping<T>(
  Kind: new (b: ArrayBuffer, o: number, l: number) => T,
  bytes: number,
  length: number,
  shift: number,
  fill = 1,
): [T, T] {
  const buffer = new ArrayBuffer(bytes * (length + Math.abs(shift)));
  new Uint8Array(buffer).forEach((_, i, all) => {
    all[i] = (i * 37 + fill) & 127;
  });
  const first = new Kind(buffer, shift < 0 ? -shift * bytes : 0, length);
  const second = new Kind(buffer, shift < 0 ? 0 : shift * bytes, length);
  return [first, second];
}

const shifts = [0, 1, 2, 3, 4, 8, 16, -1, -2, -4, -16];

defineKernels("overlapping arguments", {
  copy: {
    kernel: (a: Int32Array, b: Int32Array) => {
      for (let i = 0; i < a.length; i++) b[i] = a[i];
    },
    cases: () => [
      [new Int32Array(64), randomInts(64, 1, 0, 100)],
      ...shifts.map((s) => overlapping(Int32Array, 4, 64, s)),
    ],
  },
  "b = a + 1": {
    kernel: (a: Int32Array, b: Int32Array) => {
      for (let i = 0; i < a.length; i++) b[i] = a[i] + 1;
    },
    cases: () => [
      [randomInts(64, 1, 0, 100), new Int32Array(64)],
      ...shifts.map((s) => overlapping(Int32Array, 4, 64, s)),
    ],
  },
  backwards: {
    kernel: (a: Int32Array, b: Int32Array) => {
      for (let i = a.length - 1; i >= 0; i--) b[i] = a[i] * 2 + 1;
    },
    cases: () => shifts.map((s) => overlapping(Int32Array, 4, 64, s)),
  },
  swap: {
    kernel: (a: Int32Array, b: Int32Array) => {
      for (let i = 0; i < a.length; i++) {
        const t = a[i];
        a[i] = b[i];
        b[i] = t;
      }
    },
    cases: () => shifts.map((s) => overlapping(Int32Array, 4, 40, s)),
  },
  bytes: {
    kernel: (a: Uint8Array, b: Uint8Array) => {
      for (let i = 0; i < a.length; i++) b[i] = a[i] * 3;
    },
    cases: () => shifts.map((s) => overlapping(Uint8Array, 1, 100, s)),
  },
  "different kinds": {
    kernel: (a: Uint8Array, b: Int32Array) => {
      for (let i = 0; i < b.length; i++) b[i] = a[i] + a[a.length - 1 - i] * 256;
    },
    cases: () =>
      [0, 4, 8, 32].map((at) => {
        const buffer = new ArrayBuffer(64);
        const bytes = new Uint8Array(buffer);
        bytes.forEach((_, i) => {
          bytes[i] = i * 5;
        });
        return [bytes, new Int32Array(buffer, at, 8)];
      }),
  },
  "running sum into itself": {
    kernel: (a: Int32Array, b: Int32Array) => {
      b[0] = a[0];
      for (let i = 1; i < a.length; i++) b[i] = b[i - 1] + a[i];
    },
    cases: () => [
      ...[0, 1, -1, 3].map((s) => overlapping(Int32Array, 4, 30, s)),
      [randomInts(30, 2, 0, 9), new Int32Array(30)],
    ],
  },
  "value kept across a store": {
    kernel: (a: Int32Array, b: Int32Array) => {
      let s = 0;
      for (let i = 0; i < a.length; i++) {
        const before = a[0];
        b[i] = i;
        s += a[0] - before + b[0];
      }
      return s;
    },
    cases: () => [
      ...[0, 1, -1, 5].map((s) => overlapping(Int32Array, 4, 20, s)),
      [new Int32Array(20), new Int32Array(20)],
    ],
  },
  "three arrays": {
    kernel: (a: Float64Array, b: Float64Array, out: Float64Array) => {
      for (let i = 0; i < out.length; i++) out[i] = a[i] + b[i];
    },
    cases: () => {
      const x = randomFloats(32, 3);
      const y = randomFloats(32, 4);
      return [
        [x, y, new Float64Array(32)],
        [x, y, x],
        [x, y, y],
        [x, x, x],
        [x.subarray(1), x.subarray(2), x.subarray(0, 30)],
        [x.subarray(0, 30), x.subarray(1, 31), x.subarray(2)],
      ];
    },
  },
  "reads only may overlap": {
    kernel: (a: Float64Array, b: Float64Array) => {
      let s = 0;
      for (let i = 0; i < a.length; i++) s += a[i] * b[i];
      return s;
    },
    cases: () => {
      const x = randomFloats(32, 5);
      return [
        [x, x],
        [x.subarray(0, 30), x.subarray(2)],
      ];
    },
  },
  "shared then apart": {
    kernel: (a: Float64Array, b: Float64Array) => {
      for (let i = 0; i + 1 < a.length; i++) b[i + 1] = a[i] * 0.5;
    },
    cases: () => {
      const x = randomFloats(16, 6);
      return [[x, new Float64Array(16)], [x, x], [new Float64Array(16), x], [x, x.subarray(1)].reverse()].map(
        ([a, b]) => ((a as Float64Array).length > (b as Float64Array).length ? [b, a] : [a, b]),
      );
    },
  },
  "in-place filter": {
    kernel: (a: Float64Array) => {
      for (let i = 1; i + 1 < a.length; i++) a[i] = (a[i - 1] + a[i] + a[i + 1]) / 3;
    },
    cases: () => [[randomFloats(33, 7)]],
  },
  "in-place, far apart": {
    kernel: (a: Int32Array, k: number) => {
      for (let i = 0; i + k < a.length; i++) a[i + k] += a[i];
    },
    cases: () => [1, 2, 3, 4, 7, 8, 16, 40].map((k) => [randomInts(64, 8, 0, 10), k]),
  },
  "in-place reversal": {
    kernel: (a: Int32Array) => {
      const n = a.length;
      for (let i = 0; i < n; i++) a[n - 1 - i] = a[i];
    },
    cases: () => [[randomInts(33, 9, 0, 100)]],
  },
});

defineKernels("unusual arguments", {
  empty: {
    kernel: (a: Float64Array, b: Float64Array) => {
      let s = 0;
      for (let i = 0; i < a.length; i++) s += a[i] + b[i];
      return s + a.length;
    },
    cases: () => [
      [new Float64Array(0), new Float64Array(0)],
      [new Float64Array(0), new Float64Array(3)],
      oob("b", new Float64Array(3), new Float64Array(0)),
    ],
  },
  "empty view at the end of a buffer": {
    kernel: (a: Uint8Array) => a.length,
    cases: () => [[new Uint8Array(new ArrayBuffer(8), 8)], [new Uint8Array(new ArrayBuffer(8), 8, 0)]],
  },
  "unaligned offset": {
    kernel: (a: Uint8Array, out: Int32Array) => {
      for (let i = 0; i < a.length; i++) out[i & 3] += a[i];
    },
    cases: () => {
      const bytes = new Uint8Array(67).map((_, i) => i);
      return [1, 2, 3, 5].map((at) => [new Uint8Array(bytes.buffer, at, 60), new Int32Array(4)]);
    },
  },
  "view into the middle": {
    kernel: (a: Float64Array) => {
      for (let i = 0; i < a.length; i++) a[i] = -a[i];
    },
    cases: () => [[randomFloats(20, 10).subarray(5, 11)]],
  },
  Buffer: {
    kernel: (a: Uint8Array) => {
      let s = 0;
      for (let i = 0; i < a.length; i++) {
        s += a[i];
        a[i] ^= 255;
      }
      return s;
    },
    cases: () => [[Buffer.from("hello numbats")], [Buffer.alloc(0)], [Buffer.from([1, 2, 3]).subarray(1)]],
  },
  "Buffer returned": { kernel: (a: Uint8Array) => a, cases: () => [[Buffer.from("abc")]] },
  SharedArrayBuffer: {
    kernel: (a: Int32Array, b: Float64Array) => {
      for (let i = 0; i < a.length; i++) a[i] = a[i] * 2 + i;
      for (let i = 0; i < b.length; i++) b[i] += a[i];
      return a.length;
    },
    cases: () => [[new Int32Array(new SharedArrayBuffer(64)), new Float64Array(new SharedArrayBuffer(64), 8, 4)]],
  },
  "view of a SharedArrayBuffer returned": {
    kernel: (a: Int32Array) => a.subarray(2, 4),
    cases: () => [[new Int32Array(new SharedArrayBuffer(64))]],
  },
  "slice of a SharedArrayBuffer": {
    kernel: (a: Int32Array) => a.slice(2, 4),
    cases: () => [[new Int32Array(new SharedArrayBuffer(64))]],
  },
  "resizable buffer": {
    kernel: (a: Uint8Array) => {
      for (let i = 0; i < a.length; i++) a[i] += i;
      return a.length;
    },
    cases: () => [
      [new Uint8Array(resizable(8, 32))],
      [new Uint8Array(resizable(8, 32), 2)],
      [new Uint8Array(resizable(8, 32), 2, 3)],
    ],
  },
  detached: {
    kernel: (a: Float64Array) => {
      let s = 0;
      for (let i = 0; i < a.length; i++) s += a[i];
      return s + a.length;
    },
    cases: () => {
      const gone = new Float64Array(4);
      detach(gone.buffer as ArrayBuffer);
      return [[new Float64Array(4)], [gone]];
    },
  },
  "of another realm": {
    kernel: (a: Float64Array) => {
      a[0] += 1;
      return a[0] + a.length;
    },
    cases: () => [[runInNewContext("Float64Array.of(1, 2, 3)") as Float64Array]],
  },
  subclass: {
    kernel: (a: Float64Array) => {
      a[0] += 1;
      return a.length;
    },
    cases: () => [[new (class Samples extends Float64Array {})(3)]],
  },
  "one byte": {
    kernel: (a: Uint8Array) => {
      a[0]++;
      return a[0];
    },
    cases: () => [[Uint8Array.of(255)], [Uint8Array.of(7)]],
  },
  "many arrays": {
    kernel: (
      a: Int8Array,
      b: Int16Array,
      c: Int32Array,
      d: Float32Array,
      e: Float64Array,
      f: Uint8Array,
      g: BigInt64Array,
    ) => {
      for (let i = 0; i < a.length; i++) {
        e[i] = a[i] + b[i] + c[i] + d[i] + f[i] + Number(g[i]);
        f[i] = e[i];
      }
    },
    cases: () => [
      [
        Int8Array.of(1, -2),
        Int16Array.of(300, -300),
        Int32Array.of(1e6, -1e6),
        Float32Array.of(0.1, 0.2),
        new Float64Array(2),
        Uint8Array.of(5, 6),
        BigInt64Array.of(7n, -8n),
      ],
    ],
  },
});

function resizable(bytes: number, maxByteLength: number): ArrayBuffer {
  return new (ArrayBuffer as new (bytes: number, options: { maxByteLength: number }) => ArrayBuffer)(bytes, {
    maxByteLength,
  });
}

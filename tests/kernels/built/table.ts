/** Kernels that build tools rewrite: build-tools.test.ts compiles and minifies this file. Ordinary TypeScript, enums and all. */
import { prange, random } from "../../../src/index.ts";
import half, * as lib from "./surroundings.ts";
import { Color, cube, divmod, Flags, Geo, isEven, K, Limits, lerp, Mode, mutable, settings } from "./surroundings.ts";

const LOCAL = 11,
  SCALE = 0.25;
const twice = (x: number) => x * 2;
const { sqrt, floor } = Math;
const X = [0, 1, -1, 5, 6, 100, 1000, -1000, 0.5, -0.5, 2.75, -0, NaN, Infinity];
const xs = () => X.map((x) => [x]);
const arr = () => [[Float64Array.of(1, 2.5, -3, 4, 0, 7)], [Int32Array.of(4, -5, 6)], [Uint8Array.of(0, 255, 3, 4)]];
class Sim {
  static DT = 0.125;
  static step(x: number) {
    return x + Sim.DT;
  }
  static run = (x: number) => {
    let s = x;
    for (let i = 0; i < 4; i++) s = Sim.step(s);
    return s;
  };
}

// biome-ignore format: a line each
export const table = {
  imports: { kernel: (x: number) => half(x) + cube(x) + K + lib.K + lib.cube(x) + mutable, cases: xs },
  defaults: { kernel: (x: number, y = 2, z = y * 2) => lerp(x, y) + lerp(x, y, z), cases: () => [[1], [1, 2], [0.5, 3, 4], [1, undefined, 2]] },
  enums: { kernel: (x: number) => { switch (x) { case Color.Red: return 1; case Color.Green: return 2; case Color.Blue: return Flags.C; default: return Flags.A | Flags.B; } }, cases: xs },
  constEnum: { kernel: (x: number) => x === Mode.On ? Mode.Auto : Mode.Off, cases: xs },
  namespaced: { kernel: (x: number) => Geo.rad(x) * Geo.R, cases: xs },
  statics: { kernel: (x: number) => Limits.clamp(x) + Limits.MAX - lib.Limits.MIN, cases: xs },
  localStatics: { kernel: (x: number) => Sim.run(x) + Sim.DT, cases: xs },
  objects: { kernel: (x: number) => settings.helper(x) * settings.gain + settings.inner.offset + settings.table[1] + settings.lut[2], cases: xs },
  tuples: { kernel: (x: number) => { const [q, r] = divmod(x, 4); let [a, b] = [q, r]; [a, b] = [b, a]; return a * 10 + b; }, cases: xs },
  returnTuple: { kernel: (x: number) => { const [q, r] = divmod(x, 3); return [r, q, x > 1]; }, cases: xs },
  forOf: { kernel: (a: Float64Array) => { let s = 0; for (const v of a) { if (v < 0) continue; s += v; } return s; }, cases: arr },
  forOfPrange: { kernel: (a: Float64Array) => { let s = 0; for (const i of prange(a.length)) { s += a[i] * i; } return s; }, cases: arr },
  forOfPrange3: { kernel: (a: Float64Array) => { let s = 0; for (const i of prange(1, a.length, 2)) s += a[i]; return s; }, cases: arr },
  forOfTable: { kernel: (x: number) => { let s = 0; for (const v of settings.table) s += v * x; return s; }, cases: xs },
  random: { kernel: (n: number) => { random.seed(n); let s = random.random(); for (const i of prange(5)) s += random.normal(i) * random.exponential(2) + random.integers(9); return [s, random.random()]; }, cases: () => [[1], [7]] },
  power: { kernel: (x: number) => x ** 2 + (x ** 3), cases: xs },
  powAssign: { kernel: (x: number) => { let y = x; y **= 2; return y; }, cases: xs },
  logical: { kernel: (x: number, y?: number) => { let a = y ?? 5; a ||= 3; let b = x; b &&= a; let c = y; c ??= 1; return a + b + c; }, cases: () => [[1], [0, 0], [2, 3], [0.5]] },
  elementLogical: { kernel: (a: Float64Array) => { a[0] ||= 4; a[1] &&= 2; a[2] ??= 3; a[1] **= 2; return a[0] + a[1]; }, cases: () => [[Float64Array.of(0, 3, 1)]] },
  closuresLoop: { kernel: (x: number) => { let s = 0; for (let i = 0; i < 3; i++) { const k = i * 2; const f = () => k + i; s += f() * x; } return s; }, cases: xs },
  innerFns: { kernel: (x: number) => { let count = 0; function bump(by = 1) { count += by; return count; } const g = (v: number) => { bump(v); return bump(); }; return g(x) + g(2) + count; }, cases: xs },
  localRecursion: { kernel: (n: number) => { const fact = (k: number): number => k <= 1 ? 1 : k * fact(k - 1); return fact(Math.min(Math.abs(n | 0), 20)); }, cases: xs },
  mutual: { kernel: (n: number) => isEven(Math.abs(n | 0) % 50), cases: xs },
  throwing: { kernel: (x: number) => { if (!(x >= 0)) throw new RangeError("x is negative"); if (x > 500) throw new Error(`too large`); return sqrt(x); }, cases: xs },
  destructuredMath: { kernel: (x: number) => sqrt(floor(Math.abs(x))) + twice(LOCAL) * SCALE, cases: xs },
  ternaryFns: { kernel: (x: number) => { const f = x > 0 ? cube : twice; return f(x); }, cases: xs },
  fnArgs: { kernel: (x: number) => { const apply = (f: (v: number) => number, v: number) => f(f(v)); return apply(twice, x) + apply((v) => v + LOCAL, x) + apply(half, x); }, cases: xs },
  switchTrue: { kernel: (x: number) => { switch (true) { case x > 10: return 1; case x > 0: return 2; default: return 3; } }, cases: xs },
  localArray: { kernel: (n: number) => { const a = new Float64Array(8); for (let i = 0; i < a.length; i++) a[i] = i * n; a.fill(1, 2, 4); return a.subarray(1, 5); }, cases: xs },
  labelled: { kernel: (n: number) => { let c = 0; outer: for (let i = 0; i < 5; i++) { for (let j = 0; j < 5; j++) { if (j > i) continue outer; if (i * j > n) break outer; c++; } } return c; }, cases: xs },
  bools: { kernel: (x: number) => { const t = true, f = false; let u; if (x > 0) u = t; else u = f; return u === !0; }, cases: xs },
  undef: { kernel: (x: number, y?: number) => y === undefined ? x : y === void 0 ? 1 : x + y, cases: () => [[1], [1, 2], [0.5, undefined]] },
  typeofUndefined: { kernel: (x: number, y?: number, z?: number) => (typeof y === "undefined" ? x : y) + (typeof z != "undefined" ? z : 5), cases: () => [[1], [1, 2], [1, undefined, 3], [1, 2, 3]] },
  infinity: { kernel: (x: number) => { let best = Infinity, worst = -Infinity, n = NaN; if (x < best) best = x; if (x > worst) worst = x; return best + worst + (n !== n ? 1 : 0); }, cases: xs },
  sequence: { kernel: (x: number) => { let a = 1, b = 2; for (; a < 10; a++, b += a) if (b > x && (a += 2, b > 5)) break; return a * 100 + b; }, cases: xs },
  returnVoid: { kernel: (a: Float64Array) => { if (a.length > 4) return; a[0] = 9; }, cases: arr },
  bigints: { kernel: (b: bigint) => { let h = 0xcbf29ce484222325n; for (let i = 0; i < 4; i++) h = BigInt.asUintN(64, (h ^ (b >> BigInt(8 * i))) * 0x100000001b3n); return h; }, cases: () => [[5n], [1234567890123n]] },
  logging: { kernel: (x: number) => { console.log("x =", x); if (x > 1) console.log(x, x > 2, "big"); return x; }, cases: xs },
  ifReturnChain: { kernel: (x: number) => { if (x > 5) { return 1; } else if (x > 0) { const y = x * 2; if (y > 3) return y; } else { return -1; } return 0; }, cases: xs },
  minmax: { kernel: (a: Float64Array) => { let lo = a[0], hi = a[0]; for (let i = 1; i < a.length; i++) { const v = a[i]; v < lo ? (lo = v) : v > hi && (hi = v); } return [lo, hi]; }, cases: arr },
  varied: { kernel: function named(n: number): number { return n > 3 ? named(n - 1) + 1 : n; }, cases: () => [[0], [1], [10], [2.5], [7.5]] },
  method: { kernel: Sim.step, cases: xs },
  knownTexts: { kernel: (x: number) => { const by = (v: number, options?: { mode?: string; inner?: { mode: string } }) => { if (options?.mode === "half") return v / 2; switch (options?.inner?.mode ?? "none") { case "half": return v / 4; case "none": return (options?.mode ?? "twice") === "twice" ? v * 2 : v; } return 0; }; const named = (v: number, { mode = "none" } = {}) => (mode === "none" ? "a" : "b") === "a" ? v : -v; return by(x) + 10 * by(x, { mode: "half" }) + 100 * by(x, { mode: "none", inner: { mode: "half" } }) + named(x) + named(x, { mode: "b" }); }, cases: xs },
  kernelMethod: { kernel: { half(x: number) { return x / 2 + K; } }.half, cases: xs },
};

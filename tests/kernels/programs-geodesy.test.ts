/** Programs: distances and projections on the earth, the sun, tiles and polygons. */
import { defineKernels } from "../support/differential.ts";
import { pairsOf, randomFloats, randomInts, singles } from "../support/edge-values.ts";

const deg = 180 / Math.PI;
const rad = Math.PI / 180;
const WGS = { a: 6378137, f: 1 / 298.257223563 };

defineKernels("geodesy and geometry", {
  haversine: {
    kernel: (la1: number, lo1: number, la2: number, lo2: number) => {
      const dLat = (la2 - la1) * rad,
        dLon = (lo2 - lo1) * rad;
      const a = Math.sin(dLat / 2) ** 2 + Math.cos(la1 * rad) * Math.cos(la2 * rad) * Math.sin(dLon / 2) ** 2;
      return 2 * 6371e3 * Math.atan2(Math.sqrt(a), Math.sqrt(1 - a));
    },
    cases: () => [
      [52.5, 13.4, 48.1, 11.6],
      [0, 0, 0, 180],
      [90, 0, -90, 0],
      [1, 1, 1, 1],
    ],
    relative: 1e-12,
  },
  vincenty2: {
    kernel: (p1: number, l1: number, p2: number, l2: number) => {
      const a = WGS.a,
        f = WGS.f,
        bb = (1 - f) * a;
      const L = l2 - l1;
      const U1 = Math.atan((1 - f) * Math.tan(p1)),
        U2 = Math.atan((1 - f) * Math.tan(p2));
      const sU1 = Math.sin(U1),
        cU1 = Math.cos(U1),
        sU2 = Math.sin(U2),
        cU2 = Math.cos(U2);
      let lam = L,
        lamP,
        it = 0,
        sinS,
        cosS,
        sig,
        cos2a,
        cos2m;
      do {
        const sl = Math.sin(lam),
          cl = Math.cos(lam);
        const sq = cU2 * sl * (cU2 * sl) + (cU1 * sU2 - sU1 * cU2 * cl) * (cU1 * sU2 - sU1 * cU2 * cl);
        sinS = Math.sqrt(sq);
        if (sinS === 0) return 0;
        cosS = sU1 * sU2 + cU1 * cU2 * cl;
        sig = Math.atan2(sinS, cosS);
        const sa = (cU1 * cU2 * sl) / sinS;
        cos2a = 1 - sa * sa;
        cos2m = cos2a !== 0 ? cosS - (2 * sU1 * sU2) / cos2a : 0;
        const C = (f / 16) * cos2a * (4 + f * (4 - 3 * cos2a));
        lamP = lam;
        lam = L + (1 - C) * f * sa * (sig + C * sinS * (cos2m + C * cosS * (-1 + 2 * cos2m * cos2m)));
      } while (Math.abs(lam - lamP) > 1e-12 && ++it < 200);
      if (it >= 200) throw new Error("Vincenty formula failed to converge");
      const uSq = (cos2a * (a * a - bb * bb)) / (bb * bb);
      const A = 1 + (uSq / 16384) * (4096 + uSq * (-768 + uSq * (320 - 175 * uSq))),
        B = (uSq / 1024) * (256 + uSq * (-128 + uSq * (74 - 47 * uSq)));
      const dS =
        B *
        sinS *
        (cos2m +
          (B / 4) *
            (cosS * (-1 + 2 * cos2m * cos2m) - (B / 6) * cos2m * (-3 + 4 * sinS * sinS) * (-3 + 4 * cos2m * cos2m)));
      return bb * A * (sig - dS);
    },
    cases: () => [
      [0.9, 0.2, 0.8, 0.3],
      [0, 0, 0, 0],
      [0, 0, 0.01, 0],
      [0, 0, 0, 1],
    ],
    relative: 1e-9,
  },
  utm: {
    kernel: (lat: number, lon: number) => {
      const a = 6378137,
        f = 1 / 298.257223563,
        k0 = 0.9996,
        e2 = f * (2 - f),
        ep2 = e2 / (1 - e2);
      const zone = Math.floor((lon + 180) / 6) + 1;
      const lon0 = ((zone - 1) * 6 - 180 + 3) * rad;
      const p = lat * rad,
        l = lon * rad;
      const N = a / Math.sqrt(1 - e2 * Math.sin(p) ** 2),
        T = Math.tan(p) ** 2,
        C = ep2 * Math.cos(p) ** 2,
        A = Math.cos(p) * (l - lon0);
      const M =
        a *
        ((1 - e2 / 4 - (3 * e2 * e2) / 64) * p -
          ((3 * e2) / 8 + (3 * e2 * e2) / 32) * Math.sin(2 * p) +
          ((15 * e2 * e2) / 256) * Math.sin(4 * p));
      const E =
        k0 * N * (A + ((1 - T + C) * A ** 3) / 6 + ((5 - 18 * T + T * T + 72 * C - 58 * ep2) * A ** 5) / 120) + 500000;
      let n = k0 * (M + N * Math.tan(p) * ((A * A) / 2 + ((5 - T + 9 * C + 4 * C * C) * A ** 4) / 24));
      if (lat < 0) n += 10000000;
      return [E, n, zone];
    },
    cases: () => [
      [52.5, 13.4],
      [-33.8, 151.2],
      [0, -180],
      [0, 0],
      [84, 179.99],
    ],
    relative: 1e-8,
  },
  solar: {
    kernel: (year: number, month: number, day: number, hour: number, lat: number, lon: number) => {
      const jd =
        367 * year -
        Math.floor((7 * (year + Math.floor((month + 9) / 12))) / 4) +
        Math.floor((275 * month) / 9) +
        day -
        730531.5 +
        hour / 24;
      const L = (280.46 + 0.9856474 * jd) % 360,
        g = ((357.528 + 0.9856003 * jd) % 360) * rad;
      const ec = (L + 1.915 * Math.sin(g) + 0.02 * Math.sin(2 * g)) * rad,
        ob = (23.439 - 4e-7 * jd) * rad;
      const ra = Math.atan2(Math.cos(ob) * Math.sin(ec), Math.cos(ec)),
        dec = Math.asin(Math.sin(ob) * Math.sin(ec));
      const gmst = (6.697375 + 0.0657098242 * jd + hour) % 24;
      const ha = (gmst + lon / 15) * 15 * rad - ra;
      return [
        Math.asin(Math.sin(lat * rad) * Math.sin(dec) + Math.cos(lat * rad) * Math.cos(dec) * Math.cos(ha)) * deg,
        dec * deg,
      ];
    },
    cases: () => [
      [2024, 6, 21, 12, 52.5, 13.4],
      [2000, 1, 1, 0, -33, 151],
      [1999, 12, 31, 23.5, 90, 0],
    ],
    relative: 1e-8,
  },
  dateMath: {
    kernel: (ms: number) => {
      const days = Math.floor(ms / 864e5);
      let t = ms - days * 864e5;
      const h = Math.floor(t / 36e5);
      t %= 36e5;
      const mi = Math.floor(t / 6e4);
      t %= 6e4;
      const dow = (((days + 4) % 7) + 7) % 7;
      return [days, h, mi, t / 1e3, dow];
    },
    cases: () => singles([0, 1.7e12, -1, -86400000, 123456789.5, NaN, 8.64e15]),
  },
  tileXY: {
    kernel: (lon: number, lat: number, z: number) => {
      const n = 1 << z;
      const x = Math.floor(((lon + 180) / 360) * n);
      const s = Math.sin(lat * rad);
      const y = Math.floor((0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)) * n);
      let q = 0;
      for (let i = z; i > 0; i--) {
        const m = 1 << (i - 1);
        q = q * 4 + ((x & m) !== 0 ? 1 : 0) + (y & m ? 2 : 0);
      }
      return [x, y, q];
    },
    cases: () => [
      [13.4, 52.5, 10],
      [-180, 85, 18],
      [0, 0, 1],
      [179.9, -80, 5],
      [0, 0, 0],
    ],
  },
  geohash: {
    kernel: (lat: number, lon: number, bits: number) => {
      let la0 = -90,
        la1 = 90,
        lo0 = -180,
        lo1 = 180,
        h = 0;
      for (let i = 0; i < bits; i++) {
        if (i % 2 === 0) {
          const m = (lo0 + lo1) / 2;
          if (lon >= m) {
            h = h * 2 + 1;
            lo0 = m;
          } else {
            h *= 2;
            lo1 = m;
          }
        } else {
          const m = (la0 + la1) / 2;
          if (lat >= m) {
            h = h * 2 + 1;
            la0 = m;
          } else {
            h *= 2;
            la1 = m;
          }
        }
      }
      return h;
    },
    cases: () => [
      [52.5, 13.4, 30],
      [52.5, 13.4, 52],
      [0, 0, 10],
      [-90, 180, 53],
      [1, 1, 0],
    ],
  },
  pointInPoly: {
    kernel: (px: Float64Array, py: Float64Array, x: number, y: number) => {
      let inside = false;
      for (let i = 0, j = px.length - 1; i < px.length; j = i++) {
        if (py[i] > y !== py[j] > y && x < ((px[j] - px[i]) * (y - py[i])) / (py[j] - py[i]) + px[i]) inside = !inside;
      }
      return inside;
    },
    cases: () => [
      [Float64Array.of(0, 4, 4, 0), Float64Array.of(0, 0, 4, 4), 2, 2],
      [Float64Array.of(0, 4, 4, 0), Float64Array.of(0, 0, 4, 4), 5, 2],
      [new Float64Array(0), new Float64Array(0), 0, 0],
    ],
  },
  convexHull: {
    kernel: (xs: Float64Array, ys: Float64Array, out: Int32Array) => {
      const n = xs.length;
      const idx = new Int32Array(n);
      for (let i = 0; i < n; i++) {
        let j = i - 1;
        while (j >= 0 && (xs[idx[j]] > xs[i] || (xs[idx[j]] === xs[i] && ys[idx[j]] > ys[i]))) {
          idx[j + 1] = idx[j];
          j--;
        }
        idx[j + 1] = i;
      }
      const crossP = (o: number, a: number, b: number) =>
        (xs[a] - xs[o]) * (ys[b] - ys[o]) - (ys[a] - ys[o]) * (xs[b] - xs[o]);
      let k = 0;
      for (let i = 0; i < n; i++) {
        while (k >= 2 && crossP(out[k - 2], out[k - 1], idx[i]) <= 0) k--;
        out[k++] = idx[i];
      }
      for (let i = n - 2, t = k + 1; i >= 0; i--) {
        while (k >= t && crossP(out[k - 2], out[k - 1], idx[i]) <= 0) k--;
        out[k++] = idx[i];
      }
      return k - 1;
    },
    cases: () => [
      [randomFloats(30, 1), randomFloats(30, 2), new Int32Array(62)],
      [Float64Array.of(0, 1, 1, 0, 0.5), Float64Array.of(0, 0, 1, 1, 0.5), new Int32Array(12)],
    ],
  },
  douglasPeucker: {
    kernel: (xs: Float64Array, ys: Float64Array, eps: number, keep: Uint8Array) => {
      const n = xs.length;
      const stack = new Int32Array(2 * n + 2);
      let sp = 0;
      keep[0] = keep[n - 1] = 1;
      stack[sp++] = 0;
      stack[sp++] = n - 1;
      let kept = 2;
      while (sp) {
        const e = stack[--sp],
          s = stack[--sp];
        let dmax = 0,
          at = s;
        const dx = xs[e] - xs[s],
          dy = ys[e] - ys[s],
          len = Math.sqrt(dx * dx + dy * dy);
        for (let i = s + 1; i < e; i++) {
          const d =
            len === 0
              ? Math.abs(xs[i] - xs[s])
              : Math.abs(dy * xs[i] - dx * ys[i] + xs[e] * ys[s] - ys[e] * xs[s]) / len;
          if (d > dmax) {
            dmax = d;
            at = i;
          }
        }
        if (dmax > eps) {
          keep[at] = 1;
          kept++;
          stack[sp++] = s;
          stack[sp++] = at;
          stack[sp++] = at;
          stack[sp++] = e;
        }
      }
      return kept;
    },
    cases: () => [
      [randomFloats(40, 3), randomFloats(40, 4), 0.5, new Uint8Array(40)],
      [Float64Array.of(0, 1), Float64Array.of(0, 1), 0.1, new Uint8Array(2)],
    ],
  },
});

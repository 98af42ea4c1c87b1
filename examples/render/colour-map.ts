/**
 * Colour maps: a few anchor colours, joined in Oklab, where equal steps look equal. Sequential maps rise steadily in
 * lightness; the diverging ones have their lightest colour in the middle and are as dark at one end as at the other.
 */
import type { Colour } from "./canvas.ts";

export type ColourMap = (t: number) => Colour;

const STEPS = 512;

/** Violet to yellow through green. */
export const viridis = fromAnchors("440154 472d7b 3b528b 2c728e 21918c 28ae80 5ec962 addc30 fde725");
/** Black to pale yellow through purple and orange. */
export const inferno = fromAnchors("000004 1b0c41 4a0c6b 781c6d a52c60 cf4446 ed6925 fb9b06 f7d13d fcffa4");
/** Blue, white, red: for temperatures against their normal. */
export const blueRed = fromAnchors("0d2c6b 2b62b0 72a6da c4ddf0 f7f6f4 f6cfbc e48c6c bb3f3c 6f1220");
/** Brown, white, green: for vegetation against its surroundings. */
export const brownGreen = fromAnchors("4f3108 8f6118 c69c4f ead8ae f6f6f3 b5dfd3 5cb09e 1a7b6b 05413a");

function fromAnchors(anchors: string): ColourMap {
  const labs = anchors.split(" ").map((hex) => toOklab(parseHex(hex)));
  const table = Array.from({ length: STEPS }, (_, i) => {
    const at = (i / (STEPS - 1)) * (labs.length - 1);
    const k = Math.min(Math.floor(at), labs.length - 2);
    const [a, b] = [labs[k], labs[k + 1]];
    return fromOklab([0, 1, 2].map((c) => a[c] + (b[c] - a[c]) * (at - k)));
  });
  return (t) => table[Math.round(Math.min(Math.max(t, 0), 1) * (STEPS - 1))];
}

function parseHex(hex: string): Colour {
  const n = Number.parseInt(hex, 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}

// https://bottosson.github.io/posts/oklab/ defines the space by these matrices.
function toOklab(colour: Colour): number[] {
  const [r, g, b] = colour.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([L, a, b]: number[]): Colour {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    toByte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    toByte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    toByte(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function toByte(linear: number): number {
  const v = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.round(Math.min(Math.max(v, 0), 1) * 255);
}

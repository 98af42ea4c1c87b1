/** A picture of 8-bit RGB pixels and the few things a heat map is drawn with; what falls outside is clipped. */
import { GLYPH, glyphOf, textWidth } from "./font.ts";

export type Colour = readonly [red: number, green: number, blue: number];

export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;

  constructor(width: number, height: number, background: Colour) {
    this.width = width;
    this.height = height;
    this.data = new Uint8Array(width * height * 3);
    this.fill(0, 0, width, height, background);
  }

  fill(x: number, y: number, width: number, height: number, colour: Colour): void {
    const right = Math.min(x + width, this.width);
    const bottom = Math.min(y + height, this.height);
    for (let row = Math.max(y, 0); row < bottom; row++) {
      for (let column = Math.max(x, 0); column < right; column++)
        this.data.set(colour, (row * this.width + column) * 3);
    }
  }

  /** A one-pixel outline just inside the rectangle. */
  outline(x: number, y: number, width: number, height: number, colour: Colour): void {
    this.fill(x, y, width, 1, colour);
    this.fill(x, y + height - 1, width, 1, colour);
    this.fill(x, y, 1, height, colour);
    this.fill(x + width - 1, y, 1, height, colour);
  }

  /** A ring around (x, y), `thickness` pixels wide. */
  ring(x: number, y: number, radius: number, thickness: number, colour: Colour): void {
    const reach = radius + thickness;
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const distance = Math.hypot(dx, dy);
        if (distance >= radius && distance < radius + thickness) this.fill(x + dx, y + dy, 1, 1, colour);
      }
    }
  }

  /** Text whose top left corner is (x, y); `align` moves it left by none, half or all of its width. */
  text(
    x: number,
    y: number,
    text: string,
    size: number,
    colour: Colour,
    align: "left" | "centre" | "right" = "left",
  ): void {
    const shift = align === "left" ? 0 : align === "right" ? textWidth(text, size) : textWidth(text, size) >> 1;
    let left = Math.round(x - shift);
    for (const character of text) {
      for (const [dy, row] of glyphOf(character).entries()) {
        for (let dx = 0; dx < row.length; dx++) {
          if (row[dx] === "#") this.fill(left + dx * size, y + dy * size, size, size, colour);
        }
      }
      left += GLYPH.advance * size;
    }
  }
}

import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { encode } from "fast-png";
import type { Canvas } from "./canvas.ts";

export async function writePng(path: string, canvas: Canvas): Promise<void> {
  const { width, height, data } = canvas;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, encode({ width, height, data, channels: 3, depth: 8 }));
}

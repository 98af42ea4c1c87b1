/** `numbats cache`: what is kept for the project in the working directory. */
import { currentStore } from "../cache/current.ts";
import { formatBytes, formatTable } from "./table.ts";

/** How much of a key tells entries apart for a reader. */
const SHOWN_DIGITS = 16;

export function cachePath(): string {
  return currentStore().dir;
}

export function renderList(json: boolean): string {
  const entries = currentStore().list();
  if (json) return `${JSON.stringify(entries, undefined, 2)}\n`;
  if (entries.length === 0) return `no kernels in ${cachePath()}\n`;
  const rows = entries.map((entry) => [
    entry.key.slice(0, SHOWN_DIGITS),
    formatBytes(entry.bytes),
    entry.lastUsed.toISOString().slice(0, 19).replace("T", " "),
  ]);
  return formatTable([["kernel", "size", "last used (UTC)"], ...rows], ["left", "right", "left"]);
}

export function renderSize(json: boolean): string {
  const size = currentStore().size();
  if (json) return `${JSON.stringify({ path: cachePath(), ...size }, undefined, 2)}\n`;
  const { entries, bytes } = size;
  return `${entries} ${entries === 1 ? "kernel" : "kernels"}, ${formatBytes(bytes)} in ${cachePath()}\n`;
}

export function clearCache(): string {
  const removed = currentStore().clear();
  return `removed ${removed} ${removed === 1 ? "kernel" : "kernels"} from ${cachePath()}\n`;
}

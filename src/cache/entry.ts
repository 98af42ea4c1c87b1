/**
 * The form of a cache entry: the addon as the linker wrote it, then a trailer that vouches for it.
 *
 * One file holds both, so that one rename publishes an entry. Loaders go by the headers at the front of a library and
 * never look at the trailer.
 */
import { createHash } from "node:crypto";

const MAGIC = Buffer.from("numbats1", "latin1");
const DIGEST_SIZE = 32;

/** The digest covers the key: an entry under another's name is as wrong as one with flipped bits. */
function digestOf(key: string, addon: Uint8Array): Buffer {
  return createHash("sha256").update(key).update(addon).digest();
}

export function sealEntry(key: string, addon: Uint8Array): Buffer {
  return Buffer.concat([addon, digestOf(key, addon), MAGIC]);
}

/** A text under a name, as `sealEntry` does for addons: a line that vouches for it, then the text. */
export function sealNote(name: string, text: string): string {
  return `${createHash("sha256").update(name).update(text).digest("hex")}\n${text}`;
}

/** The text of a note that is whole and stands under its own name. */
export function openNote(name: string, note: string): string | undefined {
  const text = note.slice(note.indexOf("\n") + 1);
  return sealNote(name, text) === note ? text : undefined;
}

/** What was sealed, if `entry` is whole, unchanged, and the one that was stored under `key`. */
export function openEntry(key: string, entry: Buffer): Buffer | undefined {
  const size = entry.length - DIGEST_SIZE - MAGIC.length;
  if (size <= 0 || !entry.subarray(size + DIGEST_SIZE).equals(MAGIC)) return undefined;
  const content = entry.subarray(0, size);
  return digestOf(key, content).equals(entry.subarray(size, size + DIGEST_SIZE)) ? content : undefined;
}

export function isSound(key: string, entry: Buffer): boolean {
  return openEntry(key, entry) !== undefined;
}

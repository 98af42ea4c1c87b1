/**
 * The form of a cache entry: the addon as the linker wrote it, then a trailer that vouches for it.
 *
 * One file holds both, so that one rename publishes an entry. Loaders go by the headers at the front of a library and
 * never look at the trailer.
 */
import { sha256 } from "../engine/digest.ts";

const MAGIC = "numbats2";
const TRAILER_SIZE = 64 + MAGIC.length;

/** The digest covers the key: an entry under another's name is as wrong as one with flipped bits. */
function trailerOf(key: string, addon: Uint8Array): string {
  return sha256(`${key}\0${sha256(addon)}`) + MAGIC;
}

export function sealEntry(key: string, addon: Uint8Array): Buffer {
  return Buffer.concat([addon, Buffer.from(trailerOf(key, addon), "latin1")]);
}

/** A text under a name, as `sealEntry` does for addons: a line that vouches for it, then the text. */
export function sealNote(name: string, text: string): string {
  return `${sha256(name + text)}\n${text}`;
}

/** The text of a note that is whole and stands under its own name. */
export function openNote(name: string, note: string): string | undefined {
  const text = note.slice(note.indexOf("\n") + 1);
  return sealNote(name, text) === note ? text : undefined;
}

/** What was sealed, if `entry` is whole, unchanged, and the one that was stored under `key`. */
export function openEntry(key: string, entry: Uint8Array): Uint8Array | undefined {
  const size = entry.length - TRAILER_SIZE;
  if (size <= 0) return undefined;
  const content = entry.subarray(0, size);
  return String.fromCharCode(...entry.subarray(size)) === trailerOf(key, content) ? content : undefined;
}

export function isSound(key: string, entry: Uint8Array): boolean {
  return openEntry(key, entry) !== undefined;
}

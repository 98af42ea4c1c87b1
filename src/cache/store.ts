/**
 * The kernels on disk: `<key>.node` files in one private directory, shared by all processes that look there.
 *
 * Takes a builder that writes an addon to a path; gives a path whose content has been verified. Entries appear by a rename
 * and are never written again, so a reader sees a whole entry or none, whoever else is at work. An entry that isn't sound
 * is built anew. A directory that can't be used costs speed, never a kernel: the addon is then built in a temporary
 * directory of its own and one warning says why.
 */
import { randomUUID } from "node:crypto";
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readvSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { ToolchainError } from "../diagnostics/errors.ts";
import { whyUnusable } from "../engine/private-directory.ts";
import { afterThisRun } from "../engine/run.ts";
import { temporaryPath } from "../engine/temporary.ts";
import { isSound, openEntry, openNote, sealEntry, sealNote } from "./entry.ts";

export const DEFAULT_MAX_BYTES = 512 * 2 ** 20;

/** After eviction the cache is this full, so that not every store has to evict. */
const EVICT_TO = 0.8;

/** Between two looks at the whole directory. */
const STORES_PER_SWEEP = 64;

/** A temporary file this old belongs to a process that died. */
const STALE_MS = 60 * 60 * 1000;

/** When an entry was last used is known to within so long: writing it down takes longer than the rest of finding one. */
const USED_MS = 60 * 60 * 1000;

const ENTRY = /^([0-9a-f]{64})\.node$/;
/** Code beside the kernels': V8's of the compiler (runtime/compiler-late.ts), object files (runtime/loader.ts). */
type CodeKind = "v8" | "o";
/** Of runtime/recall.ts: what it remembers of compilations, LLVM IR. */
type NoteKind = "json" | "ll";
/** Both of them. */
const NOTE = /^[0-9a-f]{64}\.(?:json|v8|o|ll)$/;
const TEMPORARY = /^\.[0-9a-f-]{36}\.tmp$/;
/** What toolchain/host.ts remembers here. */
const HOST = /^host-[0-9a-f]+\.json$/;

export interface CacheEntry {
  readonly key: string;
  readonly path: string;
  readonly bytes: number;
  readonly lastUsed: Date;
}

/** An addon that may be loaded. */
export interface StoredAddon {
  readonly path: string;
  readonly hit: boolean;
  /** Is it the cache's file, for others to find? */
  readonly inCache: boolean;
  /** To be called when the addon has been loaded, or won't be. */
  release(): void;
}

export type Build = (outPath: string) => void;

const nothing = (): void => {};

/** A place for an addon that others can't touch, gone when released. The cache isn't involved. */
export function privatePlace(): StoredAddon {
  try {
    const { path, remove } = temporaryPath(".node");
    return { path, hit: false, inCache: false, release: remove };
  } catch (cause) {
    throw new ToolchainError(`numbats can't make a temporary directory in ${tmpdir()}: ${reasonOf(cause)}`);
  }
}

/** What `build` makes, in a private place. */
export function buildPrivately(build: Build): StoredAddon {
  const place = privatePlace();
  try {
    build(place.path);
  } catch (error) {
    place.release();
    throw error;
  }
  return place;
}

/** A file of so many bytes. Of all of Node's ways the one that is there first in a new process. */
function readBytes(path: string, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  const file = openSync(path, "r");
  try {
    if (readvSync(file, [bytes]) === size) return bytes;
  } finally {
    closeSync(file);
  }
  return readFileSync(path);
}

function noteUse(path: string, seconds: number): void {
  try {
    utimesSync(path, seconds, seconds);
  } catch {
    // a read-only cache still serves
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

export class CacheStore {
  readonly dir: string;
  readonly #maxBytes: number;
  readonly #warn: (message: string) => void;
  #warned = false;
  #givenUp = false;
  #storesUntilSweep = 0;
  #wasUsable = false;

  constructor(dir: string, options: { readonly maxBytes?: number; readonly warn?: (message: string) => void } = {}) {
    this.dir = dir;
    this.#maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
    this.#warn =
      options.warn ?? ((message) => process.emitWarning(message, { type: "NumbatsWarning", code: "NUMBATS_CACHE" }));
  }

  /** Is the directory private and ours? Made if need be. Says why not, once. Asked before every write: it may have gone since. */
  #isWritable(): boolean {
    if (this.#givenUp) return false;
    const reason = whyUnusable(this.dir);
    if (reason !== undefined) this.#warnOnce(reason);
    return reason === undefined;
  }

  /**
   * The same for reads, which come one after the other: it isn't asked again while the program runs on. A private directory
   * of ours stays so unless we change it ourselves, and one that has gone has nothing in it.
   */
  isUsable(): boolean {
    if (this.#wasUsable) return !this.#givenUp;
    if (!this.#isWritable()) return false;
    this.#wasUsable = true;
    afterThisRun(() => {
      this.#wasUsable = false;
    });
    return true;
  }

  /** The addon of `key`: the stored one if it is sound, else what `build` makes, stored for the next time. */
  get(key: string, build: Build): StoredAddon {
    return this.find(key) ?? this.add(key, buildPrivately(build));
  }

  /** The stored addon of `key`; undefined unless it is there and sound. */
  find(key: string): StoredAddon | undefined {
    if (!this.isUsable()) return undefined;
    const path = this.#pathOf(key);
    return this.#isStored(key, path) ? { path, hit: true, inCache: true, release: nothing } : undefined;
  }

  /** Stores an addon that was built outside, and gives the stored one; the one outside where it can't be stored. */
  add(key: string, outside: StoredAddon): StoredAddon {
    if (!this.#isWritable()) return outside;
    const path = this.#pathOf(key);
    const temporary = join(this.dir, `.${randomUUID()}.tmp`);
    try {
      writeFileSync(temporary, sealEntry(key, readFileSync(outside.path)), { mode: 0o600, flag: "wx" });
      renameSync(temporary, path);
    } catch (cause) {
      this.#warnOnce(reasonOf(cause));
      rmSync(temporary, { force: true });
      return outside;
    }
    outside.release();
    this.#sweepNowAndThen(path);
    return { path, hit: false, inCache: true, release: nothing };
  }

  /** The text that was kept under `key`, a key as cacheKey gives; undefined unless it is there and sound. */
  findNote(kind: NoteKind, key: string): string | undefined {
    if (!this.isUsable()) return undefined;
    try {
      return openNote(key, readFileSync(this.#pathOf(key, kind), "utf8"));
    } catch {
      return undefined;
    }
  }

  /** Keeps a text in the place of what was there. One that can't be kept is only missed. */
  addNote(kind: NoteKind, key: string, text: string): void {
    if (this.#isWritable()) this.#publish(this.#pathOf(key, kind), sealNote(key, text));
  }

  /** As findNote, for code. */
  findCode(kind: CodeKind, key: string): Uint8Array | undefined {
    if (!this.isUsable()) return undefined;
    try {
      const path = this.#pathOf(key, kind);
      return openEntry(key, readBytes(path, statSync(path).size));
    } catch {
      return undefined;
    }
  }

  /** As addNote. */
  addCode(kind: CodeKind, key: string, code: Uint8Array): void {
    if (this.#isWritable()) this.#publish(this.#pathOf(key, kind), sealEntry(key, code));
  }

  /** What can't be written is only missed. */
  #publish(path: string, content: string | Uint8Array): void {
    const temporary = join(this.dir, `.${randomUUID()}.tmp`);
    try {
      writeFileSync(temporary, content, { mode: 0o600, flag: "wx" });
      renameSync(temporary, path);
    } catch {
      rmSync(temporary, { force: true });
    }
  }

  /** Stops using the directory, for a reason that only shows when an addon is loaded. */
  giveUp(reason: string): void {
    this.#givenUp = true;
    this.#warnOnce(reason);
  }

  /** Most recently used first. */
  list(): CacheEntry[] {
    const entries: CacheEntry[] = [];
    for (const name of this.#names()) {
      const key = ENTRY.exec(name)?.[1];
      const path = join(this.dir, name);
      // Another process may have removed it since.
      const stats = statSync(path, { throwIfNoEntry: false });
      if (key !== undefined && stats !== undefined)
        entries.push({ key, path, bytes: stats.size, lastUsed: stats.mtime });
    }
    return entries.sort((a, b) => b.lastUsed.getTime() - a.lastUsed.getTime());
  }

  size(): { readonly entries: number; readonly bytes: number } {
    const entries = this.list();
    return { entries: entries.length, bytes: entries.reduce((sum, entry) => sum + entry.bytes, 0) };
  }

  /** Removes everything that numbats has put here, and nothing else. Gives how many kernels that were. */
  clear(): number {
    let removed = 0;
    for (const name of this.#names()) {
      if (![ENTRY, NOTE, TEMPORARY, HOST].some((pattern) => pattern.test(name))) continue;
      rmSync(join(this.dir, name), { force: true });
      if (ENTRY.test(name)) removed++;
    }
    return removed;
  }

  #pathOf(key: string, kind: "node" | CodeKind | NoteKind = "node"): string {
    return `${this.dir}${sep}${key}.${kind}`;
  }

  #names(): string[] {
    try {
      return readdirSync(this.dir);
    } catch {
      return [];
    }
  }

  /**
   * The content is verified and the path is handed on. Nobody but the user can change the file in between: the directory
   * is closed to others, and we never write to an entry again.
   */
  #isStored(key: string, path: string): boolean {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return false;
    try {
      if (!isSound(key, readBytes(path, stats.size))) {
        rmSync(path, { force: true });
        return false;
      }
    } catch {
      return false;
    }
    const now = Date.now();
    if (now - stats.mtimeMs > USED_MS) noteUse(path, now / 1000);
    return true;
  }

  #sweepNowAndThen(justStored: string): void {
    if (this.#storesUntilSweep-- > 0) return;
    this.#storesUntilSweep = STORES_PER_SWEEP;
    try {
      this.#sweep(justStored);
    } catch {
      // what remains goes next time
    }
  }

  /** Least recently used entries go until the rest fits, with them the notes as old as they, and what dead processes left. */
  #sweep(justStored: string): void {
    const now = Date.now();
    const notes: { readonly path: string; readonly mtimeMs: number }[] = [];
    let bytes = 0;
    for (const name of this.#names()) {
      const path = join(this.dir, name);
      const isNote = NOTE.test(name);
      if (!isNote && !TEMPORARY.test(name)) continue;
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats === undefined) continue;
      if (isNote) {
        notes.push({ path, mtimeMs: stats.mtimeMs });
        bytes += stats.size;
      } else if (now - stats.mtimeMs > STALE_MS) {
        rmSync(path, { force: true });
      }
    }
    const entries = this.list();
    bytes += entries.reduce((sum, entry) => sum + entry.bytes, 0);
    if (bytes <= this.#maxBytes) return;
    let oldest = 0;
    for (const entry of entries.reverse()) {
      if (bytes <= this.#maxBytes * EVICT_TO) break;
      if (entry.path === justStored) continue;
      rmSync(entry.path, { force: true });
      bytes -= entry.bytes;
      oldest = entry.lastUsed.getTime();
    }
    // A note is written after the kernel that it leads to, so this one's kernel has gone, or it hasn't been asked for since.
    for (const note of notes) if (note.mtimeMs <= oldest) rmSync(note.path, { force: true });
  }

  #warnOnce(reason: string): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#warn(`numbats compiles without caching: ${this.dir} can't be used, because ${reason}`);
  }
}

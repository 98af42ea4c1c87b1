/**
 * An LLVM process that has started before there is anything to compile. LLVM needs 25 ms until it reads its input, as long
 * as our own stages take for a kernel of some size; so it is started first, and gets the IR when that is there.
 *
 * The caller is synchronous and the event loop stands still, hence the descriptors are written and the process is watched
 * by hand. Where that can't be done (so far: on anything but Linux), there is no standby and `run` starts LLVM when needed.
 */
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { childProcess, environment, TIMEOUT_MS, type Tool } from "./llvm.ts";

/** A standby that nobody has taken after this time ends. */
const EXPIRES_MS = 2000;
/** Between two looks whether LLVM is through. */
const POLL_MS = 0.2;
/** Looks for the object file between two looks for the process. */
const POLLS_PER_LOOK = 25;

const CELL = new Int32Array(new SharedArrayBuffer(4));

export interface Standby {
  /** Where the object file will be. */
  readonly object: string;
  /** Not once it has been released or has expired. */
  isWaiting(): boolean;
  /** Compiles `input` to `object` and waits for it. False when that doesn't succeed: `run` will tell why. */
  finish(input: string): boolean;
  /** Removes what is left, the object file included, and kills the process if it still waits. */
  release(): void;
}

/** Until a process turns out to have no descriptor to write to, as in engines that aren't Node. */
let possible = process.platform === "linux";

/** Starts `tool` with `args` for the object file at the path they are given; undefined where that can't be done. */
export function startStandby(tool: Tool, args: (object: string) => readonly string[]): Standby | undefined {
  if (!possible) return undefined;
  let dir: string;
  try {
    // Made with mode 0700.
    dir = mkdtempSync(join(tmpdir(), "numbats-"));
  } catch {
    return undefined;
  }
  try {
    const object = join(dir, "kernel.o");
    return new Waiting(tool, args(object), dir, object);
  } catch {
    possible = false;
    rmSync(dir, { recursive: true, force: true });
    return undefined;
  }
}

/** Those that exist, for the end of this thread. */
const waiting = new Set<Waiting>();

class Waiting implements Standby {
  readonly object: string;
  readonly #dir: string;
  readonly #child: ChildProcess;
  readonly #input: number;
  readonly #expiry: NodeJS.Timeout;

  constructor(tool: Tool, args: readonly string[], dir: string, object: string) {
    this.object = object;
    this.#dir = dir;
    this.#child = childProcess().spawn(tool.file, [...tool.args, ...args], {
      env: environment(),
      stdio: ["pipe", "ignore", "ignore"],
    });
    // A process that can't be started, a pipe whose reader has gone: `finish` sees that for itself.
    this.#child.on("error", () => {});
    this.#child.stdin?.on("error", () => {});
    this.#child.unref();
    const input = descriptorOf(this.#child);
    if (input === undefined || this.#child.pid === undefined) {
      this.#child.kill("SIGKILL");
      throw new Error("the process can't be written to");
    }
    this.#input = input;
    if (waiting.size === 0) process.on("exit", releaseAll);
    waiting.add(this);
    this.#expiry = setTimeout(() => this.release(), EXPIRES_MS).unref();
  }

  isWaiting(): boolean {
    return waiting.has(this);
  }

  finish(input: string): boolean {
    clearTimeout(this.#expiry);
    const deadline = performance.now() + TIMEOUT_MS;
    if (!this.#write(Buffer.from(input), deadline)) return false;
    this.#child.stdin?.destroy();
    for (let polls = 1; !existsSync(this.object); polls++) {
      if (polls % POLLS_PER_LOOK === 0 && this.#hasEnded()) return existsSync(this.object);
      if (performance.now() > deadline) return false;
      pause();
    }
    return true;
  }

  release(): void {
    clearTimeout(this.#expiry);
    if (!waiting.delete(this)) return;
    if (waiting.size === 0) process.off("exit", releaseAll);
    // LLVM writes the object file last.
    if (!existsSync(this.object)) this.#child.kill("SIGKILL");
    this.#child.stdin?.destroy();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #write(bytes: Uint8Array, deadline: number): boolean {
    for (let at = 0; at < bytes.length; ) {
      try {
        at += writeSync(this.#input, bytes, at);
      } catch (cause) {
        const isFull = (cause as NodeJS.ErrnoException).code === "EAGAIN";
        if (!isFull || performance.now() > deadline) return false;
        pause();
      }
    }
    return true;
  }

  /** Only the event loop hears of it, and doesn't run; until it does the process is a zombie. */
  #hasEnded(): boolean {
    try {
      const stat = readFileSync(`/proc/${this.#child.pid}/stat`, "latin1");
      return stat.charAt(stat.lastIndexOf(")") + 2) === "Z";
    } catch {
      return true;
    }
  }
}

function releaseAll(): void {
  for (const one of [...waiting]) one.release();
}

/** The pipe's descriptor, which Node has but doesn't show. */
function descriptorOf({ stdin }: ChildProcess): number | undefined {
  const { fd } = (stdin as unknown as { readonly _handle?: { readonly fd?: unknown } } | null)?._handle ?? {};
  return typeof fd === "number" && fd >= 0 ? fd : undefined;
}

function pause(): void {
  Atomics.wait(CELL, 0, 0, POLL_MS);
}

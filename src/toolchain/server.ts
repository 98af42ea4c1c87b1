/**
 * An LLVM process that compiles one text after another. LLVM needs 25 ms until it reads its first input, and as long again for
 * what it meets for the first time in a process; it does both once, and the first beside our own stages.
 *
 * clang takes several inputs and compiles them in turn; these are named pipes, so that it waits where it opens one until there
 * is a text for it. The caller is synchronous and the event loop stands still, hence the pipes are written and the process
 * is watched by hand. Where that can't be done (so far: on anything but Linux), there is no server and `run` starts LLVM
 * for each text.
 */
import type { ChildProcess } from "node:child_process";
import { closeSync, constants, existsSync, openSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import { makeTemporary, removeTemporary } from "../engine/temporary.ts";
import { childProcess, environment, TIMEOUT_MS, type Tool } from "./llvm.ts";

/** A server that has nothing to do for this time ends. */
const IDLE_MS = 5000;
/** As many texts as one process compiles. */
const INPUTS = 64;
/** Between two looks whether LLVM is through. */
const POLL_MS = 0.2;
/** Looks for the object file between two looks for the process. */
const POLLS_PER_LOOK = 25;

const CELL = new Int32Array(new SharedArrayBuffer(4));

/**
 * Makes the pipes and becomes LLVM. What watches beside it ends it, and removes the directory, when the pipe to this process
 * closes: whatever way this process ends. They are a group, with what LLVM is behind if the tool is a script; its number is no
 * other's as long as this one is in it. LLVM is ended first and the directory is looked at again, since LLVM may be writing to
 * it: the end of the pipe that is open for the next input is one to LLVM, too, which then compiles nothing to an object file.
 */
const SCRIPT = `dir=$1; inputs=$2; shift 2
mkfifo $inputs || exit
exec 3<&0
(read -r _; trap '' TERM; kill -TERM -$$; for _ in 1 2 3; do [ "$dir" -ef . ] && rm -rf "$dir"; done; kill -9 -$$) <&3 &
exec "$@" $inputs </dev/null 3<&-`;

export interface Server {
  /** Not once it has been released, has failed, or has compiled all it can. */
  isAlive(): boolean;
  /** Has it compile `input`. False when that doesn't succeed: `run` will tell why. */
  begin(input: string): boolean;
  /** Waits until it has, and gives the object file. Undefined when that doesn't succeed. */
  finish(): Uint8Array | undefined;
  /** Ends the process and removes what it left. */
  release(): void;
}

/** Until there turns out to be no shell. */
let possible = process.platform === "linux";

/** Starts `tool` with `args`, after which the inputs' names come. Undefined where there can't be a server. */
export function startServer(tool: Tool, args: readonly string[]): Server | undefined {
  if (!possible) return undefined;
  let dir: string;
  try {
    dir = makeTemporary();
  } catch {
    return undefined;
  }
  try {
    return new LlvmServer(tool, args, dir);
  } catch {
    possible = false;
    removeTemporary(dir);
    return undefined;
  }
}

/** Those that live, for the end of this thread. */
const alive = new Set<LlvmServer>();

class LlvmServer implements Server {
  readonly #dir: string;
  readonly #child: ChildProcess;
  readonly #expiry: NodeJS.Timeout;
  /** Texts it has got. */
  #count = 0;
  /** The next input's pipe, if it has been opened. */
  #pipe: number | undefined;

  constructor(tool: Tool, args: readonly string[], dir: string) {
    this.#dir = dir;
    const inputs = Array.from({ length: INPUTS }, (_, i) => i).join(" ");
    const command = [resolve(tool.file), ...tool.args, ...args];
    this.#child = childProcess().spawn("/bin/sh", ["-c", SCRIPT, "sh", dir, inputs, ...command], {
      cwd: dir,
      env: environment(),
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    });
    // A process that can't be started: `begin` sees that for itself.
    this.#child.on("error", () => {});
    this.#child.stdin?.on("error", () => {});
    this.#child.unref();
    if (this.#child.pid === undefined) throw new Error("there is no shell");
    if (alive.size === 0) process.on("exit", releaseAll);
    alive.add(this);
    this.#expiry = setTimeout(() => this.release(), IDLE_MS).unref();
  }

  isAlive(): boolean {
    return alive.has(this);
  }

  begin(input: string): boolean {
    const hasBegun = this.isAlive() && this.#write(Buffer.from(input), performance.now() + TIMEOUT_MS);
    if (!hasBegun) this.release();
    return hasBegun;
  }

  finish(): Uint8Array | undefined {
    const compiled = join(this.#dir, `${this.#count - 1}.o`);
    const isDone = this.isAlive() && this.#waitFor(compiled, performance.now() + TIMEOUT_MS);
    const object = isDone ? takeFile(compiled) : undefined;
    if (object !== undefined && this.#count < INPUTS) this.#expiry.refresh();
    else this.release();
    return object;
  }

  release(): void {
    clearTimeout(this.#expiry);
    if (!alive.delete(this)) return;
    if (alive.size === 0) process.off("exit", releaseAll);
    this.#close();
    this.#kill();
    this.#child.stdin?.destroy();
    removeTemporary(this.#dir);
  }

  #kill(): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // All of them have ended.
    }
  }

  #write(bytes: Uint8Array, deadline: number): boolean {
    for (let at = 0; at < bytes.length; ) {
      const pipe = this.#open();
      const written = pipe === undefined ? 0 : writeSome(pipe, bytes, at);
      at += written;
      if (written > 0) continue;
      if (this.#isLost() || performance.now() > deadline) return false;
      pause();
    }
    this.#close();
    this.#count++;
    return true;
  }

  #waitFor(object: string, deadline: number): boolean {
    for (let polls = 1; !existsSync(object); polls++) {
      // LLVM writes elsewhere and renames: an object file is whole. Where it makes none it goes on to the next input.
      const isThrough = polls % POLLS_PER_LOOK === 0 && (this.#open() !== undefined || this.#isLost());
      if (isThrough) return existsSync(object);
      if (performance.now() > deadline) return false;
      pause();
    }
    return true;
  }

  /** The pipe of the next input. Undefined until LLVM opens it, which it does when it is through with the one before. */
  #open(): number | undefined {
    try {
      this.#pipe ??= openSync(join(this.#dir, String(this.#count)), constants.O_WRONLY | constants.O_NONBLOCK);
    } catch {
      // Not yet, or there is no next one.
    }
    return this.#pipe;
  }

  #close(): void {
    if (this.#pipe !== undefined) closeSync(this.#pipe);
    this.#pipe = undefined;
  }

  /**
   * Has it ended, or has somebody removed its directory? Of the former only the event loop hears, and doesn't run; until it does
   * the process is a zombie.
   */
  #isLost(): boolean {
    if (!existsSync(this.#dir)) return true;
    try {
      const stat = readFileSync(`/proc/${this.#child.pid}/stat`, "latin1");
      return stat.charAt(stat.lastIndexOf(")") + 2) === "Z";
    } catch {
      return true;
    }
  }
}

function releaseAll(): void {
  for (const one of [...alive]) one.release();
}

/** What is in a file, which isn't kept; undefined if somebody else has removed it. */
function takeFile(path: string): Uint8Array | undefined {
  try {
    const content = readFileSync(path);
    unlinkSync(path);
    return content;
  } catch {
    return undefined;
  }
}

/** How many bytes from `at` on the pipe has taken: none if it is full, or has no reader any more. */
function writeSome(pipe: number, bytes: Uint8Array, at: number): number {
  try {
    return writeSync(pipe, bytes, at);
  } catch {
    return 0;
  }
}

function pause(): void {
  Atomics.wait(CELL, 0, 0, POLL_MS);
}

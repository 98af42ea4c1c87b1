/** Asks a child process for verdicts, one at a time; starts a new child when one dies or takes too long. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Job, Verdict } from "./execute.ts";

const CHILD = fileURLToPath(new URL("./child.ts", import.meta.url));

/** A program runs in well under a second; compiling may wait for a busy machine. */
const LONGEST_MS = 120_000;

/** Kernels stay loaded, so a child is replaced after as many programs; those that LLVM compiles weigh more. */
const PROGRAMS_PER_CHILD = { native: 300, interpreted: 3000 };

/** What is asked for has not been answered in the time given; nobody knows what the answer would be. */
export class Unanswered extends Error {}

export class Sandbox {
  readonly #native: boolean;
  #child: ChildProcess | undefined;
  #asked = 0;

  /** `native`: LLVM compiles the programs; otherwise only the interpreter runs them. */
  constructor(native = true) {
    this.#native = native;
  }

  async start(): Promise<ChildProcess> {
    const most = this.#native ? PROGRAMS_PER_CHILD.native : PROGRAMS_PER_CHILD.interpreted;
    if (this.#child !== undefined && this.#asked < most) return this.#child;
    this.stop();
    const child = fork(CHILD, { execArgv: ["--import", "tsx"], stdio: ["ignore", "ignore", "pipe", "ipc"] });
    await new Promise<void>((resolve, reject) => {
      child.once("message", () => resolve());
      child.once("exit", () => reject(new Error("the child process for random programs doesn't start")));
    });
    this.#child = child;
    this.#asked = 0;
    return child;
  }

  /**
   * The verdict about a program. A program that takes longer than any should is a finding, but not where the time given is
   * shorter than that.
   *
   * @throws Unanswered when there is no answer by `deadline`.
   */
  async ask(text: string, deadline = Number.POSITIVE_INFINITY): Promise<Verdict> {
    const child = await this.start();
    const id = this.#asked++;
    const patience = Math.min(LONGEST_MS, Math.max(deadline - Date.now(), 0));
    return new Promise((resolve, reject) => {
      let stderr = "";
      const read = (chunk: Buffer): void => {
        stderr += chunk.toString();
      };
      const end = (verdict: Verdict | undefined, alive: boolean): void => {
        clearTimeout(timer);
        child.removeAllListeners("message");
        child.removeAllListeners("exit");
        child.stderr?.off("data", read);
        if (!alive) this.stop();
        if (verdict === undefined) reject(new Unanswered());
        else resolve(verdict);
      };
      const timer = setTimeout(() => {
        const hangs = { failure: `no answer in ${LONGEST_MS} ms`, class: "hang" };
        end(patience < LONGEST_MS ? undefined : hangs, false);
      }, patience);
      child.stderr?.on("data", read);
      child.on("message", ({ id: answered, ...verdict }: Verdict & { readonly id: number }) => {
        if (answered === id) end(verdict, true);
      });
      child.once("exit", (code, signal) => {
        end(
          { failure: `the process died: ${signal ?? code}\n${stderr.slice(-2000)}`, class: `crash ${signal ?? code}` },
          false,
        );
      });
      child.send({ id, text, native: this.#native } satisfies Job & { readonly id: number });
    });
  }

  stop(): void {
    this.#child?.removeAllListeners();
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }
}

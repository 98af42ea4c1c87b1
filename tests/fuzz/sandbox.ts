/** Asks a child process for verdicts, one at a time; starts a new child when one dies or takes too long. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Verdict } from "./execute.ts";

const CHILD = fileURLToPath(new URL("./child.ts", import.meta.url));

/** A program runs in well under a second; compiling may wait for a busy machine. */
const LONGEST_MS = 120_000;

/** Kernels stay loaded, so a child is replaced after as many programs. */
const PROGRAMS_PER_CHILD = 300;

export class Sandbox {
  private child: ChildProcess | undefined;
  private asked = 0;

  private async start(): Promise<ChildProcess> {
    if (this.child !== undefined && this.asked < PROGRAMS_PER_CHILD) return this.child;
    this.stop();
    const child = fork(CHILD, { execArgv: ["--import", "tsx"], stdio: ["ignore", "ignore", "pipe", "ipc"] });
    await new Promise<void>((resolve, reject) => {
      child.once("message", () => resolve());
      child.once("exit", () => reject(new Error("the child process for random programs doesn't start")));
    });
    this.child = child;
    this.asked = 0;
    return child;
  }

  async ask(text: string): Promise<Verdict> {
    const child = await this.start();
    const id = this.asked++;
    return new Promise((resolve) => {
      let stderr = "";
      const read = (chunk: Buffer): void => {
        stderr += chunk.toString();
      };
      const end = (verdict: Verdict, alive: boolean): void => {
        clearTimeout(timer);
        child.removeAllListeners("message");
        child.removeAllListeners("exit");
        child.stderr?.off("data", read);
        if (!alive) this.stop();
        resolve(verdict);
      };
      const timer = setTimeout(
        () => end({ failure: `no answer in ${LONGEST_MS} ms`, class: "hang" }, false),
        LONGEST_MS,
      );
      child.stderr?.on("data", read);
      child.on("message", (answer: Verdict & { readonly id: number }) => {
        if (answer.id === id) end({ failure: answer.failure, class: answer.class }, true);
      });
      child.once("exit", (code, signal) => {
        end(
          { failure: `the process died: ${signal ?? code}\n${stderr.slice(-2000)}`, class: `crash ${signal ?? code}` },
          false,
        );
      });
      child.send({ id, text });
    });
  }

  stop(): void {
    this.child?.removeAllListeners();
    this.child?.kill("SIGKILL");
    this.child = undefined;
  }
}

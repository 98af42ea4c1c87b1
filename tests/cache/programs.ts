/** Runs small programs of a user's on a cache directory of their own, each in a process of its own. */
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { findLlvm } from "../../src/toolchain/llvm.ts";

const INDEX = new URL("../../src/index.ts", import.meta.url).href;
const TSX_API = new URL("../../node_modules/tsx/dist/esm/api/index.mjs", import.meta.url).href;
const TSX = new URL("../../node_modules/tsx/dist/loader.mjs", import.meta.url).href;

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Project {
  readonly dir: string;
  readonly cache: string;

  constructor(t: TestContext) {
    this.dir = mkdtempSync(join(tmpdir(), "numbats-test-"));
    this.cache = join(this.dir, "cache");
    t.after(() => rmSync(this.dir, { recursive: true, force: true }));
    this.write("package.json", '{ "type": "module" }');
  }

  /** `numbats` in an import stands for the checkout's, and `tsx/esm/api` for what a worker needs to import that. */
  write(name: string, text: string): void {
    const path = join(this.dir, name);
    mkdirSync(dirname(path), { recursive: true });
    const known = text
      .replaceAll('"numbats"', JSON.stringify(INDEX))
      .replaceAll('"tsx/esm/api"', JSON.stringify(TSX_API));
    writeFileSync(path, known);
  }

  run(name: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, ["--import", TSX, join(this.dir, name)], {
        cwd: this.dir,
        env: { PATH: process.env.PATH, NUMBATS_CACHE_DIR: this.cache, ...env },
      });
      let stdout = "";
      let stderr = "";
      child.stdout.on("data", (data) => {
        stdout += String(data);
      });
      child.stderr.on("data", (data) => {
        stderr += String(data);
      });
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, stdout, stderr }));
    });
  }

  /** A toolchain that works, but runs the shell's `command` before the compiler, or instead of it. Its name starts with "zig". */
  toolchain(name: string, command: string): string {
    const path = join(this.dir, name);
    writeFileSync(path, `#!/bin/sh\ncase "$*" in *-emit-obj*) ${command};; esac\nexec ${findLlvm().clang.file} "$@"\n`);
    chmodSync(path, 0o755);
    return path;
  }

  /** What a program that prints JSON printed. */
  async result<T>(name: string, env?: Readonly<Record<string, string>>): Promise<T> {
    const { code, stdout, stderr } = await this.run(name, env);
    if (code !== 0) throw new Error(`${name} exited with ${code}\n${stdout}\n${stderr}`);
    return JSON.parse(stdout) as T;
  }
}

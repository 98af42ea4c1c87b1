/**
 * Numba for comparison: the same algorithms in bench/numba, run by a Python process that stays for the whole run and takes
 * turns with the other contenders. Needs a python3 that has numba (Debian: python3-numba); without one there is no Numba.
 */
import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Contender } from "./contender.ts";

export const NUMBA = "Numba";
export const NUMBA_PARALLEL = "Numba ∥";

const FOLDER = fileURLToPath(new URL("numba", import.meta.url));

const DTYPES: Readonly<Record<string, string>> = {
  Float64Array: "float64",
  Float32Array: "float32",
  Int32Array: "int32",
  Uint32Array: "uint32",
  Int16Array: "int16",
  Uint16Array: "uint16",
  Int8Array: "int8",
  Uint8Array: "uint8",
  Uint8ClampedArray: "uint8",
};

type TypedArray = Float64Array;

interface Answer {
  readonly error?: string;
  readonly [key: string]: unknown;
}

/** The command of a Python that has the module; undefined where there is none. */
export function pythonWith(module: string): string | undefined {
  return ["python3", "/usr/bin/python3", "python"].find(
    (command) => spawnSync(command, ["-c", `import ${module}`], { stdio: "ignore" }).status === 0,
  );
}

export class Numba {
  /** Of Numba and NumPy. */
  readonly versions: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  readonly #folder = mkdtempSync(join(tmpdir(), "numbats-numba-"));

  private constructor(
    child: ChildProcessByStdio<Writable, Readable, null>,
    lines: AsyncIterator<string>,
    versions: string,
  ) {
    this.#child = child;
    this.#lines = lines;
    this.versions = versions;
  }

  /** Why there is none, as a text, when there is none. */
  static async start(): Promise<Numba | string> {
    const python = pythonWith("numba");
    if (python === undefined) return "no python3 with numba";
    const child = spawn(python, ["serve.py"], {
      cwd: FOLDER,
      stdio: ["pipe", "pipe", "inherit"],
      env: {
        ...process.env,
        PYTHONDONTWRITEBYTECODE: "1",
        PYTHONWARNINGS: "ignore",
        NUMBA_CACHE_DIR: join(tmpdir(), "numbats-numba-cache"),
      },
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const hello = await ask(child, lines, { op: "hello" });
    return new Numba(child, lines, `Numba ${hello.numba}, NumPy ${hello.numpy}`);
  }

  stop(): void {
    this.#child.stdin.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** The kernel serial, and parallel if it has a prange. */
  async contenders(name: string, args: readonly unknown[], changes: readonly number[]): Promise<Contender[]> {
    const given = args.map((arg, k) => {
      if (!ArrayBuffer.isView(arg)) return { number: arg };
      const file = join(this.#folder, `${k}`);
      writeFileSync(file, new Uint8Array(arg.buffer, arg.byteOffset, arg.byteLength));
      return { array: DTYPES[arg.constructor.name], file };
    });
    const kernel = (/^\d/.test(name) ? `k${name}` : name).replaceAll("-", "_");
    const { variants } = await this.#ask({ op: "load", kernel, arguments: given, changes });
    return (variants as string[]).map((variant) => this.#contender(variant, args));
  }

  #contender(variant: string, args: readonly unknown[]): Contender {
    return {
      name: variant === "serial" ? NUMBA : NUMBA_PARALLEL,
      time: async (calls) => {
        const { wall, cpu } = await this.#ask({ op: "time", variant, calls });
        return { wall: Number(wall), cpu: Number(cpu) };
      },
      outcome: async () => {
        const files = args.flatMap((arg, k) => (ArrayBuffer.isView(arg) ? [join(this.#folder, `out${k}`)] : []));
        const { result } = await this.#ask({ op: "outcome", variant, files });
        const rest = files[Symbol.iterator]();
        const after = args.map((arg) =>
          ArrayBuffer.isView(arg) ? likeArray(arg as TypedArray, rest.next().value ?? "") : arg,
        );
        return { result: result ?? undefined, args: after };
      },
    };
  }

  #ask(request: object): Promise<Answer> {
    return ask(this.#child, this.#lines, request);
  }
}

async function ask(
  child: ChildProcessByStdio<Writable, Readable, null>,
  lines: AsyncIterator<string>,
  request: object,
): Promise<Answer> {
  child.stdin.write(`${JSON.stringify(request)}\n`);
  const line = await lines.next();
  if (line.done) throw new Error("the Python process ended");
  const answer = JSON.parse(line.value) as Answer;
  if (answer.error !== undefined) throw new Error(`Numba: ${answer.error}`);
  return answer;
}

function likeArray(array: TypedArray, file: string): TypedArray {
  const bytes = readFileSync(file);
  const make = array.constructor as Float64ArrayConstructor;
  return new make(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer);
}

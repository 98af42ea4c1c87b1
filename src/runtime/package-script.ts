/**
 * The scripts that the published package consists of, beside its entry (scripts/build.ts makes them), and what V8 made of them: its code is
 * kept in the cache, so that a new process needn't parse a script and compile its functions anew. Where the engine isn't Node,
 * a script is a module like any other.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Script } from "node:vm";
import type { CacheStore } from "../cache/store.ts";
import { sha256 } from "../engine/digest.ts";
import { OWN_PLACE, packageFile, requireFrom } from "../toolchain/package.ts";

declare const NUMBATS_BUILD: string;

/** Beside this module; in the package where a bundler has put this module elsewhere. */
function findFile(name: string): string {
  const here = OWN_PLACE.startsWith("file:") ? fileURLToPath(OWN_PLACE) : OWN_PLACE;
  const beside = join(dirname(here), name);
  return existsSync(beside) ? beside : packageFile(`dist/${name}`);
}

/** The JavaScript world that the script is to be a part of: where programs have several, as in Jest, arrays and errors are its own. */
export interface World {
  readonly globalThis: object;
  /** Gives what an expression gives there; undefined where code may not be made from strings. */
  evaluate(expression: string): unknown;
}

type Wrapped = (module: { exports: unknown }, require: NodeJS.Require, filename: string, self: PackageScript) => void;

export class PackageScript {
  readonly #name: string;
  readonly #file: string;
  readonly #require: NodeJS.Require;
  #script: Script | undefined;
  #mark = 0;

  constructor(name: string) {
    this.#name = name;
    this.#file = findFile(name);
    this.#require = requireFrom(this.#file);
  }

  get file(): string {
    return this.#file;
  }

  /** What the script exports. It finds this object under the name of numbatsScript. */
  run(world: World, store: CacheStore | undefined): unknown {
    if (process.versions.bun !== undefined || "Deno" in globalThis) return this.#require(this.#file);
    const vm = this.#require("node:vm") as typeof import("node:vm");
    // The bundler writes ASCII.
    const text = readFileSync(this.#file, "latin1");
    const source = `(function (module, require, __filename, numbatsScript) {${text}\n})`;
    const module = { exports: undefined as unknown };
    let run: unknown;
    if (vm.runInThisContext("globalThis") === world.globalThis) {
      const kept = store && this.#find(store);
      this.#script = new vm.Script(source, { filename: this.#file, ...(kept && { cachedData: kept.code }) });
      if (kept !== undefined && this.#script.cachedDataRejected !== true) this.#mark = kept.mark;
      run = this.#script.runInThisContext();
    } else {
      run = world.evaluate(source);
      if (run === undefined) return this.#require(this.#file);
    }
    (run as Wrapped)(module, this.#require, this.#file, this);
    return module.exports;
  }

  /**
   * Keeps V8's code, as it is at the time that `when` finds, if `next` then gives more than the mark that it has been kept with: 0 where it
   * hasn't been.
   */
  keep(next: (mark: number) => number, store: () => CacheStore, when: (work: () => void) => void): void {
    const isWorse = (): boolean => this.#script !== undefined && next(this.#mark) > this.#mark;
    if (!isWorse()) return;
    when(() => {
      if (isWorse()) this.#keep(next(this.#mark), store());
    });
  }

  #keep(mark: number, store: CacheStore): void {
    if (this.#script === undefined) return;
    this.#mark = mark;
    const head = Buffer.alloc(4);
    head.writeUInt32LE(mark);
    store.addCode("v8", this.#key(), Buffer.concat([head, this.#script.createCachedData()]));
  }

  #find(store: CacheStore): { readonly mark: number; readonly code: Uint8Array } | undefined {
    const data = store.findCode("v8", this.#key());
    if (data === undefined || data.length < 4) return undefined;
    return { mark: new DataView(data.buffer, data.byteOffset).getUint32(0, true), code: data.subarray(4) };
  }

  /** V8's version and flags decide about its code. It looks itself whether they are the same, so that not all ways to set flags need be here. */
  #key(): string {
    const { version, arch, execArgv, env } = process;
    return sha256(JSON.stringify([this.#name, NUMBATS_BUILD, version, arch, execArgv, env.NODE_OPTIONS]));
  }
}

/**
 * Compilations that an earlier process has done: found by the function's text, its arguments' types and the options, and
 * taken where everything the compiler then asked of the program is still so (observe.ts). What is known of a kernel without
 * its IR is all that a call needs; the rest is compiled when somebody wants to look at it.
 *
 * Nothing here can be stale: the key covers this very build of numbats, the machine and LLVM, and each captured value is
 * compared before a record is used.
 */
import { ABI_VERSION } from "../cache/key.ts";
import type { CacheStore } from "../cache/store.ts";
import type { Compiled, CompileRequest } from "../compiler.ts";
import { now } from "../engine/clock.ts";
import { sha256 } from "../engine/digest.ts";
import type { Callable } from "../frontend/program.ts";
import type { Site } from "../ir/func.ts";
import type { SourceText, Span } from "../source/span.ts";
import type { ArgType, EntrySpec } from "../types/signature.ts";
import { Kept, type Needed } from "./kept.ts";
import { Observer, type Sighting, seeAgain } from "./observe.ts";

/** Functions with the same text and other captured values, newest first: only so many are remembered. */
const MAX_RECORDS = 16;

/** A kernel's place in its function: the function's number, or null for texts of numbats' own. */
type RecordedSpan = readonly [
  fn: number | null,
  start: number,
  end: number,
  within?: readonly [name: string, calledAt: RecordedSpan],
];

interface Recorded {
  readonly sighting: Sighting;
  /** Of the addon. */
  readonly key: string;
  /** Functions among the arguments are left out: they come with the request. */
  readonly entry: EntrySpec;
  readonly sites: readonly (Omit<Site, "loc"> & { readonly loc: RecordedSpan })[];
  readonly bound: readonly number[];
  readonly written: readonly number[];
  readonly usesPool: boolean;
  /** What the cache keeps the fallbacks' LLVM IR by; undefined where nothing is left out. */
  readonly fallbacks?: string | undefined;
  /** The id of the library that they are linked with. */
  readonly support: string;
}

/** A compilation that was found, and the key of its addon. */
export interface Found {
  readonly compiled: Compiled;
  readonly key: string;
}

/** A compilation to be remembered. */
export interface Watch {
  /** To be compiled instead of the one that was given. */
  readonly request: CompileRequest;
  remember(compiled: Compiled, key: string): void;
}

export class Recall {
  readonly #build: string;
  readonly #store: () => CacheStore;
  readonly #compile: (request: CompileRequest) => Compiled;

  /** `build` tells this build of numbats from all others. */
  constructor(build: string, store: () => CacheStore, compile: (request: CompileRequest) => Compiled) {
    this.#build = build;
    this.#store = store;
    this.#compile = compile;
  }

  find(request: CompileRequest, machine: string): Found | undefined {
    const start = now();
    for (const record of this.#records(this.#keyOf(request, machine))) {
      const things = seeAgain(record.sighting, request.reader, rootsOf(request));
      if (things === undefined) continue;
      const fallbacks = record.fallbacks === undefined ? undefined : this.#store().findNote("ll", record.fallbacks);
      if (fallbacks === undefined && record.fallbacks !== undefined) continue;
      const needed = neededOf(record, things, request, fallbacks, now() - start);
      return { compiled: new Kept(needed, request, this.#compile), key: record.key };
    }
    return undefined;
  }

  watch(request: CompileRequest, machine: string): Watch {
    const observer = new Observer(request.reader, rootsOf(request));
    return {
      request: { ...request, reader: observer.reader },
      remember: (compiled, addon) => {
        const record = recordOf(compiled, addon, observer, this.#keepFallbacks(compiled));
        if (record === undefined) return;
        const key = this.#keyOf(request, machine);
        const sighted = JSON.stringify(record.sighting);
        const others = this.#records(key).filter((r) => JSON.stringify(r.sighting) !== sighted);
        this.#store().addNote("json", key, JSON.stringify([record, ...others].slice(0, MAX_RECORDS)));
      },
    };
  }

  /** They are needed when the captured values may be others already; gives the key that they are found by. */
  #keepFallbacks({ fallbacks }: Compiled): string | undefined {
    if (fallbacks === undefined) return undefined;
    const key = sha256(fallbacks.llvm);
    this.#store().addNote("ll", key, fallbacks.llvm);
    return key;
  }

  /** What goes into a compilation beside what the reader answers. */
  #keyOf(
    { fn, args, options, target, disjoint, declared, small, background }: CompileRequest,
    machine: string,
  ): string {
    const types = args.map((a) => (a.kind === "function" ? "function" : a));
    const assumptions = [disjoint, declared ?? false, small ?? false, background ?? false];
    const parts = [ABI_VERSION, this.#build, machine, target, types, options, assumptions];
    return sha256(`${JSON.stringify(parts)}\0${Function.prototype.toString.call(fn)}`);
  }

  #records(key: string): readonly Recorded[] {
    const note = this.#store().findNote("json", key);
    return note === undefined ? [] : (JSON.parse(note) as readonly Recorded[]);
  }
}

function rootsOf({ fn, args }: CompileRequest): Callable[] {
  const roots = [fn];
  for (const arg of args) if (arg.kind === "function") roots.push(arg.value as Callable);
  return roots;
}

function recordOf(
  compiled: Compiled,
  key: string,
  observer: Observer,
  fallbacks: string | undefined,
): Recorded | undefined {
  const { sighting } = observer;
  const bound = compiled.bound.map((thing) => observer.numberOf(thing as object));
  if (sighting === undefined || !bound.every((number) => number !== undefined)) return undefined;
  const recorded = ({ source, start, end, within }: Span): RecordedSpan => {
    const fn = observer.numberOfText(source) ?? null;
    return within === undefined ? [fn, start, end] : [fn, start, end, [within.name, recorded(within.calledAt)]];
  };
  const sites = compiled.sites.map(({ loc, ...site }) => ({ ...site, loc: recorded(loc) }));
  const args = compiled.entry.args.map((a): ArgType => (a.kind === "function" ? ({ kind: a.kind } as ArgType) : a));
  const { written, usesPool } = compiled;
  return {
    sighting,
    key,
    entry: { ...compiled.entry, args },
    sites,
    bound,
    written: [...written],
    usesPool,
    fallbacks,
    support: compiled.support.id,
  };
}

/** Errors never point into numbats' own texts for long: their places say what they are. */
const NUMBATS: SourceText = {
  text: "",
  locate: () => ({ file: "numbats", line: 1, column: 1 }),
  lineAt: () => undefined,
};

/** What the record says, of a kernel that captures these things. */
function neededOf(
  { entry, sites, bound, written, usesPool, support }: Recorded,
  things: readonly object[],
  request: CompileRequest,
  fallbacks: string | undefined,
  ms: number,
): Needed {
  return {
    entry: { ...entry, args: request.args },
    sites: sites.map((site) => ({ ...site, loc: spanOf(site.loc, things, request) }) as Site),
    bound: bound.map((number) => things[number]),
    stages: [{ name: "recall", ms }],
    written: new Set(written),
    usesPool,
    fallbacks: fallbacks === undefined ? undefined : { llvm: fallbacks },
    support: { id: support },
  };
}

function spanOf([fn, start, end, within]: RecordedSpan, things: readonly object[], request: CompileRequest): Span {
  const source = fn === null ? NUMBATS : request.reader.sourceOf(things[fn] as Callable);
  if (within === undefined) return { source, start, end };
  const [name, calledAt] = within;
  return { source, start, end, within: { name, calledAt: spanOf(calledAt, things, request) } };
}

/**
 * Kernels whose IR the interpreter runs, in LLVM's place: dispatcher, compiler and all passes are as in a native kernel. It
 * catches what native code may get away with, broken promises (`proved` indices, `absent` overflows, freed arrays); and the
 * IR is verified after every pass. It takes a fraction of the time that LLVM takes.
 */
import { checkOptions } from "../../src/api/options.ts";
import { type Compiled, type CompileRequest, compileKernel } from "../../src/compiler.ts";
import { PASSED, passedWords, STATE, STATUS } from "../../src/emit/abi.ts";
import { interpret, type JsValue, KernelTrap } from "../../src/ir/interp.ts";
import { forEachInst } from "../../src/ir/walk.ts";
import { accepts } from "../../src/runtime/arguments.ts";
import { makeCallable } from "../../src/runtime/callable.ts";
import { Dispatcher } from "../../src/runtime/dispatcher.ts";
import { nativeLoader } from "../../src/runtime/loader.ts";
import type { CreateKernel, Loader } from "../../src/runtime/native.ts";
import { createReader } from "../../src/runtime/reader.ts";
import { type ArgType, type EntrySpec, type ResultType, SMALL_INT } from "../../src/types/signature.ts";
import { isTypedArray, type TypedArray } from "../support/copy-arguments.ts";
import type { Kernel } from "../support/differential.ts";
import { errorWords } from "../support/error-words.ts";
import { RaceFinder } from "../support/races.ts";
import type { Rung } from "../support/rungs.ts";

/** Random programs hardly ever take a fifth of it; what takes more has lost its way out of a loop. */
const STEPS = 100_000_000;

/**
 * `background`: on the IR that can be stopped and tells how far it is. `told`: of how many instructions each specialisation
 * is, checked copies apart.
 */
export function interpretedRung(background: boolean, told: (instructions: number) => void): Rung {
  const compile = (request: CompileRequest): Compiled => {
    const compiled = compileKernel({ ...request, background, verify: true });
    told(instructionsOf(compiled));
    return compiled;
  };
  return {
    name: "interpreted",
    prepare(fn, options): Kernel {
      const { scope, ...checked } = checkOptions({ ...options, cache: false });
      const dispatcher = new Dispatcher(fn, checked, { compile, reader: createReader(scope), loader: INTERPRETER });
      dispatcher.compileSignatures();
      return makeCallable(dispatcher);
    },
  };
}

function instructionsOf(compiled: Compiled): number {
  const module = compiled.module();
  let count = 0;
  for (const fn of [module.entry, ...module.funcs]) {
    if (fn.separate !== true) forEachInst(fn.body, () => count++);
  }
  return count;
}

function none(): never {
  throw new Error("the interpreter runs plain calls only");
}

const NO_POOL = {
  configure: none,
  setThreads: none,
  threads: none,
  open: none,
  hold: none,
  run: none,
  end: none,
  logs: none,
  findPinning: none,
  pin: none,
};

const INTERPRETER: Loader = {
  target: () => nativeLoader.target(),
  toolchain: () => "",
  expect() {},
  // A dispatcher hands over all that has been compiled.
  load: (code) => ({ create: creatorOf(code as Compiled), cache: "off", stages: [] }),
  loadStored: () => undefined,
  loadLater: none,
  loadFallbacks: none,
  // The interpreter has its own way with chunks.
  pool: () => ({ ...NO_POOL, address: 0n }),
  assemble: none,
  remarks: none,
};

function creatorOf(compiled: Compiled): CreateKernel {
  const { entry, bound, loopFacts } = compiled;
  const module = compiled.module();
  const captured = bound.slice(0, entry.captured.length) as TypedArray[];
  return (sentinel, state) =>
    (...given) => {
      const rest = [...given];
      const args = passedWords(entry).map((word) => (word === undefined ? rest.shift() : state[word]));
      const leave = (status: number, site = 0): object => {
        state.set([status, site]);
        return sentinel;
      };
      for (const [site, type] of entry.args.entries()) {
        if (!fits(type, args[site], entry)) return leave(STATUS.misfit, site);
        if (isLarge(type, args[site], entry, site)) return leave(STATUS.large, site);
      }
      const values = [
        ...entry.args.flatMap((type, i) => (isConstant(type) ? [] : [args[i]])),
        ...captured,
      ] as JsValue[];
      if (module.entry.disjoint && meet(values.filter(isTypedArray), entry)) return leave(STATUS.overlap);
      const races = new RaceFinder();
      try {
        const results = interpret(module, values, { steps: STEPS, touched: races.touched });
        const race = races.unforeseen(loopFacts);
        if (race !== undefined) throw new UnforeseenRace(race);
        state[STATE.status] = STATUS.ok;
        const result = resultOf(entry.result, results);
        if (typeof result !== "number" || entry.background !== undefined) return result;
        state[PASSED.result] = result;
        return undefined;
      } catch (error) {
        if (!(error instanceof KernelTrap)) throw error;
        state.set(errorWords(error), STATE.a);
        return leave(STATUS.error, error.site);
      }
    };
}

/** A compiler bug: nothing but timing would tell what the native kernel gives. */
class UnforeseenRace extends Error {}

const isConstant = ({ kind }: ArgType): boolean => kind === "undefined" || kind === "function";

function fits(type: ArgType, value: unknown, { declared }: EntrySpec): boolean {
  const isSmall = type.kind === "uint64" && !declared && (value as bigint) < 2n ** 63n;
  return accepts(type, value) && !isSmall;
}

function isLarge(type: ArgType, value: unknown, { smallInts, least }: EntrySpec, site: number): boolean {
  const number = isTypedArray(value) ? value.length : Number(value);
  if (type.kind === "int32" && smallInts && Math.abs(number) > SMALL_INT) return true;
  return number < (least[site] ?? Number.NEGATIVE_INFINITY);
}

function meet(arrays: readonly TypedArray[], { writtenPairs }: EntrySpec): boolean {
  return writtenPairs.some(([i, j]) => {
    const [a, b] = [arrays[i] as TypedArray, arrays[j] as TypedArray];
    if (a.buffer !== b.buffer || a.length === 0 || b.length === 0) return false;
    return a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength;
  });
}

/** Takes what it needs from the flat list of the entry function's results. */
function resultOf(type: ResultType, results: JsValue[]): unknown {
  switch (type.kind) {
    case "undefined":
      return undefined;
    case "tuple":
      return type.items.map((item) => resultOf(item, results));
    case "record":
      return Object.fromEntries(type.items.map((item, i) => [type.names[i], resultOf(item, results)]));
    case "number":
      return Number(results.shift());
    case "list":
      return Array.from(results.shift() as Iterable<number>);
    case "uint64":
      return BigInt.asUintN(64, BigInt(results.shift() as bigint));
    default:
      return results.shift();
  }
}

/**
 * What is left of a compilation while its kernel lives: what calls need. The syntax trees, the types and the IR are many times as
 * much, and asked for only by somebody who wants to look at them: then the kernel is compiled once more, up to LLVM.
 */
import type { Compiled, CompileRequest, Diagnosis } from "../compiler.ts";
import type { Support } from "../emit/llvm/support.ts";
import type { Callable, FunctionReader } from "../frontend/program.ts";
import type { Module } from "../ir/func.ts";
import type { PrangeLoop } from "../lower/module.ts";
import type { LoopFacts } from "../passes/check-iterations.ts";
import { remembered } from "../source/remembered.ts";

/** As Compiled has them. */
export interface Needed
  extends Pick<Compiled, "entry" | "sites" | "bound" | "stages" | "written" | "usesPool" | "fallbacks"> {
  readonly support: Pick<Support, "id">;
}

export class Kept implements Compiled {
  readonly entry: Compiled["entry"];
  readonly sites: Compiled["sites"];
  readonly bound: Compiled["bound"];
  readonly stages: Compiled["stages"];
  readonly written: Compiled["written"];
  readonly usesPool: boolean;
  readonly fallbacks: Compiled["fallbacks"];
  readonly support: Support;
  /** Not a closure, which would hold on to whatever its surroundings have: the compilation itself. */
  readonly #request: CompileRequest;
  readonly #compile: (request: CompileRequest) => Compiled;
  #whole: Compiled | undefined;

  constructor(
    { entry, sites, bound, stages, written, usesPool, fallbacks, support }: Needed,
    request: CompileRequest,
    compile: (request: CompileRequest) => Compiled,
  ) {
    this.entry = entry;
    this.sites = sites;
    this.bound = bound;
    this.stages = stages;
    this.written = written;
    this.usesPool = usesPool;
    this.fallbacks = fallbacks;
    this.support = { id: support.id, llvm: () => this.#rest.support.llvm() };
    this.#request = request;
    this.#compile = compile;
  }

  llvm(): string {
    return this.#rest.llvm();
  }

  get parts(): Compiled["parts"] {
    return this.#rest.parts;
  }

  module(): Module {
    return this.#rest.module();
  }

  get prangeLoops(): readonly PrangeLoop[] {
    return this.#rest.prangeLoops;
  }

  get loopFacts(): readonly LoopFacts[] {
    return this.#rest.loopFacts;
  }

  typeListing(): string {
    return this.#rest.typeListing();
  }

  diagnose(): Diagnosis {
    return this.#rest.diagnose();
  }

  get #rest(): Compiled {
    this.#whole ??= this.#compile(this.#request);
    return this.#whole;
  }
}

/** The request with a reader that gives the same answers for ever: a second compilation is of the values that the first one has seen. */
export function answeredOnce(request: CompileRequest): CompileRequest {
  const { reader } = request;
  const captures = remembered((fn: Callable) => remembered((name: string) => answerOf(() => reader.capture(fn, name))));
  const properties = remembered((object: object) =>
    remembered((key: string) => answerOf(() => reader.property(object, key))),
  );
  const keys = remembered((object: object) => answerOf(() => reader.keys(object)));
  const answering: FunctionReader = {
    sourceOf: (fn) => reader.sourceOf(fn),
    isEngines: (fn) => reader.isEngines(fn),
    together: (work) => reader.together(work),
    capture: (fn, name) => captures(fn)(name)(),
    property: (object, key) => properties(object)(key)(),
    keys: (object) => keys(object)(),
  };
  return { ...request, reader: answering };
}

/** The same value, or the same error, each time. */
function answerOf<T>(ask: () => T): () => T {
  try {
    const value = ask();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/**
 * Typed AST → IR. Takes what inference found (`Inferred`) and gives a Module and the entry point's specification.
 *
 * Frames that were inlined by inference are lowered in place; shared instances become functions of their own. Captured
 * arrays are parameters of the entry, after its own, and are handed on to every instance.
 */

import type { DiagnosticSink } from "../diagnostics/sink.ts";
import type { Func, Module, Site, Table } from "../ir/func.ts";
import type { FastFlag, SiteId } from "../ir/ops.ts";
import type { Span } from "../source/span.ts";
import { type CapturedArray, typedArraysIn } from "../types/capture.ts";
import { describe } from "../types/describe.ts";
import type { Frame } from "../types/frame.ts";
import type { Inferred } from "../types/infer.ts";
import { representationOf, signOf, UNDEFINED, type Value } from "../types/lattice.ts";
import { type ArgType, type EntrySpec, NOTHING_SUPPOSED, type ResultType } from "../types/signature.ts";
import { FunctionLowering } from "./function.ts";

export interface LowerOptions {
  readonly fastmath: readonly FastFlag[];
  readonly boundscheck: boolean;
  readonly parallel: boolean;
  readonly disjoint: boolean;
}

/** What becomes of a loop over prange. */
export interface PrangeLoop {
  readonly loc: Span;
  /** Why its iterations run one after the other; undefined when they run side by side. */
  readonly serial: string | undefined;
}

export interface Lowered {
  readonly module: Module;
  readonly entry: EntrySpec;
  /** The captured typed arrays, in `entry.captured` order. */
  readonly captured: readonly object[];
  readonly loops: readonly PrangeLoop[];
}

export function lower(
  inferred: Inferred,
  args: readonly ArgType[],
  values: readonly Value[],
  options: LowerOptions,
  sink: DiagnosticSink,
): Lowered {
  const lowering = new ModuleLowering(inferred, options, sink);
  return lowering.run(args, values);
}

export class ModuleLowering {
  readonly options: LowerOptions;
  readonly sink: DiagnosticSink;
  readonly sites: Site[] = [];
  /** Every prange of the kernel, in the order they are lowered. */
  readonly loops: PrangeLoop[] = [];
  readonly #inferred: Inferred;
  readonly #tables: Table[] = [];
  readonly #arrays: CapturedArray[] = [];

  constructor(inferred: Inferred, options: LowerOptions, sink: DiagnosticSink) {
    this.#inferred = inferred;
    this.options = options;
    this.sink = sink;
    this.#collect(inferred.root, new Set());
    for (const i of inferred.instances) this.#collect(i.frame, new Set());
  }

  /** The captured typed arrays of a frame and of all it calls. */
  #collect(frame: Frame, seen: Set<Frame>): void {
    if (seen.has(frame)) return;
    seen.add(frame);
    for (const [node, object] of frame.captured) {
      const name = frame.closure.source.source.text.slice(node.start, node.end);
      for (const array of typedArraysIn(object, name))
        if (!this.#arrays.some((a) => a.object === array.object)) this.#arrays.push(array);
    }
    for (const plans of frame.calls.values())
      for (const p of plans) if (p.kind === "inline") this.#collect(p.frame, seen);
  }

  get capturedArrays(): readonly CapturedArray[] {
    return this.#arrays;
  }

  /** Why no prange of the kernel runs in parallel. */
  #whySerial(): string | undefined {
    if (!this.options.parallel) return "the kernel is compiled without parallel: true";
    // Iterations may then depend on each other through memory that two arrays share.
    return this.options.disjoint ? undefined : "arguments share memory";
  }

  site(site: Site): SiteId {
    this.sites.push(site);
    return this.sites.length - 1;
  }

  /** The table of these values: one, however often it is named. */
  table(values: readonly number[], name: string, elem: Table["elem"]): number {
    const known = this.#tables.findIndex(
      (t) =>
        t.name === name &&
        t.elem === elem &&
        t.values.length === values.length &&
        t.values.every((v, i) => Object.is(v, values[i])),
    );
    return known >= 0 ? known : this.#tables.push({ name, elem, values: [...values] }) - 1;
  }

  run(args: readonly ArgType[], values: readonly Value[]): Lowered {
    const { root, instances } = this.#inferred;
    const result = resultType(root.result ?? UNDEFINED, this.sink, root);
    const entry = new FunctionLowering(this, "kernel", this.#whySerial()).lowerEntry(
      root,
      args,
      values,
      this.options.disjoint,
    );
    const funcs: Func[] = instances
      .filter((i) => i.visited)
      .map((i) => new FunctionLowering(this, i.name, "it is in a recursive function").lowerInstance(i));
    const module: Module = {
      entry,
      funcs,
      sites: this.sites,
      tables: this.#tables,
      stackSite:
        funcs.length > 0
          ? this.site({
              kind: "stack",
              loc: { source: root.closure.source.source, start: root.closure.node.start, end: root.closure.node.start },
            })
          : undefined,
    };
    return {
      module,
      entry: {
        name: root.closure.source.name,
        args,
        captured: this.#arrays.map(({ name, elem }) => ({ name, elem })),
        result,
        declared: false,
        ...NOTHING_SUPPOSED,
        writtenPairs: [],
      },
      captured: this.#arrays.map((a) => a.object),
      loops: this.loops,
    };
  }
}

/** What the kernel's result is to JavaScript. `whose`: in a message, what it is a property of. */
function resultType(v: Value, sink: DiagnosticSink, root: Frame, whose = ""): ResultType {
  switch (v.kind) {
    case "undefined":
    case "unassigned":
      return { kind: "undefined" };
    case "number":
      return { kind: "number", from: representationOf(v) };
    case "host":
      if (v.value === null) return { kind: "null" };
      break;
    case "nullable":
      return { kind: "nullable", from: representationOf(v.number), null: v.null, undefined: v.undefined };
    case "bool":
      return { kind: "bool" };
    case "bigint":
      return { kind: signOf(v) === "u" ? "uint64" : "int64" };
    case "array":
      if (v.literals.length > 0) return { kind: "list", elem: v.elem };
      if (!v.readonly) return { kind: "array", elem: v.elem };
      break;
    case "tuple":
      return { kind: "tuple", items: v.items.map((x) => resultType(x, sink, root)) };
    case "record": {
      const items = v.items.map((x, i) => resultType(x, sink, root, `${whose}an object whose ${v.names[i]} is `));
      return { kind: "record", names: v.names, items };
    }
    default:
      break;
  }
  const [node] = root.returns.keys();
  const at = node ?? root.closure.node;
  const actual = v.kind === "array" ? "a constant table" : describe(v).replace(/^an object$/, "a captured object");
  return sink.fail(
    "result-kind",
    { actual: whose + actual },
    { source: root.closure.source.source, start: at.start, end: at.end },
  );
}

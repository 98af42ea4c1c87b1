/**
 * What a kernel's free names stand for: the live values around the function, resolved by value, not by name. So imports
 * that a bundler renamed still are what they are, and `prange` is whatever *is* numbats' prange.
 */
import type { Node } from "acorn";
import { DiagnosticSink } from "../diagnostics/sink.ts";
import { isHostFunction, isKernel, isPrange, jsFunctionOf } from "../frontend/intrinsics.ts";
import { isNative, parseFunction } from "../frontend/parse.ts";
import type { Callable, FunctionReader, FunctionSource } from "../frontend/program.ts";
import { randomFunction } from "../frontend/random-functions.ts";
import { checkSubset } from "../frontend/subset.ts";
import type { SourceText } from "../source/span.ts";
import { standInText } from "./builtins.ts";
import { type ElementKind, elementKindOf, isNumberList, type TableKind, tableKindOf } from "./elements.ts";
import {
  arrayOf,
  bool,
  type Closure,
  elementRange,
  isObject,
  MOST_ARRAYS,
  numberConstant,
  UNDEFINED,
  type Value,
} from "./lattice.ts";

/** A value of the surroundings as inference sees it. */
export interface Captured {
  readonly value: Value;
  /** The typed array behind an array value, or the list of some. */
  readonly object: object | undefined;
}

/** What one property is of each of several objects. */
export interface Properties extends Captured {
  readonly values: readonly unknown[];
}

export class Environment {
  readonly #reader: FunctionReader;
  readonly #sink: DiagnosticSink;
  readonly #sources = new Map<unknown, FunctionSource>();
  /** Those that `sourceIfAny` has looked at in vain. */
  readonly #withoutSource = new Set<Callable>();
  readonly #builtins = new Set<Callable>();
  readonly #ownSources = new Set<FunctionSource>();
  readonly #names = new Map<Callable, Map<string, Captured | undefined>>();
  readonly #lists = new Map<readonly unknown[], Captured>();
  readonly #properties = new Map<readonly object[], Map<string, Properties>>();

  constructor(reader: FunctionReader, sink: DiagnosticSink) {
    this.#reader = reader;
    this.#sink = sink;
  }

  /** The parsed and checked source of a live function. */
  sourceOf(fn: Callable): FunctionSource {
    return this.#sources.get(fn) ?? this.#sourceOf(fn, this.#sink);
  }

  #sourceOf(fn: Callable, sink: DiagnosticSink): FunctionSource {
    const source = this.#parseOwn(fn, sink);
    this.#sources.set(fn, source);
    return source;
  }

  /** The same of a function that control may never come to; undefined where it isn't one to compile. */
  sourceIfAny(fn: Callable): FunctionSource | undefined {
    const known = this.#sources.get(fn);
    if (known !== undefined || this.#withoutSource.has(fn)) return known;
    const sink = new DiagnosticSink();
    try {
      if (!isNative(this.#reader.sourceOf(fn).text) && !this.isEngines(fn)) return this.#sourceOf(fn, sink);
    } catch {
      // Remembered below.
    }
    this.#withoutSource.add(fn);
    return undefined;
  }

  /** A part of the engine, whose source is nobody's business. */
  isEngines(fn: Callable): boolean {
    return !this.#sources.has(fn) && this.#reader.isEngines(fn);
  }

  /** The source of a function of numbats' own (array methods), whose text needs no reader. */
  builtinSource(fn: Callable): FunctionSource {
    let source = this.#sources.get(fn);
    if (source === undefined) {
      const text = Function.prototype.toString.call(fn);
      source = this.#parse(numbatsText(text), fn.name);
      this.#builtins.add(fn);
      this.#ownSources.add(source);
      this.#sources.set(fn, source);
    }
    return source;
  }

  /** Is this the text of one of numbats' own functions? */
  isOwn(source: FunctionSource): boolean {
    return this.#ownSources.has(source);
  }

  #parseOwn(fn: Callable, sink: DiagnosticSink): FunctionSource {
    const text = this.#reader.sourceOf(fn);
    return this.#parse(text, fn.name || "kernel", sink, (n) => this.#reader.capture(fn, n));
  }

  #parse(
    text: SourceText,
    name: string,
    sink = this.#sink,
    capture?: (name: string) => { readonly value: unknown } | undefined,
  ): FunctionSource {
    const source = parseFunction(text, name, sink, capture);
    checkSubset(source, sink);
    sink.throwIfErrors();
    return source;
  }

  /** A live function as something to call; a kernel stands for the function it was made from. */
  closureOf(fn: Callable): Closure {
    return new LiveClosure(this, isKernel(fn) ? jsFunctionOf(fn) : fn);
  }

  /** What a free name of a function means; undefined when there is no such name. */
  lookup(closure: Closure, name: string): Captured | undefined {
    const fn = rootFunction(closure);
    if (fn === undefined || this.#builtins.has(fn))
      return name in globalThis ? this.captured((globalThis as Record<string, unknown>)[name]) : undefined;
    let names = this.#names.get(fn);
    if (names === undefined) {
      names = new Map();
      this.#names.set(fn, names);
    }
    if (!names.has(name)) {
      const found = this.#reader.capture(fn, name);
      names.set(name, found === undefined ? undefined : this.captured(found.value));
    }
    return names.get(name);
  }

  /** What the property of a captured object stands for. */
  property(object: object, key: string): Captured {
    return this.captured(this.#reader.property(object, key));
  }

  /** What spreading a captured object takes of it, by name. */
  spread(object: object): readonly (readonly [name: string, Captured])[] {
    return this.#reader.keys(object).map((key) => [key, this.property(object, key)]);
  }

  isGlobalMath(closure: Closure): boolean {
    if (!closure.source.free.has("Math")) return true;
    const found = this.lookup(closure, "Math")?.value;
    return found?.kind === "host" && found.value === Math;
  }

  /** Is it numbats' own `prange`, under whatever name it came? */
  isPrange(value: Value): boolean {
    return value.kind === "host" && isPrange(value.value);
  }

  /** One of numbats' own functions written in the kernel language. */
  builtinClosure(fn: Callable): Closure {
    const source = this.builtinSource(fn);
    return { source, node: source.node, frame: undefined, fn };
  }

  readonly #written = new Map<Node, Map<string, Closure>>();

  /** A function of numbats' own that is written for one place of the program: the same one for the same text. */
  writtenFor(place: Node, text: string): Closure {
    const known = this.#written.get(place) ?? new Map<string, Closure>();
    this.#written.set(place, known);
    let closure = known.get(text);
    if (closure === undefined) {
      const source = this.#parse(numbatsText(text), "written");
      this.#ownSources.add(source);
      closure = { source, node: source.node, frame: undefined, fn: undefined };
      known.set(text, closure);
    }
    return closure;
  }

  /** A live value as an abstract one. What is read of it here, runtime/observe.ts must tell of: it is frozen into the code. */
  captured(value: unknown): Captured {
    const plain = (v: Value): Captured => ({ value: v, object: undefined });
    switch (typeof value) {
      case "number":
        return plain(numberConstant(value));
      case "boolean":
        return plain(bool(value));
      case "bigint":
        return plain({ kind: "bigint", lo: value, hi: value });
      case "string":
        return plain({ kind: "string", value });
      case "undefined":
        return plain(UNDEFINED);
      case "function":
        return plain(this.#function(value as Callable));
      case "object": {
        const elem = elementKindOf(value);
        if (elem !== undefined) return { value: arrayOf(elem), object: value as object };
        return Array.isArray(value) ? this.#capturedList(value) : plain({ kind: "host", value });
      }
      default:
        return plain({ kind: "host", value });
    }
  }

  #capturedList(items: readonly unknown[]): Captured {
    let known = this.#lists.get(items);
    if (known === undefined) {
      const list = holdsItself(items, []) ? undefined : this.#list(items, tableKindOf(numbersIn(items)));
      const object = list !== undefined && typedArraysIn(items, "").length > 0 ? items : undefined;
      known = { value: list ?? { kind: "host", value: items }, object };
      this.#lists.set(items, known);
    }
    return known;
  }

  /** A plain array of numbers is a table, one of arrays, objects, booleans, BigInts or functions a tuple; others are objects themselves. */
  #list(items: readonly unknown[], elem: TableKind): Value | undefined {
    if (isNumberList(items)) {
      const element = elementRange(elem, items.map(numberConstant));
      return { ...arrayOf(elem, items.length, items.length, true), element, constants: [...items] };
    }
    if (items.includes(undefined) || typedArraysIn(items, "").length > MOST_ARRAYS) return undefined;
    const values = items.map((x) => {
      if (Array.isArray(x)) return this.#list(x, elem);
      const isKnown = typeof x === "boolean" || typeof x === "bigint" || typeof x === "function" || isObject(x);
      return isKnown || elementKindOf(x) !== undefined ? this.captured(x).value : undefined;
    });
    const known = values.filter((v) => v !== undefined);
    return known.length === items.length ? { kind: "tuple", items: known, literals: [] } : undefined;
  }

  /** What the properties of this name are, of several objects: a list of the surroundings, as if it had been written down there. */
  properties(objects: readonly object[], key: string): Properties {
    const known = this.#properties.get(objects) ?? new Map<string, Properties>();
    this.#properties.set(objects, known);
    let found = known.get(key);
    if (found === undefined) {
      const values = objects.map((object) => this.#reader.property(object, key));
      found = { values, ...this.captured(values) };
      known.set(key, found);
    }
    return found;
  }

  #function(fn: Callable): Value {
    if (
      !isKernel(fn) &&
      (isPrange(fn) ||
        randomFunction(fn) !== undefined ||
        isHostFunction(fn) ||
        Function.prototype.toString.call(fn).startsWith("class"))
    ) {
      const standIn = this.#standIn(fn);
      return standIn === undefined ? { kind: "host", value: fn } : { kind: "host", value: fn, standIn };
    }
    return { kind: "function", targets: [this.#closureOf(isKernel(fn) ? jsFunctionOf(fn) : fn)] };
  }

  readonly #standIns = new Map<Callable, Closure | undefined>();

  #standIn(fn: Callable): Closure | undefined {
    if (!this.#standIns.has(fn)) {
      const text = standInText(fn);
      this.#standIns.set(fn, text === undefined ? undefined : new StandIn(text, (t) => this.#parse(t, fn.name)));
    }
    return this.#standIns.get(fn);
  }

  readonly #closures = new Map<Callable, Closure>();

  #closureOf(fn: Callable): Closure {
    let closure = this.#closures.get(fn);
    if (closure === undefined) {
      closure = this.closureOf(fn);
      this.#closures.set(fn, closure);
    }
    return closure;
  }
}

/** A typed array of the surroundings. */
export interface CapturedArray {
  readonly object: object;
  readonly elem: ElementKind;
  readonly name: string;
}

/** A captured typed array itself, or those in a captured list, by the names of their places. */
export function typedArraysIn(value: unknown, name: string): CapturedArray[] {
  const elem = elementKindOf(value);
  if (elem !== undefined) return [{ object: value as object, elem, name }];
  return Array.isArray(value) ? value.flatMap((item, i) => typedArraysIn(item, `${name}[${i}]`)) : [];
}

function holdsItself(list: readonly unknown[], around: readonly unknown[]): boolean {
  return around.includes(list) || list.some((x) => Array.isArray(x) && holdsItself(x, [...around, list]));
}

/** Rows of one matrix are of one kind. */
function numbersIn(items: readonly unknown[]): number[] {
  return items.flatMap((x) => (Array.isArray(x) ? numbersIn(x) : typeof x === "number" ? [x] : []));
}

/** Its source is parsed when asked for: a class, or a function that is never called, needn't be in the language. */
class LiveClosure implements Closure {
  readonly frame = undefined;
  readonly fn: Callable;
  readonly #environment: Environment;

  constructor(environment: Environment, fn: Callable) {
    this.#environment = environment;
    this.fn = fn;
  }

  get source(): FunctionSource {
    const value = this.#environment.sourceOf(this.fn);
    // From now on a plain property: inference asks at every node.
    Object.defineProperty(this, "source", { value });
    return value;
  }

  get node(): FunctionSource["node"] {
    return this.source.node;
  }
}

/** Calls a built-in function. Few are ever needed, so each is parsed when it is. */
class StandIn implements Closure {
  readonly frame = undefined;
  readonly fn = undefined;
  readonly builtin: string;
  readonly #parse: () => FunctionSource;
  #source: FunctionSource | undefined;

  constructor({ name, text }: { name: string; text: string }, parse: (text: SourceText) => FunctionSource) {
    this.builtin = name;
    this.#parse = () => parse(numbatsText(text));
  }

  get source(): FunctionSource {
    this.#source ??= this.#parse();
    return this.#source;
  }

  get node(): FunctionSource["node"] {
    return this.source.node;
  }
}

/** Text of numbats' own, which errors never point into. */
function numbatsText(text: string): SourceText {
  const position = { file: "numbats", line: 1, column: 1 };
  return { text, locate: () => position, lineAt: () => undefined };
}

/** The live function that a closure's text belongs to. */
function rootFunction(closure: Closure): Callable | undefined {
  let c: Closure | undefined = closure;
  while (c !== undefined && c.fn === undefined) c = c.frame?.closure;
  return c?.fn as Callable | undefined;
}

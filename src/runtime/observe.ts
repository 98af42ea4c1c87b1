/**
 * What a compilation learns of the live program: every captured variable and property it asks for, as a text that says all
 * the compiler makes of the value.
 *
 * The compiler is a pure function of its request and of what its FunctionReader answers. So a compilation whose answers
 * have been written down is known without compiling in every later process where the same questions get the same answers
 * (recall.ts). Where a value can't be told in a text (a symbol, an engine's function off the beaten track), nothing is.
 */
import { sha256 } from "../engine/digest.ts";
import { isHostFunction, isKernel, isPrange, jsFunctionOf } from "../frontend/intrinsics.ts";
import type { Callable, FunctionReader } from "../frontend/program.ts";
import { randomName } from "../frontend/random-functions.ts";
import type { SourceText } from "../source/span.ts";
import { elementKindOf, isNumberList } from "../types/elements.ts";

/** What a function's variable or, with a dot before its name, a thing's property was, or the names of all of these (ALL); a property of the engine's own objects is `of` ENGINE. */
export type Observation = readonly [of: number, name: string, saw: string];

/** What there was to see: `roots` are the function itself and its arguments that are functions. */
export interface Sighting {
  readonly roots: readonly string[];
  readonly observations: readonly Observation[];
}

const ENGINE = -1;
const NOTHING = "nothing";
const GLOBAL = "global ";
/** In the place of a name. */
const ALL = "...";

/** Functions and objects, numbered as they come into sight: the same object has the same number. */
class Things {
  readonly #numbers = new Map<object, number>();
  readonly #things: object[] = [];

  numberOf(thing: object): number | undefined {
    return this.#numbers.get(thing);
  }

  at(number: number): object | undefined {
    return this.#things[number];
  }

  get all(): readonly object[] {
    return this.#things;
  }

  /** Undefined when it can't be told. */
  describe(value: unknown): string | undefined {
    switch (typeof value) {
      case "number":
        return `number ${Object.is(value, -0) ? "-0" : value}`;
      case "boolean":
      case "undefined":
        return String(value);
      case "bigint":
        return `bigint ${value}`;
      case "string":
        return `string ${value}`;
      case "function":
        return this.#function(value as Callable);
      case "object":
        return value === null ? "null" : this.#object(value);
      default:
        return undefined;
    }
  }

  #function(fn: Callable): string | undefined {
    if (isPrange(fn)) return "prange";
    const random = randomName(fn);
    if (random !== undefined) return `random ${random}`;
    const kernel = isKernel(fn);
    if (!kernel && isHostFunction(fn)) {
      const path = globalPath(fn);
      return path === undefined ? undefined : GLOBAL + path;
    }
    const js = kernel ? jsFunctionOf(fn) : fn;
    const digest = sha256(`${js.name}\0${Function.prototype.toString.call(js)}`);
    return `${kernel ? "kernel" : "function"} ${this.#number(js)} ${digest}`;
  }

  #object(object: object): string | undefined {
    const elem = elementKindOf(object);
    if (elem !== undefined) return `array ${this.#number(object)} ${elem}`;
    if (Array.isArray(object) && isNumberList(object)) {
      return `table ${this.#number(object)} ${sha256(new Uint8Array(Float64Array.from(object).buffer))}`;
    }
    if (Array.isArray(object)) return this.#list(object);
    const path = globalPath(object);
    return path === undefined ? `object ${this.#number(object)}` : GLOBAL + path;
  }

  /** With all of its items, as the compiler looks at them (types/capture.ts); one that has been told of isn't told of again. */
  #list(list: readonly unknown[]): string | undefined {
    const isNew = !this.#numbers.has(list);
    const head = `list ${this.#number(list)}`;
    if (!isNew) return head;
    const items = Array.from(list, (item) => this.describe(item));
    return items.every((item) => item !== undefined) ? `${head} ${JSON.stringify(items)}` : undefined;
  }

  #number(thing: object): number {
    let number = this.#numbers.get(thing);
    if (number === undefined) {
      number = this.#things.length;
      this.#numbers.set(thing, number);
      this.#things.push(thing);
    }
    return number;
  }
}

/** Objects of the engine whose members kernels use. */
const OPEN = ["Math", "Number", "BigInt", "Object", "Array", "console", "Atomics"] as const;
/** As they are when numbats is loaded: a test may put others in their place. */
const MEMBERS = OPEN.map(
  (name): Record<string, PropertyDescriptor> => Object.getOwnPropertyDescriptors(memberOf(globalThis, name) ?? {}),
);

let paths: Map<unknown, string> | undefined;

/** Where the engine's own functions and objects are found: `Math.sin`, `Float64Array`. */
function globalPath(value: unknown): string | undefined {
  if (paths === undefined) {
    paths = new Map<unknown, string>();
    for (const [k, name] of OPEN.entries())
      for (const [key, { value }] of Object.entries(MEMBERS[k] ?? {})) note(value, `${name}.${key}`);
    for (const name of Object.getOwnPropertyNames(globalThis)) {
      // Other globals may be what the program or a test runner put there, and reading some has effects.
      const isEngines = /^(?:[A-Z]\w*(?:Array|Error)|is(?:NaN|Finite)|parse(?:Int|Float)|Boolean|String|globalThis)$/;
      if (isEngines.test(name) || (OPEN as readonly string[]).includes(name)) note(memberOf(globalThis, name), name);
    }
  }
  return paths.get(value);

  function note(found: unknown, path: string): void {
    const isHost = typeof found === "function" ? isHostFunction(found as Callable) : typeof found === "object";
    if (isHost && found !== null) paths?.set(found, path);
  }
}

function memberOf(holder: unknown, key: string): unknown {
  const property = Object.getOwnPropertyDescriptor(holder as object, key);
  return property?.value ?? (property?.get === undefined ? undefined : Reflect.get(holder as object, key));
}

/** Does it go without saying what this property is, as with `Math.PI`? Others of the engine's can be replaced: `Math.random` by a test's. */
function isConstant(object: object, key: string): boolean {
  if (globalPath(object) === undefined) return false;
  const property = Object.getOwnPropertyDescriptor(object, key);
  return property?.writable === false && property.configurable === false;
}

function valueAt(path: string): unknown {
  let found: unknown = globalThis;
  for (const key of path.split(".")) found = Reflect.get(found as object, key);
  return found;
}

/** Watches one compilation. */
export class Observer {
  readonly reader: FunctionReader;
  readonly #things = new Things();
  readonly #roots: string[] = [];
  readonly #observations = new Map<string, Observation>();
  readonly #texts = new Map<SourceText, number>();
  #isWhole = true;

  constructor(reader: FunctionReader, roots: readonly Callable[]) {
    for (const root of roots) {
      const text = this.#things.describe(root);
      if (text === undefined) this.#isWhole = false;
      else this.#roots.push(text);
    }
    this.reader = {
      sourceOf: (fn) => {
        const text = reader.sourceOf(fn);
        const number = this.#things.numberOf(fn);
        if (number !== undefined) this.#texts.set(text, number);
        return text;
      },
      isEngines: (fn) => reader.isEngines(fn),
      together: (work) => reader.together(work),
      capture: (fn, name) => {
        const found = this.#unlessItThrows(() => reader.capture(fn, name));
        this.#note(fn, name, found === undefined ? NOTHING : this.#things.describe(found.value));
        return found;
      },
      property: (object, key) => {
        const value = this.#unlessItThrows(() => reader.property(object, key));
        if (!isConstant(object, key)) this.#note(object, `.${key}`, this.#things.describe(value));
        return value;
      },
      keys: (object) => {
        const keys = this.#unlessItThrows(() => reader.keys(object));
        this.#note(object, ALL, keys.join());
        return keys;
      },
    };
  }

  /** What throws now may not throw next time, and the compiler may have gone on without it. */
  #unlessItThrows<T>(look: () => T): T {
    try {
      return look();
    } catch (error) {
      this.#isWhole = false;
      throw error;
    }
  }

  #note(of: object, name: string, saw: string | undefined): void {
    const path = globalPath(of);
    if (path !== undefined && saw !== undefined) {
      this.#observations.set(path + name, [ENGINE, path + name, saw]);
      return;
    }
    const number = this.#things.numberOf(of);
    if (number === undefined || saw === undefined) this.#isWhole = false;
    else this.#observations.set(`${number} ${name}`, [number, name, saw]);
  }

  /** Undefined when something can't be told. */
  get sighting(): Sighting | undefined {
    return this.#isWhole ? { roots: this.#roots, observations: [...this.#observations.values()] } : undefined;
  }

  /** The number of the function whose text this is; undefined for a text of numbats' own. */
  numberOfText(text: SourceText): number | undefined {
    return this.#texts.get(text);
  }

  numberOf(thing: object): number | undefined {
    return this.#things.numberOf(thing);
  }
}

/** Is everything as it was seen? Then the things by their numbers. */
export function seeAgain(
  sighting: Sighting,
  reader: FunctionReader,
  roots: readonly Callable[],
): readonly object[] | undefined {
  const things = new Things();
  const fresh = new Set<object>();
  if (roots.length !== sighting.roots.length) return undefined;
  if (!roots.every((root, index) => things.describe(root) === sighting.roots[index])) return undefined;
  for (const [of, name, saw] of sighting.observations) {
    if (of === ENGINE) {
      const found = unlessItThrows(() => ({ value: valueAt(name) }));
      const isEngines = saw === GLOBAL + name && globalPath(found?.value) === name;
      if (!isEngines && things.describe(found?.value) !== saw) return undefined;
      continue;
    }
    const thing = things.at(of);
    if (thing === undefined) return undefined;
    if (name === ALL) {
      if (unlessItThrows(() => reader.keys(thing).join()) !== saw) return undefined;
      continue;
    }
    const isVariable = !name.startsWith(".");
    if (isVariable && !fresh.has(thing)) {
      fresh.add(thing);
      reader.sourceOf(thing as Callable);
    }
    const found = unlessItThrows(() =>
      isVariable ? reader.capture(thing as Callable, name) : { value: reader.property(thing, name.slice(1)) },
    );
    if (found === undefined ? saw !== NOTHING : !isAsSeen(found.value, saw)) return undefined;
  }
  return things.all;

  function isAsSeen(value: unknown, saw: string): boolean {
    return saw.startsWith(GLOBAL) ? valueAt(saw.slice(GLOBAL.length)) === value : things.describe(value) === saw;
  }
}

/** What throws, a variable that isn't initialised yet for one, is unlike anything seen: then the compiler is to say so. */
function unlessItThrows<T>(look: () => T): T | { readonly value: symbol } {
  try {
    return look();
  } catch {
    return { value: Symbol("thrown") };
  }
}

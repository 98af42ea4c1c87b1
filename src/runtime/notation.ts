/**
 * Signatures in Numba's notation: `float64(float64[:], int32)`, with or without the result.
 *
 *   signature = [ type ] "(" [ type { "," type } ] ")"
 *   type      = name [ "[:]" | "[::1]" ] | "Tuple" "(" … ")" | "UniTuple" "(" type ("," | "x") count ")" | "List" "(" name ")"
 *             | "Optional" "(" name ")"
 *             | "NamedTuple" "(" [ property ":" type { "," property ":" type } ] ")"
 *
 * A scalar `int64` or `uint64` is a BigInt; numbers are int32 or float64 as parameters. As results all of Numba's number
 * types mean a JavaScript number, since that is what comes out.
 */
import type { ElementKind } from "../types/elements.ts";
import type { ArgType, ResultType } from "../types/signature.ts";

/** What a signature says of a result. */
export type DeclaredResult =
  | { readonly kind: "undefined" | "null" | "number" | "bool" | "bigint" | "nullable" }
  | { readonly kind: "array" | "list"; readonly elem: ElementKind }
  | { readonly kind: "tuple"; readonly items: readonly DeclaredResult[] }
  | { readonly kind: "record"; readonly names: readonly string[]; readonly items: readonly DeclaredResult[] };

export interface Signature {
  /** As the user wrote it. */
  readonly text: string;
  readonly args: readonly ArgType[];
  /** undefined: not declared, so whatever comes out. */
  readonly result: DeclaredResult | undefined;
}

interface TypeRow {
  /** Other spellings: Numba's short ones, C's. */
  readonly aliases: readonly string[];
  /** As a parameter; a text says why it can't be one. */
  readonly arg: ArgType | string;
  readonly result: DeclaredResult | undefined;
  /** Element kind of `name[:]`. */
  readonly elem: ElementKind | undefined;
}

const NUMBER: DeclaredResult = { kind: "number" };
const BIGINT: DeclaredResult = { kind: "bigint" };
const USE_INT32 = "a number parameter is int32 or float64; int32 holds these values";
const USE_FLOAT64 = "a number parameter is int32 or float64; float64 holds these values";
const NO_CLAMPED = "uint8c is an element type only";

const TYPES: Readonly<Record<string, TypeRow>> = {
  int8: { aliases: ["i1"], arg: USE_INT32, result: NUMBER, elem: "int8" },
  uint8: { aliases: ["u1", "byte"], arg: USE_INT32, result: NUMBER, elem: "uint8" },
  uint8c: { aliases: [], arg: NO_CLAMPED, result: undefined, elem: "uint8c" },
  int16: { aliases: ["i2"], arg: USE_INT32, result: NUMBER, elem: "int16" },
  uint16: { aliases: ["u2"], arg: USE_INT32, result: NUMBER, elem: "uint16" },
  int32: { aliases: ["i4"], arg: { kind: "int32" }, result: NUMBER, elem: "int32" },
  uint32: { aliases: ["u4"], arg: USE_FLOAT64, result: NUMBER, elem: "uint32" },
  int64: { aliases: ["i8"], arg: { kind: "int64" }, result: BIGINT, elem: "bigint64" },
  uint64: { aliases: ["u8"], arg: { kind: "uint64" }, result: BIGINT, elem: "biguint64" },
  float32: { aliases: ["f4"], arg: USE_FLOAT64, result: NUMBER, elem: "float32" },
  float64: { aliases: ["f8", "double"], arg: { kind: "float64" }, result: NUMBER, elem: "float64" },
  bool: { aliases: ["b1", "boolean", "bool_"], arg: { kind: "bool" }, result: { kind: "bool" }, elem: undefined },
  none: { aliases: ["void", "undefined"], arg: { kind: "undefined" }, result: { kind: "undefined" }, elem: undefined },
  null: { aliases: [], arg: "kernels take no null", result: { kind: "null" }, elem: undefined },
};

const BY_NAME: ReadonlyMap<string, readonly [string, TypeRow]> = new Map(
  Object.entries(TYPES).flatMap(([name, row]) => [name, ...row.aliases].map((n) => [n, [name, row]] as const)),
);

const NAME_OF_ELEMENT: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(TYPES).flatMap(([name, row]) => (row.elem === undefined ? [] : [[row.elem, name]])),
);

/** More than anyone writes a UniTuple for; each is checked. */
const MOST_ITEMS = 2 ** 16;

interface Token {
  readonly text: string;
  readonly at: number;
}

/** A type as it stands in the notation, before it is known whether it is a parameter or a result. */
type Parsed =
  | { readonly kind: "scalar"; readonly name: string; readonly row: TypeRow; readonly token: Token }
  | { readonly kind: "array" | "list"; readonly elem: ElementKind; readonly token: Token }
  | { readonly kind: "nullable"; readonly token: Token }
  | { readonly kind: "tuple"; readonly items: readonly Parsed[]; readonly token: Token }
  | {
      readonly kind: "record";
      readonly names: readonly string[];
      readonly items: readonly Parsed[];
      readonly token: Token;
    };

class Parser {
  readonly #text: string;
  readonly #tokens: Token[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = [...text.matchAll(/[\p{ID_Start}_$][\p{ID_Continue}$]*|\d+|\S/gu)].map((m) => ({
      text: m[0],
      at: m.index,
    }));
  }

  fail(message: string, token: Token): never {
    throw new TypeError(`bad signature: ${message}\n  ${this.#text}\n  ${" ".repeat(token.at)}^`);
  }

  signature(): Signature {
    const result = this.#peek().text === "(" ? undefined : this.#type();
    this.#expect("(");
    const args = this.#list().map((type) => this.#asArgument(type));
    const rest = this.#peek();
    if (rest.text !== "") this.fail("nothing may follow the closing parenthesis", rest);
    return { text: this.#text, args, result: result && this.#asResult(result) };
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { text: "", at: this.#text.length };
  }

  #take(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }

  #expect(text: string): Token {
    const token = this.#take();
    if (token.text !== text) {
      this.fail(`expected '${text}'${token.text === "" ? " before the end" : `, not '${token.text}'`}`, token);
    }
    return token;
  }

  /** Types up to and with the closing parenthesis. */
  #list(): Parsed[] {
    const items: Parsed[] = [];
    while (this.#peek().text !== ")") {
      items.push(this.#type());
      if (this.#peek().text !== ")") this.#expect(",");
    }
    this.#take();
    return items;
  }

  #type(): Parsed {
    const token = this.#take();
    if (token.text === "Tuple") return this.#tuple(token);
    if (token.text === "UniTuple") return this.#uniTuple(token);
    if (token.text === "List") return this.#plainArray(token);
    if (token.text === "NamedTuple") return this.#record(token);
    if (token.text === "Optional") return this.#optional(token);
    const found = BY_NAME.get(token.text);
    if (found === undefined) {
      const what = token.text === "" ? "a type is missing" : `unknown type '${token.text}'`;
      return this.fail(
        `${what}; types are ${Object.keys(TYPES).join(", ")}, and arrays of them such as float64[:]`,
        token,
      );
    }
    const [name, row] = found;
    if (this.#peek().text !== "[") return { kind: "scalar", name, row, token };
    this.#brackets();
    if (row.elem === undefined) return this.fail(`there is no typed array of ${name}`, token);
    return { kind: "array", elem: row.elem, token };
  }

  /** `[:]`, or Numba's `[::1]` for contiguous, which every typed array is. */
  #brackets(): void {
    const open = this.#expect("[");
    const inside: string[] = [];
    while (this.#peek().text !== "]") {
      const token = this.#take();
      if (token.text === "") this.fail("expected ']' before the end", token);
      inside.push(token.text);
    }
    this.#take();
    const shape = inside.join("");
    if (shape === ":" || shape === "::1") return;
    this.fail(/^[:1,]+$/.test(shape) ? "typed arrays have one dimension: write [:]" : "an array is written [:]", open);
  }

  /** Both Tuple((a, b)), which is how Numba makes one, and Tuple(a, b), which is how it prints one. */
  #tuple(token: Token): Parsed {
    this.#expect("(");
    if (this.#peek().text !== "(") return { kind: "tuple", items: this.#list(), token };
    this.#take();
    const items = this.#list();
    this.#expect(")");
    return { kind: "tuple", items, token };
  }

  #uniTuple(token: Token): Parsed {
    this.#expect("(");
    const item = this.#type();
    const separator = this.#take();
    if (separator.text !== "," && separator.text !== "x") this.fail("expected UniTuple(type, count)", separator);
    const count = this.#take();
    if (!/^\d+$/.test(count.text)) this.fail("expected UniTuple(type, count)", count);
    if (Number(count.text) > MOST_ITEMS) this.fail(`a tuple has at most ${MOST_ITEMS} items`, count);
    this.#expect(")");
    return { kind: "tuple", items: Array.from({ length: Number(count.text) }, () => item), token };
  }

  /** An object, whose properties are in this order. */
  #record(token: Token): Parsed {
    this.#expect("(");
    const names: string[] = [];
    const items: Parsed[] = [];
    while (this.#peek().text !== ")") {
      const name = this.#take();
      if (!/^[\p{ID_Start}_$]/u.test(name.text)) this.fail("expected NamedTuple(name: type, …)", name);
      if (names.includes(name.text)) this.fail(`there are two properties '${name.text}'`, name);
      names.push(name.text);
      this.#expect(":");
      items.push(this.#type());
      if (this.#peek().text !== ")") this.#expect(",");
    }
    this.#take();
    return { kind: "record", names, items, token };
  }

  /** What a kernel's own signatures call a plain array. */
  #plainArray(token: Token): Parsed {
    this.#expect("(");
    const item = this.#type();
    this.#expect(")");
    if (item.kind === "scalar" && item.row.elem !== undefined) return { kind: "list", elem: item.row.elem, token };
    return this.fail("the items of a List are numbers: write List(float64)", item.token);
  }

  /** A number, or null or undefined. */
  #optional(token: Token): Parsed {
    this.#expect("(");
    const item = this.#type();
    this.#expect(")");
    if (item.kind === "scalar" && item.row.result?.kind === "number") return { kind: "nullable", token };
    return this.fail("what may be missing is a number: write Optional(float64)", item.token);
  }

  #asArgument(type: Parsed): ArgType {
    switch (type.kind) {
      case "nullable":
        return this.fail("a missing argument has a signature of its own: none, beside int32 or float64", type.token);
      case "array":
        return { kind: "array", elem: type.elem };
      case "list":
        return this.fail("kernels return plain arrays but don't take them", type.token);
      case "tuple":
        return this.fail("kernels return tuples but don't take them", type.token);
      case "record":
        return this.fail("kernels return objects but don't take them", type.token);
      case "scalar":
        return typeof type.row.arg === "string"
          ? this.fail(`${type.name} can't be a parameter: ${type.row.arg}`, type.token)
          : type.row.arg;
    }
  }

  #asResult(type: Parsed): DeclaredResult {
    switch (type.kind) {
      case "nullable":
        return { kind: "nullable" };
      case "array":
      case "list":
        return { kind: type.kind, elem: type.elem };
      case "tuple":
        return { kind: "tuple", items: type.items.map((item) => this.#asResult(item)) };
      case "record":
        return { kind: "record", names: type.names, items: type.items.map((item) => this.#asResult(item)) };
      case "scalar":
        return type.row.result ?? this.fail(`${type.name} can't be a result: ${type.row.arg}`, type.token);
    }
  }
}

/** Throws a TypeError that points at the mistake. */
export function parseSignature(text: string): Signature {
  return new Parser(text).signature();
}

export function printArg(type: ArgType): string {
  switch (type.kind) {
    case "array":
      return `${NAME_OF_ELEMENT[type.elem]}[:]`;
    case "undefined":
      return "none";
    case "function":
      return `function ${type.value.name || "(anonymous)"}`;
    default:
      return type.kind;
  }
}

/** An i64 result is a JavaScript number, which `int64` isn't; so it prints as the number type that holds it. */
const NUMBER_NAMES = { i32: "int32", i64: "float64", f32: "float32", f64: "float64" } as const;

export function printResult(type: ResultType): string {
  switch (type.kind) {
    case "number":
      return NUMBER_NAMES[type.from];
    case "nullable":
      return `Optional(${NUMBER_NAMES[type.from]})`;
    case "array":
      return `${NAME_OF_ELEMENT[type.elem]}[:]`;
    case "list":
      return `List(${NAME_OF_ELEMENT[type.elem]})`;
    case "tuple":
      return `Tuple((${type.items.map(printResult).join(", ")}))`;
    case "record":
      return `NamedTuple(${type.items.map((item, i) => `${type.names[i]}: ${printResult(item)}`).join(", ")})`;
    case "undefined":
      return "none";
    default:
      return type.kind;
  }
}

/** `float64(float64[:], int32)`; without a known result, `(float64[:], int32)`. */
export function printSignature(args: readonly ArgType[], result?: ResultType): string {
  return `${result === undefined ? "" : printResult(result)}(${args.map(printArg).join(", ")})`;
}

function itemsFit(declared: readonly DeclaredResult[], items: readonly ResultType[]): boolean {
  return (
    items.length === declared.length &&
    declared.every((item, index) => {
      const actual = items[index];
      return actual !== undefined && resultFits(item, actual);
    })
  );
}

export function resultFits(declared: DeclaredResult, result: ResultType): boolean {
  switch (declared.kind) {
    case "nullable":
      return ["nullable", "number", "null", "undefined"].includes(result.kind);
    case "bigint":
      return result.kind === "int64" || result.kind === "uint64";
    case "array":
    case "list":
      return result.kind === declared.kind && result.elem === declared.elem;
    case "tuple":
      return result.kind === "tuple" && itemsFit(declared.items, result.items);
    case "record":
      return (
        result.kind === "record" &&
        declared.names.every((name, i) => name === result.names[i]) &&
        itemsFit(declared.items, result.items)
      );
    default:
      return declared.kind === result.kind;
  }
}

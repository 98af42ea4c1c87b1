/**
 * Reads the text form that `print.ts` writes. `printModule(parseModule(text))` is `text`, comments and positions apart.
 *
 * Made for tests and bug reports, so hand-written text may use names where the printer has numbers (`%sum`, `$s`,
 * `break out`); they get numbers no one else uses. Instructions point into the IR text itself. Nothing is checked beyond the
 * grammar: `verify.ts` does that.
 */
import type { SourceText } from "../source/span.ts";
import { ATTR_SPECS, ATTRS, type AttrName } from "./attributes.ts";
import {
  type Func,
  type Local,
  MESSAGE_TYPES,
  type MessagePart,
  type Module,
  type Param,
  type Site,
  type Table,
} from "./func.ts";
import {
  type Block,
  type Inst,
  LOOP_ORDERS,
  type LocalId,
  type LoopOrder,
  type OpName,
  ROWS,
  type ValueId,
} from "./ops.ts";
import { Tokens } from "./tokens.ts";
import { type IrType, isArrayType } from "./types.ts";

export function parseModule(text: string, file = "ir"): Module {
  const tokens = new Tokens(irSource(text, file));
  const sites: Site[] = [];
  const tables: Table[] = [];
  let stackSite: number | undefined;
  let entry: Func | undefined;
  const funcs: Func[] = [];
  while (tokens.next.kind !== "end") {
    if (tokens.accept("site")) {
      tokens.integer();
      tokens.expect("=");
      sites.push(parseSite(tokens));
    } else if (tokens.accept("table")) {
      tokens.integer();
      tokens.expect("=");
      tables.push(parseTable(tokens));
    } else if (tokens.accept("stack")) {
      tokens.expect("site");
      stackSite = tokens.integer();
    } else {
      const isEntry = tokens.accept("entry");
      tokens.expect("func");
      const fn = new FuncParser(tokens).func();
      if (isEntry) entry = fn;
      else funcs.push(fn);
    }
  }
  if (entry === undefined) return tokens.fail("no entry func");
  return { entry, funcs, sites, tables, stackSite };
}

/** IR text as a source of its own, so that spans into it can be rendered. */
function irSource(text: string, file: string): SourceText {
  const lines = text.split("\n");
  return {
    text,
    locate(offset) {
      const before = text.slice(0, offset).split("\n");
      return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    },
    lineAt: (line) => lines[line - 1],
  };
}

function parseSite(tokens: Tokens): Site {
  const { start } = tokens.next;
  const kind = tokens.take("word").text;
  const text = tokens.next.kind === "string" ? tokens.take("string").text : "";
  const message = kind === "throw" ? parseMessage(tokens) : [];
  const loc = tokens.spanFrom(start);
  switch (kind) {
    case "index":
      return { kind, array: text, loc };
    case "throw":
      return { kind, errorName: text, message, loc };
    case "length":
      return { kind, constructorName: text, loc };
    case "range":
      return { kind, message: text, loc };
    case "int64-overflow":
    case "uint64-overflow":
    case "bigint-divide":
    case "bigint-of":
    case "stack":
      return { kind, loc };
    default:
      return tokens.fail(`unknown kind of site: ${kind}`);
  }
}

function parseMessage(tokens: Tokens): readonly MessagePart[] {
  const parts: MessagePart[] = [];
  for (;;) {
    const type = MESSAGE_TYPES.find((word) => tokens.accept(word));
    if (type !== undefined) parts.push({ type });
    else if (tokens.next.kind === "string") parts.push(tokens.take("string").text);
    else return parts;
  }
}

function parseTable(tokens: Tokens): Table {
  const name = tokens.name();
  const elem = tokens.take("word").text;
  if (elem !== "float64" && elem !== "int32" && elem !== "uint32") tokens.fail(`a table can't be of ${elem}`);
  tokens.expect("[");
  return { name, elem, values: tokens.list("]", () => Number(tokens.take("number").text)) };
}

/** Gives names numbers: `%7` is 7, `%sum` is one that no numbered thing has. */
class Numbering {
  readonly #named = new Map<string, number>();
  readonly #numbered: RegExp;
  #next: number;

  constructor(first: number, numbered: RegExp) {
    this.#next = first;
    this.#numbered = numbered;
  }

  of(name: string): number {
    const digits = this.#numbered.exec(name)?.[1];
    if (digits !== undefined) return Number(digits);
    const known = this.#named.get(name);
    if (known !== undefined) return known;
    const id = this.fresh();
    this.#named.set(name, id);
    return id;
  }

  fresh(): number {
    return this.#next++;
  }
}

const NUMBER = /^(\d+)$/;
const LABEL = /^L(\d+)$/;

class FuncParser {
  readonly #tokens: Tokens;
  readonly #values: Numbering;
  readonly #locals: Numbering;
  readonly #labels: Numbering;

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
    this.#values = new Numbering(tokens.firstFree("value", NUMBER), NUMBER);
    this.#locals = new Numbering(tokens.firstFree("local", NUMBER), NUMBER);
    this.#labels = new Numbering(tokens.firstFree("word", LABEL), LABEL);
  }

  func(): Func {
    const t = this.#tokens;
    const name = t.name();
    t.expect("(");
    const params = t.list(")", (): Param => {
      const id = this.#value();
      const paramName = t.name();
      t.expect(":");
      return { id, name: paramName, type: this.#type() };
    });
    const results: IrType[] = [];
    if (t.accept("->")) {
      do results.push(this.#type());
      while (t.accept(","));
    }
    const refs = t.accept("refs") ? this.#localList() : [];
    const recursive = t.accept("recursive");
    const disjoint = t.accept("disjoint");
    const seldom = t.accept("seldom") ? { seldom: true } : {};
    const separate = t.accept("separate") ? { separate: true } : {};
    t.expect("{");
    const locals: Local[] = [];
    while (t.accept("local")) {
      const id = this.#local();
      const localName = t.name();
      t.expect(":");
      locals.push({ id, name: localName, type: this.#type() });
    }
    return {
      name,
      params,
      results,
      locals,
      refs,
      recursive,
      disjoint,
      ...seldom,
      ...separate,
      body: this.#blockRest(),
    };
  }

  /** Instructions up to the closing brace; the opening one has been taken. */
  #blockRest(): Block {
    const insts: Inst[] = [];
    while (!this.#tokens.accept("}")) insts.push(this.#inst());
    return { insts };
  }

  #block(): Block {
    this.#tokens.expect("{");
    return this.#blockRest();
  }

  #inst(): Inst {
    const t = this.#tokens;
    const { start } = t.next;
    let id: ValueId | undefined;
    let type: IrType | "void" = "void";
    if (t.next.kind === "value") {
      id = this.#value();
      t.expect(":");
      type = this.#type();
      t.expect("=");
    }
    const word = t.take("word").text;
    if (!(word in ROWS)) t.fail(`unknown op ${word}`);
    const op = word as OpName;
    const args: ValueId[] = [];
    const fields = this.#fields(op, type, args);
    const loc = t.spanFrom(start);
    // The fields were read by the op's own rules; tsc can't relate them to one member of the union.
    return { op, id: id ?? this.#values.fresh(), type, args, loc, ...fields } as unknown as Inst;
  }

  /** What follows the op's name; operands go to `args`. */
  #fields(op: OpName, type: IrType | "void", args: ValueId[]): object {
    const t = this.#tokens;
    switch (op) {
      case "const":
        return { value: this.#constant(type) };
      case "local.get":
        return { local: this.#local() };
      case "local.set": {
        const local = this.#local();
        t.expect(",");
        args.push(this.#value());
        return { local };
      }
      case "if": {
        args.push(this.#value());
        const then = this.#block();
        return { then, else: t.accept("else") ? this.#block() : { insts: [] } };
      }
      case "block":
      case "loop": {
        const label = this.#label();
        const foretold = op === "loop" && t.accept("foretold") ? { foretold: true } : {};
        return { label, ...foretold, body: this.#block() };
      }
      case "for":
        return this.#forFields(args);
      case "parallel": {
        const callee = t.name();
        t.expect("(");
        args.push(...t.list(")", () => this.#value()));
        t.expect("step");
        const step = t.integer();
        const into = t.accept("into") ? this.#localList() : [];
        const partials: ValueId[] = [];
        if (t.accept("each")) {
          t.expect("(");
          partials.push(...t.list(")", () => this.#value()));
        }
        return { callee, step, into, partials, combine: this.#block() };
      }
      case "break":
      case "continue":
        return { label: this.#label() };
      case "call": {
        const callee = t.name();
        t.expect("(");
        args.push(...t.list(")", () => this.#value()));
        const refs = t.accept("refs") ? this.#localList() : [];
        const into = t.accept("into") ? this.#localList() : [];
        return { callee, refs, into };
      }
      default:
        // A line may begin with a value too, so an op that takes none must not look for one.
        if (
          t.next.kind === "value" &&
          (ROWS[op].args.length > 0 || op === "return" || op === "throw" || op === "log")
        ) {
          do args.push(this.#value());
          while (t.accept(","));
        }
        return this.#attrs(op);
    }
  }

  #order(): { readonly order?: LoopOrder } {
    const t = this.#tokens;
    if (!t.accept("order")) return {};
    t.expect("(");
    const order = LOOP_ORDERS.find((name) => t.accept(name));
    t.expect(")");
    return order === undefined ? {} : { order };
  }

  #lanes(): { readonly lanes?: readonly LocalId[] } {
    const t = this.#tokens;
    if (!t.accept("lanes")) return {};
    t.expect("(");
    return { lanes: t.list(")", () => this.#local()) };
  }

  #forFields(args: ValueId[]): object {
    const t = this.#tokens;
    const label = this.#label();
    const iv = this.#value();
    t.expect("=");
    args.push(this.#value());
    t.expect("to");
    args.push(this.#value());
    t.expect("step");
    const step = t.integer();
    const marks = { ...this.#lanes(), ...this.#order(), ...(t.accept("unversioned") && { unversioned: true }) };
    if (!t.accept("parallel")) return { label, iv, step, ...marks, body: this.#block() };
    t.expect("(");
    const reductions = t.list(")", () => ({ local: this.#local(), op: t.name() }));
    return { label, iv, step, ...marks, body: this.#block(), parallel: { reductions } };
  }

  #attrs(op: OpName): object {
    const t = this.#tokens;
    const fields: Record<string, unknown> = {};
    for (const name of ATTRS[op]) if (ATTR_SPECS[name].kind === "words") fields[name] = [];
    if (!t.accept("{")) return fields;
    t.list("}", () => {
      const name = t.take("word").text;
      const known: readonly AttrName[] = ATTRS[op];
      const attr = known.find((a) => a === name);
      if (attr === undefined) return t.fail(`${op} has no field ${name}`);
      t.expect(":");
      fields[name] = this.#attr(attr);
      return attr;
    });
    return fields;
  }

  #attr(name: AttrName): unknown {
    const t = this.#tokens;
    switch (ATTR_SPECS[name].kind) {
      case "int":
        return t.integer();
      case "word":
        return t.take("word").text;
      case "flag":
        if (t.accept("true")) return true;
        t.expect("false");
        return false;
      case "words":
        t.expect("[");
        return t.list("]", () => t.take("word").text);
      case "texts":
        t.expect("[");
        return t.list("]", () => (t.accept("null") ? null : t.take("string").text));
    }
  }

  #constant(type: IrType | "void"): number | bigint | boolean {
    const t = this.#tokens;
    if (t.accept("true")) return true;
    if (t.accept("false")) return false;
    const { text } = t.take("number");
    return type === "i64" ? BigInt(text) : Number(text);
  }

  #type(): IrType {
    const { text } = this.#tokens.take("word");
    if (isArrayType(text)) return text;
    if (text === "i1" || text === "i32" || text === "i64" || text === "f32" || text === "f64") return text;
    return this.#tokens.fail(`${text} is not a type`);
  }

  #localList(): number[] {
    this.#tokens.expect("(");
    return this.#tokens.list(")", () => this.#local());
  }

  #value(): number {
    return this.#values.of(this.#tokens.take("value").text);
  }

  #local(): number {
    return this.#locals.of(this.#tokens.take("local").text);
  }

  #label(): number {
    return this.#labels.of(this.#tokens.take("word").text);
  }
}

/**
 * The text form of the IR, which `parse.ts` reads back: for `explain`, for golden files, for bug reports.
 *
 *   site 0 = index "xs"
 *   table 0 = "lut" float64 [1, 0.5]
 *   stack site 1
 *
 *   entry func sum(%0 xs: float64[]) -> f64 {
 *     local $0 s: f64
 *     %1: i32 = const 0
 *     %2: i32 = length %0
 *     for L0 %3 = %1 to %2 step 1 {
 *       %4: f64 = load %0, %3 {bounds: checked, site: 0}  @3:12
 *       local.set $0, %4
 *     }
 *     return %1
 *   }
 *
 * `@line:column` is the author's position of an instruction, printed on request. Instructions without a result have an id
 * too, but nothing may use it: it isn't printed, and the parser numbers them afresh.
 */
import { ATTR_SPECS, ATTRS, type AttrName, attrOf } from "./attributes.ts";
import type { Func, MessagePart, Module, Site } from "./func.ts";
import type { Block, Inst, LocalId } from "./ops.ts";

export interface PrintOptions {
  /** End each instruction's line with its position in the author's file. */
  readonly positions?: boolean;
}

export function printModule(module: Module, options: PrintOptions = {}): string {
  const lines: string[] = [];
  for (const [i, site] of module.sites.entries()) lines.push(`site ${i} = ${printSite(site)}`);
  for (const [i, table] of module.tables.entries()) {
    const values = table.values.map(printNumber).join(", ");
    lines.push(`table ${i} = ${JSON.stringify(table.name)} ${table.elem} [${values}]`);
  }
  if (module.stackSite !== undefined) lines.push(`stack site ${module.stackSite}`);
  if (lines.length > 0) lines.push("");
  lines.push(`entry ${printFunc(module.entry, options)}`);
  for (const fn of module.funcs) lines.push(printFunc(fn, options));
  return `${lines.join("\n").trimEnd()}\n`;
}

function printFunc(fn: Func, options: PrintOptions = {}): string {
  const params = fn.params.map((p) => `%${p.id} ${printName(p.name)}: ${p.type}`).join(", ");
  const results = fn.results.length === 0 ? "" : ` -> ${fn.results.join(", ")}`;
  const refs = fn.refs.length === 0 ? "" : ` refs(${locals(fn.refs)})`;
  const flags = `${fn.recursive ? " recursive" : ""}${fn.disjoint ? " disjoint" : ""}${fn.seldom ? " seldom" : ""}${fn.separate ? " separate" : ""}`;
  const lines = [`func ${printName(fn.name)}(${params})${results}${refs}${flags} {`];
  for (const local of fn.locals) lines.push(`  local $${local.id} ${printName(local.name)}: ${local.type}`);
  printBlock(fn.body, "  ", lines, options);
  lines.push("}", "");
  return lines.join("\n");
}

/** One instruction on a line of its own, without the blocks it owns: for error messages. */
export function printInst(inst: Inst): string {
  return printHead(inst);
}

function printBlock(block: Block, indent: string, lines: string[], options: PrintOptions): void {
  for (const inst of block.insts) {
    const at = options.positions === true ? `  ${printPosition(inst)}` : "";
    const head = `${indent}${printHead(inst)}`;
    switch (inst.op) {
      case "if":
        lines.push(`${head} {${at}`);
        printBlock(inst.then, `${indent}  `, lines, options);
        if (inst.else.insts.length > 0) {
          lines.push(`${indent}} else {`);
          printBlock(inst.else, `${indent}  `, lines, options);
        }
        lines.push(`${indent}}`);
        break;
      case "block":
      case "loop":
      case "for":
        lines.push(`${head} {${at}`);
        printBlock(inst.body, `${indent}  `, lines, options);
        lines.push(`${indent}}`);
        break;
      case "parallel":
        lines.push(`${head} {${at}`);
        printBlock(inst.combine, `${indent}  `, lines, options);
        lines.push(`${indent}}`);
        break;
      default:
        lines.push(`${head}${at}`);
    }
  }
}

function printHead(inst: Inst): string {
  const result = inst.type === "void" ? "" : `%${inst.id}: ${inst.type} = `;
  const args = inst.args.map((a) => `%${a}`).join(", ");
  const operands = args === "" ? "" : ` ${args}`;
  switch (inst.op) {
    case "const":
      return `${result}const ${printNumber(inst.value)}`;
    case "local.get":
      return `${result}local.get $${inst.local}`;
    case "local.set":
      return `local.set $${inst.local}, ${args}`;
    case "loop":
      return `loop L${inst.label}${inst.foretold === true ? " foretold" : ""}`;
    case "block":
    case "break":
    case "continue":
      return `${inst.op} L${inst.label}`;
    case "for": {
      const [start = -1, end = -1] = inst.args;
      const reductions = inst.parallel?.reductions.map((r) => `$${r.local} ${printName(r.op)}`).join(", ");
      const parallel = reductions === undefined ? "" : ` parallel(${reductions})`;
      const lanes = inst.lanes === undefined ? "" : ` lanes(${inst.lanes.map((local) => `$${local}`).join(", ")})`;
      const order = inst.order === undefined ? "" : ` order(${inst.order})`;
      const unversioned = inst.unversioned === true ? " unversioned" : "";
      return `for L${inst.label} %${inst.iv} = %${start} to %${end} step ${inst.step}${lanes}${order}${unversioned}${parallel}`;
    }
    case "parallel": {
      const into = inst.into.length === 0 ? "" : ` into(${locals(inst.into)})`;
      const each = inst.partials.length === 0 ? "" : ` each(${inst.partials.map((id) => `%${id}`).join(", ")})`;
      return `parallel ${printName(inst.callee)}(${args}) step ${inst.step}${into}${each}`;
    }
    case "call": {
      const refs = inst.refs.length === 0 ? "" : ` refs(${locals(inst.refs)})`;
      const into = inst.into.length === 0 ? "" : ` into(${locals(inst.into)})`;
      return `call ${printName(inst.callee)}(${args})${refs}${into}`;
    }
    default:
      return `${result}${inst.op}${operands}${printAttrs(inst)}`;
  }
}

function printAttrs(inst: Inst): string {
  const fields: string[] = [];
  for (const name of ATTRS[inst.op]) {
    const text = printAttr(name, attrOf(inst, name));
    if (text !== undefined) fields.push(`${name}: ${text}`);
  }
  return fields.length === 0 ? "" : ` {${fields.join(", ")}}`;
}

function printAttr(name: AttrName, value: unknown): string | undefined {
  // The verifier shows what lacks one.
  if (value === undefined) return undefined;
  switch (ATTR_SPECS[name].kind) {
    case "words": {
      const words = value as readonly string[];
      return words.length === 0 ? undefined : `[${words.join(", ")}]`;
    }
    case "texts":
      return `[${(value as readonly (string | null)[]).map((t) => JSON.stringify(t)).join(", ")}]`;
    default:
      return String(value);
  }
}

function printSite(site: Site): string {
  const text = (s: string): string => ` ${JSON.stringify(s)}`;
  switch (site.kind) {
    case "index":
      return `index${text(site.array)}`;
    case "throw":
      return [`throw${text(site.errorName)}`, ...site.message.map(printMessagePart)].join(" ");
    case "length":
      return `length${text(site.constructorName)}`;
    case "range":
      return `range${text(site.message)}`;
    default:
      return site.kind;
  }
}

function printMessagePart(part: MessagePart): string {
  return typeof part === "string" ? JSON.stringify(part) : part.type;
}

function printNumber(value: number | bigint | boolean): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/** Names are bare where they look like identifiers, else JSON strings. */
function printName(name: string): string {
  return /^[A-Za-z_][\w.]*$/.test(name) ? name : JSON.stringify(name);
}

function printPosition(inst: Inst): string {
  const at = inst.loc.source.locate(inst.loc.start);
  return `@${at.line}:${at.column}`;
}

function locals(ids: readonly LocalId[]): string {
  return ids.map((id) => `$${id}`).join(", ");
}

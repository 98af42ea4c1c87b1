/**
 * A small writer of LLVM IR functions for the entry point: fresh names, blocks, declarations of what is called.
 *
 * It knows the Node-API functions by name, so that a call is one line and its declaration follows by itself. Only
 * functions that Node (8 and later of the API), Bun and Deno all implement are in the table.
 */

import type { RuntimeName } from "./runtime.ts";

/** Parameter types after `napi_env`, which comes first in all of them. All give an i32 status. */
const NODE_API = {
  napi_get_cb_info: ["ptr", "ptr", "ptr", "ptr", "ptr"],
  napi_get_value_double: ["ptr", "ptr"],
  napi_get_value_bool: ["ptr", "ptr"],
  napi_get_value_bigint_int64: ["ptr", "ptr", "ptr"],
  napi_get_value_bigint_uint64: ["ptr", "ptr", "ptr"],
  napi_get_typedarray_info: ["ptr", "ptr", "ptr", "ptr", "ptr", "ptr"],
  napi_typeof: ["ptr", "ptr"],
  napi_strict_equals: ["ptr", "ptr", "ptr"],
  napi_get_undefined: ["ptr"],
  napi_get_boolean: ["i1 zeroext", "ptr"],
  napi_create_double: ["double", "ptr"],
  napi_create_int32: ["i32", "ptr"],
  napi_create_int64: ["i64", "ptr"],
  napi_create_bigint_int64: ["i64", "ptr"],
  napi_create_bigint_uint64: ["i64", "ptr"],
  napi_create_string_utf8: ["ptr", "i64", "ptr"],
  napi_create_array_with_length: ["i64", "ptr"],
  napi_set_element: ["ptr", "i32", "ptr"],
  napi_get_element: ["ptr", "i32", "ptr"],
  napi_create_arraybuffer: ["i64", "ptr", "ptr"],
  napi_get_arraybuffer_info: ["ptr", "ptr", "ptr"],
  napi_create_typedarray: ["i32", "i64", "ptr", "i64", "ptr"],
  napi_get_global: ["ptr"],
  napi_get_named_property: ["ptr", "ptr", "ptr"],
  napi_set_named_property: ["ptr", "ptr", "ptr"],
  napi_call_function: ["ptr", "ptr", "i64", "ptr", "ptr"],
  napi_new_instance: ["ptr", "i64", "ptr", "ptr"],
  napi_create_function: ["ptr", "i64", "ptr", "ptr", "ptr"],
  napi_add_finalizer: ["ptr", "ptr", "ptr", "ptr", "ptr"],
  napi_add_env_cleanup_hook: ["ptr", "ptr"],
  napi_create_reference: ["ptr", "i32", "ptr"],
  napi_delete_reference: ["ptr"],
  napi_get_reference_value: ["ptr", "ptr"],
  napi_is_exception_pending: ["ptr"],
  napi_get_and_clear_last_exception: ["ptr"],
  napi_open_handle_scope: ["ptr"],
  napi_close_handle_scope: ["ptr"],
  napi_throw_error: ["ptr", "ptr"],
  napi_throw_range_error: ["ptr", "ptr"],
  napi_throw_type_error: ["ptr", "ptr"],
} as const satisfies Record<string, readonly string[]>;

export type NodeApi = keyof typeof NODE_API;

/**
 * Windows binds an import to a file name, and the program that Node-API is in may be called node.exe, bun.exe or anything: there
 * the functions are looked up in the running program instead.
 */
export function looksUpNodeApi(triple: string): boolean {
  return triple.includes("-windows-");
}

/** The LLVM module that the entry point becomes a part of, as far as both must agree. */
export interface EntryHost {
  /** Adds a `declare` line; of two for one symbol the first stays. */
  declare(line: string): void;
  /** The attribute group for code of the target, with these attributes besides. */
  attributes(...own: readonly string[]): string;
  /** The symbol of a support function, which is then part of the module. */
  runtime(name: RuntimeName): string;
}

/** What an entry point's functions share: constants and types, each once. */
export class EntryModule {
  private readonly host: EntryHost;
  private readonly types = new Set<string>();
  private readonly strings = new Map<string, string>();
  private readonly definitions: string[] = [];

  private readonly looksUp: boolean;
  private readonly lookedUp = new Set<NodeApi>();

  constructor(host: EntryHost, triple: string) {
    this.host = host;
    this.looksUp = looksUpNodeApi(triple);
  }

  /** What to call for a Node-API function: it by name, or what a pointer points to. */
  nodeApi(fn: NodeApi): { readonly symbol: string; readonly pointer: boolean } {
    if (this.looksUp) {
      this.lookedUp.add(fn);
      return { symbol: `@nb_entry_api.${fn}`, pointer: true };
    }
    this.declare(`declare i32 @${fn}(${["ptr", ...NODE_API[fn]].join(", ")}) nonlazybind`);
    return { symbol: `@${fn}`, pointer: false };
  }

  /**
   * `i1 @nb_entry_bind()`: looks the functions up that have been called so far, as looksUpNodeApi wants. Several threads may do it at
   * once; all write the same.
   */
  private bindText(): string[] {
    const lines: string[] = [];
    const found: string[] = [];
    for (const fn of this.lookedUp) {
      lines.push(
        `  %${fn} = call ptr @GetProcAddress(ptr %program, ptr ${this.string(fn)})`,
        `  store ptr %${fn}, ptr @nb_entry_api.${fn}`,
        `  %${fn}.found = icmp ne ptr %${fn}, null`,
      );
      found.push(`%${fn}.found`);
    }
    found.slice(1).forEach((one, index) => {
      lines.push(`  %all.${index + 1} = and i1 ${index === 0 ? found[0] : `%all.${index}`}, ${one}`);
    });
    this.declare("declare ptr @GetModuleHandleA(ptr)");
    this.declare("declare ptr @GetProcAddress(ptr, ptr)");
    return [
      ...[...this.lookedUp].map((fn) => `@nb_entry_api.${fn} = internal global ptr null`),
      `define internal i1 @nb_entry_bind() ${this.seldom} {`,
      "  %program = call ptr @GetModuleHandleA(ptr null)",
      ...lines,
      `  ret i1 %all.${found.length - 1}`,
      "}",
    ];
  }

  declare(line: string): void {
    this.host.declare(line);
  }

  /**
   * Attributes of functions that run once, or beside which a call into the engine is long: optimising them would take a good part
   * of LLVM's time for a small kernel.
   */
  get seldom(): string {
    return this.attributes("noinline", "optnone");
  }

  /** Attributes of code that is worth optimising; inlining needs them to agree with the kernel's. */
  attributes(...own: readonly string[]): string {
    return this.host.attributes(...own);
  }

  runtime(name: RuntimeName): string {
    return this.host.runtime(name);
  }

  /** Adds a type definition, or a global's, unless it is there. */
  global(text: string): void {
    this.types.add(text);
  }

  define(text: string): void {
    this.definitions.push(text);
  }

  /** Name of a constant that holds `text` as UTF-8, with a NUL at its end. */
  string(text: string): string {
    const known = this.strings.get(text);
    if (known !== undefined) return known;
    const name = `@nb_entry_text${this.strings.size}`;
    this.strings.set(text, name);
    return name;
  }

  /** Everything, ready to be put behind the kernel's functions. */
  toString(): string {
    const bind = this.looksUp ? this.bindText() : [];
    const constants = [...this.strings].map(([text, name]) => {
      const bytes = [...new TextEncoder().encode(text), 0];
      const quoted = bytes.map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
      return `${name} = private unnamed_addr constant [${bytes.length} x i8] c"${quoted}"`;
    });
    return `${[...constants, "", ...this.types, "", ...this.definitions, ...bind].join("\n")}\n`;
  }
}

/** One function being written, block after block. */
export class EntryFunction {
  private readonly module: EntryModule;
  private readonly head: string;
  private readonly slots: string[] = [];
  private readonly lines: string[] = [];
  private names = 0;
  /** The block being written: what a phi in a block it branches to must name. */
  current = "start";

  constructor(module: EntryModule, head: string) {
    this.module = module;
    this.head = head;
  }

  private fresh(hint: string): string {
    return `${hint}.${this.names++}`;
  }

  /** Stack memory for the whole call. */
  slot(type: string, hint = "slot"): string {
    const name = `%${this.fresh(hint)}`;
    this.slots.push(`  ${name} = alloca ${type}, align 8`);
    return name;
  }

  /** Stack memory under a name of its own. */
  raw(text: string): void {
    this.slots.push(`  ${text}`);
  }

  line(text: string): void {
    this.lines.push(`  ${text}`);
  }

  /** A named value. */
  value(text: string, hint = "v"): string {
    const name = `%${this.fresh(hint)}`;
    this.lines.push(`  ${name} = ${text}`);
    return name;
  }

  load(type: string, pointer: string, hint = "v"): string {
    return this.value(`load ${type}, ptr ${pointer}`, hint);
  }

  /** A name for a block that is still to come. */
  label(hint: string): string {
    return this.fresh(hint);
  }

  /** Starts a block. */
  block(label: string): void {
    this.lines.push(`${label}:`);
    this.current = label;
  }

  /** Goes to `label` in the rare case that `condition` holds, and on otherwise. Gives the block it left, for phis at `label`. */
  branchIf(condition: string, label: string): string {
    const from = this.current;
    const next = this.label("next");
    this.module.declare("declare i1 @llvm.expect.i1(i1, i1)");
    const unlikely = this.value(`call i1 @llvm.expect.i1(i1 ${condition}, i1 false)`, "unlikely");
    this.line(`br i1 ${unlikely}, label %${label}, label %${next}`);
    this.block(next);
    return from;
  }

  /** Calls a Node-API function; arguments come without types. Gives its status. */
  call(fn: NodeApi, ...args: readonly string[]): string {
    const types: readonly string[] = NODE_API[fn];
    const callee = this.module.nodeApi(fn);
    const symbol = callee.pointer ? this.load("ptr", callee.symbol, "api") : callee.symbol;
    const typed = args.map((arg, index) => `${types[index] ?? "ptr"} ${arg}`);
    return this.value(`call i32 ${symbol}(${["ptr %env", ...typed].join(", ")})`, "status");
  }

  /** As `call`; goes to `label` unless the status is napi_ok. */
  check(label: string, fn: NodeApi, ...args: readonly string[]): string {
    const status = this.call(fn, ...args);
    return this.branchIf(this.value(`icmp ne i32 ${status}, 0`, "failed"), label);
  }

  /** Names something from outside that the function uses. */
  uses(declaration: string): void {
    this.module.declare(declaration);
  }

  /** The symbol of a support function. */
  runtime(name: RuntimeName): string {
    return this.module.runtime(name);
  }

  end(): void {
    this.module.define([`${this.head} {`, "start:", ...this.slots, ...this.lines, "}", ""].join("\n"));
  }
}

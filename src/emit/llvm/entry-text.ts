/**
 * A small writer of LLVM IR functions for entry points and the support library: fresh names, blocks, declarations of what is called.
 *
 * It knows the Node-API functions and the support library's by name, so that a call is one line and its declaration follows by itself. Only
 * functions that Node (8 and later of the API), Bun and Deno all implement are in the table.
 */

import { STATE } from "../abi.ts";
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
  napi_get_null: ["ptr"],
  napi_get_boolean: ["i1 zeroext", "ptr"],
  napi_create_double: ["double", "ptr"],
  napi_create_int32: ["i32", "ptr"],
  napi_create_int64: ["i64", "ptr"],
  napi_create_bigint_int64: ["i64", "ptr"],
  napi_create_bigint_uint64: ["i64", "ptr"],
  napi_create_string_utf8: ["ptr", "i64", "ptr"],
  napi_create_array_with_length: ["i64", "ptr"],
  napi_set_element: ["ptr", "i32", "ptr"],
  napi_create_object: ["ptr"],
  napi_define_properties: ["ptr", "i64", "ptr"],
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
  napi_set_instance_data: ["ptr", "ptr", "ptr"],
  napi_get_instance_data: ["ptr"],
  napi_get_reference_value: ["ptr", "ptr"],
  napi_is_exception_pending: ["ptr"],
  napi_get_and_clear_last_exception: ["ptr"],
  napi_open_handle_scope: ["ptr"],
  napi_close_handle_scope: ["ptr"],
  napi_throw_error: ["ptr", "ptr"],
  napi_throw_type_error: ["ptr", "ptr"],
} as const satisfies Record<string, readonly string[]>;

export type NodeApi = keyof typeof NODE_API;

/** What kernels call of the support library (support.ts) beside runtime.ts's functions: by our name, as LLVM is told of it. */
const SHARED = {
  // entry-args.ts
  readInt32: "i32 @nb_entry_read_int32(double %number, ptr %out)",
  readSmallInt32: "i32 @nb_entry_read_small_int32(double %number, ptr %out)",
  readInt64: "i32 @nb_entry_read_int64(ptr %env, ptr %value, ptr %out)",
  readUint64: "i32 @nb_entry_read_uint64(ptr %env, ptr %value, i64 %least, ptr %out)",
  readUndefined: "i32 @nb_entry_read_undefined(ptr %env, ptr %value)",
  readArray: "i32 @nb_entry_read_array(ptr %env, ptr %value, i32 %code, i64 %size, ptr %array)",
  readBound: "i32 @nb_entry_read_bound(ptr %env, ptr %instance, i64 %index, ptr %out)",
  readFunction: "i32 @nb_entry_read_function(ptr %env, ptr %instance, i64 %index, ptr %value)",
  overlap: "i1 @nb_entry_overlap(ptr %frame, ptr %pairs, i64 %count)",
  // entry-leave.ts
  begin: "void @nb_entry_begin(ptr %env, ptr %instance, ptr %frame, ptr %cx, i32 %arrays)",
  complain: "void @nb_entry_complain(ptr %env)",
  refuse: `ptr @nb_entry_refuse(ptr %env, ptr %instance, ${Object.keys(STATE)
    .map((name) => `double %${name}`)
    .join(", ")})`,
  refuseArgument: "ptr @nb_entry_refuse_argument(ptr %env, ptr %instance, i32 %status, i32 %site)",
  fail: "ptr @nb_entry_fail(ptr %env, ptr %instance, ptr %frame, ptr %cx)",
  // entry-stack.ts
  stackLimit: "ptr @nb_entry_stack_limit(ptr %here, ptr %kept)",
  // entry-results.ts, entry-log.ts, entry-fallbacks.ts
  makeArray:
    "i32 @nb_entry_array(ptr %env, ptr %frame, ptr %data, i32 %length, i64 %owner, i32 %type, i64 %shift, ptr %out)",
  makeList: "i32 @nb_entry_list(ptr %env, ptr %typed, ptr %out)",
  newBufferBlock: "ptr @nb_new_buffer_block(ptr %cx, i64 %bytes)",
  log: "i32 @nb_log(ptr %cx, ptr %records, i32 %count)",
  fallbacks: "ptr @nb_fallbacks(ptr %cx)",
} as const;

export type Shared = keyof typeof SHARED;

function symbolOf(prototype: string): string {
  return /@\w+/.exec(prototype)?.[0] ?? "";
}

/** Declares a function of the support library; gives its symbol. */
export function declareShared(name: Shared, declare: (line: string) => void): string {
  declare(`declare hidden ${SHARED[name]} nounwind`);
  return symbolOf(SHARED[name]);
}

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
  /** Set where Node-API's functions are looked up for the whole addon. */
  private binds = false;

  constructor(host: EntryHost, triple: string) {
    this.host = host;
    this.looksUp = looksUpNodeApi(triple);
  }

  /** What to call for a Node-API function: it by name, or what a pointer points to. */
  nodeApi(fn: NodeApi): { readonly symbol: string; readonly pointer: boolean } {
    if (this.looksUp) {
      const symbol = `@nb_entry_api.${fn}`;
      if (!this.binds) this.global(`${symbol} = external hidden global ptr`);
      return { symbol, pointer: true };
    }
    this.declare(`declare i32 @${fn}(${["ptr", ...NODE_API[fn]].join(", ")}) nonlazybind`);
    return { symbol: `@${fn}`, pointer: false };
  }

  /**
   * `i1 @nb_entry_bind()`: looks all functions up, as looksUpNodeApi wants; true where that isn't necessary. Several threads may do it
   * at once; all write the same.
   */
  defineBind(): void {
    this.binds = this.looksUp;
    const names = this.looksUp ? (Object.keys(NODE_API) as NodeApi[]) : [];
    for (const fn of names) this.global(`@nb_entry_api.${fn} = hidden global ptr null`);
    const fn = new EntryFunction(this, `define internal i1 @nb_entry_bind() ${this.seldom}`);
    if (this.looksUp) {
      this.declare("declare ptr @GetModuleHandleA(ptr)");
      this.declare("declare ptr @GetProcAddress(ptr, ptr)");
    }
    const program = this.looksUp ? fn.value("call ptr @GetModuleHandleA(ptr null)", "program") : "null";
    const found = names.map((name) => {
      const address = fn.value(`call ptr @GetProcAddress(ptr ${program}, ptr ${this.string(name)})`);
      fn.line(`store ptr ${address}, ptr @nb_entry_api.${name}`);
      return fn.value(`icmp ne ptr ${address}, null`, "found");
    });
    fn.line(`ret i1 ${found.reduce((all, one) => fn.value(`and i1 ${all}, ${one}`), "true")}`);
    fn.end();
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

  /** The symbol of a function of the support library. */
  shared(name: Shared): string {
    return declareShared(name, (line) => this.declare(line));
  }

  /** Starts the function of that name, in the support library itself. */
  defineShared(name: Shared, attributes: string): EntryFunction {
    return new EntryFunction(this, `define hidden ${SHARED[name]} ${attributes}`);
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
    const constants = [...this.strings].map(([text, name]) => {
      const bytes = [...new TextEncoder().encode(text), 0];
      const quoted = bytes.map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
      return `${name} = private unnamed_addr constant [${bytes.length} x i8] c"${quoted}"`;
    });
    return `${[...constants, "", ...this.types, "", ...this.definitions].join("\n")}\n`;
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

  /** Does something if `condition` holds. */
  when(condition: string, then: () => void): void {
    const [yes, next] = [this.label("yes"), this.label("next")];
    this.line(`br i1 ${condition}, label %${yes}, label %${next}`);
    this.block(yes);
    then();
    this.line(`br label %${next}`);
    this.block(next);
  }

  /** Does something for each of the numbers below `count`, an i32: `each` gets it as an i64. */
  counted(count: string, each: (k: string) => void): void {
    const counter = this.slot("i64", "counter");
    const [test, body, end] = [this.label("test"), this.label("body"), this.label("end")];
    const until = this.value(`zext i32 ${count} to i64`);
    this.line(`store i64 0, ptr ${counter}`);
    this.line(`br label %${test}`);
    this.block(test);
    const k = this.load("i64", counter, "k");
    this.line(`br i1 ${this.value(`icmp ult i64 ${k}, ${until}`)}, label %${body}, label %${end}`);
    this.block(body);
    each(k);
    this.line(`store i64 ${this.value(`add i64 ${k}, 1`)}, ptr ${counter}`);
    this.line(`br label %${test}`);
    this.block(end);
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

  /** Calls a function of the support library; arguments come with types. Gives its result. */
  shared(name: Shared, ...args: readonly string[]): string {
    const type = SHARED[name].slice(0, SHARED[name].indexOf(" "));
    const call = `call ${type} ${this.module.shared(name)}(${args.join(", ")})`;
    if (type !== "void") return this.value(call);
    this.line(call);
    return "";
  }

  /** Adds a global to the module. */
  global(text: string): void {
    this.module.global(text);
  }

  /** Name of a constant that holds `text` as UTF-8, with a NUL at its end. */
  string(text: string): string {
    return this.module.string(text);
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

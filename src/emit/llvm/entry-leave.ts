/**
 * How a call begins and ends, whatever its signature: setting up frame and context, leaving without a result, and freeing what
 * was made. Defined once, in the support library; `Exits` and `freeArena` write a kernel's own part.
 */
import { ERROR_VALUES, STATE, STATUS } from "../abi.ts";
import { type ContextField, contextField, contextFieldType } from "./context.ts";
import { frameField, INSTANCE } from "./entry-frame.ts";
import type { EntryFunction, EntryModule } from "./entry-text.ts";

/** Where in an instance a field is, to be given a name. */
export function instanceField(index: number): string {
  return `getelementptr inbounds ptr, ptr %instance, i32 ${index}`;
}

/** Where word `index` of the runtime's state is. */
export function stateWord(fn: EntryFunction, index: number): string {
  const state = fn.load("ptr", fn.value(instanceField(INSTANCE.state)), "state");
  return fn.value(`getelementptr inbounds double, ptr ${state}, i32 ${index}`);
}

/** Fills in the frame, but for its arrays, and the context of a plain call. */
function defineBegin(module: EntryModule): void {
  const fn = module.defineShared("begin", module.attributes());
  fn.line(`store ptr %env, ptr ${fn.value(frameField("env"))}`);
  fn.line(`store ptr %instance, ptr ${fn.value(frameField("instance"))}`);
  fn.line(`store i32 0, ptr ${fn.value(frameField("threw"))}`);
  fn.line(`store i32 %arrays, ptr ${fn.value(frameField("arrayCount"))}`);
  const pool = fn.load("ptr", fn.value(instanceField(INSTANCE.pool)));
  const spare = fn.load("ptr", fn.value(instanceField(INSTANCE.spare)));
  const fields: readonly (readonly [ContextField, string])[] = [
    ["site", "0"],
    ["a", "0.0"],
    ["b", "0.0"],
    ["arena", "null"],
    ["stackLimit", "null"],
    ["env", "%env"],
    ["log", "%frame"],
    ["stop", "null"],
    ["pool", pool],
    ["spare", spare],
  ];
  for (const [name, value] of fields) {
    fn.line(`store ${contextFieldType(name)} ${value}, ptr ${fn.value(contextField(name))}`);
  }
  fn.line("ret void");
  fn.end();
}

/** Makes sure that an exception is pending after something failed. */
function defineComplain(module: EntryModule): void {
  const fn = module.defineShared("complain", module.seldom);
  const pending = fn.slot("i8");
  fn.line(`store i8 0, ptr ${pending}`);
  fn.call("napi_is_exception_pending", pending);
  fn.line(`br i1 ${fn.value(`icmp eq i8 ${fn.load("i8", pending)}, 0`)}, label %throw, label %done`);
  fn.block("throw");
  fn.call("napi_throw_error", "null", module.string("A kernel could not make its result."));
  fn.line("br label %done");
  fn.block("done");
  fn.line("ret void");
  fn.end();
}

/** Writes the state and gives the sentinel. */
function defineRefuse(module: EntryModule): void {
  const fn = module.defineShared("refuse", module.seldom);
  const state = fn.load("ptr", fn.value(instanceField(INSTANCE.state)), "state");
  for (const [name, index] of Object.entries(STATE)) {
    fn.line(`store double %${name}, ptr ${fn.value(`getelementptr inbounds double, ptr ${state}, i32 ${index}`)}`);
  }
  const sentinel = fn.slot("ptr");
  const reference = fn.load("ptr", fn.value(instanceField(INSTANCE.sentinel)));
  fn.check("fail", "napi_get_reference_value", reference, sentinel);
  fn.line(`ret ptr ${fn.load("ptr", sentinel)}`);
  fn.block("fail");
  fn.shared("complain", "ptr %env");
  fn.line("ret ptr null");
  fn.end();
}

function defineRefuseArgument(module: EntryModule): void {
  const fn = module.defineShared("refuseArgument", module.seldom);
  const [status, site] = [fn.value("sitofp i32 %status to double"), fn.value("sitofp i32 %site to double")];
  const state = [status, site, ...ERROR_VALUES.map(() => "0.0")].map((value) => `double ${value}`);
  fn.line(`ret ptr ${fn.shared("refuse", "ptr %env", "ptr %instance", ...state)}`);
  fn.end();
}

/** The end of a plain call whose kernel has failed. */
function defineFail(module: EntryModule): void {
  const fn = module.defineShared("fail", module.seldom);
  const threw = fn.load("i32", fn.value(frameField("threw")), "threw");
  fn.branchIf(fn.value(`icmp ne i32 ${threw}, 0`), "threw");
  const site = fn.load("i32", fn.value(contextField("site")), "site");
  fn.line(`ret ptr ${refuseWith(fn, `${STATUS.error}.0`, site)}`);
  fn.block("threw");
  fn.shared("complain", "ptr %env");
  fn.line("ret ptr null");
  fn.end();
}

export function defineLeaving(module: EntryModule): void {
  defineBegin(module);
  defineComplain(module);
  defineRefuse(module);
  defineRefuseArgument(module);
  defineFail(module);
}

/** Refuses with what the context says of an error at `site`, an i32. Gives the sentinel. */
export function refuseWith(fn: EntryFunction, status: string, site: string): string {
  const where = fn.value(`sitofp i32 ${site} to double`);
  const values = ERROR_VALUES.map((name) => fn.load("double", fn.value(contextField(name))));
  const state = [status, where, ...values].map((value) => `double ${value}`);
  return fn.shared("refuse", "ptr %env", "ptr %instance", ...state);
}

/** The places where a function gives up before the kernel has run; `end` writes what they lead to. `%env` and `%instance` are at hand. */
export class Exits {
  static readonly #LABEL = "refuse";
  readonly #fn: EntryFunction;
  readonly #all: { readonly from: string; readonly status: string; readonly site: number }[] = [];

  constructor(fn: EntryFunction) {
    this.#fn = fn;
  }

  /** Gives up with `status` for the argument `site` in the rare case that `condition` holds. */
  leaveIf(condition: string, status: number, site: number): void {
    this.#all.push({ from: this.#fn.branchIf(condition, Exits.#LABEL), status: String(status), site });
  }

  /** Gives up with the status that a reader of the support library has given, unless that is 0. */
  leaveUnlessOk(status: string, site: number): void {
    const failed = this.#fn.value(`icmp ne i32 ${status}, ${STATUS.ok}`, "failed");
    this.#all.push({ from: this.#fn.branchIf(failed, Exits.#LABEL), status, site });
  }

  end(): void {
    if (this.#all.length === 0) return;
    const fn = this.#fn;
    fn.block(Exits.#LABEL);
    const status = fn.value(`phi i32 ${this.#all.map((exit) => `[ ${exit.status}, %${exit.from} ]`).join(", ")}`);
    const site = fn.value(`phi i32 ${this.#all.map((exit) => `[ ${exit.site}, %${exit.from} ]`).join(", ")}`);
    fn.line(`ret ptr ${fn.shared("refuseArgument", "ptr %env", "ptr %instance", `i32 ${status}`, `i32 ${site}`)}`);
  }
}

/** Frees what the call of context `%cx` made. */
export function freeArena(fn: EntryFunction): void {
  const arena = fn.load("ptr", fn.value(contextField("arena")), "arena");
  const [free, done] = [fn.label("free"), fn.label("done")];
  fn.line(`br i1 ${fn.value(`icmp eq ptr ${arena}, null`)}, label %${done}, label %${free}`);
  fn.block(free);
  const spare = fn.load("ptr", fn.value(contextField("spare")), "spare");
  fn.line(`call void ${fn.runtime("arena.free")}(ptr ${spare}, ptr ${arena})`);
  fn.line(`br label %${done}`);
  fn.block(done);
}

/**
 * Leaving the entry point without a result, and freeing what a call made: what all of its functions that JavaScript calls
 * have in common.
 */
import { STATE, STATUS } from "../abi.ts";
import { contextField } from "./context.ts";
import { type Exit, LARGE_LABEL, MISFIT_LABEL, TOO_LONG_LABEL } from "./entry-args.ts";
import { INSTANCE } from "./entry-frame.ts";
import { EntryFunction, type EntryModule } from "./entry-text.ts";

/** `ptr @nb_entry_refuse(env, instance, status, site, a, b)`: writes the state and gives the sentinel. */
export function defineRefuse(module: EntryModule): void {
  const parameters = "ptr %env, ptr %instance, double %status, double %site, double %a, double %b";
  const fn = new EntryFunction(module, `define internal ptr @nb_entry_refuse(${parameters}) ${module.seldom}`);
  const stateAt = fn.value(`getelementptr inbounds ptr, ptr %instance, i32 ${INSTANCE.state}`);
  const state = fn.load("ptr", stateAt, "state");
  for (const [name, index] of Object.entries(STATE)) {
    fn.line(`store double %${name}, ptr ${fn.value(`getelementptr inbounds double, ptr ${state}, i32 ${index}`)}`);
  }
  const reference = fn.value(`getelementptr inbounds ptr, ptr %instance, i32 ${INSTANCE.sentinel}`);
  const sentinel = fn.slot("ptr");
  fn.check("fail", "napi_get_reference_value", fn.load("ptr", reference), sentinel);
  fn.line(`ret ptr ${fn.load("ptr", sentinel)}`);
  fn.block("fail");
  fn.line("call void @nb_entry_complain(ptr %env)");
  fn.line("ret ptr null");
  fn.end();
}

interface Refusal {
  readonly from: string;
  readonly status: string;
  readonly site: string;
  readonly a: string;
  readonly b: string;
}

/** The places where a function gives up with a status; `end` writes what they lead to. `%env` and `%instance` are at hand. */
export class Refusals {
  readonly #fn: EntryFunction;
  readonly #all: Refusal[] = [];

  constructor(fn: EntryFunction) {
    this.#fn = fn;
  }

  /** Ends the current block. */
  add(status: string | number, site: string, a = "0.0", b = "0.0"): void {
    const spelled = typeof status === "number" ? `${status}.0` : status;
    this.#all.push({ from: this.#fn.current, status: spelled, site, a, b });
    this.#fn.line("br label %refuse");
  }

  /** The blocks that reading the arguments jumps to. */
  ofArguments(exits: {
    readonly misfits: readonly Exit[];
    readonly tooLong: readonly Exit[];
    readonly large: readonly Exit[];
    readonly overlaps: readonly string[];
  }): void {
    const fn = this.#fn;
    for (const [label, status, jumps] of [
      [MISFIT_LABEL, STATUS.misfit, exits.misfits],
      [TOO_LONG_LABEL, STATUS.tooLong, exits.tooLong],
      [LARGE_LABEL, STATUS.large, exits.large],
    ] as const) {
      if (jumps.length === 0) continue;
      fn.block(label);
      const sites = jumps.map((exit) => `[ ${exit.site}.0, %${exit.from} ]`).join(", ");
      this.add(status, fn.value(`phi double ${sites}`, "site"));
    }
    if (exits.overlaps.length > 0) {
      fn.block("overlap");
      this.add(STATUS.overlap, "0.0");
    }
  }

  /** The block `refuse`, where all of them meet. */
  end(): void {
    if (this.#all.length === 0) return;
    const fn = this.#fn;
    fn.block("refuse");
    const phi = (pick: (refusal: Refusal) => string): string =>
      fn.value(`phi double ${this.#all.map((refusal) => `[ ${pick(refusal)}, %${refusal.from} ]`).join(", ")}`);
    const [status, where, a, b] = [phi((r) => r.status), phi((r) => r.site), phi((r) => r.a), phi((r) => r.b)];
    const state = `double ${status}, double ${where}, double ${a}, double ${b}`;
    fn.line(`ret ptr ${fn.value(`call ptr @nb_entry_refuse(ptr %env, ptr %instance, ${state})`)}`);
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

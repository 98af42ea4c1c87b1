/**
 * Template of `parallel`: how the chunks of a loop get to the pool and their results back.
 *
 *   caller            closure on its stack: context, slots, rounds, chunks, start, captures; one slot per chunk
 *     │ pool ──▶ @task.<callee>(closure, chunk, limit)      from/to of the chunk, a context of its own
 *     │              └─▶ @fn.<callee>(cx, from, to, first, captures, slot)     the loop, as LLVM sees any other
 *     ◀── lowest failed chunk or −1; then the slots are put together in order
 *
 * A range of one chunk calls the function directly: no pool, no slots. What a chunk allocates lies in its own arena; that
 * arena outlives the chunk only when arrays are among its results.
 */
import { chunkLimit, SLOTS_BYTES } from "../../ir/chunks.ts";
import type { Func } from "../../ir/func.ts";
import type { InstOf, OpName } from "../../ir/ops.ts";
import { isArrayType } from "../../ir/types.ts";
import { ERROR_VALUES } from "../abi.ts";
import {
  contextField,
  contextFieldType,
  flattenType,
  functionSymbol,
  LLVM_SCALARS,
  STOPPED,
  taskSymbol,
} from "./context.ts";
import { alignOf, type FunctionText, type Typed, typedList } from "./function-text.ts";
import type { ModuleText } from "./module-text.ts";
import type { Template, Templates } from "./template.ts";

/** Fields of a closure before the captures. */
const CLOSURE = { context: 0, slots: 1, rounds: 2, count: 3, start: 4, captures: 5 } as const;
/** Fields of a slot. */
const SLOT = { results: 0, arena: 1, site: 2, a: 3, b: 4, c: 5, d: 6, e: 7, f: 8 } as const;
/** What a chunk's slot has of an error. */
const RECORD = ["site", ...ERROR_VALUES] as const;

interface Layout {
  readonly callee: Func;
  /** The captures as LLVM values, in order. */
  readonly captures: readonly string[];
  readonly closure: string;
  readonly results: readonly string[];
  readonly slot: string;
  readonly keepsArena: boolean;
}

function layoutOf(callee: Func): Layout {
  const captures = callee.params.slice(3).flatMap((p) => flattenType(p.type));
  const results = callee.results.flatMap(flattenType);
  return {
    callee,
    captures,
    closure: `{ ${["ptr", "ptr", "i64", "i64", "i64", ...captures].join(", ")} }`,
    results,
    slot: `{ { ${results.join(", ")} }, ptr, ${RECORD.map(contextFieldType).join(", ")} }`.replace("{  }", "{}"),
    keepsArena: callee.results.some(isArrayType),
  };
}

// ── in the calling function ──

const parallel: Template<"parallel"> = (f, inst, emitBlock) => {
  const layout = layoutOf(f.module.func(inst.callee));
  const at = (name: string): string => `P${inst.id}.${name}`;
  const { rounds, some } = emitRounds(f, inst);
  f.line(`br i1 ${some}, label %${at("some")}, label %${at("end")}`);
  f.startBlock(at("some"));
  const count = emitCount(f, inst, rounds, layout);
  f.line(`br i1 ${f.temp(`icmp eq i64 ${count}, 1`)}, label %${at("one")}, label %${at("many")}`);
  f.startBlock(at("one"));
  emitDirect(f, inst, layout);
  f.branch(at("end"));

  f.startBlock(at("many"));
  const slots = f.sharedSlot("%chunk.slots", `[${SLOTS_BYTES} x i8]`, 64);
  const closure = emitClosure(f, inst, layout, slots, rounds, count);
  const task = taskSymbol(inst.callee);
  f.module.define(task, taskText(f.module, inst, layout));
  if (f.module.interruptible) f.line(`store i64 0, ptr ${f.temp(contextField("chunksDone"))}, align 8`);
  const answer = f.temp(
    f.runtimeText("i64", "parallel", [
      ["ptr", "%cx"],
      ["ptr", task],
      ["ptr", closure],
      ["i64", count],
    ]),
  );
  const end = `${task.slice(0, -1)}.end"`;
  f.module.define(end, endText(f.module, end, layout));
  const ended = (failed: string): string => `call void ${end}(ptr %cx, ptr ${slots}, i64 ${count}, i64 ${failed})`;
  f.check(f.temp(`icmp eq i64 ${answer}, -1`), ended(answer));

  for (const [i, id] of inst.into.entries()) {
    const values = loadResult(f, layout, slots, "0", i);
    for (const [k, [type, address]] of f.localParts(id).entries())
      f.line(`store ${type} ${values[k] ?? "poison"}, ptr ${address}, align ${alignOf(type)}`);
  }
  if (inst.combine.insts.length > 0) {
    const before = f.block;
    f.branch(at("head"));
    f.startBlock(at("head"));
    const k = `%${at("k")}`;
    f.line(`${k} = phi i64 [ 1, %${before} ], [ ${k}.next, %${at("next")} ]`);
    f.line(`br i1 ${f.temp(`icmp eq i64 ${k}, ${count}`)}, label %${at("done")}, label %${at("each")}`);
    f.startBlock(at("each"));
    for (const [i, id] of inst.partials.entries())
      f.bind(id, layout.callee.results[i] ?? "i32", loadResult(f, layout, slots, k, i));
    if (emitBlock(f, inst.combine)) f.branch(at("next"));
    f.startBlock(at("next"));
    f.line(`${k}.next = add nuw nsw i64 ${k}, 1`);
    f.branch(at("head"));
    f.startBlock(at("done"));
  }
  if (layout.keepsArena) f.line(ended("-1"));
  f.branch(at("end"));
  f.startBlock(at("end"));
};

/** How many rounds the loop has, as an i64, and whether there are any. */
function emitRounds(f: FunctionText, inst: InstOf<"parallel">): { rounds: string; some: string } {
  const [from, to] = (inst.step > 0 ? [0, 1] : [1, 0]).map((i) => wideArg(f, inst, i));
  const distance = f.temp(`sub nsw i64 ${to}, ${from}`);
  const some = f.temp(`icmp sgt i64 ${distance}, 0`);
  const size = Math.abs(inst.step);
  return {
    rounds: size === 1 ? distance : f.temp(`udiv i64 ${f.temp(`add nsw i64 ${distance}, ${size - 1}`)}, ${size}`),
    some,
  };
}

function wideArg(f: FunctionText, inst: InstOf<"parallel">, i: number): string {
  return f.argType(inst, i) === "i64" ? f.arg(inst, i) : f.temp(`sext i32 ${f.arg(inst, i)} to i64`);
}

/** ir/chunks.ts in LLVM's words. */
function emitCount(f: FunctionText, inst: InstOf<"parallel">, rounds: string, layout: Layout): string {
  const pair = (name: string, a: string, b: string): string =>
    f.temp(
      f.callText("i64", `llvm.${name}.i64`, [
        ["i64", a],
        ["i64", b],
      ]),
    );
  const grain = pair("smax", f.arg(inst, 2), "1");
  const padded = f.temp(`add i64 ${rounds}, ${f.temp(`sub i64 ${grain}, 1`)}`);
  const wanted = f.temp(`udiv i64 ${padded}, ${grain}`);
  const most = pair("smin", f.arg(inst, 3), String(chunkLimit(layout.callee.results)));
  return pair("smax", pair("smin", wanted, most), "1");
}

function captured(f: FunctionText, inst: InstOf<"parallel">): Typed[] {
  return inst.args.slice(4).flatMap((_, i) => f.typed(inst, i + 4));
}

function emitDirect(f: FunctionText, inst: InstOf<"parallel">, layout: Layout): void {
  const args: Typed[] = [
    ["ptr", "%cx"],
    ...f.typed(inst, 0),
    ...f.typed(inst, 1),
    ["i1", "true"],
    ...captured(f, inst),
  ];
  const struct = `{ ${layout.results.join(", ")} }`;
  const results = layout.results.length === 0 ? undefined : f.scratch(struct);
  if (results !== undefined) args.push(["ptr", results]);
  const status = f.temp(`call i32 ${functionSymbol(inst.callee)}(${typedList(args)})`);
  f.check(f.temp(`icmp eq i32 ${status}, 0`), undefined);
  let field = 0;
  for (const id of inst.into) {
    for (const [type, address] of f.localParts(id)) {
      const from = f.temp(`getelementptr inbounds nuw ${struct}, ptr ${results}, i32 0, i32 ${field++}`);
      const value = f.temp(`load ${type}, ptr ${from}, align ${alignOf(type)}`);
      f.line(`store ${type} ${value}, ptr ${address}, align ${alignOf(type)}`);
    }
  }
}

function emitClosure(
  f: FunctionText,
  inst: InstOf<"parallel">,
  layout: Layout,
  slots: string,
  rounds: string,
  count: string,
): string {
  const closure = f.scratch(layout.closure);
  const values: Typed[] = [
    ["ptr", "%cx"],
    ["ptr", slots],
    ["i64", rounds],
    ["i64", count],
    ["i64", wideArg(f, inst, 0)],
    ...captured(f, inst),
  ];
  for (const [k, [type, value]] of values.entries()) {
    const address = f.temp(`getelementptr inbounds nuw ${layout.closure}, ptr ${closure}, i32 0, i32 ${k}`);
    f.line(`store ${type} ${value}, ptr ${address}, align ${alignOf(type)}`);
  }
  if (layout.keepsArena) {
    // Chunks that don't run because another failed leave nothing to free.
    f.line(`call void ${clearSlots(f.module, layout)}(ptr ${slots}, i64 ${count})`);
  }
  return closure;
}

/** The LLVM values of result `i` in slot `chunk`. */
function loadResult(f: FunctionText, layout: Layout, slots: string, chunk: string, i: number): string[] {
  const first = layout.callee.results.slice(0, i).flatMap(flattenType).length;
  return flattenType(layout.callee.results[i] ?? "i32").map((type, k) => {
    const path = `i64 ${chunk}, i32 ${SLOT.results}, i32 ${first + k}`;
    const address = f.temp(`getelementptr inbounds nuw ${layout.slot}, ptr ${slots}, ${path}`);
    return f.temp(`load ${type}, ptr ${address}, align ${alignOf(type)}`);
  });
}

// ── functions of their own ──

function slotField(layout: Layout, slot: string, field: keyof typeof SLOT): string {
  return `getelementptr inbounds nuw ${layout.slot}, ptr ${slot}, i32 0, i32 ${SLOT[field]}`;
}

function clearSlots(module: ModuleText, layout: Layout): string {
  const symbol = `${taskSymbol(layout.callee.name).slice(0, -1)}.clear"`;
  module.define(
    symbol,
    `define internal void ${symbol}(ptr %slots, i64 %count) ${module.attributes("noinline")} {
start:
  br label %each
each:
  %k = phi i64 [ 0, %start ], [ %k.next, %each ]
  %slot = getelementptr inbounds nuw ${layout.slot}, ptr %slots, i64 %k
  %arena.at = ${slotField(layout, "%slot", "arena")}
  store ptr null, ptr %arena.at, align 8
  %k.next = add nuw nsw i64 %k, 1
  %done = icmp eq i64 %k.next, %count
  br i1 %done, label %end, label %each
end:
  ret void
}
`,
  );
  return symbol;
}

/** Runs one chunk on whatever thread it is called. */
function taskText(module: ModuleText, inst: InstOf<"parallel">, layout: Layout): string {
  const { callee } = layout;
  const counter = LLVM_SCALARS[callee.params[0]?.type === "i64" ? "i64" : "i32"];
  const lines: string[] = [];
  const field = (name: string, index: number, type: string): void => {
    lines.push(
      `  %${name}.at = getelementptr inbounds nuw ${layout.closure}, ptr %closure, i32 0, i32 ${index}`,
      `  %${name} = load ${type}, ptr %${name}.at, align ${alignOf(type)}`,
    );
  };
  field("parent", CLOSURE.context, "ptr");
  field("slots", CLOSURE.slots, "ptr");
  field("rounds", CLOSURE.rounds, "i64");
  field("count", CLOSURE.count, "i64");
  field("start", CLOSURE.start, "i64");
  for (const [k, type] of layout.captures.entries()) field(`c${k}`, CLOSURE.captures + k, type);
  for (const [name, chunk] of [
    ["from", "%chunk"],
    ["to", "%chunk.next"],
  ] as const) {
    if (name === "to") lines.push("  %chunk.next = add nuw nsw i64 %chunk, 1");
    lines.push(
      `  %${name}.scaled = mul nuw nsw i64 ${chunk}, %rounds`,
      `  %${name}.round = udiv i64 %${name}.scaled, %count`,
      `  %${name}.moved = mul nsw i64 %${name}.round, ${inst.step}`,
      `  %${name}.wide = add nsw i64 %start, %${name}.moved`,
      counter === "i64" ? `  %${name} = add i64 %${name}.wide, 0` : `  %${name} = trunc i64 %${name}.wide to i32`,
    );
  }
  const context = (name: Parameters<typeof contextField>[0], type: string, value: string): void => {
    lines.push(
      `  %cx.${name} = ${contextField(name)}`,
      `  store ${type} ${value}, ptr %cx.${name}, align ${alignOf(type)}`,
    );
  };
  const inherited = (name: Parameters<typeof contextField>[0], type: string): void => {
    lines.push(
      `  %parent.${name}.at = ${contextField(name, "%parent")}`,
      `  %parent.${name} = load ${type}, ptr %parent.${name}.at, align 8`,
    );
  };
  for (const name of ["stackLimit", "stop"] as const) inherited(name, "ptr");
  inherited("seed", "i64");
  lines.push(
    "  %caller = icmp eq ptr %limit, null",
    "  %stack = select i1 %caller, ptr %parent.stackLimit, ptr %limit",
  );
  // No env: this may not be the engine's thread. No pool: loops inside run serially.
  for (const name of ["arena", "spare", "env", "log", "pool"] as const) context(name, "ptr", "null");
  context("stackLimit", "ptr", "%stack");
  context("stop", "ptr", "%parent.stop");
  context("seed", "i64", "%parent.seed");
  const args = [
    "ptr %cx",
    `${counter} %from`,
    `${counter} %to`,
    "i1 %first",
    ...layout.captures.map((type, k) => `${type} %c${k}`),
    ...(layout.results.length === 0 ? [] : ["ptr %slot"]),
  ];
  const release = `call void ${module.runtime("arena.release")}(ptr %cx, i64 0)`;
  return `define internal i32 ${taskSymbol(callee.name)}(ptr %closure, i64 %chunk, ptr %limit) ${module.attributes()} {
  %cx = alloca %nb.context, align 16
${lines.join("\n")}
  %first = icmp eq i64 %chunk, 0
  %slot = getelementptr inbounds nuw ${layout.slot}, ptr %slots, i64 %chunk
  %status = call i32 ${functionSymbol(callee.name)}(${args.join(", ")})
  %failed = icmp ne i32 %status, 0
  %arena = load ptr, ptr %cx.arena, align 8
  br i1 %failed, label %bad, label %good
good:
${module.interruptible ? chunkProgress() : ""}${
  layout.keepsArena
    ? `  %arena.at = ${slotField(layout, "%slot", "arena")}
  store ptr %arena, ptr %arena.at, align 8
  ret i32 0`
    : `  %none = icmp eq ptr %arena, null
  br i1 %none, label %done, label %free
free:
  ${release}
  br label %done
done:
  ret i32 0`
}
bad:
  ${release}
${RECORD.map((name) => {
  const type = contextFieldType(name);
  return `  %bad.${name}.from = ${contextField(name)}
  %bad.${name} = load ${type}, ptr %bad.${name}.from, align ${alignOf(type)}
  %bad.${name}.at = ${slotField(layout, "%slot", name)}
  store ${type} %bad.${name}, ptr %bad.${name}.at, align ${alignOf(type)}`;
}).join("\n")}
  ret i32 1
}
`;
}

/** One more of the loop's chunks has ended. Which of two threads tells it last doesn't matter: the reader takes the most it has seen. */
function chunkProgress(): string {
  return `  %parent.done.at = ${contextField("chunksDone", "%parent")}
  %done.before = atomicrmw add ptr %parent.done.at, i64 1 monotonic
  %done.now = add i64 %done.before, 1
  %done.float = uitofp i64 %done.now to double
  %count.float = uitofp i64 %count to double
  %share = fdiv double %done.float, %count.float
  %parent.span.at = ${contextField("progressSpan", "%parent")}
  %span = load double, ptr %parent.span.at, align 8
  %parent.from.at = ${contextField("progressAt", "%parent")}
  %progress.from = load double, ptr %parent.from.at, align 8
  %progress.more = fmul double %span, %share
  %progress.now = fadd double %progress.from, %progress.more
  %progress.bits = bitcast double %progress.now to i64
  %parent.progress.at = ${contextField("progress", "%parent")}
  %parent.progress = load ptr, ptr %parent.progress.at, align 8
  store atomic i64 %progress.bits, ptr %parent.progress monotonic, align 8
`;
}

/** The pool's −2: it saw the flag before any chunk did. */
const STOPPED_REPORT = `no.error:
  %stopped = icmp eq i64 %failed, -2
  br i1 %stopped, label %stop, label %end
stop:
  %stopped.at = ${contextField("site")}
  store i32 ${STOPPED}, ptr %stopped.at, align 4
  br label %end
`;

/** After the loop: frees what the chunks kept, and hands on the error of chunk `%failed` unless that is negative. */
function endText(module: ModuleText, symbol: string, layout: Layout): string {
  const free = layout.keepsArena
    ? `  br label %each
each:
  %k = phi i64 [ 0, %start ], [ %k.next, %next ]
  %slot = getelementptr inbounds nuw ${layout.slot}, ptr %slots, i64 %k
  %arena.at = ${slotField(layout, "%slot", "arena")}
  %arena = load ptr, ptr %arena.at, align 8
  %none = icmp eq ptr %arena, null
  br i1 %none, label %next, label %free
free:
  call void ${module.runtime("arena.free")}(ptr null, ptr %arena)
  br label %next
next:
  %k.next = add nuw nsw i64 %k, 1
  %done = icmp eq i64 %k.next, %count
  br i1 %done, label %report, label %each`
    : "  br label %report";
  const records = RECORD.map((name) => {
    const type = contextFieldType(name);
    return `  %${name}.from = ${slotField(layout, "%bad", name)}
  %${name} = load ${type}, ptr %${name}.from, align ${alignOf(type)}
  %${name}.at = ${contextField(name)}
  store ${type} %${name}, ptr %${name}.at, align ${alignOf(type)}`;
  });
  return `define internal void ${symbol}(ptr %cx, ptr %slots, i64 %count, i64 %failed) ${module.attributes("noinline")} {
start:
${free}
report:
  %error = icmp sge i64 %failed, 0
  br i1 %error, label %hand.on, label %${module.interruptible ? "no.error" : "end"}
${module.interruptible ? STOPPED_REPORT : ""}hand.on:
  %bad = getelementptr inbounds nuw ${layout.slot}, ptr %slots, i64 %failed
${records.join("\n")}
  br label %end
end:
  ret void
}
`;
}

export const PARALLEL_OPS = { parallel } as const satisfies Partial<Templates<OpName>>;

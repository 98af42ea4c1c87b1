/** Templates of control flow, calls and console.log. Loops are written in the plain form that LLVM's loop passes rotate. */
import type { InstOf, OpName } from "../../ir/ops.ts";
import { countInsts, forEachInst, opsIn } from "../../ir/walk.ts";
import { carriedIn } from "../../passes/liveness.ts";
import { LANES } from "../../passes/sum-in-lanes.ts";
import { ERROR_VALUES } from "../abi.ts";
import { contextField, innerReturnType, innerSymbol, LOG_KIND, LOG_RECORD_TYPE, STOPPED } from "./context.ts";
import { alignOf, type FunctionText, type Typed, typedList } from "./function-text.ts";
import { type LoopHints, SELDOM } from "./module-text.ts";
import type { Template, Templates } from "./template.ts";
import { exits } from "./vectorisable.ts";

type EmitBlock = Parameters<Template<"if">>[2];

function ifElse(f: FunctionText, inst: InstOf<"if">, emitBlock: EmitBlock): void {
  const [then, other, end] = [`then${inst.id}`, `else${inst.id}`, `end${inst.id}`];
  const hasElse = inst.else.insts.length > 0;
  // LLVM makes no select of a branch that it takes for foreseeable.
  const guess = f.loops.guessed.has(inst.id) ? `, ${SELDOM}` : "";
  f.line(`br i1 ${f.arg(inst, 0)}, label %${then}, label %${hasElse ? other : end}${guess}`);
  f.startBlock(then);
  if (emitBlock(f, inst.then)) f.branch(end);
  if (hasElse) {
    f.startBlock(other);
    if (emitBlock(f, inst.else)) f.branch(end);
  }
  f.startBlock(end);
}

function block(f: FunctionText, inst: InstOf<"block">, emitBlock: EmitBlock): void {
  const end = `L${inst.label}.end`;
  f.setJumps(inst.label, { break: end, continue: end });
  if (emitBlock(f, inst.body)) f.branch(end);
  f.startBlock(end);
}

function loop(f: FunctionText, inst: InstOf<"loop">, emitBlock: EmitBlock): void {
  const [body, end] = [`L${inst.label}.body`, `L${inst.label}.end`];
  const attachment = f.loopAttachment({
    unrollRuntime: rolled(f, inst),
    vectorize: exits(inst) > 1 ? false : undefined,
  });
  f.setJumps(inst.label, { break: end, continue: body, attachment });
  f.branch(body);
  f.startBlock(body);
  if (emitBlock(f, inst.body)) f.line(`br label %${body}${attachment}`);
  f.startBlock(end);
}

/**
 * The math functions are long chains of operations that wait for each other; several elements at once keep the processor
 * busy. LLVM sees enough work in one. With many such calls, or with 16 registers (x86 before AVX-512), the values wouldn't
 * fit into registers. The logarithm of doubles, a short one that begins with a division, is faster with two at once than
 * with four: divisions next to each other queue for the one divider. A Zen 4 is faster with sin, cos and log of one vector at a time,
 * whose many constants fit into registers then: loading one again for every few vectors takes as long as a multiplication there.
 *
 * In a long function LLVM would spend much of its time on vectors side by side, and on the smaller ones for what is left over;
 * where iterations don't wait for each other they gain nothing but for a few instructions of the loop itself.
 */
function interleaving(f: FunctionText, inst: InstOf<"for">): number | undefined {
  const { triple, cpu, vectorWidth } = f.module.target;
  const ops = opsIn(inst.body);
  if (ops.has("for") || ops.has("loop")) return undefined;
  let calls = 0;
  let hasManyConstants = false;
  let [sines, cosines, logs] = [0, 0, 0];
  forEachInst(inst.body, (inner) => {
    const { op } = inner;
    if (op === "math2" || op === "random") calls++;
    if (op !== "math") return;
    calls++;
    if (inner.fn === "sin" || inner.fn === "cos" || inner.fn === "log") hasManyConstants = true;
    if (inner.fn === "sin") sines++;
    if (inner.fn === "cos") cosines++;
    if (inner.fn === "log" && inner.type === "f64") logs++;
  });
  if (calls === 0)
    return f.isLong && countInsts(inst.body) >= LONG_BODY && carriedIn(inst.body).size === 0 ? 1 : undefined;
  if (triple.startsWith("x86_64") && vectorWidth < 512) return undefined;
  // Where both occur it is on the same angle, as a rule, and hardly more than one of them.
  calls -= Math.min(sines, cosines);
  if (calls > 3) return undefined;
  if (hasManyConstants && cpu === "znver4") return 1;
  return calls === 1 && logs === 0 ? 4 : 2;
}

/** Instructions of a loop beside which the loop's own are few. */
const LONG_BODY = 32;

function lanesInVector(f: FunctionText, inst: InstOf<"for">): number {
  let widest = 32;
  forEachInst(inst.body, ({ type }) => {
    if (type === "f64" || type === "i64") widest = 64;
  });
  return f.module.target.vectorWidth / widest;
}

function rolled(f: FunctionText, inst: InstOf<"for" | "loop">): LoopHints["unrollRuntime"] {
  return f.loops.around.has(inst.label) ? false : undefined;
}

function hints(f: FunctionText, inst: InstOf<"for">): LoopHints {
  if (exits(inst) > 0) return { unrollRuntime: rolled(f, inst), vectorize: false };
  if (inst.order === "strip") return stripHints(f, inst);
  if ((inst.lanes?.length ?? 0) === 0) return { unrollRuntime: rolled(f, inst), interleave: interleaving(f, inst) };
  // Unrolled, lanes would be lost on LLVM's vectoriser, which comes later. All of them at once need no loop at all.
  return { interleave: Math.min(8, LANES / lanesInVector(f, inst)), unroll: false };
}

/** All columns of a whole strip at once, as with lanes; of the last one there are fewer. */
function stripHints(f: FunctionText, inst: InstOf<"for">): LoopHints {
  const end = f.definition(inst.args[1]);
  // The rest of the columns is few of them: more vectors at once would only leave more of them over.
  if (end?.op !== "const") return { interleave: 1, unrollRuntime: false };
  return { interleave: Math.min(8, Math.max(1, Number(end.value) / lanesInVector(f, inst))), unroll: false };
}

function forLoop(f: FunctionText, inst: InstOf<"for">, emitBlock: EmitBlock): void {
  const label = `L${inst.label}`;
  const [head, body, next, end] = [`${label}.head`, `${label}.body`, `${label}.next`, `${label}.end`];
  const type = f.argType(inst, 0);
  const iv = `%v${inst.iv}`;
  f.setJumps(inst.label, { break: end, continue: next });
  const from = f.block;
  f.branch(head);
  f.startBlock(head);
  f.line(`${iv} = phi ${type} [ ${f.arg(inst, 0)}, %${from} ], [ ${iv}.next, %${next} ]`);
  f.bind(inst.iv, f.typeOf(inst.args[0]), [iv]);
  const more = f.temp(`icmp ${inst.step > 0 ? "slt" : "sgt"} ${type} ${iv}, ${f.arg(inst, 1)}`);
  f.line(`br i1 ${more}, label %${body}, label %${end}`);
  f.startBlock(body);
  if (emitBlock(f, inst.body)) f.branch(next);
  f.startBlock(next);
  f.line(`${iv}.next = add nsw ${type} ${iv}, ${inst.step}`);
  f.line(`br label %${head}${f.loopAttachment(hints(f, inst))}`);
  f.startBlock(end);
}

function call(f: FunctionText, inst: InstOf<"call">): void {
  const callee = f.module.func(inst.callee);
  const type = innerReturnType(callee.results);
  const args: Typed[] = [["ptr", "%cx"]];
  for (let i = 0; i < inst.args.length; i++) args.push(...f.typed(inst, i));
  for (const id of inst.refs) args.push(["ptr", `%l${id}`]);
  const answer = f.temp(`call ${type} ${innerSymbol(callee.name)}(${typedList(args)})`);
  const status = f.temp(`extractvalue ${type} ${answer}, 0`);
  f.check(f.temp(`icmp eq i32 ${status}, 0`), undefined);
  let field = 1;
  for (const id of inst.into) {
    for (const [llvm, address] of f.localParts(id)) {
      const value = f.temp(`extractvalue ${type} ${answer}, ${field++}`);
      f.line(`store ${llvm} ${value}, ptr ${address}, align ${alignOf(llvm)}`);
    }
  }
}

/** Kind and payload of a logged value. Every number is a double to JavaScript. */
function logged(f: FunctionText, inst: InstOf<"log">, i: number): { kind: number; payload: string } {
  const [[type, value] = ["", ""]] = f.typed(inst, i);
  const bits = (double: string) => ({ kind: LOG_KIND.number, payload: f.temp(`bitcast double ${double} to i64`) });
  switch (type) {
    case "i1":
      return { kind: LOG_KIND.bool, payload: f.temp(`zext i1 ${value} to i64`) };
    case "i64": {
      const sign = inst.bigints[i] ?? null;
      if (sign !== null) return { kind: sign === "u" ? LOG_KIND.uint64 : LOG_KIND.int64, payload: value };
      return bits(f.temp(`sitofp i64 ${value} to double`));
    }
    case "i32":
      return bits(f.temp(`sitofp i32 ${value} to double`));
    case "float":
      return bits(f.temp(`fpext float ${value} to double`));
    default:
      return bits(value);
  }
}

function log(f: FunctionText, inst: InstOf<"log">): void {
  const count = inst.parts.length;
  const records = f.scratch(`[${count} x ${LOG_RECORD_TYPE}]`);
  let next = 0;
  for (const [k, part] of inst.parts.entries()) {
    const { kind, payload } =
      part === null
        ? logged(f, inst, next++)
        : { kind: LOG_KIND.text, payload: f.temp(`ptrtoint ptr ${f.module.text(part)} to i64`) };
    const bytes = part === null ? 0 : new TextEncoder().encode(part).length;
    for (const [field, value] of [`i32 ${kind}`, `i32 ${bytes}`, `i64 ${payload}`].entries()) {
      const path = `i32 0, i32 ${k}, i32 ${field}`;
      const address = f.temp(`getelementptr inbounds nuw [${count} x ${LOG_RECORD_TYPE}], ptr ${records}, ${path}`);
      f.line(`store ${value}, ptr ${address}, align ${field === 2 ? 8 : 4}`);
    }
  }
  const status = f.temp(`call i32 ${f.module.shared("log")}(ptr %cx, ptr ${records}, i32 ${count})`);
  f.check(f.temp(`icmp eq i32 ${status}, 0`), undefined);
}

/** How many of an error's values are passed to what records it. */
const PASSED_VALUES = 2;

/** A message's value as the word that the runtime makes text of. */
function errorWord(f: FunctionText, inst: InstOf<"throw">, i: number): string {
  const [[type, value] = ["", ""]] = f.typed(inst, i);
  if (type === "i1") return f.temp(`uitofp i1 ${value} to double`);
  return type === "i64" ? f.temp(`bitcast i64 ${value} to double`) : value;
}

/** The load is atomic, so that LLVM repeats it each time; on the usual processors it is a plain one. */
function poll(f: FunctionText): void {
  const stop = f.temp(`load ptr, ptr ${f.temp(contextField("stop"))}, align 8`);
  const asked = f.temp(`load atomic i32, ptr ${stop} monotonic, align 4`);
  f.check(f.temp(`icmp eq i32 ${asked}, 0`), f.failure(STOPPED));
}

function progress(f: FunctionText, inst: InstOf<"progress">): void {
  f.line(`store double ${f.arg(inst, 0)}, ptr ${f.temp(contextField("progressAt"))}, align 8`);
  f.line(`store double ${f.arg(inst, 1)}, ptr ${f.temp(contextField("progressSpan"))}, align 8`);
  const shown = f.temp(`load ptr, ptr ${f.temp(contextField("progress"))}, align 8`);
  const bits = f.temp(`bitcast double ${f.arg(inst, 0)} to i64`);
  f.line(`store atomic i64 ${bits}, ptr ${shown} monotonic, align 8`);
}

export const CONTROL_OPS = {
  if: ifElse,
  block,
  loop,
  for: forLoop,
  break: (f, inst) => f.jump("break", inst.label),
  continue: (f, inst) => f.jump("continue", inst.label),
  return: (f, inst) => f.succeed(inst.args.flatMap((_, i) => f.typed(inst, i))),
  throw: (f, inst) => {
    const words = inst.args.map((_, i) => errorWord(f, inst, i));
    for (const [i, name] of ERROR_VALUES.entries()) {
      const word = words[i];
      if (i >= PASSED_VALUES && word !== undefined)
        f.line(`store double ${word}, ptr ${f.temp(contextField(name))}, align 8`);
    }
    f.line(f.failure(inst.site, ...words.slice(0, PASSED_VALUES)));
    f.line(f.failed());
  },
  call,
  poll,
  progress,
  log,
} as const satisfies Partial<Templates<OpName>>;

/**
 * Lowers one IR function: the kernel's entry or a shared instance, with everything inlined into it. Here is how functions begin
 * and end, and what is known in them of their variables; statements, expressions, calls and loops are in their own files, as
 * functions of this class's state.
 */
import type { AssignmentPattern, CallExpression, Expression, Node } from "acorn";
import { isExact } from "../frontend/random-functions.ts";
import { FuncBuilder } from "../ir/build.ts";
import type { Func } from "../ir/func.ts";
import type { FastFlag, LabelId, LocalId, ValueId } from "../ir/ops.ts";
import type { IrType } from "../ir/types.ts";
import type { Span } from "../source/span.ts";
import { calledNode } from "../types/calls.ts";
import { bindingAt } from "../types/counted.ts";
import { describeApart } from "../types/describe.ts";
import { allSites, type Frame, type Instance, type Variable } from "../types/frame.ts";
import {
  elementOf,
  isNull,
  join,
  KindConflict,
  NOTHING,
  representationOf,
  UNDEFINED,
  type Value,
} from "../types/lattice.ts";
import { leavesItemByItem } from "../types/results.ts";
import type { ArgType } from "../types/signature.ts";
import { spreadOperand } from "../types/spread.ts";
import { lowerExpression } from "./expressions.ts";
import { itemAt } from "./lists.ts";
import type { ModuleLowering } from "./module.ts";
import type { Item } from "./operand.ts";
import { machineType, NONE, type Operand } from "./operand.ts";
import { takenApart, withDefault } from "./spread.ts";
import { lowerStatements } from "./statements.ts";
import {
  hasItems,
  localsOf,
  nameOfItem,
  newStorage,
  readStorage,
  type Storage,
  typed,
  writeStorage,
} from "./storage.ts";

/** Where `break` and `continue` of the JavaScript source go. */
export interface JumpScope {
  readonly labels: readonly string[];
  /** Does an unlabelled `break` leave it? */
  readonly anonymous: boolean;
  readonly breakTo: LabelId;
  /** `break` of a block that ends the round, or `continue` of a loop. */
  readonly continueTo: { readonly op: "break" | "continue"; readonly label: LabelId } | undefined;
  /** Writes what has to happen before a jump that leaves the loop. */
  readonly leave?: (() => void) | undefined;
}

/** Where `return` goes: out of the IR function, or to the end of an inlined body. */
interface ReturnScope {
  readonly frame: Frame;
  readonly label: LabelId | undefined;
  readonly result: Storage;
  readonly value: Value;
}

export class FunctionLowering {
  readonly module: ModuleLowering;
  readonly b: FuncBuilder;
  readonly jumps: JumpScope[] = [];
  readonly #storages = new Map<Variable, Storage>();
  readonly #returns: ReturnScope[] = [];
  /** The captured arrays' parameters, in module order. */
  captured: ValueId[] = [];
  /** True while an operand is computed that the program may not have asked for: nothing may be taken as proved by where it stands. */
  speculates = false;
  /** Lowering the body of a loop whose iterations run side by side. */
  insideParallel = false;
  /** What LLVM may do with float operations of the function that is lowered. */
  fastmath: readonly FastFlag[];
  /** Why not even an outermost prange runs in parallel here. */
  readonly #serial: string | undefined;
  /** For instances: the enclosing variables' locals, in `refs` order. */
  #refs: LocalId[] = [];

  constructor(module: ModuleLowering, name: string, serial: string | undefined) {
    this.module = module;
    this.b = new FuncBuilder(name);
    this.fastmath = module.options.fastmath;
    this.#serial = serial;
  }

  /** Why a prange that stands here is an ordinary loop; undefined when its iterations run side by side. */
  whySerial(): string | undefined {
    return this.insideParallel ? "it is inside a parallel loop" : this.#serial;
  }

  // ── whole functions ──

  lowerEntry(root: Frame, args: readonly ArgType[], values: readonly Value[], disjoint: boolean): Func {
    const { node } = root.closure;
    const items: Item[] = [];
    for (const [i, a] of args.entries()) {
      const p = node.params[i];
      const id = p?.type === "AssignmentPattern" ? p.left : p;
      const name = id?.type === "Identifier" ? id.name : `arg${i}`;
      const value = values[i] ?? UNDEFINED;
      const op: Operand =
        value.kind === "function"
          ? { kind: "function", targets: value.targets, selector: undefined }
          : argumentOperand(this.b, name, a);
      items.push({ op, value });
    }
    this.#captureParams();
    return this.#body(root, items, root.result ?? UNDEFINED, { recursive: false, disjoint });
  }

  lowerInstance(instance: Instance): Func {
    const items = instance.args.map((value, i) => ({ op: this.#parameter(value, `arg${i}`), value }));
    this.#captureParams();
    for (const v of instance.outer) this.#declareOuter(v);
    return this.#body(instance.frame, items, instance.result ?? UNDEFINED, {
      recursive: true,
      disjoint: false,
    });
  }

  #captureParams(): void {
    this.captured = this.module.capturedArrays.map((a) => this.b.param(a.name, `${a.elem}[]`));
  }

  #parameter(v: Value, name: string): Operand {
    if (v.kind === "tuple" || v.kind === "record")
      return { kind: "tuple", items: v.items.map((x, i) => this.#parameter(x, nameOfItem(name, v, i))) };
    if (v.kind === "function")
      return {
        kind: "function",
        targets: v.targets,
        selector: v.targets.length > 1 ? this.b.param(name, "i32") : undefined,
      };
    if (v.kind === "nullable") {
      const tag = this.b.param(name, "i32");
      const type = representationOf(v.number);
      return { kind: "nullable", tag, number: { kind: "scalar", id: this.b.param(name, type), type } };
    }
    const type = machineType(v);
    if (type === undefined) return NONE;
    return typed(this.b.param(name, type), type);
  }

  #declareOuter(v: Variable): void {
    const storage = this.storage(v);
    this.#refs.push(...localsOf(storage));
  }

  #body(frame: Frame, args: readonly Item[], result: Value, kind: { recursive: boolean; disjoint: boolean }): Func {
    const storage = newStorage(this.b, "result", result);
    this.#returns.push({ frame, label: undefined, result: storage, value: result });
    this.#enter(frame, args);
    this.#returns.pop();
    const types = resultTypes(result);
    this.#fallOff(frame, storage);
    // A function that can fall off its end returns undefined; one that can't has returned on every path.
    if (!this.b.ended && types.length > 0) this.#emitReturn(storage, this.spanOf(frame, frame.closure.node));
    return this.b.finish({ results: types, recursive: kind.recursive, disjoint: kind.disjoint, refs: this.#refs });
  }

  /** Binds the parameters and lowers the body. */
  #enter(frame: Frame, args: readonly Item[]): void {
    const { node, source } = frame.closure;
    for (const b of new Set(source.bindings.values())) {
      if (b.owner !== node || (b.kind !== "function" && b.kind !== "self" && b.kind !== "var")) continue;
      const v = frame.variables.get(b);
      if (b.kind === "var" && v !== undefined) this.forget(v);
      // A declared function that is reassigned needs its first value stored.
      const value = v?.sites.get(b.declaration);
      if (v !== undefined && value?.kind === "function") {
        this.writeVariable(
          v,
          { kind: "function", targets: value.targets, selector: undefined },
          value,
          this.spanOf(frame, node),
        );
      }
    }
    for (const [i, p] of node.params.entries()) {
      const { op, value } = args[i] ?? { op: NONE, value: UNDEFINED };
      this.bindPattern(frame, spreadOperand(p) ?? p, op, value);
    }
    if (node.body.type === "BlockStatement") lowerStatements(this, frame, node.body.body);
    else {
      const op = lowerExpression(this, frame, node.body);
      this.returnValue(frame, op, this.valueOf(frame, node.body), this.spanOf(frame, node.body));
    }
  }

  /** Lowers a call's body in place; gives its result. */
  inline(frame: Frame, args: readonly Item[], loc: Span): Operand {
    const result = frame.result ?? UNDEFINED;
    const storage = newStorage(this.b, `${frame.closure.source.name}.result`, result, frame.returnDemand.lowBits);
    const jumps = this.jumps.splice(0);
    const { fastmath } = this;
    if (isExact(frame.closure.fn)) this.fastmath = [];
    this.b.block(loc, (label) => {
      this.#returns.push({ frame, label, result: storage, value: result });
      this.#enter(frame, args);
      this.#fallOff(frame, storage);
      this.#returns.pop();
    });
    this.fastmath = fastmath;
    this.jumps.push(...jumps);
    return readStorage(this.b, storage, result, result, loc);
  }

  #fallOff(frame: Frame, result: Storage): void {
    if (result.kind === "nullable" && !this.b.ended)
      writeStorage(this, result, NONE, UNDEFINED, this.spanOf(frame, frame.closure.node));
  }

  #emitReturn(storage: Storage, loc: Span): void {
    const ids = localsOf(storage).map((l) => this.b.get(l, loc));
    this.b.emit("return", "void", ids, {}, loc);
  }

  /** `return` of a value, of an inlined function, too. */
  returnValue(frame: Frame, op: Operand, value: Value, loc: Span): void {
    const scope = this.#returns[this.#returns.length - 1];
    if (scope === undefined) throw new Error(`return outside a function in ${frame.closure.source.name}`);
    // What leaves the kernel as a plain array is taken apart: inference made a tuple of it.
    const [left, of] = this.#isRoot(frame) ? plainResult(this, op, value, loc) : [op, value];
    writeStorage(this, scope.result, left, of, loc);
    if (scope.label === undefined) this.#emitReturn(scope.result, loc);
    else this.b.emit("break", "void", [], { label: scope.label }, loc);
  }

  #isRoot({ caller, instance }: Frame): boolean {
    return caller === undefined && instance === undefined;
  }

  speculating<T>(f: () => T): T {
    const before = this.speculates;
    this.speculates = true;
    const result = f();
    this.speculates = before;
    return result;
  }

  // ── facts ──

  valueOf(frame: Frame, node: Node): Value {
    return frame.info.get(node) ?? UNDEFINED;
  }

  spanOf(frame: Frame, node: Node): Span {
    const { source } = frame.closure.source;
    const { start, end } = node;
    const span = frame.blame ?? { source, start, end };
    const within = this.#withinOf(frame);
    return within === undefined ? span : { source: span.source, start: span.start, end: span.end, within };
  }

  readonly #withins = new Map<Frame, Span["within"]>();

  #withinOf(frame: Frame): Span["within"] {
    if (!this.#withins.has(frame)) this.#withins.set(frame, this.#findWithin(frame));
    return this.#withins.get(frame);
  }

  /** The function of a frame and the call of it, where that stands in another text; numbats' own functions are passed over. */
  #findWithin(frame: Frame): Span["within"] {
    let f = frame;
    while (f.caller?.blame !== undefined) f = f.caller;
    const { caller, call } = f;
    if (caller === undefined || call === undefined) return undefined;
    const { source, name } = frame.closure.source;
    if (frame.blame !== undefined || caller.closure.source.source === source) return this.#withinOf(caller);
    const { callee = call } = call as Partial<CallExpression>;
    return { name, calledAt: this.spanOf(caller, calledNode(callee)) };
  }

  /** The variable a name stands for in a frame's code. */
  variableAt(frame: Frame, node: Node): Variable | undefined {
    const binding = bindingAt(frame.closure.source, node);
    if (binding === undefined) return undefined;
    let f: Frame | undefined = frame;
    while (f !== undefined && f.closure.node !== binding.owner) f = f.closure.frame;
    return (f ?? frame).variables.get(binding);
  }

  /** A condition's truth when inference knows it. */
  knownTruth(frame: Frame, test: Expression): boolean | undefined {
    const v = this.valueOf(frame, test);
    if (v.kind === "bool") return v.value;
    if (v.kind === "undefined") return false;
    if (
      v.kind === "array" ||
      v.kind === "function" ||
      v.kind === "tuple" ||
      v.kind === "record" ||
      v.kind === "objects"
    )
      return true;
    if (v.kind === "host" || v.kind === "string") return Boolean(v.value);
    return undefined;
  }

  // ── variables ──

  /** `let x;`: where that is asked for, it is undefined again. */
  forget(v: Variable): void {
    if (!v.mayBeMissing) return;
    const storage = this.storage(v);
    if (storage.kind === "nullable")
      writeStorage(this, storage, NONE, UNDEFINED, this.spanOf(v.frame, v.binding.declaration));
  }

  storage(v: Variable): Storage {
    let s = this.#storages.get(v);
    if (s === undefined) {
      s = newStorage(this.b, v.binding.name, this.#joinOfSites(v), v.lowBits);
      this.#storages.set(v, s);
    }
    return s;
  }

  /** Lets a counter stand for its variable while the loop's body is lowered. */
  withStorage(v: Variable, s: Storage, f: () => void): void {
    const before = this.#storages.get(v);
    this.#storages.set(v, s);
    f();
    if (before === undefined) this.#storages.delete(v);
    else this.#storages.set(v, before);
  }

  #joinOfSites(v: Variable): Value {
    let joined: Value | undefined = v.mayBeMissing ? NOTHING : undefined;
    for (const [, site] of allSites(v)) {
      const value = site.kind === "unassigned" ? site.otherwise : site;
      if (value === undefined || value.kind === "undefined" || isNull(value)) continue;
      if (joined === undefined) joined = value;
      else {
        const both = join(joined, value);
        if (both instanceof KindConflict) this.#conflict(v);
        joined = both;
      }
    }
    return joined ?? UNDEFINED;
  }

  /** Inference met no conflict where control flow joins, but one variable can't hold two kinds at different times either. */
  #conflict(v: Variable): never {
    const sites = [...allSites(v)].filter(([, value]) => value.kind !== "unassigned" && value.kind !== "undefined");
    const [first] = sites;
    const other = sites.find(([, value]) => first !== undefined && join(first[1], value) instanceof KindConflict);
    const kinds = describeApart(first?.[1] ?? UNDEFINED, other?.[1] ?? UNDEFINED);
    return this.module.sink.fail(
      "type-conflict",
      { name: v.binding.name, ...kinds },
      this.spanOf(v.frame, other?.[0] ?? v.binding.declaration),
      first === undefined ? [] : [{ span: this.spanOf(v.frame, first[0]), text: `here it is ${kinds.first}` }],
    );
  }

  writeVariable(v: Variable, op: Operand, value: Value, loc: Span, wraps = false): void {
    writeStorage(this, this.storage(v), op, value, loc, wraps);
  }

  /** Declares what a pattern names. */
  bindPattern(frame: Frame, pattern: Node, op: Operand, value: Value): void {
    if (pattern.type === "Identifier") {
      const v = this.variableAt(frame, pattern);
      if (v !== undefined) this.writeVariable(v, op, value, this.spanOf(frame, pattern), frame.wraps.has(pattern));
      return;
    }
    if (pattern.type === "AssignmentPattern") {
      const item = withDefault(this, frame, pattern as AssignmentPattern, { op, value });
      this.bindPattern(frame, (pattern as AssignmentPattern).left, item.op, item.value);
      return;
    }
    if (pattern.type !== "ArrayPattern") return;
    const parts = takenApart(this, frame, pattern, op, value, this.spanOf(frame, pattern));
    for (const [e, item, of] of parts) this.bindPattern(frame, e, item(), of);
  }
}

function plainResult(fl: FunctionLowering, op: Operand, value: Value, loc: Span): [Operand, Value] {
  if (value.kind === "array" && leavesItemByItem(value) && op.kind === "array") {
    const items = Array.from({ length: value.minLength }, (_, i) => itemAt(fl, op.id, value, i, loc));
    return [
      { kind: "tuple", items },
      { kind: "tuple", items: items.map(() => elementOf(value)), literals: [] },
    ];
  }
  if (!hasItems(value) || op.kind !== "tuple") return [op, value];
  const parts = value.items.map((v, i) => plainResult(fl, op.items[i] ?? NONE, v, loc));
  return [
    { kind: "tuple", items: parts.map(([item]) => item) },
    { ...value, items: parts.map(([, v]) => v) },
  ];
}

function argumentOperand(b: FuncBuilder, name: string, a: ArgType): Operand {
  switch (a.kind) {
    case "int32":
      return typed(b.param(name, "i32"), "i32");
    case "float64":
      return typed(b.param(name, "f64"), "f64");
    case "bool":
      return typed(b.param(name, "i1"), "i1");
    case "int64":
    case "uint64":
      return typed(b.param(name, "i64"), "i64");
    case "array":
      return typed(b.param(name, `${a.elem}[]`), `${a.elem}[]`);
    case "undefined":
    case "function":
      return NONE;
  }
}

/** The machine types of a result, flattened depth first. */
function resultTypes(v: Value): IrType[] {
  if (hasItems(v)) return v.items.flatMap(resultTypes);
  if (v.kind === "function") return v.targets.length > 1 ? ["i32"] : [];
  if (v.kind === "nullable") return ["i32", representationOf(v.number)];
  const type = machineType(v);
  return type === undefined ? [] : [type];
}

/**
 * Lowers one IR function: the kernel's entry or a shared instance, with everything inlined into it. Statements are here;
 * expressions, calls and loops in their own files, as functions of this class's state.
 */
import type {
  AssignmentPattern,
  BlockStatement,
  CallExpression,
  Expression,
  Node,
  ReturnStatement,
  Statement,
  SwitchStatement,
  VariableDeclaration,
} from "acorn";
import { ice } from "../diagnostics/errors.ts";
import { isExact } from "../frontend/random-functions.ts";
import { FuncBuilder } from "../ir/build.ts";
import type { Func } from "../ir/func.ts";
import type { FastFlag, LabelId, LocalId, ValueId } from "../ir/ops.ts";
import type { IrType, ScalarType } from "../ir/types.ts";
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
  type RecordValue,
  representationOf,
  signOf,
  type TupleValue,
  UNDEFINED,
  type Value,
} from "../types/lattice.ts";
import { leavesItemByItem } from "../types/results.ts";
import type { ArgType } from "../types/signature.ts";
import { spreadOperand } from "../types/spread.ts";
import { bigCast } from "./bigint-operators.ts";
import { lowerCondition, lowerEquality } from "./comparisons.ts";
import { lowerExpression } from "./expressions.ts";
import { itemAt } from "./lists.ts";
import { lowerFor, lowerForOf, lowerWhile } from "./loops.ts";
import { lowerThrow } from "./messages.ts";
import type { ModuleLowering } from "./module.ts";
import { asNullableOperand } from "./nullable.ts";
import { asFunction, coerce, machineType, NONE, type Operand, type Storage, selectAmong } from "./operand.ts";
import { takenApart, withDefault } from "./spread.ts";

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
    const operands: Operand[] = [];
    for (const [i, a] of args.entries()) {
      const p = node.params[i];
      const id = p?.type === "AssignmentPattern" ? p.left : p;
      const name = id?.type === "Identifier" ? id.name : `arg${i}`;
      const value = values[i];
      operands.push(
        value?.kind === "function"
          ? { kind: "function", targets: value.targets, selector: undefined }
          : argumentOperand(this.b, name, a),
      );
    }
    this.#captureParams();
    return this.#body(root, operands, values, root.result ?? UNDEFINED, { recursive: false, disjoint });
  }

  lowerInstance(instance: Instance): Func {
    const operands = instance.args.map((v, i) => this.#parameter(v, `arg${i}`));
    this.#captureParams();
    for (const v of instance.outer) this.#declareOuter(v);
    return this.#body(instance.frame, operands, instance.args, instance.result ?? UNDEFINED, {
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

  #body(
    frame: Frame,
    operands: readonly Operand[],
    values: readonly Value[],
    result: Value,
    kind: { recursive: boolean; disjoint: boolean },
  ): Func {
    const storage = this.newStorage("result", result);
    this.#returns.push({ frame, label: undefined, result: storage, value: result });
    this.#enter(frame, operands, values);
    this.#returns.pop();
    const types = resultTypes(result);
    this.#fallOff(frame, storage);
    // A function that can fall off its end returns undefined; one that can't has returned on every path.
    if (!this.b.ended && types.length > 0) this.#emitReturn(storage, this.spanOf(frame, frame.closure.node));
    return this.b.finish({ results: types, recursive: kind.recursive, disjoint: kind.disjoint, refs: this.#refs });
  }

  /** Binds the parameters and lowers the body. */
  #enter(frame: Frame, operands: readonly Operand[], values: readonly Value[]): void {
    const { node, source } = frame.closure;
    for (const b of new Set(source.bindings.values())) {
      if (b.owner !== node || (b.kind !== "function" && b.kind !== "self" && b.kind !== "var")) continue;
      const v = frame.variables.get(b);
      if (b.kind === "var" && v !== undefined) this.#forget(v);
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
    for (const [i, p] of node.params.entries())
      this.bindPattern(frame, spreadOperand(p) ?? p, operands[i] ?? NONE, values[i] ?? UNDEFINED);
    if (node.body.type === "BlockStatement") this.statements(frame, node.body.body);
    else {
      const op = lowerExpression(this, frame, node.body);
      this.#returnValue(frame, op, this.valueOf(frame, node.body), this.spanOf(frame, node.body));
    }
  }

  /** Lowers a call's body in place; gives its result. */
  inline(frame: Frame, operands: readonly Operand[], values: readonly Value[], loc: Span): Operand {
    const result = frame.result ?? UNDEFINED;
    const storage = this.newStorage(`${frame.closure.source.name}.result`, result, frame.returnDemand.lowBits);
    const jumps = this.jumps.splice(0);
    const { fastmath } = this;
    if (isExact(frame.closure.fn)) this.fastmath = [];
    this.b.block(loc, (label) => {
      this.#returns.push({ frame, label, result: storage, value: result });
      this.#enter(frame, operands, values);
      this.#fallOff(frame, storage);
      this.#returns.pop();
    });
    this.fastmath = fastmath;
    this.jumps.push(...jumps);
    return this.readStorage(storage, result, result, loc);
  }

  #fallOff(frame: Frame, result: Storage): void {
    if (result.kind === "nullable" && !this.b.ended)
      this.writeStorage(result, NONE, UNDEFINED, this.spanOf(frame, frame.closure.node));
  }

  #emitReturn(storage: Storage, loc: Span): void {
    const ids = localsOf(storage).map((l) => this.b.get(l, loc));
    this.b.emit("return", "void", ids, {}, loc);
  }

  #returnValue(frame: Frame, op: Operand, value: Value, loc: Span): void {
    const scope = this.#returns[this.#returns.length - 1];
    if (scope === undefined) throw new Error(`return outside a function in ${frame.closure.source.name}`);
    // What leaves the kernel as a plain array is taken apart: inference made a tuple of it.
    const [left, of] = this.#isRoot(frame) ? plainResult(this, op, value, loc) : [op, value];
    this.writeStorage(scope.result, left, of, loc);
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
    return within === undefined ? span : { ...span, within };
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

  // ── variables ──

  /** `let x;`: where that is asked for, it is undefined again. */
  #forget(v: Variable): void {
    if (!v.mayBeMissing) return;
    const storage = this.storage(v);
    if (storage.kind === "nullable")
      this.writeStorage(storage, NONE, UNDEFINED, this.spanOf(v.frame, v.binding.declaration));
  }

  storage(v: Variable): Storage {
    let s = this.#storages.get(v);
    if (s === undefined) {
      s = this.newStorage(v.binding.name, this.#joinOfSites(v), v.lowBits);
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

  /** With `wraps` it holds the low 64 bits of a BigInt, whatever its sign. */
  newStorage(name: string, value: Value, wraps = false): Storage {
    switch (value.kind) {
      case "tuple":
      case "record":
        return { kind: "tuple", items: value.items.map((x, i) => this.newStorage(nameOfItem(name, value, i), x)) };
      case "function":
        return {
          kind: "function",
          targets: value.targets,
          local: value.targets.length > 1 ? this.b.local(name, "i32") : undefined,
        };
      case "nullable": {
        const tag = this.b.local(name, "i32");
        return { kind: "nullable", tag, number: this.newStorage(name, value.number), value };
      }
      case "unassigned":
        return value.otherwise === undefined ? { kind: "none" } : this.newStorage(name, value.otherwise, wraps);
      default: {
        const type = machineType(value);
        if (type === undefined) return { kind: "none" };
        return { kind: "local", local: this.b.local(name, type), type, value, wraps };
      }
    }
  }

  /** Reads a storage that holds `stored`; gives it as `wanted` (what is known at this place) is represented. */
  readStorage(s: Storage, stored: Value, wanted: Value, loc: Span): Operand {
    if (wanted.kind === "nullable" && s.kind !== "nullable")
      ice("a number that may be missing has a place for numbers only");
    switch (s.kind) {
      case "none":
        return NONE;
      case "counter": {
        const op = typed(s.id, s.type);
        return isWider(s.type, wanted) ? op : coerce(this.b, op, stored, wanted, loc);
      }
      case "local": {
        const op = typed(this.b.get(s.local, loc), s.type);
        return isWider(s.type, wanted) ? op : coerce(this.b, op, s.value, wanted, loc);
      }
      case "nullable": {
        const number = wanted.kind === "nullable" ? wanted.number : wanted;
        const held = this.readStorage(s.number, number, number, loc);
        if (wanted.kind !== "nullable" || held.kind !== "scalar") return held;
        return { kind: "nullable", tag: this.b.get(s.tag, loc), number: held };
      }
      case "tuple":
        return {
          kind: "tuple",
          items: s.items.map((x, i) => {
            const item = hasItems(wanted) ? (wanted.items[i] as Value) : UNDEFINED;
            return this.readStorage(x, item, item, loc);
          }),
        };
      case "function": {
        const op: Operand = {
          kind: "function",
          targets: s.targets,
          selector: s.local === undefined ? undefined : this.b.get(s.local, loc),
        };
        return wanted.kind === "function" ? selectAmong(this.b, op, wanted.targets, loc) : op;
      }
    }
  }

  /** With `wraps` only the low bits of a BigInt are seen before the storage is written again. */
  writeStorage(s: Storage, op: Operand, value: Value, loc: Span, wraps = false): void {
    switch (s.kind) {
      case "none":
      case "counter":
        return;
      case "local": {
        if (value.kind === "bigint" && s.value.kind === "bigint" && op.kind === "scalar") {
          this.b.set(s.local, wraps || s.wraps ? op.id : bigCast(this, op.id, value, signOf(s.value), loc), loc);
          return;
        }
        const as = coerce(this.b, op, value, s.value, loc);
        if (as.kind === "scalar" || as.kind === "array") this.b.set(s.local, as.id, loc);
        return;
      }
      case "nullable": {
        const { tag, number } = asNullableOperand(this.b, op, value, s.value, loc);
        this.b.set(s.tag, tag, loc);
        this.writeStorage(s.number, number, s.value.number, loc);
        return;
      }
      case "tuple":
        if (op.kind !== "tuple" || !hasItems(value)) return;
        for (const [i, x] of s.items.entries())
          this.writeStorage(x, op.items[i] ?? NONE, value.items[i] ?? UNDEFINED, loc);
        return;
      case "function": {
        if (s.local === undefined) return;
        const as = selectAmong(this.b, asFunction(op, value), s.targets, loc);
        if (as.kind === "function" && as.selector !== undefined) this.b.set(s.local, as.selector, loc);
      }
    }
  }

  writeVariable(v: Variable, op: Operand, value: Value, loc: Span, wraps = false): void {
    this.writeStorage(this.storage(v), op, value, loc, wraps);
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

  // ── statements ──

  statements(frame: Frame, list: readonly Node[]): void {
    for (const s of list) {
      if (this.b.ended || !frame.reached.has(s)) {
        // Function declarations are hoisted; anything else that inference never reached can't run.
        continue;
      }
      this.statement(frame, s as Statement, []);
    }
  }

  statement(frame: Frame, node: Statement, labels: readonly string[]): void {
    if (this.b.ended || !frame.reached.has(node)) return;
    const loc = this.spanOf(frame, node);
    switch (node.type) {
      case "ExpressionStatement":
        lowerExpression(this, frame, node.expression);
        return;
      case "BlockStatement":
        this.statements(frame, (node as BlockStatement).body);
        return;
      case "VariableDeclaration":
        this.#declare(frame, node);
        return;
      case "IfStatement": {
        const known = this.knownTruth(frame, node.test);
        const test = lowerCondition(this, frame, node.test);
        if (known !== undefined) {
          const taken = known ? node.consequent : node.alternate;
          if (taken) this.statement(frame, taken, []);
          return;
        }
        this.b.if(
          test,
          loc,
          () => this.statement(frame, node.consequent, []),
          () => {
            if (node.alternate) this.statement(frame, node.alternate, []);
          },
        );
        return;
      }
      case "ForStatement":
        lowerFor(this, frame, node, labels);
        return;
      case "ForOfStatement":
        lowerForOf(this, frame, node, labels);
        return;
      case "WhileStatement":
      case "DoWhileStatement":
        lowerWhile(this, frame, node, labels);
        return;
      case "SwitchStatement":
        this.#switch(frame, node);
        return;
      case "LabeledStatement": {
        const all = [...labels, node.label.name];
        if (/^(For|While|DoWhile|Labeled)/.test(node.body.type)) this.statement(frame, node.body, all);
        else {
          this.b.block(loc, (label) => {
            this.jumps.push({ labels: all, anonymous: false, breakTo: label, continueTo: undefined });
            this.statement(frame, node.body, []);
            this.jumps.pop();
          });
        }
        return;
      }
      case "BreakStatement":
        this.#jump(node.label?.name, "break", loc);
        return;
      case "ContinueStatement":
        this.#jump(node.label?.name, "continue", loc);
        return;
      case "ReturnStatement":
        this.#return(frame, node);
        return;
      case "ThrowStatement":
        lowerThrow(this, frame, node);
        return;
      default:
        return;
    }
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

  #declare(frame: Frame, node: VariableDeclaration): void {
    for (const d of node.declarations) {
      if (d.init == null) {
        const v = node.kind === "var" ? undefined : this.variableAt(frame, d.id);
        if (v !== undefined) this.#forget(v);
        continue;
      }
      const op = lowerExpression(this, frame, d.init);
      this.bindPattern(frame, d.id, op, this.valueOf(frame, d.init));
    }
  }

  #jump(name: string | undefined, kind: "break" | "continue", loc: Span): void {
    for (let i = this.jumps.length - 1; i >= 0; i--) {
      const j = this.jumps[i] as JumpScope;
      const matches =
        name === undefined ? j.anonymous && (kind === "break" || j.continueTo !== undefined) : j.labels.includes(name);
      if (!matches || kind === "break") j.leave?.();
      if (!matches) continue;
      if (kind === "break") this.b.emit("break", "void", [], { label: j.breakTo }, loc);
      else if (j.continueTo !== undefined) this.b.emit(j.continueTo.op, "void", [], { label: j.continueTo.label }, loc);
      return;
    }
  }

  #return(frame: Frame, node: ReturnStatement): void {
    const loc = this.spanOf(frame, node);
    if (node.argument) {
      const op = lowerExpression(this, frame, node.argument);
      this.#leaveLoops();
      this.#returnValue(frame, op, this.valueOf(frame, node.argument), loc);
    } else {
      this.#leaveLoops();
      this.#returnValue(frame, NONE, UNDEFINED, loc);
    }
  }

  #leaveLoops(): void {
    for (let i = this.jumps.length - 1; i >= 0; i--) this.jumps[i]?.leave?.();
  }

  /**
   * Nested blocks, one per case, so that falling through is falling out of a block:
   *
   *   block exit { block L1 { block L0 { tests: break L0 | break L1 | break exit } body0 } body1 }
   */
  #switch(frame: Frame, node: SwitchStatement): void {
    const loc = this.spanOf(frame, node);
    const { cases } = node;
    const subject = lowerExpression(this, frame, node.discriminant);
    const subjectValue = this.valueOf(frame, node.discriminant);
    const byCase: LabelId[] = [];
    this.b.block(loc, (exit) => {
      this.jumps.push({ labels: [], anonymous: true, breakTo: exit, continueTo: undefined });
      const dispatch = (): void => {
        for (const [i, c] of cases.entries()) {
          if (c.test == null) continue;
          const test = lowerExpression(this, frame, c.test);
          const at = this.spanOf(frame, c.test);
          const known = this.valueOf(frame, c);
          const isTaken = known.kind === "bool" ? known.value : undefined;
          if (isTaken === false) continue;
          const label = byCase[i] as LabelId;
          if (isTaken === true) {
            this.b.emit("break", "void", [], { label }, loc);
            return;
          }
          const is = lowerEquality(this, subject, subjectValue, test, this.valueOf(frame, c.test), at);
          this.b.if(is, loc, () => this.b.emit("break", "void", [], { label }, loc));
        }
        const otherwise = cases.findIndex((c) => c.test == null);
        this.b.emit("break", "void", [], { label: otherwise < 0 ? exit : (byCase[otherwise] as LabelId) }, loc);
      };
      const nest = (k: number): void => {
        if (k < 0) {
          dispatch();
          return;
        }
        this.b.block(loc, (label) => {
          byCase[k] = label;
          nest(k - 1);
        });
        this.statements(frame, cases[k]?.consequent ?? []);
      };
      nest(cases.length - 1);
      this.jumps.pop();
    });
  }
}

/** What is kept item by item. */
function hasItems(value: Value): value is TupleValue | RecordValue {
  return value.kind === "tuple" || value.kind === "record";
}

/** What a variable's part is called: `p.x`, or `pair.0`. */
function nameOfItem(name: string, value: TupleValue | RecordValue, i: number): string {
  return `${name}.${value.kind === "record" ? value.names[i] : i}`;
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

/** An integer stays as wide as its storage: cutting it only to widen it again hides sums from the vectoriser. */
function isWider(type: IrType, wanted: Value): boolean {
  return type === "i64" && wanted.kind === "number" && representationOf(wanted) === "i32";
}

function typed(id: ValueId, type: IrType): Operand {
  if (type.endsWith("[]")) return { kind: "array", id, type: type as `${"int8"}[]` };
  return { kind: "scalar", id, type: type as ScalarType };
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
      return NONE;
    case "function":
      return NONE;
  }
}

/** The locals a storage is made of, depth first. */
export function localsOf(s: Storage): LocalId[] {
  switch (s.kind) {
    case "local":
      return [s.local];
    case "tuple":
      return s.items.flatMap(localsOf);
    case "nullable":
      return [s.tag, ...localsOf(s.number)];
    case "function":
      return s.local === undefined ? [] : [s.local];
    default:
      return [];
  }
}

/** The machine types of a result, flattened depth first. */
export function resultTypes(v: Value): IrType[] {
  if (hasItems(v)) return v.items.flatMap(resultTypes);
  if (v.kind === "function") return v.targets.length > 1 ? ["i32"] : [];
  if (v.kind === "nullable") return ["i32", representationOf(v.number)];
  const type = machineType(v);
  return type === undefined ? [] : [type];
}

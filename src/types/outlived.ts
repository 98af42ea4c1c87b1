/**
 * Functions that outlive variables they use. In JavaScript every round of a loop and every call has variables of its own, and a
 * function goes on using those of the round that made it:
 *
 *   for (let i = 0; i < n; i++) if (a[i] > 0) last = () => i;        last() is the last such i
 *
 * A kernel has one place for each, which by then holds another round's. So where a round ends, what is a function made in it is marked,
 * and calling it is an error (calls.ts). Functions that are made and called in the same round, as most are, never are.
 */
import type { ForOfStatement, ForStatement, Node } from "acorn";
import type { Binding, FunctionSource } from "../frontend/program.ts";
import { walk } from "../frontend/walk.ts";
import { Memo } from "../source/memo.ts";
import { bindingAt, isInside } from "./counted.ts";
import { allSites, type Frame, type Instance, inlinedIn, ownerOf, type Variable } from "./frame.ts";
import type { Closure, Value } from "./lattice.ts";
import type { State } from "./state.ts";

/** Where a variable is made: in a function's activation. */
interface Place {
  readonly frame: Frame;
  readonly node: Node;
}

/** Has what is made at a place come to its end? */
type IsOver = (place: Place, variable: Variable) => boolean;

const USED = new Memo<Node, readonly Binding[]>();

/** The variables from around it that a function uses, or functions inside it. */
function usedBy({ source, node }: Closure): readonly Binding[] {
  let used = USED.get(node);
  if (used === undefined) {
    used = variablesAround(source, node);
    USED.set(node, used);
  }
  return used;
}

function variablesAround(source: FunctionSource, fn: Node): readonly Binding[] {
  const found = new Set<Binding>();
  walk(fn, (node) => {
    const binding = bindingAt(source, node);
    if (binding !== undefined && !isInside(binding.declaration, fn)) found.add(binding);
  });
  return [...found];
}

/**
 * The variable that a function uses and that is over. What a variable holds that may be several functions is seen where it is called: not in
 * an instance, to which all of them go, `isShared`.
 */
function overIn(closure: Closure, isOver: IsOver, isShared: boolean, seen = new Set<Closure>()): Binding | undefined {
  const around = closure.frame;
  if (around === undefined || seen.has(closure)) return undefined;
  seen.add(closure);
  for (const binding of usedBy(closure)) {
    const owner = ownerOf(around, binding);
    const variable = owner?.variables.get(binding);
    if (owner === undefined || variable === undefined) continue;
    const only = onlyFunction(variable);
    if (only === undefined && isOver({ frame: owner, node: madeAt(owner, binding) }, variable)) return binding;
    const held = only !== undefined ? [only] : isShared ? functionsOf(variable) : [];
    for (const each of held) {
      const inside = overIn(each, isOver, isShared, seen);
      if (inside !== undefined) return inside;
    }
  }
  return undefined;
}

function functionsOf(v: Variable): readonly Closure[] {
  return [...allSites(v)].flatMap(([, value]) => functionsIn(value));
}

function functionsIn(value: Value): readonly Closure[] {
  switch (value.kind) {
    case "function":
      return value.targets;
    case "tuple":
    case "record":
      return value.items.flatMap(functionsIn);
    default:
      return [];
  }
}

/** Parameters and `var`s are made with the call. */
function madeAt({ closure }: Frame, { kind, declaration }: Binding): Node {
  return kind === "param" || kind === "var" || kind === "self" ? closure.node : declaration;
}

/** What every round makes anew, but the same, is no other one. */
function onlyFunction(v: Variable): Closure | undefined {
  const values = [...allSites(v)].map(([, value]) => value);
  const [first] = values;
  if (first?.kind !== "function" || first.targets.length !== 1) return undefined;
  const [closure] = first.targets;
  const isSame = (value: Value): boolean =>
    value.kind === "function" && value.targets.length === 1 && value.targets[0]?.node === closure?.node;
  return values.every(isSame) ? closure : undefined;
}

/** `value`, with the functions in it marked that use what is over. */
function marked(value: Value, isOver: IsOver, isShared = false): Value {
  switch (value.kind) {
    case "function": {
      if (value.outlived !== undefined) return value;
      for (const closure of value.targets) {
        const outlived = overIn(closure, isOver, isShared);
        if (outlived !== undefined) return { ...value, outlived };
      }
      return value;
    }
    case "tuple":
    case "record": {
      const items = value.items.map((item) => marked(item, isOver, isShared));
      return items.every((item, i) => item === value.items[i]) ? value : { ...value, items };
    }
    case "unassigned": {
      const otherwise = value.otherwise && marked(value.otherwise, isOver, isShared);
      return otherwise === value.otherwise ? value : { ...value, otherwise };
    }
    default:
      return value;
  }
}

/** A round of a loop is over, or its head has been evaluated: marks the functions in `state` that use variables of it. */
export function endRound(frame: Frame, loop: Node, state: State): void {
  const isOver: IsOver = (place, { binding }) => isMadeIn(frame, loop, place, binding);
  state.forEach((v, value) => {
    const now = marked(value, isOver);
    if (now !== value) state.set(v, now);
  });
}

/** Does each round of a loop make what is made there? */
function isMadeIn(frame: Frame, loop: Node, place: Place, binding: Binding): boolean {
  for (let at: Place | undefined = place; at !== undefined; at = callOf(at.frame)) {
    if (at.frame === frame) return isInside(at.node, loop) && isAnew(loop, at.node, binding);
  }
  return false;
}

/** `node` is inside `loop`. What a head's `let` declares is copied for each round, which shows where somebody writes it. */
function isAnew(loop: Node, node: Node, binding: Binding): boolean {
  if (node === loop) return false;
  if (loop.type === "ForOfStatement") return !isInside(node, (loop as ForOfStatement).right);
  const init = loop.type === "ForStatement" ? (loop as ForStatement).init : undefined;
  if (init == null || !isInside(node, init)) return true;
  return node === binding.declaration && binding.writes.length > 0;
}

/** Where an inlined function's frame was called. */
function callOf({ caller, call }: Frame): Place | undefined {
  return caller === undefined || call === undefined ? undefined : { frame: caller, node: call };
}

/**
 * A variable that functions of their own share has what any assignment gives it, at any time: marks the functions in `value` that may be
 * called through it when variables they use are over.
 */
export function keptBy(lent: ReadonlySet<Binding>, { frame, binding }: Variable, value: Value): Value {
  const around = new Set<Frame>();
  for (let f: Frame | undefined = frame; f !== undefined; f = f.caller ?? f.closure.frame) around.add(f);
  const made = madeAt(frame, binding);
  return marked(value, (place, used) => {
    if (lent.has(used.binding)) return !around.has(place.frame);
    for (let at: Place | undefined = place; at !== undefined; at = callOf(at.frame)) {
      const here: Node = at.node;
      if (around.has(at.frame) && at.frame !== frame) return false;
      if (
        loopsAround(at).some(
          (loop) => !(at?.frame === frame && isInside(made, loop)) && isAnew(loop, here, used.binding),
        )
      )
        return true;
      if (at.frame === frame) return false;
    }
    return true;
  });
}

/** The variable that a function uses which is called at `node`, and that is over there. `isShared`: it is an instance. */
export function leftBehind(
  cx: Calls,
  frame: Frame,
  node: Node,
  closure: Closure,
  isShared: boolean,
): Binding | undefined {
  return overIn(closure, leftAt(cx, { frame, node }), isShared);
}

/** What an instance is given at `node`: in it, it isn't known where it was called. */
export function givenAt(cx: Calls, frame: Frame, node: Node, value: Value): Value {
  return marked(value, leftAt(cx, { frame, node }), true);
}

interface Calls {
  readonly state: State | undefined;
  /** Parameters that are lent objects (lent.ts). */
  readonly lent: ReadonlySet<Binding>;
}

/**
 * What is over of a loop that has been left, by `break` or `return`: what the body declares is still there, where every way out has given it a
 * value; what the head declares isn't. Neither is what a call was lent.
 */
function leftAt({ state, lent }: Calls, here: Place): IsOver {
  return (place, variable) => {
    const { kind, declaration } = variable.binding;
    if (lent.has(variable.binding)) return !isWithin(here, place.frame, place.frame.closure.node);
    const loop = kind === "let" || kind === "const" ? loopsAround(place)[0] : undefined;
    if (loop === undefined || isWithin(here, place.frame, loop)) return false;
    const value = variable.pinned ? variable.summary : state?.get(variable);
    return !isInside(declaration, bodyOf(loop)) || value === undefined || value.kind === "unassigned";
  };
}

/** Is a place reached from inside a loop? In an instance nothing of other functions is over that wasn't where it was called. */
function isWithin(place: Place, frame: Frame, loop: Node): boolean {
  for (let at: Place | undefined = place; at !== undefined; at = callOf(at.frame))
    if (at.frame === frame) return isInside(at.node, loop);
  const home = inlinedIn(place.frame);
  return home.instance !== undefined && home !== inlinedIn(frame);
}

function bodyOf(loop: Node): Node {
  return (loop as Node & { body: Node }).body;
}

const LOOPS: ReadonlySet<string> = new Set(["ForStatement", "ForOfStatement", "WhileStatement", "DoWhileStatement"]);

function loopsAround({ frame: { closure }, node }: Place): readonly Node[] {
  const loops: Node[] = [];
  for (let n: Node | undefined = node; n !== undefined && n !== closure.node; n = closure.source.parents.get(n))
    if (LOOPS.has(n.type)) loops.push(n);
  return loops;
}

/** What a function that isn't inlined returns: the variables of its call are over. */
export function returnedBy({ frame }: Instance, value: Value): Value {
  return marked(value, (place) => {
    for (let at: Place | undefined = place; at !== undefined; at = callOf(at.frame))
      if (at.frame === frame) return true;
    return false;
  });
}

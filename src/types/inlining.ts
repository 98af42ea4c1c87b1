/**
 * How much has been inlined, and which functions are called instead when it becomes too much.
 *
 * What is inlined at twenty places is inferred, optimised and given to LLVM twenty times. Takes every function that
 * inference is about to inline; beyond a budget it names those that make most of it, if calling them changes nothing but
 * the time: they are the program's own and no closures over a kernel's variables, they have no loop over a prange, and
 * what goes in and out are numbers, booleans and arrays. What a call doesn't see (BigInts that may wrap) or must know when
 * compiling (functions, strings) stays where it is.
 */
import type { Node } from "acorn";
import { walk } from "../frontend/walk.ts";
import type { Environment } from "./capture.ts";
import type { Frame } from "./frame.ts";
import type { Value } from "./lattice.ts";

/** Nodes of the syntax trees of what is inlined: LLVM takes about a second for twice as many. */
const MOST_NODES = 15_000;
/** What makes less than this part of it isn't worth a call. */
const PART = 8;

interface Uses {
  readonly frames: Frame[];
  readonly nodes: number;
  /** Every argument so far can go into a call. */
  passable: boolean;
}

export class Inlining {
  readonly #environment: Environment;
  readonly #uses = new Map<Node, Uses>();
  #nodes = 0;
  #most = MOST_NODES;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** A function is about to be inlined: which are to be outlined now, none as a rule. */
  add(frame: Frame, args: readonly Value[]): readonly Node[] {
    const { node } = frame.closure;
    let uses = this.#uses.get(node);
    if (uses === undefined) {
      uses = { frames: [], nodes: nodesIn(node), passable: true };
      this.#uses.set(node, uses);
    }
    uses.frames.push(frame);
    uses.passable &&= args.every(isPassable);
    this.#nodes += uses.nodes;
    if (this.#nodes <= this.#most) return [];
    // Where nothing can be done, asking again at every call would be in vain.
    this.#most *= 2;
    return [...this.#uses].flatMap(([fn, u]) => (this.#isWorthACall(u) ? [fn] : []));
  }

  #isWorthACall({ frames, nodes, passable }: Uses): boolean {
    const [first] = frames;
    if (first === undefined || frames.length < 2 || frames.length * nodes * PART < this.#nodes) return false;
    if (!passable || first.closure.frame !== undefined || this.#environment.isOwn(first.closure.source)) return false;
    return frames.every(({ result }) => result === undefined || isPassable(result)) && !hasRange(first, new Set());
  }
}

function isPassable(value: Value): boolean {
  switch (value.kind) {
    case "number":
    case "bool":
    case "array":
    case "undefined":
      return true;
    default:
      return false;
  }
}

/** Might the function, or one that it calls, loop over a prange? */
function hasRange(frame: Frame, seen: Set<Node>): boolean {
  const { node } = frame.closure;
  if (seen.has(node)) return false;
  seen.add(node);
  if (loopsOverCall(node)) return true;
  return [...frame.calls.values()].some((plans) =>
    plans.some((plan) => hasRange(plan.kind === "inline" ? plan.frame : plan.instance.frame, seen)),
  );
}

function loopsOverCall(node: Node): boolean {
  let found = false;
  walk(node, (n) => {
    if (n.type === "ForOfStatement" && (n as Node & { readonly right: Node }).right.type === "CallExpression")
      found = true;
  });
  return found;
}

const sizes = new WeakMap<Node, number>();

function nodesIn(node: Node): number {
  let size = sizes.get(node);
  if (size === undefined) {
    size = 0;
    walk(node, () => {
      size = (size ?? 0) + 1;
    });
    sizes.set(node, size);
  }
  return size;
}

/**
 * The random numbers of a prange loop whose body draws some: each round has a stream of its own, as frontend/random.ts says.
 *
 *   base = random.state
 *   for k … { s = random.stream base, k; random.seed s; body; drew |= random.state != s }
 *   random.seed drew ? base + GAMMA : base
 *
 * Where the body leaves the loop by a jump, that end comes before the jump.
 */
import type { Node } from "acorn";
import { GAMMA } from "../frontend/random.ts";
import { walk } from "../frontend/walk.ts";
import type { LocalId, ValueId } from "../ir/ops.ts";
import type { Span } from "../source/span.ts";
import { builtinOf } from "../types/builtins.ts";
import type { Frame } from "../types/frame.ts";
import type { FunctionLowering } from "./function.ts";

/** The name of the local that says whether some round drew: none that a JavaScript variable can have. */
export const DREW = "random.drew";

export interface Streams {
  /** Runs `body` as the round `k`, an i64 that is only made when it is needed. */
  round(k: () => ValueId, body: () => void): void;
  /** After the loop. */
  end(): void;
  /** In a round, before a jump that leaves the loop; undefined when nothing has to be done. */
  readonly leave: (() => void) | undefined;
}

const NONE: Streams = { round: (_k, body) => body(), end: () => {}, leave: undefined };

/** To be called where the loop begins. */
export function streamsOf(fl: FunctionLowering, frame: Frame, body: Node, loc: Span): Streams {
  return draws(fl, frame, body, new Set()) ? new RoundStreams(fl, loc) : NONE;
}

/** May this piece of the program draw random numbers? */
function draws(fl: FunctionLowering, frame: Frame, piece: Node, seen: Set<Frame>): boolean {
  let found = false;
  walk(piece, (node) => {
    if (found || node.type !== "CallExpression") return;
    const callee = fl.valueOf(frame, (node as Node & { callee: Node }).callee);
    const kind = callee.kind === "host" ? builtinOf(callee.value)?.kind : undefined;
    found = kind === "random" || kind === "random-function" || kind === "set-state";
    for (const plan of found ? [] : (frame.calls.get(node) ?? [])) {
      const inner = plan.kind === "inline" ? plan.frame : plan.instance.frame;
      if (seen.has(inner)) continue;
      seen.add(inner);
      found ||= draws(fl, inner, inner.closure.node, seen);
    }
  });
  return found;
}

class RoundStreams implements Streams {
  readonly #fl: FunctionLowering;
  readonly #loc: Span;
  readonly #base: ValueId;
  readonly #drew: LocalId;
  /** In the current round: the state it began with. */
  #start: ValueId | undefined;

  constructor(fl: FunctionLowering, loc: Span) {
    this.#fl = fl;
    this.#loc = loc;
    this.#base = fl.b.emit("random.state", "i64", [], {}, loc);
    this.#drew = fl.b.local(DREW, "i32");
    fl.b.set(this.#drew, fl.b.constant("i32", 0, loc), loc);
  }

  round(k: () => ValueId, body: () => void): void {
    const { b } = this.#fl;
    this.#start = b.emit("random.stream", "i64", [this.#base, k()], {}, this.#loc);
    b.emit("random.seed", "void", [this.#start], {}, this.#loc);
    body();
    this.#look();
  }

  end(): void {
    const { b } = this.#fl;
    const gamma = b.constant("i64", BigInt.asIntN(64, GAMMA), this.#loc);
    const after = b.emit("add", "i64", [this.#base, gamma], { overflow: "wraps" }, this.#loc);
    const zero = b.constant("i32", 0, this.#loc);
    const none = b.emit("icmp", "i1", [b.get(this.#drew, this.#loc), zero], { pred: "eq" }, this.#loc);
    const state = b.emit("select", "i64", [none, this.#base, after], {}, this.#loc);
    b.emit("random.seed", "void", [state], {}, this.#loc);
  }

  readonly leave = (): void => {
    this.#look();
    this.end();
  };

  /** Has the round drawn? */
  #look(): void {
    const { b } = this.#fl;
    const loc = this.#loc;
    if (this.#start === undefined || b.ended) return;
    const state = b.emit("random.state", "i64", [], {}, loc);
    const same = b.emit("icmp", "i1", [state, this.#start], { pred: "eq" }, loc);
    const moved = b.emit("zext", "i32", [b.emit("not", "i1", [same], {}, loc)], {}, loc);
    b.set(this.#drew, b.emit("or", "i32", [b.get(this.#drew, loc), moved], {}, loc), loc);
  }
}

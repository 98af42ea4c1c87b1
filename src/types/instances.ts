/** Functions that are shared by their calls, recursive ones among them: analysed once for all arguments of the same kinds. */
import type { Node } from "acorn";
import { type CallPlan, calledName, EXACT, type Frame, type Instance } from "./frame.ts";
import type { Inference } from "./infer.ts";
import { type Closure, join, KindConflict, sameValue, UNDEFINED, type Value } from "./lattice.ts";
import { givenAt, returnedBy } from "./outlived.ts";
import { SMALL_INT } from "./signature.ts";
import { packed } from "./spread.ts";
import { widen } from "./widening.ts";

/** Of one function, by the kinds of its arguments. */
const MAX_INSTANCES = 24;

/** Instances differ by what must be known at compile time: the kinds of the arguments, and the functions and strings among them. */
function instanceKey(closure: Closure, args: readonly Value[]): string {
  const kindOf = (v: Value): string => {
    switch (v.kind) {
      case "array":
        return `${v.elem}[]${v.readonly ? "r" : ""}`;
      case "tuple":
        return `(${v.items.map(kindOf).join(",")})`;
      case "record":
        return `{${v.items.map((item, i) => `${v.names[i]}:${kindOf(item)}`).join(",")}}`;
      case "function":
        return `f${v.targets.map((t) => `${identity(t.node)}.${t.frame?.id ?? "-"}`).join("|")}`;
      case "host":
        return typeof v.value === "object" || typeof v.value === "function" ? `h${identity(v.value ?? nothing)}` : "h";
      case "objects":
        return `o${v.among.map(identity).join("|")}`;
      case "string":
        return JSON.stringify(v.value);
      default:
        return v.kind;
    }
  };
  return `${identity(closure.node)}.${closure.frame?.id ?? "-"}(${args.map(kindOf).join(",")})`;
}

const nothing = {};
const identities = new WeakMap<object, number>();
let nextIdentity = 0;
function identity(o: object): number {
  let id = identities.get(o);
  if (id === undefined) {
    id = nextIdentity++;
    identities.set(o, id);
  }
  return id;
}

export function callInstance(
  cx: Inference,
  frame: Frame,
  node: Node,
  closure: Closure,
  given: readonly Value[],
): { plan: CallPlan; value: Value | undefined } {
  const marked = given.map((value) => givenAt(cx, frame, node, value));
  const all = packed(cx, frame, closure.node.params, marked);
  const args = closure.node.params.map((_, i) => all[i] ?? UNDEFINED);
  const key = instanceKey(closure, args);
  let instance = cx.instances.get(key);
  if (instance === undefined) {
    // Arguments whose kinds depend on the depth, f([v]) in f, would make instances for ever.
    const siblings = [...cx.instances.values()].filter((i) => i.closure.node === closure.node).length;
    if (siblings >= MAX_INSTANCES) {
      cx.sink.fail("inference-diverges", { name: calledName(closure) }, cx.spanAt(frame, closure.node));
    }
    const name = `${closure.source.name.replace(/[^A-Za-z0-9_]/g, "_")}.${cx.instances.size}`;
    const made: { -readonly [K in keyof Instance]: Instance[K] } = {
      name,
      closure,
      frame: frame,
      args,
      result: undefined,
      outer: new Set(),
      visited: false,
    };
    made.frame = cx.newFrame(closure, undefined, made, EXACT, undefined);
    instance = made;
    cx.instances.set(key, instance);
    cx.changed = true;
  }
  const joined = instance.args.map((a, i) => {
    const both = join(a, args[i] as Value);
    const value = both instanceof KindConflict ? a : cx.round > 3 ? widenSmall(a, both) : both;
    return value;
  });
  if (joined.some((v, i) => !sameValue(v, instance.args[i] as Value))) {
    instance.args = joined;
    cx.changed = true;
  }
  if (!instance.visited) {
    instance.visited = true;
    const saved = cx.state;
    cx.state = cx.nothing();
    cx.runFunction(instance.frame, instance.args);
    cx.state = saved;
    const result = instance.frame.result && returnedBy(instance, instance.frame.result);
    if (result !== undefined) {
      const both = instance.result === undefined ? result : join(instance.result, result);
      const value =
        both instanceof KindConflict
          ? result
          : instance.result !== undefined && cx.round > 3
            ? widenSmall(instance.result, both)
            : both;
      if (instance.result === undefined || !sameValue(value, instance.result)) {
        instance.result = value;
        cx.changed = true;
      }
    }
  }
  for (const v of instance.outer) cx.noteOuterUse(frame, v);
  if (instance.result === undefined) cx.state = undefined;
  return { plan: { kind: "instance", closure, instance }, value: instance.result };
}

/** As `widen`, but stops at what small arguments are, whose products stay integers: those of a power modulo one, say. */
function widenSmall(before: Value, next: Value): Value {
  const wide = widen(before, next);
  if (wide.kind !== "number" || next.kind !== "number") return wide;
  const [lo, hi] = [Math.max(wide.lo, -SMALL_INT), Math.min(wide.hi, SMALL_INT)];
  return next.lo >= lo && next.hi <= hi ? { ...wide, lo, hi } : wide;
}

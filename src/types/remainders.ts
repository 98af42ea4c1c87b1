/**
 * Which arguments to take for positive. `i = (i + 7) % n` is NaN where n is 0 and may be −0 where something is negative, so it
 * is a double; with n at least 1 it is an integer of [0, n − 1], and so is every index made of it. The entry point sees to it
 * that arguments are as the module was compiled for; others get a variant of their own.
 *
 * Takes inference's findings, gives what to suppose of the arguments, the less demanding first.
 */
import type { Node } from "acorn";
import type { Binding } from "../frontend/program.ts";
import { walk } from "../frontend/walk.ts";
import { bindingAt } from "./counted.ts";
import { type Frame, type Instance, ownerOf } from "./frame.ts";
import type { Inferred, Remainder } from "./infer.ts";
import type { ArgType } from "./signature.ts";

/** For each argument what it is at least; undefined where anything goes. */
type Bounds = readonly (number | undefined)[];

const LOOP = /^(?:For|ForOf|While|DoWhile)Statement$/;

export function boundsForRemainders({ root, remainders }: Inferred, args: readonly ArgType[]): readonly Bounds[] {
  // A variant costs more than a remainder that runs once.
  const inLoops = remainders.filter(({ frame, divisor }) => isRunOften(frame, divisor));
  if (inLoops.length === 0) return [];
  const calls = instanceCalls(root);
  const divisors = new Map<Node, number>();
  const all = new Map<Node, number>();
  for (const { frame, dividend, divisor } of inLoops) {
    for (const found of [divisors, all]) addParameters(root, calls, frame, divisor, 1, found);
    addParameters(root, calls, frame, dividend, 0, all);
  }
  const candidates = [divisors, all].map((found) => {
    return args.map((arg, at): number | undefined => {
      const param = root.closure.node.params[at];
      const named = param?.type === "AssignmentPattern" ? param.left : param;
      const least = named === undefined ? undefined : found.get(named);
      if (arg.kind === "int32") return least;
      return arg.kind === "array" && least === 1 ? 1 : undefined;
    });
  });
  return candidates.filter((bounds, k) => {
    const before = candidates[k - 1];
    return bounds.some((least) => least !== undefined) && !(before !== undefined && isSame(bounds, before));
  });
}

const isSame = (a: Bounds, b: Bounds): boolean => a.every((least, k) => least === b[k]);

/** In a loop, or in a function that is called again and again. */
function isRunOften(frame: Frame, node: Remainder["divisor"]): boolean {
  const { parents } = frame.closure.source;
  for (let n: Node | undefined = node; n !== undefined; n = parents.get(n)) if (LOOP.test(n.type)) return true;
  const { caller, call, instance } = frame;
  return instance !== undefined || (caller !== undefined && call !== undefined && isRunOften(caller, call));
}

type InstanceCalls = ReadonlyMap<Instance, readonly { readonly caller: Frame; readonly call: Node }[]>;

/** Where each instance is called. */
function instanceCalls(root: Frame): InstanceCalls {
  const found = new Map<Instance, { caller: Frame; call: Node }[]>();
  const visit = (caller: Frame): void => {
    for (const [call, plans] of caller.calls) {
      for (const plan of plans) {
        const known = plan.kind === "instance" ? found.get(plan.instance) : undefined;
        if (known !== undefined) known.push({ caller, call });
        if (plan.kind === "inline") visit(plan.frame);
        else if (known === undefined) {
          found.set(plan.instance, [{ caller, call }]);
          visit(plan.instance.frame);
        }
      }
    }
  };
  visit(root);
  return found;
}

/**
 * The kernel's parameters behind an expression, by the nodes that declare them: `least` for those that it names itself or by
 * constants, 0 for those that only variables are made of.
 */
function addParameters(
  root: Frame,
  calls: InstanceCalls,
  frame: Frame,
  expression: Node,
  least: number,
  found: Map<Node, number>,
): void {
  const seen = new Set<Binding>();
  const visit = (within: Frame, node: Node, value: number): void => {
    walk(node, (inner) => {
      if (inner.type !== "Identifier") return;
      const binding = bindingAt(within.closure.source, inner);
      if (binding === undefined || seen.has(binding)) return;
      seen.add(binding);
      const owner = ownerOf(within, binding);
      if (owner === undefined) return;
      const own = binding.writes.length > 0 ? 0 : value;
      if (binding.kind === "param") visitParameter(owner, binding, own);
      const declared = owner.closure.source.parents.get(binding.declaration) as
        | (Node & { init?: Node | null })
        | undefined;
      if (declared?.type === "VariableDeclarator" && declared.init != null) visit(owner, declared.init, own);
      for (const write of binding.writes) {
        const assigned = owner.closure.source.parents.get(write) as (Node & { right?: Node }) | undefined;
        if (assigned?.type === "AssignmentExpression" && assigned.right !== undefined) visit(owner, assigned.right, 0);
      }
    });
  };
  const visitParameter = (owner: Frame, binding: Binding, value: number): void => {
    const at = owner.closure.node.params.indexOf(binding.declaration as never);
    if (owner === root) {
      found.set(binding.declaration, Math.max(value, found.get(binding.declaration) ?? 0));
      return;
    }
    const { caller, call, instance } = owner;
    const own = caller !== undefined && call !== undefined ? [{ caller, call }] : [];
    for (const made of (instance && calls.get(instance)) ?? own) {
      const given = (made.call as Node & { arguments?: readonly Node[] }).arguments?.[at];
      if (given !== undefined) visit(made.caller, given, value);
    }
  };
  visit(frame, expression, least);
}

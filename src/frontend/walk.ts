/** The children of any AST node, without knowing its type. */
import type { Node } from "acorn";

/** In source order. A node that stands in two places of its parent (`{ x }` is key and value) comes once. */
export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (const value of Object.values(node) as unknown[]) {
    if (typeof value !== "object" || value === null) continue;
    if (isNode(value)) children.push(value);
    else if (Array.isArray(value)) for (const item of value) if (isNode(item)) children.push(item);
  }
  for (let i = 1; i < children.length; i++) {
    if ((children[i] as Node).start > (children[i - 1] as Node).start) continue;
    return [...new Set(children)].sort((a, b) => a.start - b.start);
  }
  return children;
}

/** Visits `node` and everything in it, outermost first. */
export function walk(node: Node, visit: (node: Node, parent: Node | undefined) => void, parent?: Node): void {
  visit(node, parent);
  for (const child of childrenOf(node)) walk(child, visit, node);
}

/** Puts `next` where `node` is in its parent. */
export function replaceChild(parent: Node, node: Node, next: Node): void {
  const fields = parent as unknown as Record<string, unknown>;
  for (const [key, value] of Object.entries(fields)) {
    if (value === node) fields[key] = next;
    else if (Array.isArray(value)) fields[key] = value.map((item: unknown) => (item === node ? next : item));
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Partial<Node>).type === "string";
}

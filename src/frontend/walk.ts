/** The children of any AST node, without knowing its type. */
import type { Node } from "acorn";

/** In source order. A node that stands in two places of its parent (`{ x }` is key and value) comes once. */
export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  let inOrder = true;
  const add = (child: Node): void => {
    const last = children.at(-1);
    if (last !== undefined && child.start <= last.start) {
      if (children.includes(child)) return;
      inOrder = false;
    }
    children.push(child);
  };
  for (const value of Object.values(node)) {
    if (isNode(value)) add(value);
    else if (Array.isArray(value)) for (const item of value) if (isNode(item)) add(item);
  }
  return inOrder ? children : children.sort((a, b) => a.start - b.start);
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

/**
 * A random program as a tree that knows just enough to be cut down: each node is text with holes, and what it is. Two
 * nodes of one sort can stand for each other, statements can be left out, and the result is still JavaScript.
 */

export type Sort =
  | "num"
  | "bool"
  | "big"
  /** A statement, or a list of them. */
  | "stmt"
  /** A declaration outside the kernel. */
  | "item"
  /** The arguments of one call. */
  | "case"
  /** One of a list's values, with its comma. */
  | "element"
  /** What can neither be left out nor replaced. */
  | "fixed";

export interface Node {
  readonly sort: Sort;
  readonly parts: readonly (string | Node)[];
}

export function node(sort: Sort, ...parts: readonly (string | Node)[]): Node {
  return { sort, parts };
}

export function render(tree: Node): string {
  return tree.parts.map((part) => (typeof part === "string" ? part : render(part))).join("");
}

/** Left out altogether, these leave a program. */
const REMOVABLE: ReadonlySet<Sort> = new Set(["stmt", "item", "case", "element"]);

/** The smallest of their sort. */
const LEAVES: Readonly<Partial<Record<Sort, readonly string[]>>> = {
  num: ["0", "1", "2", "0.5"],
  bool: ["true", "false"],
  big: ["1n", "0n"],
};

function descendants(tree: Node, sort: Sort, found: Node[] = []): Node[] {
  for (const part of tree.parts) {
    if (typeof part === "string") continue;
    if (part.sort === sort) found.push(part);
    descendants(part, sort, found);
  }
  return found;
}

/** Every program one cut away from `tree`, larger cuts first. */
export function* smallerPrograms(tree: Node): Generator<Node> {
  const cuts = [...collectCuts(tree, (replacement) => replacement)];
  cuts.sort((a, b) => b.saved - a.saved);
  for (const cut of cuts) yield cut.make();
}

interface Cut {
  readonly saved: number;
  make(): Node;
}

function* collectCuts(tree: Node, rebuild: (replacement: Node) => Node): Generator<Cut> {
  const size = render(tree).length;
  if (REMOVABLE.has(tree.sort) && size > 0) {
    yield { saved: size, make: () => rebuild(node(tree.sort)) };
  }
  for (const leaf of LEAVES[tree.sort] ?? []) {
    if (size > leaf.length) yield { saved: size - leaf.length, make: () => rebuild(node(tree.sort, leaf)) };
  }
  for (const inner of tree.sort === "fixed" || tree.sort === "case" ? [] : descendants(tree, tree.sort)) {
    const saved = size - render(inner).length;
    if (saved > 0) yield { saved, make: () => rebuild(inner) };
  }
  for (const [i, part] of tree.parts.entries()) {
    if (typeof part === "string") continue;
    yield* collectCuts(part, (replacement) => rebuild({ sort: tree.sort, parts: tree.parts.with(i, replacement) }));
  }
}

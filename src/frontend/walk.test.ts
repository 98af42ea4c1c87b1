import assert from "node:assert/strict";
import { test } from "node:test";
import { type Node, parse } from "acorn";
import { LANGUAGE } from "./language.ts";
import { childrenOf, walk } from "./walk.ts";

/** What no kernel's example holds. */
const MODULE = `
  import a, { b as c } from "m" with { type: "json" };
  import * as d from "m";
  export { a as e };
  export default class extends c { #p = 1; [a] = this.#p; static { a; } m() { super.m(); } }
  export * as f from "m";
  async function* g({ h, ...i }, [j, , k] = [1, , 2]) { yield a?.b; await (import("m")); }
  try { h\`a\${a}b\${b}c\`; } catch ({ l }) { ({ l, m: [o] } = { l, ...n }); } finally { }
`;
const OPTIONS = { ecmaVersion: "latest", preserveParens: true, allowSuperOutsideMethod: true } as const;

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Partial<Node>).type === "string";
}

test("the table of children has all of acorn's nodes and all of their children", () => {
  const seen = new Set<string>();
  const check = (root: Node): void =>
    walk(root, (node) => {
      seen.add(node.type);
      const children = (Object.values(node) as unknown[]).flat().filter(isNode);
      assert.deepEqual(new Set(childrenOf(node)), new Set(children), node.type);
      const starts = childrenOf(node).map(({ start }) => start);
      assert.deepEqual(
        starts,
        starts.toSorted((x, y) => x - y),
        `${node.type} in source order`,
      );
    });
  for (const rule of Object.values(LANGUAGE)) {
    if ("example" in rule) check(parse(`function f(x, n, a, out) { ${rule.example} }`, OPTIONS));
  }
  check(parse(MODULE, { ...OPTIONS, sourceType: "module" }));
  assert.deepEqual([...seen].sort(), Object.keys(LANGUAGE).sort());
});

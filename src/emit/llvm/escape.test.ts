import assert from "node:assert/strict";
import { test } from "node:test";
import type { Module } from "../../ir/func.ts";
import type { Block, Inst } from "../../ir/ops.ts";
import { returnableArrays } from "./escape.ts";

let id = 0;
const inst = (fields: object): Inst => ({ id: id++, args: [], ...fields }) as unknown as Inst;
const newArray = (elem: string): Inst => inst({ op: "array.new", elem });
const loop = (body: Block): Inst => inst({ op: "loop", label: id, body });

test("arrays of a result's kind that outlive their iteration", () => {
  const [a, b, c, d, e] = ["float64", "int32", "float64", "float64", "float64"].map(newArray);
  assert.ok(a && b && c && d && e);
  const body: Block = {
    insts: [
      a,
      b,
      loop({ insts: [c] }),
      inst({ op: "arena.mark" }),
      loop({ insts: [loop({ insts: [d] }), inst({ op: "arena.release" })] }),
      e,
    ],
  };
  const entry = {
    name: "k",
    params: [],
    results: ["float64[]"],
    locals: [],
    refs: [],
    recursive: false,
    disjoint: false,
    body,
  };
  const module = { entry, funcs: [], sites: [], tables: [], stackSite: undefined } as unknown as Module;
  assert.deepEqual([...returnableArrays(module)], [a, c, e]);
});

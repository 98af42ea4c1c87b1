/** Loops across memory: which are turned round or cut into tiles, and that they leave what they left before. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { interpret, UnsoundError } from "../../src/ir/interp.ts";
import { parseModule } from "../../src/ir/parse.ts";
import { printModule } from "../../src/ir/print.ts";
import { Definitions } from "../../src/ir/rewrite.ts";
import { verifyModule } from "../../src/ir/verify.ts";
import { goesAcross, reorderLoops } from "../../src/passes/reorder-loops.ts";

interface Nest {
  /** Instructions of the inner loop; %i and %j are its counters, the outer one's first. */
  readonly body: string;
  readonly prelude?: string;
  readonly flags?: string;
  readonly end?: string;
}

function moduleOf({ body, prelude = "", flags = "disjoint", end = "%n" }: Nest) {
  return parseModule(`site 0 = index "xs"
    entry func f(%a a: float64[], %b b: float64[], %m m: i32, %n n: i32, %s s: i32, %t t: i32) ${flags} {
      %zero: i32 = const 0
      %x: f64 = const 1.5
      for L0 %i = %zero to %m step 1 {
        ${prelude}
        for L1 %j = %zero to ${end} step 1 {
          ${body}
        }
      }
    }`);
}

let names = 0;

/** The index `%i * outer + %j * inner + plus`. */
function index(outer: string, inner: string, plus = "%zero"): { readonly code: string; readonly at: string } {
  const k = names++;
  const times = (counter: string, by: string, name: string): string =>
    by === "1" ? "" : `${name}${k}: i32 = mul ${counter}, ${by} {overflow: absent}\n`;
  const of = (counter: string, by: string, name: string): string => (by === "1" ? counter : `${name}${k}`);
  return {
    code: `${times("%i", outer, "%p")}${times("%j", inner, "%q")}%r${k}: i32 = add ${of("%i", outer, "%p")}, ${of("%j", inner, "%q")} {overflow: absent}
      %at${k}: i32 = add %r${k}, ${plus} {overflow: absent}\n`,
    at: `%at${k}`,
  };
}

const proved = "{bounds: proved, site: 0}";

function storing(outer: string, inner: string, value = "%x", array = "%b"): string {
  const { code, at } = index(outer, inner);
  return `${code}store ${array}, ${at}, ${value} ${proved}\n`;
}

function loading(name: string, outer: string, inner: string, array = "%a"): string {
  const { code, at } = index(outer, inner);
  return `${code}${name}: f64 = load ${array}, ${at} ${proved}\n`;
}

/** What becomes of the loops: the counters' loops from the outside in, and how many there are of them in all. */
function kindOf(nest: Nest): "as they were" | "turned round" | "in tiles" {
  const module = moduleOf(nest);
  const after = reorderLoops(module);
  assert.deepEqual(verifyModule(after), []);
  if (after === module) return "as they were";
  return printModule(after).split(/\bfor L/).length - 1 === 4 ? "turned round" : "in tiles";
}

test("columns become rows", () => {
  assert.equal(kindOf({ body: storing("1", "%s") }), "turned round");
  assert.equal(kindOf({ body: `${loading("%y", "1", "%s")}${storing("1", "%t", "%y")}` }), "turned round");
  const { code, at } = index("1", "%s");
  const added = `${code}%y: f64 = load %b, ${at} ${proved}\nstore %b, ${at}, %y ${proved}`;
  assert.equal(kindOf({ body: added }), "turned round");
  // Something for each round of the outer loop is computed before the inner one.
  const prelude = `%w: f64 = load %a, %i ${proved}`;
  assert.equal(kindOf({ prelude, body: storing("1", "%s", "%w") }), "turned round");
});

test("columns beside rows come in tiles", () => {
  assert.equal(kindOf({ body: `${loading("%y", "%s", "1")}${storing("1", "%t", "%y")}` }), "in tiles");
  assert.equal(kindOf({ body: `${loading("%y", "1", "%s")}${storing("%t", "1", "%y")}` }), "in tiles");
});

test("the rounds of a loop that go through columns are told", () => {
  const across = (body: string): boolean => {
    const { entry } = moduleOf({ body });
    const loop = entry.body.insts.find((inst) => inst.op === "for");
    return loop?.op === "for" && goesAcross(loop, new Definitions(entry));
  };
  assert.equal(across(storing("1", "%s")), true);
  assert.equal(across(`${loading("%y", "%s", "1")}${storing("1", "%t", "%y")}`), true);
  assert.equal(across(storing("%s", "1")), false);
});

test("loops stay where their order matters, or doesn't", () => {
  // Rows, and what isn't gone through in lines at all.
  assert.equal(kindOf({ body: storing("%s", "1") }), "as they were");
  assert.equal(kindOf({ body: storing("%s", "%t") }), "as they were");
  // An element that several rounds store.
  assert.equal(kindOf({ body: `${loading("%y", "1", "%s")}store %b, %i, %y ${proved}` }), "as they were");
  // Other elements of the array are read; arrays may be the same.
  assert.equal(kindOf({ body: `${loading("%y", "1", "%t", "%b")}${storing("1", "%s", "%y")}` }), "as they were");
  assert.equal(kindOf({ body: `${loading("%y", "1", "%t")}${storing("1", "%s", "%y")}`, flags: "" }), "as they were");
  assert.equal(kindOf({ body: `${storing("1", "%s")}${storing("1", "%t")}` }), "as they were");
  // Checks, triangles, indices that may wrap.
  assert.equal(kindOf({ body: storing("1", "%s").replace("proved", "checked") }), "as they were");
  assert.equal(kindOf({ body: storing("1", "%s"), end: "%i" }), "as they were");
  assert.equal(kindOf({ body: storing("1", "%s").replaceAll("absent", "wraps") }), "as they were");
});

test("the same elements are left, whatever the strides", () => {
  const stride = fc.constantFrom("1", "%s", "%t");
  const nest = fc.record({
    store: fc.tuple(stride, stride),
    load: fc.option(fc.record({ from: fc.constantFrom("%a", "%b"), by: fc.tuple(stride, stride) })),
    add: fc.boolean(),
  });
  const small = fc.integer({ min: -1, max: 9 });
  let changed = 0;
  let compared = 0;
  fc.assert(
    fc.property(
      nest,
      fc.array(fc.record({ m: small, n: small, s: small, t: small }), { minLength: 6, maxLength: 6 }),
      fc.constantFrom(2, 3),
      ({ store, load, add }, inputs, tile) => {
        const { code, at } = index(...store);
        // What is stored says which round it was.
        const round =
          "%k: i32 = mul %i, %i {overflow: wraps}\n%l: i32 = add %k, %j {overflow: wraps}\n%f: f64 = sitofp %l\n";
        const lines = [round, code, load === null ? "" : loading("%y", ...load.by, load.from)];
        let value = "%f";
        if (load !== null) {
          lines.push(`%g: f64 = fadd ${value}, %y {fast: []}\n`);
          value = "%g";
        }
        if (add) {
          lines.push(`%z: f64 = load %b, ${at} ${proved}\n%h: f64 = fadd ${value}, %z {fast: []}\n`);
          value = "%h";
        }
        const module = moduleOf({ body: `${lines.join("")}store %b, ${at}, ${value} ${proved}` });
        const after = reorderLoops(module, { least: 2, tile });
        if (after === module) return;
        changed++;
        assert.deepEqual(verifyModule(after), []);
        for (const { m, n, s, t } of inputs) {
          const run = (which: typeof module): string => {
            const arrays = [new Float64Array(200), new Float64Array(200)] as const;
            arrays[0].forEach((_, i) => {
              arrays[0][i] = i / 7;
            });
            interpret(which, [...arrays, m, n, s, t], { steps: 20000 });
            return arrays.join(" | ");
          };
          let expected: string;
          try {
            expected = run(module);
          } catch (error) {
            if (error instanceof UnsoundError) continue;
            throw error;
          }
          compared++;
          assert.equal(run(after), expected, `${JSON.stringify({ m, n, s, t, tile })}\n${printModule(after)}`);
        }
      },
    ),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 600) },
  );
  assert.ok(changed > 50 && compared > 200, `${changed} changed, ${compared} compared`);
});

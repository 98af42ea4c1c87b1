/** Columns that are gone through side by side: which are, and that they leave what they left before. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { interpret, UnsoundError } from "../../src/ir/interp.ts";
import { parseModule } from "../../src/ir/parse.ts";
import { printModule } from "../../src/ir/print.ts";
import { verifyModule } from "../../src/ir/verify.ts";
import { stripColumns } from "../../src/passes/strip-columns.ts";

interface Nest {
  /** What a round of the outer loop, %i, does before the inner loop and after it, and what a round of that one, %j, does. */
  readonly before?: string;
  readonly body: string;
  readonly after?: string;
  /** What comes after both. */
  readonly end?: string;
  readonly rounds?: string;
  readonly flags?: string;
  /** Another loop is around the inner one, with the counter %h. */
  readonly deep?: boolean;
}

const proved = "{bounds: proved, site: 0}";

function moduleOf({ before = "", body, after = "", end = "", rounds = "%n", flags = "disjoint", deep = false }: Nest) {
  return parseModule(`site 0 = index "xs"
    entry func f(%a a: float64[], %b b: float64[], %m m: i32, %n n: i32, %s s: i32, %t t: i32) ${flags} {
      local $sum sum: f64
      local $top top: f64
      local $last last: f64
      %zero: i32 = const 0
      %x: f64 = const 1.5
      for L0 %i = %zero to %m step 1 {
        ${before}
        ${deep ? "for L3 %h = %zero to %t step 1 {" : ""}
        for L1 %j = %zero to ${rounds} step 1 {
          ${body}
        }
        ${deep ? "}" : ""}
        ${after}
      }
      ${end}
    }`);
}

let names = 0;

/** The index `%i * outer + %j * inner + plus`. */
function index(outer: string, inner: string, plus = "%zero"): { readonly code: string; readonly at: string } {
  const k = names++;
  const lines: string[] = [];
  const times = (counter: string, by: string, name: string): string => {
    if (by === "1") return counter;
    if (by === "0") return "%zero";
    lines.push(`${name}${k}: i32 = mul ${counter}, ${by} {overflow: absent}`);
    return `${name}${k}`;
  };
  const [p, q] = [times("%i", outer, "%p"), times("%j", inner, "%q")];
  lines.push(
    `%r${k}: i32 = add ${p}, ${q} {overflow: absent}`,
    `%at${k}: i32 = add %r${k}, ${plus} {overflow: absent}`,
  );
  return { code: `${lines.join("\n")}\n`, at: `%at${k}` };
}

function loading(name: string, outer: string, inner: string, array = "%a", plus = "%zero"): string {
  const { code, at } = index(outer, inner, plus);
  return `${code}${name}: f64 = load ${array}, ${at} ${proved}\n`;
}

function storing(value: string, outer: string, inner: string, array = "%b", plus = "%zero"): string {
  const { code, at } = index(outer, inner, plus);
  return `${code}store ${array}, ${at}, ${value} ${proved}\n`;
}

const start = "local.set $sum, %x\n";
const sum = (value = "%y", name = "%"): string =>
  `${name}o: f64 = local.get $sum\n${name}u: f64 = fadd ${name}o, ${value} {fast: []}\nlocal.set $sum, ${name}u\n`;
const result = (outer = "1"): string => `%e: f64 = local.get $sum\n${storing("%e", outer, "0")}`;
const column = loading("%y", "1", "%s");
const SUMS: Nest = { before: start, body: `${column}${sum()}`, after: result() };

function areSideBySide(nest: Nest): boolean {
  const module = moduleOf(nest);
  const after = stripColumns(module);
  assert.deepEqual(verifyModule(after), []);
  if (after === module) return false;
  assert.match(printModule(after), /order\(strip\)/);
  return true;
}

test("columns that are reduced come in strips", () => {
  assert.equal(areSideBySide(SUMS), true);
  // Beside what all columns share, and with their results anywhere.
  assert.equal(areSideBySide({ ...SUMS, body: `${column}${loading("%z", "0", "1")}${sum()}${sum("%z", "%2")}` }), true);
  assert.equal(areSideBySide({ ...SUMS, after: result("%t") }), true);
  // In loops around each other, by rows as well.
  assert.equal(areSideBySide({ ...SUMS, deep: true }), true);
  assert.equal(areSideBySide({ ...SUMS, deep: true, body: `${loading("%y", "1", "%s", "%a", "%h")}${sum()}` }), true);
  // Floats that are added up in order would wait for each other.
  assert.equal(areSideBySide({ ...SUMS, body: `${loading("%y", "1", "1")}${sum()}` }), true);
  assert.equal(areSideBySide({ ...SUMS, body: `${loading("%y", "0", "1")}${sum()}` }), true);
  // Under a condition.
  const most = `${column}%old: f64 = local.get $sum\n%c: i1 = fcmp %y, %old {pred: ogt, fast: []}\nif %c { local.set $sum, %y }`;
  assert.equal(areSideBySide({ ...SUMS, body: most }), true);
  // In an array.
  const added = `${column}%old: f64 = load %b, %i ${proved}\n%w: f64 = fadd %old, %y {fast: []}\nstore %b, %i, %w ${proved}`;
  assert.equal(areSideBySide({ body: added }), true);
  // Each element of a column with what is left of it.
  const { code, at } = index("1", "%s");
  const running = `${code}%y: f64 = load %b, ${at} ${proved}\n${sum()}%w: f64 = local.get $sum\nstore %b, ${at}, %w ${proved}`;
  assert.equal(areSideBySide({ before: start, body: running }), true);
});

test("columns stay one after the other where that matters, or doesn't", () => {
  // Rows, what would have to be gathered, and what LLVM does as well.
  const most = `${loading("%y", "1", "1")}%old: f64 = local.get $sum\n%u: f64 = fmax %old, %y {fast: []}\nlocal.set $sum, %u`;
  assert.equal(areSideBySide({ ...SUMS, body: most }), false);
  assert.equal(areSideBySide({ ...SUMS, body: `${loading("%y", "%s", "1")}${sum()}` }), false);
  assert.equal(
    areSideBySide({ ...SUMS, body: `${column}${loading("%z", "%t", "1")}${sum()}${sum("%z", "%2")}` }),
    false,
  );
  // A sum that goes on from column to column, or is looked at later.
  assert.equal(areSideBySide({ ...SUMS, before: "" }), false);
  assert.equal(areSideBySide({ ...SUMS, end: `%f: f64 = local.get $sum\nstore %b, %zero, %f ${proved}` }), false);
  // What is read may have been stored by another column.
  assert.equal(areSideBySide({ ...SUMS, body: `${loading("%y", "1", "%s", "%b")}${sum()}` }), false);
  assert.equal(areSideBySide({ ...SUMS, flags: "" }), false);
  assert.equal(areSideBySide({ ...SUMS, body: `${column}${sum()}${storing("%u", "0", "1")}` }), false);
  assert.equal(areSideBySide({ ...SUMS, after: "", body: `${column}${sum()}${storing("%u", "0", "%s")}` }), false);
  // Columns that may run into each other, of one array or two.
  const scaled = (inner: string, from: string): string => {
    const { code, at } = index("1", inner);
    return `${code}%w: f64 = load ${from}, ${at} ${proved}\n%d: f64 = fmul %w, %x {fast: []}\nstore %b, ${at}, %d ${proved}\n`;
  };
  const alone = { ...SUMS, after: "", flags: "" };
  assert.equal(areSideBySide({ ...alone, body: `${scaled("%s", "%b")}${sum("%d")}` }), true);
  assert.equal(areSideBySide({ ...alone, body: `${scaled("%s", "%a")}${sum("%d")}` }), false);
  assert.equal(areSideBySide({ ...SUMS, after: "", body: `${column}${scaled("%j", "%b")}${sum()}` }), false);
  const running = (plus: string): string => {
    const { code, at } = index("1", "%s", plus);
    return `${column}${sum()}${code}store %b, ${at}, %u ${proved}`;
  };
  assert.equal(areSideBySide({ ...SUMS, after: "", deep: true, body: running("%zero") }), true);
  assert.equal(areSideBySide({ ...SUMS, after: "", deep: true, body: running("%h") }), false);
  // Checks, triangles, indices that may wrap.
  assert.equal(areSideBySide({ ...SUMS, body: SUMS.body.replace("proved", "checked") }), false);
  assert.equal(areSideBySide({ ...SUMS, rounds: "%i" }), false);
  assert.equal(areSideBySide({ ...SUMS, body: SUMS.body.replaceAll("absent", "wraps") }), false);
});

test("the same is left, whatever the strides", () => {
  const often = <T>(usual: T, ...others: T[]) =>
    fc.oneof(
      { arbitrary: fc.constant(usual), weight: 5 * others.length },
      { arbitrary: fc.constantFrom(...others), weight: 1 },
    );
  const access = (array: string, other: string) =>
    fc.record({
      array: often(array, other),
      by: fc.tuple(often("1", "0", "%s"), fc.constantFrom("0", "%s", "%s", "%t", "1", "%j")),
      plus: often("%zero", "%n", "%h"),
    });
  const nest = fc.record({
    begins: often("afresh", "from an element", "from the column before"),
    loads: fc.array(access("%a", "%b"), { minLength: 1, maxLength: 2 }),
    chooses: fc.boolean(),
    store: fc.option(access("%b", "%a"), { freq: 2 }),
    again: fc.boolean(),
    alike: fc.boolean(),
    result: fc.constantFrom("1", "1", "%t", "0"),
    second: fc.boolean(),
    rounds: often("%n", "%i"),
    seen: often<"" | "sum" | "last">("", "sum", "last"),
    shared: often(false, true),
    deep: fc.boolean(),
  });
  const small = fc.integer({ min: -1, max: 9 });
  const stride = fc.integer({ min: -1, max: 4 });
  let changed = 0;
  let compared = 0;
  fc.assert(
    fc.property(
      nest,
      fc.array(fc.record({ m: small, n: small, s: stride, t: stride }), { minLength: 6, maxLength: 6 }),
      fc.constantFrom(2, 3),
      (shape, inputs, strip) => {
        const far = (plus: string): string => (plus === "%h" && !shape.deep ? "%zero" : plus);
        const before = {
          afresh: start,
          "from an element": `%first: f64 = load %a, %i ${proved}\nlocal.set $sum, %first\n`,
          "from the column before": "",
        }[shape.begins];
        const lines = shape.loads.map(
          ({ array, by, plus }, k) => `${loading(`%y${k}`, ...by, array, far(plus))}${sum(`%y${k}`, `%l${k}`)}`,
        );
        if (shape.chooses)
          lines.push(
            `%top: f64 = local.get $top\n%c: i1 = fcmp %y0, %top {pred: ogt, fast: []}\nif %c { local.set $top, %y0\nlocal.set $last, %y0 }\n`,
          );
        const place = shape.store === null ? undefined : index(...shape.store.by, far(shape.store.plus));
        if (place !== undefined && shape.store !== null) {
          const { array } = shape.store;
          lines.push(place.code);
          if (shape.again) lines.push(`%z: f64 = load ${array}, ${place.at} ${proved}\n${sum("%z", "%g")}`);
          lines.push(`%w: f64 = local.get $sum\nstore ${array}, ${place.at}, %w ${proved}\n`);
        }
        const after = ["%e: f64 = local.get $sum\n%half: f64 = fmul %e, %x {fast: []}\n"];
        const top = shape.chooses ? "local.set $top, %x\n" : "";
        if (shape.second)
          after.push(
            `for L2 %k = %zero to %n step 1 {\n${loading("%d", "1", "%s").replaceAll("%j", "%k")}%v: f64 = fsub %d, %half {fast: []}\n${sum("%v", "%q")}\n}\n`,
          );
        if (shape.chooses) after.push(`%best: f64 = local.get $top\n${sum("%best", "%best")}`);
        after.push(`%end: f64 = local.get $sum\n`);
        after.push(storing("%end", shape.result, "0", "%b", shape.alike ? "%zero" : "%t"));
        const module = moduleOf({
          before: `${top}${before}`,
          body: lines.join(""),
          after: after.join(""),
          end: shape.seen === "" ? "" : `%seen: f64 = local.get $${shape.seen}\nstore %b, %zero, %seen ${proved}`,
          deep: shape.deep,
          flags: shape.shared ? "" : "disjoint",
          rounds: shape.rounds,
        });
        const stripped = stripColumns(module, { strip, least: 2 });
        if (stripped === module) return;
        changed++;
        assert.deepEqual(verifyModule(stripped), []);
        for (const { m, n, s, t } of inputs) {
          const run = (which: typeof module): string => {
            const arrays = [new Float64Array(200), new Float64Array(200)] as const;
            arrays[0].forEach((_, i) => {
              arrays[0][i] = Math.sin(i);
              arrays[1][i] = Math.cos(i);
            });
            const [a, b] = shape.shared ? [arrays[1], arrays[1]] : arrays;
            interpret(which, [a, b, m, n, s, t], { steps: 20000 });
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
          assert.equal(run(stripped), expected, `${JSON.stringify({ m, n, s, t, strip })}\n${printModule(stripped)}`);
        }
      },
    ),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 1500) },
  );
  assert.ok(changed > 200 && compared > 800, `${changed} changed, ${compared} compared`);
});

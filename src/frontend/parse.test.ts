import assert from "node:assert/strict";
import { test } from "node:test";
import { CompileError } from "../diagnostics/errors.ts";
import { DiagnosticSink } from "../diagnostics/sink.ts";
import { isNameKeeper } from "./normalise.ts";
import { parseFunction } from "./parse.ts";
import type { Callable, FunctionSource } from "./program.ts";
import { checkSubset } from "./subset.ts";

function parse(text: string, captured: Record<string, unknown> = {}): FunctionSource {
  const source = { text, locate: (o: number) => ({ file: "k.js", line: 1, column: o + 1 }), lineAt: () => text };
  const sink = new DiagnosticSink();
  const fn = parseFunction(source, "kernel", sink, (name) =>
    name in captured ? { value: captured[name] } : undefined,
  );
  checkSubset(fn, sink);
  sink.throwIfErrors();
  return fn;
}

const key = "computed";
class Methods {
  static 2(x: number) {
    return x;
  }
  static [key](x: number) {
    return x;
  }
  static "in quotes"(x: number) {
    return x;
  }
  static #hidden(x: number) {
    return x;
  }
  static hidden = Methods.#hidden;
  static get(x: number) {
    return x;
  }
  static async(x: number) {
    return x;
  }
  static arrow = (x: number) => x;
  plain(x: number) {
    return x;
  }
}

const FORMS: Record<string, Callable> = {
  "function expression": function named(x: number) {
    return x;
  },
  // biome-ignore lint/complexity/useArrowFunction: the form is under test
  "anonymous function": function (x: number) {
    return x;
  },
  arrow: (x: number) => x,
  "method of an object": {
    m(x: number) {
      return x;
    },
  }.m,
  "static method named by a number": Methods[2],
  "static method with a computed name": Methods.computed as Callable,
  "static method with a quoted name": Methods["in quotes"],
  "private method": Methods.hidden,
  "method called get": Methods.get,
  "method called async": Methods.async,
  "arrow in a class": Methods.arrow,
  method: new Methods().plain,
  "new Function": new Function("x", "return x;") as Callable,
  "method called function": {
    function(x: number) {
      return x;
    },
  }.function,
  "method called set": {
    set(x: number) {
      return x;
    },
  }.set,
};

for (const [what, fn] of Object.entries(FORMS)) {
  test(`parses: ${what}`, () => {
    const text = Function.prototype.toString.call(fn);
    const { node, free, bindings } = parse(text);
    const [param] = node.params;
    assert.ok(param?.type === "Identifier");
    assert.equal(text.slice(param.start, param.end), "x");
    assert.equal(bindings.get(param)?.kind, "param");
    assert.equal(bindings.get(param)?.references.length, 1);
    assert.equal(free.size, 0);
  });
}

const accessor = Object.getOwnPropertyDescriptor(
  {
    get g() {
      return 1;
    },
    set g(_) {},
  },
  "g",
);
const privateAccessor = Object.getOwnPropertyDescriptor(
  // biome-ignore lint/complexity/noStaticOnlyClass: the form is under test
  class {
    static get g() {
      return 1;
    }
  },
  "g",
);

const REFUSED: readonly (readonly [what: string, fn: unknown, id: string, text: RegExp])[] = [
  ["async function", async () => 1, "not-compilable", /An async function can't/],
  ["async method", { async m() {} }.m, "not-compilable", /An async function can't/],
  ["generator", function* () {}, "not-compilable", /A generator function can't/],
  ["generator method", { *m() {} }.m, "not-compilable", /A generator function can't/],
  ["class", class {}, "not-compilable", /A class can't/],
  ["class with methods", Methods, "not-compilable", /A class can't/],
  ["getter", accessor?.get, "not-compilable", /A getter can't/],
  ["setter", accessor?.set, "not-compilable", /A setter can't/],
  ["static getter", privateAccessor?.get, "not-compilable", /A getter can't/],
  ["native function", Math.sqrt, "native-function", /`kernel` has no JavaScript source/],
  ["bound function", (() => 1).bind(null), "native-function", /bound function/],
];

for (const [what, fn, id, text] of REFUSED) {
  test(`refuses: ${what}`, () => {
    assert.throws(
      () => parse(Function.prototype.toString.call(fn)),
      (e) => e instanceof CompileError && e.diagnostics[0]?.id === id && text.test(e.message),
    );
  });
}

test("a syntax error is shown where it is", () => {
  assert.throws(
    () => parse("(x) => { return x +; }"),
    (e) => e instanceof CompileError && e.diagnostics[0]?.id === "syntax-error" && e.diagnostics[0].span.start === 19,
  );
});

test("esbuild's name keeping is taken off", () => {
  const text =
    '(x) => { const f = /* @__PURE__ */ __name((v) => v, "f"); __name(g, "g"); function g() {} return f(x); }';
  assert.equal(parse(text).free.has("__name"), false);
  const keep = (a: object, b: string) => Object.defineProperty(a, "name", { value: b, configurable: !0 });
  assert.equal(isNameKeeper(keep), true);
  assert.equal(parse(text.replaceAll("__name", "r"), { r: keep }).free.has("r"), false);
  assert.equal(parse(text.replaceAll("__name", "r"), { r: (a: unknown) => a }).free.has("r"), true);
});

test("Istanbul's counters are taken out", () => {
  const counters = "(x, y = (cov_1a2b3c().b[0][0]++, 2)) => { cov_1a2b3c().s[7]++; const z = (cov_1a2b3c.f[1]++, x); }";
  const coverage = { hash: "1a2b3c", s: [0], f: [0, 0], b: [[0]] };
  assert.deepEqual([...parse(counters, { cov_1a2b3c: coverage }).free.keys()], []);
});

test("what is only called like Istanbul's counters isn't", () => {
  for (const counter of ["cov_xy[0]++", "cov_xy[0][1]++", "cov_xy.s[0]++", "(cov_xy[1]++, x)"])
    assert.ok(parse(`(x) => { ${counter}; }`, { cov_xy: { s: [0] } }).free.has("cov_xy"), counter);
});

test("BigInt of a string is a literal", () => {
  assert.deepEqual([...parse('(x) => x + BigInt("0xff")').free.keys()], []);
  assert.throws(() => parse('(x) => x + BigInt("1.5")'), /string-value/);
  assert.throws(() => parse('(x) => x + BigInt("1")', { BigInt: (s: string) => s }), /string-value/);
});

test("what scripts and modules read differently is refused", () => {
  assert.throws(() => parse("(x, y) => x <!--y\n"), /`<!--` is not in the language/);
  assert.throws(() => parse("(x) => { while (x\n--> 0); }"), /syntax-error|`-->` is not in the language/);
  assert.equal(parse("(x) => { while (x --> 0); // <!-- a\n /* \n--> */ }").name, "kernel");
});

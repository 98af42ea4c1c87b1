import assert from "node:assert/strict";
import { Session } from "node:inspector";
import * as pathModule from "node:path";
import posix, { basename, join as renamed } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { createContext, runInContext, runInThisContext, Script } from "node:vm";
import type { Callable } from "../frontend/program.ts";
import { createReader } from "./reader.ts";

/** What the reader finds for a name around a function; fails when it finds nothing. */
function captured(fn: Callable, name: string): unknown {
  const found = createReader().capture(fn, name);
  assert.ok(found !== undefined, `${name} is not found`);
  return found.value;
}

const constant = 3;
let counter = 0;
const table = new Float64Array([1, 2]);
var hoisted = "module";
const Color = { Red: 7 };
function declared(): number {
  return counter;
}

test("a module's variables", () => {
  const f = (): unknown => [constant, table, hoisted, Color, declared, f];
  assert.equal(captured(f, "constant"), 3);
  assert.equal(captured(f, "table"), table);
  assert.equal(captured(f, "hoisted"), "module");
  assert.equal(captured(f, "Color"), Color);
  assert.equal(captured(f, "declared"), declared);
  assert.equal(captured(f, "f"), f);
});

test("imports: named, renamed, default and namespace", () => {
  const f = (): unknown => [basename, renamed, posix, pathModule];
  assert.equal(captured(f, "basename"), pathModule.basename);
  assert.equal(captured(f, "renamed"), pathModule.join);
  assert.equal(captured(f, "posix"), posix);
  assert.equal(captured(f, "pathModule"), pathModule);
});

test("each compilation, which begins with sourceOf, sees the values of the moment", () => {
  const reader = createReader();
  const f = (): number => counter;
  counter = 1;
  assert.deepEqual(reader.capture(f, "counter"), { value: 1 });
  counter = 2;
  assert.deepEqual(reader.capture(f, "counter"), { value: 1 });
  reader.sourceOf(f);
  assert.deepEqual(reader.capture(f, "counter"), { value: 2 });
});

test("one session answers for all that is captured in the course of a work", (t) => {
  const opened = t.mock.method(Session.prototype, "connect");
  const closed = t.mock.method(Session.prototype, "disconnect");
  const counts = (): number[] => [opened.mock.callCount(), closed.mock.callCount()];
  const reader = createReader();
  const f = (): unknown => [constant, declared];
  const both = reader.together(() => {
    const helper = reader.capture(f, "declared")?.value;
    const found = reader.together(() => [helper, reader.capture(helper as Callable, "counter")?.value]);
    assert.deepEqual(counts(), [1, 0]);
    // Where something stands is asked in it, too.
    assert.equal(reader.sourceOf(f).locate(0).line > 1, true);
    return found;
  });
  assert.deepEqual(both, [declared, counter]);
  assert.deepEqual(counts(), [1, 1]);
  assert.throws(() =>
    reader.together(() => {
      reader.sourceOf(f);
      reader.capture(f, "constant");
      throw new Error("on the way");
    }),
  );
  assert.deepEqual(counts(), [2, 2]);
  for (const fn of [f, declared]) {
    reader.sourceOf(fn);
    reader.capture(fn, "counter");
  }
  assert.deepEqual(counts(), [4, 4]);
  reader.together(() => constant);
  assert.deepEqual(counts(), [4, 4]);
});

test("blocks, loops and functions, innermost first", () => {
  // As text, since esbuild renames variables that shadow others.
  const made = runInThisContext(`(() => {
    const made = [];
    const outer = 1;
    for (let i = 0; i < 3; i++) {
      const square = i * i;
      {
        const outer = 10 + i;
        made.push(() => [i, square, outer]);
      }
      made.push(() => outer);
    }
    return made;
  })()`) as Callable[];
  const valuesOf = (name: string): unknown[] => made.map((f) => createReader().capture(f, name)?.value);
  assert.deepEqual(valuesOf("outer"), [10, 1, 11, 1, 12, 1]);
  assert.deepEqual(valuesOf("square"), [0, 0, 1, 1, 4, 4]);
  assert.deepEqual(valuesOf("i"), [0, 0, 1, 1, 2, 2]);
});

test("parameters, with defaults that are functions", () => {
  const make = (a: number, inner: () => number = () => a): Callable => {
    const b = a + 1;
    return () => a + b + inner();
  };
  const f = make(5);
  assert.equal(captured(f, "a"), 5);
  assert.equal(captured(f, "b"), 6);
  assert.equal((captured(f, "inner") as () => number)(), 5);
});

test("a class's static methods see the class", () => {
  // biome-ignore lint/complexity/noStaticOnlyClass: the form is under test
  class Kernels {
    static readonly scale = 4;
    static run(x: number): number {
      return Kernels.scale * x;
    }
  }
  assert.equal(captured(Kernels.run, "Kernels"), Kernels);
});

test("variables that only a function further in names", () => {
  const deep = 9;
  const f = (): Callable => () => () => deep;
  assert.equal(captured(f, "deep"), 9);
});

test("switch and try", () => {
  let f: Callable = () => 0;
  switch (constant as number) {
    case 3: {
      const inCase = 1;
      f = () => inCase;
    }
  }
  assert.equal(captured(f, "inCase"), 1);
  try {
    throw 5;
  } catch (caught) {
    f = () => caught;
  }
  assert.equal(captured(f, "caught"), 5);
});

test("a variable that isn't initialised yet throws, or is undefined where the inspector can't tell", () => {
  const f = (): number => late;
  try {
    assert.equal(captured(f, "late"), undefined);
  } catch (e) {
    assert.ok(e instanceof ReferenceError);
    assert.equal(e.message, "Cannot access 'late' before initialization");
  }
  const late = 1;
  assert.equal(captured(f, "late"), late);
});

test("names that aren't there, and names of Object.prototype", () => {
  const f = (): unknown => counter;
  const reader = createReader();
  assert.equal(reader.capture(f, "noSuchName"), undefined);
  // The global object inherits them, as it does in plain JavaScript.
  assert.deepEqual(reader.capture(f, "hasOwnProperty"), { value: Object.prototype.hasOwnProperty });
});

test("globals, the author's own too", () => {
  const f = (): number => Math.PI;
  assert.equal(captured(f, "Math"), Math);
  assert.equal(captured(f, "globalThis"), globalThis);
  Reflect.set(globalThis, "readerTest", 11);
  assert.equal(captured(f, "readerTest"), 11);
  Reflect.deleteProperty(globalThis, "readerTest");
});

test("the scope option goes first", () => {
  const reader = createReader({ constant: 4, extra: undefined });
  const f = (): unknown => [constant, counter];
  assert.deepEqual(reader.capture(f, "constant"), { value: 4 });
  assert.deepEqual(reader.capture(f, "extra"), { value: undefined });
  assert.deepEqual(reader.capture(f, "counter"), { value: counter });
  assert.equal(reader.capture(f, "toString") === undefined, false);
});

test("eval, direct and indirect, and new Function", () => {
  const local = 6;
  // biome-ignore lint/security/noGlobalEval: the form is under test
  const direct = eval("const inEval = 7; () => local + inEval + constant") as Callable;
  assert.equal(captured(direct, "local"), local);
  assert.equal(captured(direct, "inEval"), 7);
  assert.equal(captured(direct, "constant"), 3);
  // biome-ignore lint/security/noGlobalEval: the form is under test
  const indirect = globalThis.eval("var evalVar = 8; (() => evalVar)") as Callable;
  assert.equal(captured(indirect, "evalVar"), 8);
  Reflect.deleteProperty(globalThis, "evalVar");
  const made = new Function("x", "return Math.sqrt(x);") as Callable;
  assert.equal(captured(made, "Math"), Math);
  assert.equal(createReader().capture(made, "constant"), undefined);
});

test("scripts: top-level let and var, and with", () => {
  const f = runInThisContext("let scriptLet = 1; var scriptVar = 2; (x) => x + scriptLet + scriptVar") as Callable;
  assert.equal(captured(f, "scriptLet"), 1);
  assert.equal(captured(f, "scriptVar"), 2);
  const inWith = runInThisContext("with ({ fromWith: 3, Math: 4 }) { () => fromWith + Math }") as Callable;
  assert.equal(captured(inWith, "fromWith"), 3);
  assert.equal(captured(inWith, "Math"), 4);
});

test("functions of another vm context have its globals", () => {
  const context = createContext({ sandboxed: 1 });
  const f = runInContext("const inside = 2; (x) => x + inside + sandboxed + Math.PI", context) as Callable;
  assert.equal(captured(f, "inside"), 2);
  assert.equal(captured(f, "sandboxed"), 1);
  assert.equal(captured(f, "Math"), runInContext("Math", context));
});

test("what is captured is the object itself, whatever it is", () => {
  const proxy = new Proxy({}, {});
  const frozen = Object.freeze({ k: 1 });
  const nothing = null;
  const big = 2n ** 70n;
  const minusZero = -0;
  const f = (): unknown => [proxy, frozen, nothing, big, minusZero];
  assert.equal(captured(f, "proxy"), proxy);
  assert.equal(captured(f, "frozen"), frozen);
  assert.equal(captured(f, "nothing"), null);
  assert.equal(captured(f, "big"), big);
  assert.ok(Object.is(captured(f, "minusZero"), -0));
});

test("looking leaves no trace", () => {
  const before = Reflect.ownKeys(globalThis).length;
  captured(() => counter, "counter");
  assert.equal(Reflect.ownKeys(globalThis).length, before);
});

test("functions with properties, accessors and a proxy for a prototype aren't touched", () => {
  const touched: string[] = [];
  const f = Object.setPrototypeOf(
    Object.defineProperty(() => counter, "secret", { get: () => touched.push("get"), enumerable: true }),
    new Proxy(Function.prototype, {
      get: (_, key) => touched.push(`prototype ${String(key)}`),
    }),
  ) as Callable;
  assert.equal(captured(f, "counter"), counter);
  assert.equal(createReader().sourceOf(f).text, "()=>counter");
  assert.deepEqual(touched, []);
});

/** The author's text from an offset on, by way of locate and lineAt. */
function authorsText(fn: Callable, needle: string): { readonly text: string | undefined; readonly file: string } {
  const source = createReader().sourceOf(fn);
  const { file, line, column } = source.locate(source.text.lastIndexOf(needle));
  return { text: source.lineAt(line)?.slice(column - 1), file };
}

test("positions are the author's, in TypeScript", () => {
  const f = (x: number, y: unknown): number => {
    return (x as number) + constant + (y as number); // at the end
  };
  // biome-ignore lint/complexity/noStaticOnlyClass: the form is under test
  class C {
    static "a (b"(x: number): number {
      return x + constant;
    }
    static [`c ${constant}`](x: number): number {
      return x - constant;
    }
  }
  function named<T>(x: T): T {
    return x;
  }
  assert.equal(authorsText(f, "constant").text, "constant + (y as number); // at the end");
  assert.equal(authorsText(f, "y").text, "y as number); // at the end");
  assert.equal(basename(authorsText(f, "y").file), "reader.test.ts");
  assert.equal(authorsText(C["a (b"], "constant").text, "constant;");
  assert.equal(authorsText(Reflect.get(C, "c 3") as Callable, "x-").text ?? "", "x - constant;");
  assert.equal(authorsText(named, "x").text, "x;");
});

test("code without a file is its own file", () => {
  const made = new Function("x", "y", "return x +\n  y;") as Callable;
  assert.equal(authorsText(made, "y").text, "y;");
  // biome-ignore lint/security/noGlobalEval: the form is under test
  const evaluated = globalThis.eval("\n  ((x) => {\n  return x + 1; })") as Callable;
  const source = createReader().sourceOf(evaluated);
  assert.deepEqual(source.locate(source.text.indexOf("x + 1")), { file: "anonymous", line: 3, column: 10 });
  assert.equal(source.lineAt(3), "  return x + 1; })");
});

test("scripts with an offset and a name", () => {
  const script = new Script("let q = 1; (x) => x + q", { filename: "part.js", lineOffset: 4, columnOffset: 7 });
  const f = script.runInThisContext() as Callable;
  const source = createReader().sourceOf(f);
  assert.deepEqual(source.locate(source.text.indexOf("q")), { file: "part.js", line: 5, column: 30 });
});

test("a source's name as webpack writes it, and a statement that esbuild's map begins at the space before it", () => {
  const content = "globalThis.made = (n: number) => {\n  let x: number = 1;\n  if (n > 2) x = 2;\n  return x;\n};\n";
  const map = {
    version: 3,
    sources: ["webpack://user/./src/kernels.ts?8913"],
    sourcesContent: [content],
    mappings: "AAAA,WAAW,OAAO,CAAC,MAAc;AAC/B,MAAI,IAAY;AAChB,MAAI,IAAI,EAAG,KAAI;AACf,SAAO;AACT;",
    names: [],
  };
  const url = `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString("base64")}`;
  const emitted = "globalThis.made = (n) => {\n  let x = 1;\n  if (n > 2) x = 2;\n  return x;\n};\n";
  runInThisContext(`${emitted}//# sourceMappingURL=${url}`, { filename: "webpack-internal:///./src/kernels.ts" });
  const source = createReader().sourceOf(Reflect.get(globalThis, "made") as Callable);
  Reflect.deleteProperty(globalThis, "made");
  const at = (text: string): object => source.locate(source.text.indexOf(text));
  assert.deepEqual(at("x = 2"), { file: "src/kernels.ts", line: 3, column: 14 });
  assert.deepEqual(at("n > 2"), { file: "src/kernels.ts", line: 3, column: 7 });
  assert.deepEqual(at("return x"), { file: "src/kernels.ts", line: 4, column: 3 });
  assert.equal(source.lineAt(3), "  if (n > 2) x = 2;");
});

test("a source below a source root", () => {
  const text = "globalThis.made = (x: number) => x + 1;\n";
  const mappings = "AAAA,WAAW,OAAO,CAAC,MAAc,IAAI;";
  for (const [sourceRoot, file] of [
    ["/user/src", "/user/src/parts/kernels.ts"],
    ["../src/", "/user/src/parts/kernels.ts"],
    ["", "/user/built/parts/kernels.ts"],
  ]) {
    const map = { version: 3, sourceRoot, sources: ["parts/kernels.ts"], sourcesContent: [text], mappings, names: [] };
    const url = `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString("base64")}`;
    const emitted = `globalThis.made = (x) => x + 1;\n//# sourceMappingURL=${url}`;
    runInThisContext(emitted, { filename: pathToFileURL("/user/built/kernels.js").href });
    const source = createReader().sourceOf(Reflect.get(globalThis, "made") as Callable);
    Reflect.deleteProperty(globalThis, "made");
    assert.equal((source.locate(0) as { file: string }).file, file);
  }
});

test("native functions have no place, and it doesn't matter", () => {
  const source = createReader().sourceOf(Math.sqrt);
  assert.deepEqual(source.locate(9), { file: "native code", line: 1, column: 10 });
});

test("which functions are the engine's", () => {
  const { isEngines, capture } = createReader();
  for (const fn of [setTimeout, inspect, performance.now, basename]) assert.equal(isEngines(fn), true, fn.name);
  const inScript = runInThisContext("(() => { const k = 1; return [(x) => x + k, (x) => x - k, (x) => x * k]; })()");
  for (const fn of [declared, () => counter, inScript[0], new Function("x", "return x") as Callable])
    assert.equal(isEngines(fn), false, String(fn));
  // Known by its neighbour in the same script, of which something has been compiled.
  assert.deepEqual(capture(inScript[1], "k"), { value: 1 });
  assert.equal(isEngines(inScript[2]), false);
});

/** Our own linker: libraries with everything in them that it knows, loaded and run; what it doesn't know is lld's. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { buildCLibrary, compileToObject } from "../../src/toolchain/compile.ts";
import { linkElf } from "../../src/toolchain/elf.ts";
import { hostOf } from "../../src/toolchain/host.ts";
import { findLlvm } from "../../src/toolchain/llvm.ts";
import { link } from "../../src/toolchain/object-files.ts";
import { buildKernel } from "../entry/addon.ts";
import { descend, logOnce, maker, passer } from "../entry/kernels.ts";

const llvm = findLlvm();
const { target } = hostOf(llvm);
const dir = mkdtempSync(join(tmpdir(), "numbats-elf-"));
after(() => rmSync(dir, { recursive: true, force: true }));

const skip = process.platform !== "linux" || process.arch !== "x64";

/** Constants, tables of addresses, variables with and without initial values, functions and data of other libraries. */
const SOURCE = `
  typedef void *value;
  extern int napi_create_double(value env, double d, value *out);
  extern int napi_set_named_property(value env, value object, const char *name, value v);
  extern int abs(int);
  extern double atof(const char *);
  static int one(void) { return 1; }
  static int two(void) { return abs(-20); }
  static int (*const table[])(void) = { one, two };
  static const char *const names[] = { "first", "second" };
  int (*outside)(int) = abs;
  static int counter = 300;
  static char zeros[5000];
  static int lines[3] = { 1000, 2000, 3000 };
  int *volatile second_line = &lines[1];
  value napi_register_module_v1(value env, value exports) {
    for (int k = 0; k < 2; k++) {
      int (*volatile f)(void) = table[k];
      value v;
      zeros[4999 - k] += 1;
      counter += *second_line;
      napi_create_double(env, f() + counter + zeros[4999 - k] + outside(-50000) + atof("0.5"), &v);
      napi_set_named_property(env, exports, names[k], v);
    }
    return exports;
  }`;

test("constants, tables, variables, functions from elsewhere", { skip }, () => {
  const path = join(dir, "everything.node");
  buildCLibrary(llvm, SOURCE, target, path);
  // lld's have section headers.
  assert.equal(readFileSync(path).readUInt16LE(60), 0);
  const module = { exports: {} };
  process.dlopen(module, path);
  assert.deepEqual(module.exports, { first: 1 + 2300 + 1 + 50000.5, second: 20 + 4300 + 1 + 50000.5 });
});

test("kernels of every kind", { skip }, () => {
  for (const kernel of [passer("float64", true, true), maker(true), descend, logOnce]) {
    assert.equal(readFileSync(buildKernel(kernel)).readUInt16LE(60), 0);
  }
});

test("what isn't an object file, or has what no kernel has, is lld's", { skip }, () => {
  const object = join(dir, "local.o");
  const text = "@x = thread_local global i32 7\ndefine ptr @where() {\n  ret ptr @x\n}\n";
  compileToObject(llvm, text, target, object);
  assert.equal(linkElf([readFileSync(object)]), undefined);
  const library = join(dir, "local.so");
  link(llvm, [object], library);
  assert.equal(linkElf([readFileSync(library)]), undefined);
  for (const junk of [Buffer.alloc(0), Buffer.alloc(200), Buffer.from("no object file at all".repeat(10))]) {
    assert.equal(linkElf([junk]), undefined);
  }
  compileToObject(llvm, "define i32 @f() {\n  ret i32 0\n}\n", target, object);
  const whole = readFileSync(object);
  assert.ok(linkElf([whole]) !== undefined);
  for (let size = 0; size < whole.length - 1; size += 7) linkElf([whole.subarray(0, size)]);
});

test("sections that aren't all in the file are lld's", { skip }, () => {
  const object = join(dir, "sections.o");
  compileToObject(llvm, "define i32 @f() {\n  ret i32 0\n}\n", target, object);
  const whole = readFileSync(object);
  const headers = Number(whole.readBigUInt64LE(40));
  for (let index = 0; index < whole.readUInt16LE(60); index++) {
    const at = headers + 64 * index;
    const [type, size] = [whole.readUInt32LE(at + 4), whole.readBigUInt64LE(at + 32)];
    if (type !== 1 || size === 0n) continue;
    for (const [field, value] of [
      [24, BigInt(whole.length)],
      [24, 2n ** 40n],
      [32, 2n ** 33n],
    ] as const) {
      const broken = Buffer.from(whole);
      broken.writeBigUInt64LE(value, at + field);
      assert.equal(linkElf([broken]), undefined);
    }
  }
});

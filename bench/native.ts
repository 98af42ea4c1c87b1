/**
 * C for comparison: compiles a C file with the LLVM that compiles the kernels, with the same flags, and loads it into this
 * process as a Node-API addon, so that both run on the very same arrays in turn.
 *
 * Takes a C file as bench/c/prelude.h describes; gives an object of functions by name. The glue between Node-API and
 * the exported functions is written here from their prototypes.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Target } from "../src/targets/target.ts";
import { CODE_FLAGS } from "../src/toolchain/commands.ts";
import { hostOf } from "../src/toolchain/host.ts";
import { findLlvm, type Llvm, run } from "../src/toolchain/llvm.ts";
import { link } from "../src/toolchain/object-files.ts";

export type NativeFunction = (...args: unknown[]) => number | undefined;

export interface NativeOptions {
  readonly fastmath?: boolean;
  /** By the machine's GCC with -ffast-math, whose calls of math functions go to glibc's vector library. */
  readonly gcc?: boolean;
  /** By the machine's GCC with -fopenmp, and -ffast-math only where asked for. */
  readonly openmp?: boolean;
}

const FOLDER = fileURLToPath(new URL("c", import.meta.url));
const PRELUDE = join(FOLDER, "prelude.h");
/** The pool's source, for what measures it by itself. */
const POOL = fileURLToPath(new URL("../native", import.meta.url));

/** The exported functions of bench/c/`file`. */
export function loadNative(file: string, options: NativeOptions = {}): Record<string, NativeFunction> {
  const llvm = findLlvm();
  const { target } = hostOf(llvm);
  const source = readFileSync(join(FOLDER, file), "utf8");
  const folder = mkdtempSync(join(tmpdir(), "numbats-bench-"));
  try {
    const code = join(folder, "code.c");
    const addon = join(folder, "code.node");
    writeFileSync(code, `${source}\n${glue(parsePrototypes(source))}`);
    if (options.openmp) {
      buildWithOpenMp(code, addon, options);
    } else {
      if (options.gcc) compileWithGcc(code, join(folder, "code.o"));
      else compileC(llvm, target, code, join(folder, "code.o"), options);
      link(llvm, [join(folder, "code.o")], addon, { libraries: options.gcc ? vectorLibraries() : [] });
    }
    const module = { exports: {} };
    process.dlopen(module, addon);
    return module.exports as Record<string, NativeFunction>;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function hasGcc(): boolean {
  return spawnSync("gcc", ["--version"]).status === 0;
}

const GCC_FLAGS = ["-O3", "-march=native", "-mprefer-vector-width=512", "-fPIC", "-std=c11", "-w"];
// It is <math.h> that says which functions have vector versions.
const GCC_HEADERS = ["-include", "math.h", "-include", PRELUDE];

function compileWithGcc(source: string, object: string): void {
  execFileSync("gcc", [...GCC_FLAGS, "-ffast-math", ...GCC_HEADERS, "-c", source, "-o", object]);
}

function buildWithOpenMp(source: string, addon: string, { fastmath }: NativeOptions): void {
  const maths = fastmath ? "-ffast-math" : "-ffp-contract=off";
  const flags = [...GCC_FLAGS, maths, "-fopenmp", "-shared"];
  execFileSync("gcc", [...flags, ...GCC_HEADERS, source, "-o", addon, "-lm"], { stdio: "pipe" });
}

function vectorLibraries(): string[] {
  return ["libmvec.so.1", "libm.so.6"].map((name) =>
    execFileSync("gcc", [`-print-file-name=${name}`], { encoding: "utf8" }).trim(),
  );
}

function compileC(llvm: Llvm, target: Target, source: string, object: string, options: NativeOptions): void {
  // Not freestanding: LLVM may then know what `sqrt` is, as it does in the kernels. cc1 leaves errno out of <math.h> by itself.
  const maths = options.fastmath
    ? [
        "-menable-no-infs",
        "-menable-no-nans",
        "-fapprox-func",
        "-funsafe-math-optimizations",
        "-fno-signed-zeros",
        "-mreassociate",
        "-freciprocal-math",
        "-ffp-contract=fast",
        "-ffast-math",
      ]
    : ["-ffp-contract=off"];
  const features = target.features.flatMap((feature) => ["-target-feature", feature]);
  run(llvm.clang, [
    "-cc1",
    ...["-triple", target.triple, "-target-cpu", target.cpu, ...features],
    `-mprefer-vector-width=${target.vectorWidth}`,
    ...["-emit-obj", "-O3", ...CODE_FLAGS, ...maths],
    ...["-std=c11", "-nostdsysteminc", "-nobuiltininc", "-I", POOL, "-include", PRELUDE],
    ...["-x", "c", source, "-o", object],
  ]);
}

interface Parameter {
  readonly name: string;
  /** The C type of the number, or of the array's elements. */
  readonly type: string;
  readonly array: boolean;
}

interface Prototype {
  readonly name: string;
  readonly result: string;
  readonly parameters: readonly Parameter[];
}

function parsePrototypes(source: string): Prototype[] {
  return [...source.matchAll(/^EXPORT (\w+) (\w+)\(([^)]*)\)/gm)].map(([, result = "", name = "", list = ""]) => {
    const parts = list.split(",").map((part) => part.trim().replace(/\s+/g, " "));
    const parameters: Parameter[] = [];
    for (let k = 0; k < parts.length; k++) {
      const pointer = /^(?:const )?(\w+) \*restrict (\w+)$/.exec(parts[k]);
      const number = /^(f64|i32) (\w+)$/.exec(parts[k]);
      if (pointer !== null && parts[k + 1] === `i64 ${pointer[2]}_length`) {
        parameters.push({ name: pointer[2], type: pointer[1], array: true });
        k++;
      } else if (number !== null) {
        parameters.push({ name: number[2], type: number[1], array: false });
      } else {
        throw new Error(`${name}: the parameter "${parts[k]}" isn't a number, or an array followed by its length`);
      }
    }
    return { name, result, parameters };
  });
}

/** By C type: the name and number of Node-API's typed-array type. */
const ARRAY_TYPES: Readonly<Record<string, readonly [name: string, type: number]>> = {
  i8: ["Int8Array", 0],
  u8: ["Uint8Array", 1],
  u8c: ["Uint8ClampedArray", 2],
  i16: ["Int16Array", 3],
  u16: ["Uint16Array", 4],
  i32: ["Int32Array", 5],
  u32: ["Uint32Array", 6],
  f32: ["Float32Array", 7],
  f64: ["Float64Array", 8],
};

const NODE_API = `
typedef struct env *env;
typedef struct value *value;
i32 napi_get_cb_info(env, void *, u64 *, value *, value *, void **);
i32 napi_get_typedarray_info(env, value, i32 *, u64 *, void **, value *, u64 *);
i32 napi_get_value_double(env, value, f64 *), napi_get_value_int32(env, value, i32 *);
i32 napi_create_double(env, f64, value *), napi_create_int32(env, i32, value *);
i32 napi_create_function(env, const char *, u64, value (*)(env, void *), void *, value *);
i32 napi_set_named_property(env, value, const char *, value);
i32 napi_throw_type_error(env, const char *, const char *);
`;

function glue(prototypes: readonly Prototype[]): string {
  const register = prototypes.map(
    ({ name }) => `  napi_create_function(e, "${name}", ${name.length}, call_${name}, 0, &f);
  napi_set_named_property(e, exports, "${name}", f);`,
  );
  return `${NODE_API}${prototypes.map(glueOf).join("")}
EXPORT value napi_register_module_v1(env e, value exports) {
  value f;
${register.join("\n")}
  return exports;
}
`;
}

function glueOf({ name, result, parameters }: Prototype): string {
  const count = parameters.length;
  const reads = parameters.map((parameter, k) => {
    const { name: p, type, array } = parameter;
    if (!array) {
      const read = type === "f64" ? "napi_get_value_double" : "napi_get_value_int32";
      return `  ${type} ${p};
  if (${read}(e, args[${k}], &${p}) != 0) { napi_throw_type_error(e, 0, "${name}: ${p} is no number"); return 0; }`;
    }
    const [typeName, typeNumber] = ARRAY_TYPES[type] ?? ["", -1];
    return `  ${type} *${p}; u64 ${p}_length; i32 ${p}_type;
  if (napi_get_typedarray_info(e, args[${k}], &${p}_type, &${p}_length, (void **)&${p}, 0, 0) != 0 || ${p}_type != ${typeNumber}) {
    napi_throw_type_error(e, 0, "${name}: ${p} is no ${typeName}"); return 0; }`;
  });
  const values = parameters.map(({ name: p, array }) => (array ? `${p}, (i64)${p}_length` : p)).join(", ");
  const create = result === "i32" ? "napi_create_int32" : "napi_create_double";
  const call =
    result === "void"
      ? `  ${name}(${values});\n  return 0;`
      : `  value r;\n  ${create}(e, ${name}(${values}), &r);\n  return r;`;
  return `
static value call_${name}(env e, void *info) {
  value args[${count}]; u64 count = ${count};
  napi_get_cb_info(e, info, &count, args, 0, 0);
  if (count < ${count}) { napi_throw_type_error(e, 0, "${name}: too few arguments"); return 0; }
${reads.join("\n")}
${call}
}
`;
}

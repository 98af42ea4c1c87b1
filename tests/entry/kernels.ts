/** Kernels in hand-written LLVM IR that several tests share. */
import type { ResultType } from "../../src/types/signature.ts";
import type { HandKernel } from "./addon.ts";

const f64Result: ResultType = { kind: "array", elem: "float64" };

/** `ptr @block(ptr %cx, i64 bytes)`: a zeroed block of the call's, as array.new makes them. */
export const BLOCKS = `
declare ptr @calloc(i64, i64)
declare ptr @llvm.ptrmask.p0.i64(ptr, i64)
define internal ptr @block(ptr %cx, i64 %bytes) {
  %size = add i64 %bytes, 192
  %base = call ptr @calloc(i64 1, i64 %size)
  %above = getelementptr i8, ptr %base, i64 63
  %block = call ptr @llvm.ptrmask.p0.i64(ptr %above, i64 -64)
  %arena_at = getelementptr %nb.context, ptr %cx, i32 0, i32 4
  %arena = load ptr, ptr %arena_at
  %next_at = getelementptr %nb.block, ptr %block, i32 0, i32 0
  store ptr %arena, ptr %next_at
  store ptr %block, ptr %arena_at
  %bytes_at = getelementptr %nb.block, ptr %block, i32 0, i32 2
  store i64 %bytes, ptr %bytes_at
  %base_at = getelementptr %nb.block, ptr %block, i32 0, i32 3
  store ptr %base, ptr %base_at
  ret ptr %block
}`;

/** Makes an array of `%n` doubles, first element \`%x\`, and returns it, with a part of it when \`parts\` is true. */
export function maker(parts: boolean): HandKernel {
  return {
    args: [{ kind: "int32" }, { kind: "float64" }],
    params: "i32 %n, double %x",
    results: parts ? ["float64[]", "float64[]", "float64[]"] : ["float64[]"],
    result: parts ? { kind: "tuple", items: [f64Result, f64Result, f64Result] } : f64Result,
    ops: ["array.new"],
    extra: BLOCKS,
    body: `
      %long = zext i32 %n to i64
      %bytes = mul i64 %long, 8
      %temporary = call ptr @block(ptr %cx, i64 1000)
      %block = call ptr @block(ptr %cx, i64 %bytes)
      %data = getelementptr i8, ptr %block, i64 64
      store double %x, ptr %data
      %owner = ptrtoint ptr %block to i64
      store ptr %data, ptr %results
      %length_at = getelementptr i8, ptr %results, i64 8
      store i32 %n, ptr %length_at
      %owner_at = getelementptr i8, ptr %results, i64 16
      store i64 %owner, ptr %owner_at
      ${
        parts
          ? `%data1_at = getelementptr i8, ptr %results, i64 24
      store ptr %data, ptr %data1_at
      %length1_at = getelementptr i8, ptr %results, i64 32
      store i32 %n, ptr %length1_at
      %owner1_at = getelementptr i8, ptr %results, i64 40
      store i64 %owner, ptr %owner1_at
      %data2 = getelementptr double, ptr %data, i64 1
      %data2_at = getelementptr i8, ptr %results, i64 48
      store ptr %data2, ptr %data2_at
      %length2_at = getelementptr i8, ptr %results, i64 56
      store i32 2, ptr %length2_at
      %view = or i64 %owner, 2
      %owner2_at = getelementptr i8, ptr %results, i64 64
      store i64 %view, ptr %owner2_at`
          : ""
      }
      ret i32 0`,
  };
}

/** Returns its parameter `%which` (0 or 1): all of it, or all but the first element and the last. */
export function passer(elem: "float64" | "uint8", part: boolean, captured: boolean): HandKernel {
  const array = { kind: "array", elem } as const;
  const size = elem === "float64" ? 8 : 1;
  return {
    args: [{ kind: "bool" }, array, ...(captured ? [] : [array])],
    captured: captured ? [{ name: "c", elem }] : [],
    params: "i1 %which, ptr %a, i32 %al, i64 %ao, ptr %b, i32 %bl, i64 %bo",
    results: [`${elem}[]`],
    result: array,
    body: `
      %data = select i1 %which, ptr %b, ptr %a
      %length = select i1 %which, i32 %bl, i32 %al
      %owner = select i1 %which, i64 %bo, i64 %ao
      %data1 = getelementptr i8, ptr %data, i64 ${part ? size : 0}
      %length1 = sub i32 %length, ${part ? 2 : 0}
      %owner1 = or i64 %owner, ${part ? 2 : 0}
      store ptr %data1, ptr %results
      %length_at = getelementptr i8, ptr %results, i64 8
      store i32 %length1, ptr %length_at
      %owner_at = getelementptr i8, ptr %results, i64 16
      store i64 %owner1, ptr %owner_at
      ret i32 0`,
  };
}

export const increment: HandKernel = {
  args: [{ kind: "float64" }],
  params: "double %x",
  results: ["f64"],
  result: { kind: "number", from: "f64" },
  body: "%y = fadd double %x, 1.0\nstore double %y, ptr %results\nret i32 0",
};

/** Counts its own frames down; the stack limit ends it. */
export const descend: HandKernel = {
  args: [{ kind: "float64" }],
  params: "double %depth",
  results: ["f64"],
  result: { kind: "number", from: "f64" },
  recursive: true,
  extra: `
    define internal i32 @descend(ptr %cx, double %depth, ptr %results) noinline {
      %frame = alloca [64 x i8]
      call void asm sideeffect "", "r"(ptr %frame)
      %limit_at = getelementptr %nb.context, ptr %cx, i32 0, i32 5
      %limit = load ptr, ptr %limit_at
      %out = icmp ult ptr %frame, %limit
      br i1 %out, label %error, label %go
    error:
      ret i32 1
    go:
      %done = fcmp ole double %depth, 0.0
      br i1 %done, label %end, label %again
    end:
      store double 42.0, ptr %results
      ret i32 0
    again:
      %less = fsub double %depth, 1.0
      %status = call i32 @descend(ptr %cx, double %less, ptr %results)
      %value = load volatile double, ptr %frame
      ret i32 %status
    }`,
  body: "%status = call i32 @descend(ptr %cx, double %depth, ptr %results)\nret i32 %status",
};

export const logOnce: HandKernel = {
  args: [{ kind: "array", elem: "float64" }],
  params: "ptr %data, i32 %n, i64 %owner",
  results: ["i32"],
  result: { kind: "number", from: "i32" },
  ops: ["log"],
  body: `
    %record = alloca { i32, i32, i64 }
    store { i32, i32, i64 } { i32 2, i32 0, i64 1 }, ptr %record
    %status = call i32 @nb_log(ptr %cx, ptr %record, i32 1)
    store i32 %n, ptr %results
    ret i32 %status`,
};

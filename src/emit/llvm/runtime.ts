/**
 * Support functions, as LLVM IR text: what an op's template calls when spelling it out in place would bloat every kernel.
 * A module gets those that it uses (module-text.ts adds the attributes of its target), or declares them where they are the support
 * library's.
 */
import { GAMMA, ROUND } from "../../frontend/random.ts";
import { BLOCK_DATA_OFFSET, blockField, contextField, OWNER } from "./context.ts";
import { mixText } from "./random.ts";
import { SPARE } from "./spare.ts";

export interface RuntimeFunction {
  /** `declare` lines of what it calls. */
  readonly declares: readonly string[];
  /** Other support functions that it calls. */
  readonly needs?: readonly string[];
  readonly attributes: readonly string[];
  /** It is the support library's (support.ts): a kernel's module only declares it. */
  readonly shared?: true;
  /** The definition; the attribute group goes in front of its first brace. */
  readonly text: string;
}

/**
 * Failures are out of line and not merged, so that a check costs the hot path one compare and one branch. A kernel's module sees no
 * bodies, so what LLVM would find out from them is said here.
 */
const COLD = ["cold", "noinline", "nomerge", "willreturn", "memory(argmem: write)"] as const;
const PURE = ["memory(none)"] as const;

/** Stores %site, %a and %b. */
const RECORD = `  %site.at = ${contextField("site")}
  %a.at = ${contextField("a")}
  %b.at = ${contextField("b")}
  store i32 %site, ptr %site.at, align 4
  store double %a, ptr %a.at, align 8
  store double %b, ptr %b.at, align 8`;

const CALLOC = "declare noalias ptr @calloc(i64, i64)";

export const RUNTIME = {
  /** Fills in the error record. */
  fail: {
    declares: [],
    attributes: COLD,
    shared: true,
    text: `define internal void @nb.fail(ptr captures(none) %cx, i32 %site, double %a, double %b) {
${RECORD}
  ret void
}`,
  },

  /** The same for an index and a length as they are. */
  "fail.index": {
    declares: [],
    attributes: COLD,
    shared: true,
    text: `define internal void @nb.fail.index(ptr captures(none) %cx, i32 %site, i64 %index, i32 %length) {
  %a = sitofp i64 %index to double
  %b = sitofp i32 %length to double
${RECORD}
  ret void
}`,
  },

  /** The same for a double as an index. */
  "fail.toindex": {
    declares: [],
    attributes: COLD,
    shared: true,
    text: `define internal void @nb.fail.toindex(ptr captures(none) %cx, i32 %site, double %a, i32 %length) {
  %b = sitofp i32 %length to double
${RECORD}
  ret void
}`,
  },

  /**
   * The header of a zeroed block, linked to the arena's list but not yet in it: the caller stores it there. Null when memory
   * is short. calloc gives large blocks as fresh pages; moving the header up to the next 64 bytes needs as many again.
   */
  "array.new": {
    declares: [CALLOC, "declare ptr @llvm.ptrmask.p0.i64(ptr, i64)"],
    needs: ["spare.take"],
    attributes: ["noinline"],
    shared: true,
    text: `define internal noalias ptr @nb.array.new(ptr captures(none) %cx, i64 %bytes) {
start:
  %spare.at = ${contextField("spare")}
  %spare = load ptr, ptr %spare.at, align 8
  %reused = call ptr @nb.spare.take(ptr %spare, i64 %bytes)
  %is.fresh = icmp eq ptr %reused, null
  br i1 %is.fresh, label %fresh, label %link
fresh:
  %size = add nuw nsw i64 %bytes, ${BLOCK_DATA_OFFSET + 64}
  %base = call ptr @calloc(i64 1, i64 %size)
  %short = icmp eq ptr %base, null
  br i1 %short, label %none, label %some
none:
  ret ptr null
some:
  %above = getelementptr i8, ptr %base, i64 63
  %aligned = call ptr @llvm.ptrmask.p0.i64(ptr %above, i64 -64)
  %base.at = ${blockField("base", "%aligned")}
  store ptr %base, ptr %base.at, align 8
  %capacity.at = ${blockField("capacity", "%aligned")}
  store i64 %bytes, ptr %capacity.at, align 8
  br label %link
link:
  %header = phi ptr [ %reused, %start ], [ %aligned, %some ]
  %arena.at = ${contextField("arena")}
  %arena = load ptr, ptr %arena.at, align 8
  %next.at = ${blockField("next", "%header")}
  store ptr %arena, ptr %next.at, align 8
  %bytes.at = ${blockField("bytes", "%header")}
  store i64 %bytes, ptr %bytes.at, align 8
  ret ptr %header
}`,
  },

  ...SPARE,

  /**
   * The data of a zeroed block in an ArrayBuffer (the entry point makes it), which is then the arena's newest; null when
   * memory is short. Away from JavaScript's thread there is no environment and the block is an ordinary one, as it is when
   * it is empty: an empty ArrayBuffer may have no address.
   */
  "array.buffer": {
    declares: [],
    needs: ["array.new"],
    attributes: ["noinline"],
    shared: true,
    text: `define internal noalias ptr @nb.array.buffer(ptr captures(none) %cx, i64 %bytes) {
  %env.at = ${contextField("env")}
  %env = load ptr, ptr %env.at, align 8
  %away = icmp eq ptr %env, null
  %empty = icmp eq i64 %bytes, 0
  %own = or i1 %away, %empty
  br i1 %own, label %ordinary, label %buffer
ordinary:
  %header = call ptr @nb.array.new(ptr %cx, i64 %bytes)
  %short = icmp eq ptr %header, null
  br i1 %short, label %none, label %some
some:
  %arena.at = ${contextField("arena")}
  store ptr %header, ptr %arena.at, align 8
  %behind = getelementptr inbounds nuw i8, ptr %header, i64 ${BLOCK_DATA_OFFSET}
  ret ptr %behind
buffer:
  %block = call ptr @nb_new_buffer_block(ptr %cx, i64 %bytes)
  %refused = icmp eq ptr %block, null
  br i1 %refused, label %none, label %made
made:
  %data.at = ${blockField("data", "%block")}
  %data = load ptr, ptr %data.at, align 8
  ret ptr %data
none:
  ret ptr null
}`,
  },

  /** Frees the blocks of the arena's list down to `mark`. */
  "arena.release": {
    declares: [],
    needs: ["spare.drop"],
    attributes: ["noinline"],
    shared: true,
    text: `define internal void @nb.arena.release(ptr captures(none) %cx, i64 %mark) {
start:
  %arena.at = ${contextField("arena")}
  %newest = load ptr, ptr %arena.at, align 8
  %last = inttoptr i64 %mark to ptr
  %spare.at = ${contextField("spare")}
  %spare = load ptr, ptr %spare.at, align 8
  br label %each
each:
  %block = phi ptr [ %newest, %start ], [ %next, %drop ]
  %done = icmp eq ptr %block, %last
  br i1 %done, label %end, label %drop
drop:
  %next.at = ${blockField("next", "%block")}
  %next = load ptr, ptr %next.at, align 8
  call void @nb.spare.drop(ptr %spare, ptr %block)
  br label %each
end:
  store ptr %last, ptr %arena.at, align 8
  ret void
}`,
  },

  /** The same, but for blocks that one of %count owners names. Those stay in the list: there are as few as a kernel has variables. */
  "arena.keep": {
    declares: [],
    needs: ["spare.drop"],
    attributes: ["noinline"],
    shared: true,
    text: `define internal void @nb.arena.keep(ptr captures(none) %cx, i64 %mark, ptr captures(none) %owners, i64 %count) {
start:
  %arena.at = ${contextField("arena")}
  %last = inttoptr i64 %mark to ptr
  %spare.at = ${contextField("spare")}
  %spare = load ptr, ptr %spare.at, align 8
  br label %each
each:
  %link = phi ptr [ %arena.at, %start ], [ %link, %drop ], [ %next.at, %keep ]
  %block = load ptr, ptr %link, align 8
  %done = icmp eq ptr %block, %last
  br i1 %done, label %end, label %search
search:
  %next.at = ${blockField("next", "%block")}
  %address = ptrtoint ptr %block to i64
  br label %try
try:
  %k = phi i64 [ 0, %search ], [ %k.next, %other ]
  %none = icmp eq i64 %k, %count
  br i1 %none, label %drop, label %compare
compare:
  %owner.at = getelementptr inbounds nuw i64, ptr %owners, i64 %k
  %owner = load i64, ptr %owner.at, align 8
  %object = and i64 %owner, ${~OWNER.view}
  %is.owner = icmp eq i64 %object, %address
  br i1 %is.owner, label %keep, label %other
other:
  %k.next = add nuw nsw i64 %k, 1
  br label %try
keep:
  br label %each
drop:
  %next = load ptr, ptr %next.at, align 8
  store ptr %next, ptr %link, align 8
  call void @nb.spare.drop(ptr %spare, ptr %block)
  br label %each
end:
  ret void
}`,
  },

  /** Frees a list of blocks, or leaves them to the next call that needs any. */
  "arena.free": {
    declares: [],
    needs: ["spare.drop"],
    attributes: ["noinline"],
    shared: true,
    text: `define internal void @nb.arena.free(ptr %spare, ptr %first) {
start:
  br label %each
each:
  %block = phi ptr [ %first, %start ], [ %next, %drop ]
  %done = icmp eq ptr %block, null
  br i1 %done, label %end, label %drop
drop:
  %next.at = ${blockField("next", "%block")}
  %next = load ptr, ptr %next.at, align 8
  call void @nb.spare.drop(ptr %spare, ptr %block)
  br label %each
end:
  ret void
}`,
  },

  /** Runs chunks through the pool, or one by one where there is none. Gives the lowest that failed, or −1. */
  parallel: {
    declares: [],
    attributes: ["noinline"],
    shared: true,
    text: `define internal i64 @nb.parallel(ptr %cx, ptr %task, ptr %closure, i64 %count) {
start:
  %pool.at = ${contextField("pool")}
  %pool = load ptr, ptr %pool.at, align 8
  %none = icmp eq ptr %pool, null
  br i1 %none, label %each, label %pooled
pooled:
  %stop.at = ${contextField("stop")}
  %stop = load ptr, ptr %stop.at, align 8
  %answer = call i64 %pool(ptr %task, ptr %closure, i64 %count, ptr %stop)
  ret i64 %answer
each:
  %k = phi i64 [ 0, %start ], [ %k.next, %next ]
  %status = call i32 %task(ptr %closure, i64 %k, ptr null)
  %good = icmp eq i32 %status, 0
  br i1 %good, label %next, label %bad
next:
  %k.next = add nuw nsw i64 %k, 1
  %done = icmp eq i64 %k.next, %count
  br i1 %done, label %end, label %each
bad:
  ret i64 %k
end:
  ret i64 -1
}`,
  },

  /** frontend/random.ts: the state is a counter, so a loop over it has no chain of dependent steps and vectorises. */
  random: {
    declares: [],
    attributes: ["alwaysinline"],
    text: `define internal double @nb.random(ptr %cx) {
  %seed.at = ${contextField("seed")}
  %seed = load i64, ptr %seed.at, align 8
  %state = add i64 %seed, ${BigInt.asIntN(64, GAMMA)}
  store i64 %state, ptr %seed.at, align 8
${mixText("%state", "%mixed").join("\n")}
  %bits = lshr i64 %mixed, 11
  %whole = uitofp i64 %bits to double
  %fraction = fmul double %whole, 0x3CA0000000000000
  ret double %fraction
}`,
  },

  "random.stream": {
    declares: [],
    attributes: ["alwaysinline", ...PURE],
    text: `define internal i64 @nb.random.stream(i64 %base, i64 %k) {
  %n = add i64 %k, 1
  %far = mul i64 %n, ${BigInt.asIntN(64, ROUND)}
  %state = add i64 %base, %far
${mixText("%state", "%mixed").join("\n")}
  ret i64 %mixed
}`,
  },

  fmod: {
    declares: [],
    attributes: ["cold", "noinline", "willreturn", ...PURE],
    text: `define internal double @nb.fmod(double %x, double %y) {
  %rest = frem double %x, %y
  ret double %rest
}`,
  },

  /** %m to the power %n; true when that needs more than 64 bits. The last squaring is left out: its overflow would not count. */
  bigpow: {
    declares: ["declare { i64, i1 } @llvm.umul.with.overflow.i64(i64, i64)"],
    attributes: PURE,
    text: `define internal { i64, i1 } @nb.bigpow(i64 %m, i64 %n) {
start:
  %small = icmp ule i64 %m, 1
  br i1 %small, label %trivial, label %round
trivial:
  %is.zero = icmp eq i64 %n, 0
  %value = select i1 %is.zero, i64 1, i64 %m
  %trivial.pair = insertvalue { i64, i1 } { i64 0, i1 false }, i64 %value, 0
  ret { i64, i1 } %trivial.pair
round:
  %power = phi i64 [ 1, %start ], [ %power.next, %square ]
  %base = phi i64 [ %m, %start ], [ %base.next, %square ]
  %left = phi i64 [ %n, %start ], [ %left.next, %square ]
  %bit = and i64 %left, 1
  %odd = icmp ne i64 %bit, 0
  %factor = select i1 %odd, i64 %base, i64 1
  %product = call { i64, i1 } @llvm.umul.with.overflow.i64(i64 %power, i64 %factor)
  %power.next = extractvalue { i64, i1 } %product, 0
  %power.over = extractvalue { i64, i1 } %product, 1
  %left.next = lshr i64 %left, 1
  %last = icmp eq i64 %left.next, 0
  %stop = or i1 %last, %power.over
  br i1 %stop, label %end, label %square
square:
  %squared = call { i64, i1 } @llvm.umul.with.overflow.i64(i64 %base, i64 %base)
  %base.next = extractvalue { i64, i1 } %squared, 0
  %base.over = extractvalue { i64, i1 } %squared, 1
  br i1 %base.over, label %over, label %round
over:
  ret { i64, i1 } { i64 0, i1 true }
end:
  ret { i64, i1 } %product
}`,
  },

  /**
   * %a shifted left by %n, right when %n is negative; true when bits are lost on the left for certain. Otherwise the result
   * is exact: |%a| < 2^64 and at most 63 more bits.
   */
  bigshift: {
    declares: ["declare i128 @llvm.smin.i128(i128, i128)"],
    attributes: PURE,
    text: `define internal { i128, i1 } @nb.bigshift(i128 %a, i128 %n) {
  %right = icmp slt i128 %n, 0
  %back = sub i128 0, %n
  %up = call i128 @llvm.smin.i128(i128 %n, i128 63)
  %down = call i128 @llvm.smin.i128(i128 %back, i128 127)
  %up.count = select i1 %right, i128 0, i128 %up
  %down.count = select i1 %right, i128 %down, i128 0
  %high = shl i128 %a, %up.count
  %low = ashr i128 %a, %down.count
  %value = select i1 %right, i128 %low, i128 %high
  %far = icmp sgt i128 %n, 63
  %some = icmp ne i128 %a, 0
  %lost = and i1 %far, %some
  %half = insertvalue { i128, i1 } poison, i128 %value, 0
  %pair = insertvalue { i128, i1 } %half, i1 %lost, 1
  ret { i128, i1 } %pair
}`,
  },

  "bigfcmp.s": {
    declares: ["declare double @llvm.floor.f64(double)"],
    attributes: PURE,
    text: bigFloatOrder("s", "0xC3E0000000000000", "0x43E0000000000000", "fptosi", "slt"),
  },
  "bigfcmp.u": {
    declares: ["declare double @llvm.floor.f64(double)"],
    attributes: PURE,
    text: bigFloatOrder("u", "0.0", "0x43F0000000000000", "fptoui", "ult"),
  },
} as const satisfies Record<string, RuntimeFunction>;

export type RuntimeName = keyof typeof RUNTIME;

/**
 * A support function as a module has it: shared ones are declared, or defined for all where the module is the support library.
 * `attributes` makes a group of attributes.
 */
export function runtimeText(
  name: RuntimeName,
  attributes: (own: readonly string[]) => string,
  library = false,
): string {
  const row: RuntimeFunction = RUNTIME[name];
  const group = attributes(row.attributes);
  if (row.shared === true && !library) {
    const head = row.text.slice(0, row.text.indexOf(" {\n"));
    return `${head.replace("define internal", "declare hidden")} ${group}`;
  }
  const text = library ? row.text.replace("define internal", "define hidden") : row.text;
  return `${text.replace(") {", `) ${group} {`)}\n`;
}

/**
 * How a BigInt in [low, high) stands to a double: −1 less, 0 equal, 1 greater, 2 unordered. Within the range the double's
 * floor is compared as an integer, and what it cuts off decides ties.
 */
function bigFloatOrder(sign: string, low: string, high: string, convert: string, less: string): string {
  return `define internal i32 @nb.bigfcmp.${sign}(i64 %a, double %x) {
  %nan = fcmp uno double %x, 0.0
  br i1 %nan, label %unordered, label %ordered
unordered:
  ret i32 2
ordered:
  %above = fcmp oge double %x, ${high}
  br i1 %above, label %lesser, label %below.high
lesser:
  ret i32 -1
below.high:
  %floor = call double @llvm.floor.f64(double %x)
  %below = fcmp olt double %floor, ${low}
  br i1 %below, label %greater, label %within
greater:
  ret i32 1
within:
  %whole = ${convert} double %floor to i64
  %tie = icmp eq i64 %a, %whole
  %exact = fcmp oeq double %floor, %x
  %at.tie = select i1 %exact, i32 0, i32 -1
  %lt = icmp ${less} i64 %a, %whole
  %apart = select i1 %lt, i32 -1, i32 1
  %order = select i1 %tie, i32 %at.tie, i32 %apart
  ret i32 %order
}`;
}

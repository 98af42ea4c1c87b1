/**
 * Spare blocks: what a call frees, the next one takes. The system gives large blocks as fresh pages, and making those costs
 * more than most kernels do with them; a block that was there before needs only to be zeroed. (A kernel that touches little of
 * a large array was better off with fresh pages: 64 MB are zeroed in some 7 ms.)
 *
 * Each of the engine's threads has a table of a few blocks, made with the first kernel that allocates and freed with the
 * thread's environment; entry-create.ts sees to both. Calls on other threads (chunks, the background) have none.
 */
import { BLOCK_DATA_OFFSET, blockField } from "./context.ts";

/** Smaller blocks are malloc's business, which keeps them itself. */
const AT_LEAST = 64 * 2 ** 10;
/** Of all blocks together: memory that is kept from others while no kernel runs. */
const AT_MOST = 128 * 2 ** 20;
const SLOTS = 16;

/** The bytes kept, then the blocks. */
const TABLE = `{ i64, [${SLOTS} x ptr] }`;
export const SPARE_BYTES = 8 * (1 + SLOTS);

const slot = (k: string): string => `getelementptr inbounds nuw ${TABLE}, ptr %spare, i32 0, i32 1, i64 ${k}`;

/** Support functions (runtime.ts). */
export const SPARE = {
  /** A block with room for %bytes that wastes little, zeroed and in no list; null when there is none. */
  "spare.take": {
    declares: ["declare void @llvm.memset.p0.i64(ptr, i8, i64, i1 immarg)"],
    attributes: ["noinline"],
    shared: true,
    text: `define internal ptr @nb.spare.take(ptr %spare, i64 %bytes) {
start:
  %absent = icmp eq ptr %spare, null
  %small = icmp ult i64 %bytes, ${AT_LEAST}
  %skip = or i1 %absent, %small
  br i1 %skip, label %none, label %each
each:
  %k = phi i64 [ 0, %start ], [ %k.next, %next ]
  %at = ${slot("%k")}
  %block = load ptr, ptr %at, align 8
  %empty = icmp eq ptr %block, null
  br i1 %empty, label %next, label %look
look:
  %capacity.at = ${blockField("capacity", "%block")}
  %capacity = load i64, ptr %capacity.at, align 8
  %rest = sub i64 %capacity, %bytes
  %quarter = lshr i64 %capacity, 2
  %fits = icmp ule i64 %rest, %quarter
  br i1 %fits, label %found, label %next
next:
  %k.next = add nuw nsw i64 %k, 1
  %done = icmp eq i64 %k.next, ${SLOTS}
  br i1 %done, label %none, label %each
found:
  store ptr null, ptr %at, align 8
  %kept = load i64, ptr %spare, align 8
  %less = sub i64 %kept, %capacity
  store i64 %less, ptr %spare, align 8
  %value.at = ${blockField("value", "%block")}
  store ptr null, ptr %value.at, align 8
  %data.at = ${blockField("data", "%block")}
  store ptr null, ptr %data.at, align 8
  %behind = getelementptr inbounds nuw i8, ptr %block, i64 ${BLOCK_DATA_OFFSET}
  call void @llvm.memset.p0.i64(ptr align 64 %behind, i8 0, i64 %bytes, i1 false)
  ret ptr %block
none:
  ret ptr null
}`,
  },

  /** Keeps a block that nobody uses any more, or frees it. Where there is no room, all that was kept before goes. */
  "spare.drop": {
    declares: ["declare void @free(ptr)"],
    needs: ["spare.empty"],
    attributes: ["noinline"],
    shared: true,
    text: `define internal void @nb.spare.drop(ptr %spare, ptr %block) {
start:
  %capacity.at = ${blockField("capacity", "%block")}
  %capacity = load i64, ptr %capacity.at, align 8
  %absent = icmp eq ptr %spare, null
  %small = icmp ult i64 %capacity, ${AT_LEAST}
  %large = icmp ugt i64 %capacity, ${AT_MOST}
  %useless = or i1 %small, %large
  %skip = or i1 %absent, %useless
  br i1 %skip, label %free, label %keep
free:
  %base.at = ${blockField("base", "%block")}
  %base = load ptr, ptr %base.at, align 8
  call void @free(ptr %base)
  ret void
keep:
  %kept = load i64, ptr %spare, align 8
  %sum = add i64 %kept, %capacity
  %over = icmp ugt i64 %sum, ${AT_MOST}
  br i1 %over, label %empty, label %each
each:
  %k = phi i64 [ 0, %keep ], [ %k.next, %next ]
  %at = ${slot("%k")}
  %held = load ptr, ptr %at, align 8
  %vacant = icmp eq ptr %held, null
  br i1 %vacant, label %store, label %next
next:
  %k.next = add nuw nsw i64 %k, 1
  %done = icmp eq i64 %k.next, ${SLOTS}
  br i1 %done, label %empty, label %each
empty:
  call void @nb.spare.empty(ptr %spare)
  %first = ${slot("0")}
  br label %store
store:
  %place = phi ptr [ %at, %each ], [ %first, %empty ]
  %total = phi i64 [ %sum, %each ], [ %capacity, %empty ]
  store ptr %block, ptr %place, align 8
  store i64 %total, ptr %spare, align 8
  ret void
}`,
  },

  /** Frees all that is kept. */
  "spare.empty": {
    declares: ["declare void @free(ptr)"],
    attributes: ["cold", "noinline"],
    shared: true,
    text: `define internal void @nb.spare.empty(ptr %spare) {
start:
  store i64 0, ptr %spare, align 8
  br label %each
each:
  %k = phi i64 [ 0, %start ], [ %k.next, %next ]
  %at = ${slot("%k")}
  %block = load ptr, ptr %at, align 8
  store ptr null, ptr %at, align 8
  %vacant = icmp eq ptr %block, null
  br i1 %vacant, label %next, label %free
free:
  %base.at = ${blockField("base", "%block")}
  %base = load ptr, ptr %base.at, align 8
  call void @free(ptr %base)
  br label %next
next:
  %k.next = add nuw nsw i64 %k, 1
  %done = icmp eq i64 %k.next, ${SLOTS}
  br i1 %done, label %end, label %each
end:
  ret void
}`,
  },

  /** The end of the thread's environment: a napi cleanup hook. */
  "spare.end": {
    declares: ["declare void @free(ptr)"],
    needs: ["spare.empty"],
    attributes: ["cold", "noinline"],
    shared: true,
    text: `define internal void @nb.spare.end(ptr %spare) {
  call void @nb.spare.empty(ptr %spare)
  call void @free(ptr %spare)
  ret void
}`,
  },
} as const;

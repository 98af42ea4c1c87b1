// The pool of native/pool.c with every loop handed out, however short: a kernel's own pool runs such loops on the calling thread.

#define NB_POOL_EAGER
#define NB_POOL_ALONE
// The prelude's types have other names in there.
#define i32 pool_i32
#define u32 pool_u32
#define i64 pool_i64
#define u64 pool_u64
#include "pool.c"
#undef i32
#undef u32
#undef i64
#undef u64

static pool_i32 nothing(void *closure, pool_i64 chunk, void *stack_limit) { return 0; }

// Chunks of which each waits until all others have begun, so each needs a thread of its own.
static pool_i64 begun;
static pool_i32 meet(void *closure, pool_i64 chunk, void *stack_limit) {
  pool_i64 chunks = *(pool_i64 *)closure;
  pool_i64 all = (__atomic_fetch_add(&begun, 1, __ATOMIC_SEQ_CST) / chunks + 1) * chunks;
  while (__atomic_load_n(&begun, __ATOMIC_SEQ_CST) < all) PAUSE();
  return 0;
}

EXPORT void use_threads(i32 threads) {
  nb_pool_configure(threads, threads);
  nb_pool_set_threads(threads);
}

EXPORT void hand_out(i32 chunks, i32 times) {
  for (i32 t = 0; t < times; t++) nb_pool_run(nothing, NULL, chunks, NULL);
}

EXPORT void hand_out_and_meet(i32 chunks, i32 times) {
  pool_i64 closure = chunks;
  for (i32 t = 0; t < times; t++) nb_pool_run(meet, &closure, chunks, NULL);
}

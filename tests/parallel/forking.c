/*
 * An addon for the stress test: forkAndRun(address of nb_pool_run, depth) forks the process, runs a hundred loops on the pool in the
 * child, and gives how many of them were right; −1 when the child ended otherwise. At depth 1 it is the child's child. No
 * JavaScript runs in the child: V8 keeps its memory from it.
 */
typedef __INT32_TYPE__ i32;
typedef __INT64_TYPE__ i64;
typedef __UINT64_TYPE__ u64;
typedef __SIZE_TYPE__ size;

typedef i64 (*pool_run)(i32 (*task)(void *, i64, void *), void *closure, i64 chunks, void *stop);

i32 fork(void);
i32 waitpid(i32 pid, i32 *status, i32 options);
void _exit(i32 status);
i32 napi_get_cb_info(void *, void *, size *, void **, void **, void **);
i32 napi_get_value_bigint_uint64(void *, void *, u64 *, _Bool *);
i32 napi_get_value_int32(void *, void *, i32 *);
i32 napi_create_int32(void *, i32, void **);
i32 napi_create_function(void *, const char *, size, void *, void *, void **);
i32 napi_set_named_property(void *, void *, const char *, void *);

enum { CHUNKS = 200, LOOPS = 100 };

static i32 add(void *closure, i64 chunk, void *limit) {
  volatile i64 sum = 0;
  for (i64 i = 0; i < 2000; i++) sum += i ^ chunk;
  ((i64 *)closure)[chunk] = sum;
  (void)limit;
  return 0;
}

static i32 count(pool_run run) {
  static i64 sums[CHUNKS];
  i32 good = 0;
  for (i32 k = 0; k < LOOPS; k++) {
    i32 right = 1;
    for (i64 chunk = 0; chunk < CHUNKS; chunk++) sums[chunk] = -1;
    if (run(add, sums, CHUNKS, 0) != -1) right = 0;
    for (i64 chunk = 0; chunk < CHUNKS; chunk++) {
      i64 expected = 0;
      for (i64 i = 0; i < 2000; i++) expected += i ^ chunk;
      if (sums[chunk] != expected) right = 0;
    }
    good += right;
  }
  return good;
}

static i32 in_child(pool_run run, i32 depth) {
  i32 pid = fork();
  if (pid == 0) _exit(depth > 0 && count(run) == LOOPS ? in_child(run, depth - 1) : depth > 0 ? 0 : count(run));
  i32 status = 0;
  if (waitpid(pid, &status, 0) != pid || (status & 0x7f) != 0) return -1;
  return status >> 8 & 0xff;
}

static void *fork_and_run(void *env, void *info) {
  size given = 2;
  void *arguments[2], *value = 0;
  u64 address = 0;
  i32 depth = 0;
  _Bool lossless;
  napi_get_cb_info(env, info, &given, arguments, 0, 0);
  napi_get_value_bigint_uint64(env, arguments[0], &address, &lossless);
  napi_get_value_int32(env, arguments[1], &depth);
  napi_create_int32(env, in_child((pool_run)address, depth), &value);
  return value;
}

__attribute__((visibility("default"))) void *napi_register_module_v1(void *env, void *exports) {
  void *value = 0;
  napi_create_function(env, "forkAndRun", (size)-1, (void *)fork_and_run, 0, &value);
  napi_set_named_property(env, exports, "forkAndRun", value);
  return exports;
}

/*
 * Exercises background.c, and the pool below it, without an engine: the functions of Node-API that it uses are stood in for
 * here, and a thread with its own environment plays JavaScript's part. For ThreadSanitizer and valgrind.
 *
 *   gcc -O1 -g -fsanitize=thread native/pool.c native/background-test.c -o background-test -lpthread && ./background-test
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef void *(*callback)(void *env, void *info);
typedef void (*wake_fn)(void *env, void *callback, void *context, void *data);

/* As background.c has them. */
enum { STOP, PROGRESS, DONE, FAILED, RUN, LOGS, LOG_COUNT, HOST, LOG, OWN };

struct record {
  int32_t kind;
  int32_t bytes;
  uint64_t payload;
};
enum { LOG_NUMBER = 1 };

int64_t nb_pool_run(int32_t (*task)(void *, int64_t, void *), void *closure, int64_t chunks, uint32_t *stop);
void nb_pool_set_threads(uint32_t count);
void nb_pool_configure(uint32_t cores, uint32_t threads);
void *napi_register_module_v1(void *env, void *exports);

static void check(bool good, const char *what) {
  if (good) return;
  fprintf(stderr, "failed: %s\n", what);
  exit(1);
}

/* ── what there is of Node-API ── */

struct function {
  callback call;
  void *data;
};

/* A function call's arguments, or what stands for a value. */
struct value {
  enum { FUNCTION, MEMORY, BOOLEAN, LIST, NUMBER } kind;
  struct function function;
  void *memory;
  bool boolean;
  uint32_t length;
  struct value *items[8192];
};

struct info {
  struct value *argument;
  void *data;
};

/* An environment, and its one thread-safe function. */
struct env {
  struct {
    char name[24];
    struct function function;
  } exports[16];
  int export_count;
  wake_fn wake_up;
  pthread_mutex_t lock;
  pthread_cond_t called;
  int pending;
  void (*cleanup)(void *);
  void *cleanup_argument;
  struct value lists[2];
  struct value number;
  struct value answer[2];
  int references;
};

/* What JavaScript gives is held from `run` to `end`, or to the environment's. */
int32_t napi_create_reference(void *e, void *value, uint32_t count, void **result) {
  check(value != NULL && count == 1, "a strong reference to something");
  ((struct env *)e)->references++;
  return *result = value, 0;
}
int32_t napi_delete_reference(void *e, void *reference) { return (void)reference, ((struct env *)e)->references--, 0; }

int32_t napi_get_cb_info(void *env, void *i, size_t *count, void **given, void **self, void **data) {
  struct info *info = i;
  (void)env, (void)self;
  for (size_t k = 0; given != NULL && k < *count; k++) given[k] = info->argument;
  if (data != NULL) *data = info->data;
  return 0;
}
int32_t napi_get_value_uint32(void *env, void *value, uint32_t *result) { return (void)env, (void)value, (void)result, 1; }
int32_t napi_create_uint32(void *env, uint32_t value, void **result) { return (void)env, (void)value, *result = NULL, 0; }
int32_t napi_create_bigint_uint64(void *env, uint64_t value, void **result) {
  return (void)value, *result = &((struct env *)env)->number, 0;
}
int32_t napi_create_bigint_int64(void *env, int64_t value, void **result) {
  return (void)value, *result = &((struct env *)env)->number, 0;
}
int32_t napi_create_double(void *env, double value, void **result) {
  return (void)value, *result = &((struct env *)env)->number, 0;
}
int32_t napi_create_string_utf8(void *env, const char *text, size_t length, void **result) {
  return (void)text, (void)length, *result = &((struct env *)env)->number, 0;
}
int32_t napi_get_undefined(void *env, void **result) { return *result = &((struct env *)env)->number, 0; }
int32_t napi_get_boolean(void *env, bool value, void **result) { return *result = &((struct env *)env)->answer[value], 0; }
int32_t napi_get_value_bool(void *env, void *value, bool *result) {
  return (void)env, *result = ((struct value *)value)->boolean, 0;
}
int32_t napi_get_typedarray_info(void *env, void *value, int32_t *type, size_t *length, void **data, void **buffer, size_t *at) {
  (void)env, (void)type, (void)length, (void)buffer, (void)at;
  *data = ((struct value *)value)->memory;
  return 0;
}
/* Lists of lines, and of a line's items. */
int32_t napi_create_array_with_length(void *e, size_t length, void **result) {
  struct env *env = e;
  struct value *list = &env->lists[env->lists[0].length == UINT32_MAX ? 0 : 1];
  check(length <= 8192, "a list fits");
  list->length = (uint32_t)length;
  return *result = list, 0;
}
int32_t napi_set_element(void *env, void *list, uint32_t index, void *value) {
  (void)env;
  ((struct value *)list)->items[index] = value;
  return 0;
}
int32_t napi_create_function(void *env, const char *name, size_t length, void *call, void *data, void **result) {
  struct value *value = calloc(1, sizeof *value);
  (void)env, (void)name, (void)length;
  value->function = (struct function){(callback)(uintptr_t)call, data};
  return *result = value, 0;
}
int32_t napi_set_named_property(void *e, void *exports, const char *name, void *value) {
  struct env *env = e;
  (void)exports;
  if (value == NULL || value == &env->number) return 0;
  snprintf(env->exports[env->export_count].name, sizeof env->exports[0].name, "%s", name);
  env->exports[env->export_count++].function = ((struct value *)value)->function;
  free(value);
  return 0;
}
int32_t napi_create_threadsafe_function(
  void *e, void *callback, void *resource, void *name, size_t size, size_t threads, void *data, void *finalize, void *context,
  void *wake_up, void **result
) {
  struct env *env = e;
  (void)callback, (void)resource, (void)name, (void)size, (void)threads, (void)data, (void)finalize, (void)context;
  env->wake_up = (wake_fn)(uintptr_t)wake_up;
  return *result = env, 0;
}
int32_t napi_call_threadsafe_function(void *e, void *data, int32_t mode) {
  struct env *env = e;
  (void)data, (void)mode;
  pthread_mutex_lock(&env->lock);
  env->pending = 1;
  pthread_cond_signal(&env->called);
  pthread_mutex_unlock(&env->lock);
  return 0;
}
int32_t napi_ref_threadsafe_function(void *env, void *fn) { return (void)env, (void)fn, 0; }
int32_t napi_unref_threadsafe_function(void *env, void *fn) { return (void)env, (void)fn, 0; }
int32_t napi_call_function(void *env, void *self, void *fn, size_t count, void **given, void **result) {
  return (void)env, (void)self, (void)fn, (void)count, (void)given, (void)result, 0;
}
int32_t napi_add_env_cleanup_hook(void *e, void *cleanup, void *argument) {
  struct env *env = e;
  env->cleanup = (void (*)(void *))(uintptr_t)cleanup;
  return env->cleanup_argument = argument, 0;
}

static struct value *call(struct env *env, const char *name, struct value *argument) {
  for (int k = 0; k < env->export_count; k++) {
    if (strcmp(env->exports[k].name, name) != 0) continue;
    struct function *function = &env->exports[k].function;
    struct info info = {argument, function->data};
    return function->call(env, &info);
  }
  check(false, name);
  return NULL;
}

static void wait_for_call(struct env *env) {
  pthread_mutex_lock(&env->lock);
  while (!env->pending) pthread_cond_wait(&env->called, &env->lock);
  env->pending = 0;
  pthread_mutex_unlock(&env->lock);
  env->wake_up(env, env, NULL, NULL);
}

/* ── kernels ── */

static bool stopped(uint64_t *memory) { return __atomic_load_n((uint32_t *)&memory[STOP], __ATOMIC_SEQ_CST) != 0; }

static void tell(uint64_t *memory, double done) {
  uint64_t bits;
  memcpy(&bits, &done, sizeof bits);
  __atomic_store_n(&memory[PROGRESS], bits, __ATOMIC_RELAXED);
}

static int32_t count(void *closure, int64_t chunk, void *limit) {
  (void)limit;
  __atomic_fetch_add((uint64_t *)closure, (uint64_t)chunk, __ATOMIC_RELAXED);
  return 0;
}

/* memory[OWN]: how many lines to log; memory[OWN + 1]: the sum of the chunks' numbers. */
static void short_kernel(uint64_t *memory) {
  int32_t (*log)(uint64_t *, struct record *, int32_t) = (void *)(uintptr_t)memory[LOG];
  for (uint64_t k = 0; k < memory[OWN]; k++) {
    struct record record = {LOG_NUMBER, 0, k};
    if (log(memory, &record, 1) != 0) return;
  }
  nb_pool_run(count, &memory[OWN + 1], 100, (uint32_t *)&memory[STOP]);
  tell(memory, 1);
}

static void endless_kernel(uint64_t *memory) {
  for (uint64_t k = 0; !stopped(memory); k++) {
    nb_pool_run(count, &memory[OWN + 1], 50, (uint32_t *)&memory[STOP]);
    tell(memory, (double)k);
  }
}

/* ── JavaScript's part ── */

#define AT_ONCE 6

static void fetch_logs(struct env *env, struct value *memory, uint32_t *lines) {
  env->lists[0].length = UINT32_MAX;
  struct value *list = call(env, "logs", memory);
  *lines += list->length;
  list->length = UINT32_MAX;
}

static void *environment(void *argument) {
  unsigned seed = (unsigned)(uintptr_t)argument;
  for (int life = 0; life < 8; life++) {
    struct env *env = calloc(1, sizeof *env);
    pthread_mutex_init(&env->lock, NULL);
    pthread_cond_init(&env->called, NULL);
    env->answer[1].boolean = true;
    napi_register_module_v1(env, env);
    struct value nothing = {.kind = NUMBER};
    check(call(env, "open", &nothing) == &env->answer[1], "open");
    call(env, "hold", &env->answer[1]);
    uint64_t *memories[AT_ONCE];
    struct value values[AT_ONCE];
    memset(values, 0, sizeof values);
    for (int round = 0; round < 12; round++) {
      uint32_t lines[AT_ONCE] = {0};
      int left = 0;
      for (int k = 0; k < AT_ONCE; k++) {
        seed = seed * 1664525u + 1013904223u;
        memories[k] = calloc(16, 8);
        values[k].memory = memories[k];
        bool ends = (seed >> 8) % 3 != 0;
        memories[k][RUN] = (uint64_t)(uintptr_t)(ends ? short_kernel : endless_kernel);
        memories[k][OWN] = ends ? (seed >> 12) % 40 : 0;
        check(call(env, "run", &values[k]) == &env->answer[1], "there is a thread");
        left++;
      }
      nb_pool_set_threads(1 + (seed >> 16) % 5);
      bool last = round == 11;
      /* The last calls are left to the end of the environment. */
      if (last) break;
      while (left > 0) {
        for (int k = 0; k < AT_ONCE; k++)
          if (memories[k] != NULL && memories[k][RUN] == (uint64_t)(uintptr_t)endless_kernel)
            __atomic_store_n((uint32_t *)&memories[k][STOP], 1, __ATOMIC_SEQ_CST);
        wait_for_call(env);
        for (int k = 0; k < AT_ONCE; k++) {
          if (memories[k] == NULL) continue;
          bool done = __atomic_load_n((uint32_t *)&memories[k][DONE], __ATOMIC_SEQ_CST) != 0;
          fetch_logs(env, &values[k], &lines[k]);
          check(env->references == left, "what a call works on is held");
          if (!done) continue;
          call(env, "end", &values[k]);
          check(lines[k] == memories[k][OWN], "every line has come");
          if (memories[k][RUN] == (uint64_t)(uintptr_t)short_kernel)
            check(memories[k][OWN + 1] == 99 * 100 / 2, "every chunk has run");
          free(memories[k]);
          memories[k] = NULL;
          left--;
        }
      }
    }
    check(env->references == AT_ONCE, "what calls work on is held until the environment's end");
    env->cleanup(env->cleanup_argument);
    check(env->references == 0, "nothing is held for ever");
    for (int k = 0; k < AT_ONCE; k++) {
      uint32_t lines = 0;
      check(__atomic_load_n((uint32_t *)&memories[k][DONE], __ATOMIC_SEQ_CST) != 0, "the environment's end ends its calls");
      fetch_logs(env, &values[k], &lines);
      free(memories[k]);
    }
    pthread_cond_destroy(&env->called);
    pthread_mutex_destroy(&env->lock);
    free(env);
  }
  return NULL;
}

int main(void) {
  nb_pool_configure(2, 3);
  pthread_t threads[4];
  for (uintptr_t i = 0; i < 4; i++) pthread_create(&threads[i], NULL, environment, (void *)(i + 1));
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  puts("ok");
  return 0;
}

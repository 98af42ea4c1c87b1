/*
 * Kernels in the background (kernel.async): part of pool.c's addon.
 *
 * A call's memory is an array of 64-bit words that JavaScript owns and we hold until the call has settled; the first words
 * are the header below (src/emit/abi.ts names them too), the rest is the kernel's own. Each call has a thread of its own
 * for as long as it runs: an endless kernel holds up nobody else, which on libuv's four threads it would.
 *
 * A thread that is through with its call says so in the call's memory, wakes JavaScript, and leaves. When an environment
 * ends (a worker is terminated), all its calls are told to stop, and it waits for their threads: what they work on is
 * about to be freed.
 */

enum {
  /* A u32: not 0 when the kernel is to stop. */
  STOP,
  /* A double: how much is done. */
  PROGRESS,
  /* A u32: 1 when the kernel has ended. Nothing of ours touches the memory after that. */
  DONE,
  /* A u32: what the kernel returned. */
  FAILED,
  /* The address of the kernel's function that does it all. */
  RUN,
  /* What console.log was given and JavaScript hasn't fetched yet, the last first. */
  LOGS,
  LOG_COUNT,
  /* The struct host. */
  HOST,
  /* The address of nb_background_log. */
  LOG,
};

enum {
  /* A kernel waits when JavaScript is so many lines of console.log behind. */
  MOST_LOGS = 4096,
  /* napi_tsfn_nonblocking and the codes of napi_status that matter. */
  NONBLOCKING = 0,
};

/* Keeps what a call works on from being collected. Only the engine's thread touches it. */
struct hold {
  u64 *memory;
  /* A strong napi_ref. */
  void *reference;
  struct hold *next;
};

/* One environment: a thread of the engine. */
struct host {
  void *env;
  /* The napi_threadsafe_function that wakes JavaScript. */
  void *notify;
  struct call *calls;
  struct hold *holds;
  /* Threads at work: what the end of the environment waits for. */
  u32 threads;
  struct host *next;
};

struct call {
  struct host *host;
  u64 *memory;
  struct call *before, *after;
};

/* As emit/llvm/context.ts has it. */
struct record {
  i32 kind;
  i32 bytes;
  u64 payload;
};

enum { LOG_TEXT, LOG_NUMBER, LOG_BOOL, LOG_INT64, LOG_UINT64 };

struct log {
  struct log *before;
  i32 count;
  struct record records[];
};

void *malloc(size bytes);
void *calloc(size count, size bytes);
void free(void *memory);

#if defined(_WIN32)
void Sleep(u32 milliseconds);
static void rest(void) { Sleep(1); }
#else
int usleep(u32 microseconds);
static void rest(void) { usleep(1000); }

i32 napi_create_threadsafe_function(
  void *, void *, void *, void *, size, size, void *, void *, void *, void *, void **
);
i32 napi_call_threadsafe_function(void *, void *, i32);
i32 napi_ref_threadsafe_function(void *, void *);
i32 napi_unref_threadsafe_function(void *, void *);
i32 napi_add_env_cleanup_hook(void *, void *, void *);
i32 napi_call_function(void *, void *, void *, size, void **, void **);
i32 napi_get_typedarray_info(void *, void *, i32 *, size *, void **, void **, size *);
i32 napi_get_value_bool(void *, void *, _Bool *);
i32 napi_get_undefined(void *, void **);
i32 napi_get_boolean(void *, _Bool, void **);
i32 napi_create_string_utf8(void *, const char *, size, void **);
i32 napi_create_double(void *, double, void **);
i32 napi_create_bigint_int64(void *, i64, void **);
i32 napi_create_array_with_length(void *, size, void **);
i32 napi_set_element(void *, void *, u32, void *);
i32 napi_create_reference(void *, void *, u32, void **);
i32 napi_delete_reference(void *, void *);
#endif

/* Guarded by the pool's lock. */
static struct host *closed_hosts;

static void notify(struct host *host) {
  NAPI(napi_call_threadsafe_function, void *, void *, i32)(host->notify, NULL, NONBLOCKING);
}

/* ── the thread of a call ── */

static thread_result call_main(void *argument) {
  struct call *call = argument;
  struct host *host = call->host;
  u64 *memory = call->memory;
  ((void (*)(u64 *))(uptr)memory[RUN])(memory);
  lock();
  if (call->before != NULL) call->before->after = call->after;
  else host->calls = call->after;
  if (call->after != NULL) call->after->before = call->before;
  unlock();
  free(call);
  STORE((u32 *)&memory[DONE], 1);
  notify(host);
  /* The last touch: the environment may be gone once it sees 0. Waking takes the mere address. */
  if (SUBTRACT(&host->threads, 1) == 1) wake(&host->threads, 1);
  return 0;
}

/* Gives 1 when the kernel is to end. */
static i32 nb_background_log(u64 *memory, struct record *records, i32 count) {
  while (LOAD(&memory[LOG_COUNT]) >= MOST_LOGS) {
    if (LOAD((u32 *)&memory[STOP]) != 0) return 1;
    rest();
  }
  struct log *log = malloc(sizeof *log + (size)count * sizeof *records);
  if (log == NULL) return 1;
  log->count = count;
  for (i32 i = 0; i < count; i++) log->records[i] = records[i];
  u64 last = LOAD(&memory[LOGS]);
  do log->before = (struct log *)(uptr)last;
  while (!REPLACE(&memory[LOGS], last, (u64)(uptr)log));
  ADD(&memory[LOG_COUNT], 1);
  if (last == 0) notify((struct host *)(uptr)memory[HOST]);
  return 0;
}

/* ── the engine's thread ── */

static void let_go(struct host *host, struct hold **link) {
  struct hold *hold = *link;
  *link = hold->next;
  NAPI(napi_delete_reference, void *, void *)(host->env, hold->reference);
  free(hold);
}

static void close_host(void *argument) {
  struct host *host = argument;
  lock();
  for (struct call *call = host->calls; call != NULL; call = call->after) STORE((u32 *)&call->memory[STOP], 1);
  unlock();
  for (;;) {
    u32 threads = LOAD(&host->threads);
    if (threads == 0) break;
    sleep_on(&host->threads, threads);
  }
  while (host->holds != NULL) let_go(host, &host->holds);
  lock();
  host->next = closed_hosts;
  closed_hosts = host;
  unlock();
}

static struct host *new_host(void *env) {
  lock();
  struct host *host = closed_hosts;
  if (host != NULL) closed_hosts = host->next;
  unlock();
  if (host == NULL) host = calloc(1, sizeof *host);
  if (host == NULL) return NULL;
  *host = (struct host){.env = env};
  return host;
}

/* Runs where JavaScript does; `env` is null when that is over. */
static void wake_up(void *env, void *callback, void *context, void *data) {
  (void)context;
  (void)data;
  if (env == NULL || callback == NULL) return;
  void *receiver = NULL;
  NAPI(napi_get_undefined, void *, void **)(env, &receiver);
  NAPI(napi_call_function, void *, void *, void *, size, void **, void **)(env, receiver, callback, 0, NULL, NULL);
}

static struct host *take_argument(void *env, void *info, void **argument) {
  size count = 1;
  void *host = NULL;
  *argument = NULL;
  NAPI(napi_get_cb_info, void *, void *, size *, void **, void **, void **)(env, info, &count, argument, NULL, &host);
  return host;
}

static u64 *memory_of(void *env, void *value) {
  void *data = NULL;
  NAPI(napi_get_typedarray_info, void *, void *, i32 *, size *, void **, void **, size *)
  (env, value, NULL, NULL, &data, NULL, NULL);
  return data;
}

static void *js_boolean(void *env, int value) {
  void *result = NULL;
  NAPI(napi_get_boolean, void *, _Bool, void **)(env, value != 0, &result);
  return result;
}

/* open(callback): the callback is called, sooner or later, after a call has ended or logged. */
static void *js_open(void *env, void *info) {
  void *callback, *name = NULL;
  struct host *host = take_argument(env, info, &callback);
  NAPI(napi_create_string_utf8, void *, const char *, size, void **)(env, "numbats", (size)-1, &name);
  i32 status =
    NAPI(napi_create_threadsafe_function, void *, void *, void *, void *, size, size, void *, void *, void *, void *, void **)
    (env, callback, NULL, name, 0, 1, NULL, NULL, NULL, (void *)wake_up, &host->notify);
  if (status != 0) return js_boolean(env, 0);
  NAPI(napi_unref_threadsafe_function, void *, void *)(env, host->notify);
  /* Hooks run in the reverse of their order: this one, and its wait, before the function above goes. */
  return js_boolean(env, NAPI(napi_add_env_cleanup_hook, void *, void *, void *)(env, (void *)close_host, host) == 0);
}

/* hold(yes): whether the process lives on for the calls' sake. */
static void *js_hold(void *env, void *info) {
  void *given;
  struct host *host = take_argument(env, info, &given);
  _Bool yes = 0;
  NAPI(napi_get_value_bool, void *, void *, _Bool *)(env, given, &yes);
  if (yes) NAPI(napi_ref_threadsafe_function, void *, void *)(env, host->notify);
  else NAPI(napi_unref_threadsafe_function, void *, void *)(env, host->notify);
  return NULL;
}

/*
 * run(memory, held): starts the kernel whose call has been prepared there. Gives false when there is no thread for it. `held`,
 * and so whatever it refers to, is held until end(memory), or until the environment's end has waited for the thread: a
 * worker that is terminated may come to nothing that JavaScript does after this, and collect its garbage before that.
 */
static void *js_run(void *env, void *info) {
  size count = 2;
  void *given[2] = {NULL, NULL}, *data = NULL;
  NAPI(napi_get_cb_info, void *, void *, size *, void **, void **, void **)(env, info, &count, given, NULL, &data);
  struct host *host = data;
  u64 *memory = memory_of(env, given[0]);
  struct call *call = malloc(sizeof *call);
  struct hold *hold = malloc(sizeof *hold);
  if (
    call == NULL || hold == NULL || memory == NULL ||
    NAPI(napi_create_reference, void *, void *, u32, void **)(env, given[1], 1, &hold->reference) != 0
  ) {
    free(call);
    free(hold);
    return js_boolean(env, 0);
  }
  hold->memory = memory;
  hold->next = host->holds;
  host->holds = hold;
  memory[HOST] = (u64)(uptr)host;
  memory[LOG] = (u64)(uptr)nb_background_log;
  *call = (struct call){.host = host, .memory = memory};
  ADD(&host->threads, 1);
  lock();
  call->after = host->calls;
  if (host->calls != NULL) host->calls->before = call;
  host->calls = call;
  unlock();
  if (start(call_main, call, STACK_BYTES)) return js_boolean(env, 1);
  lock();
  if (call->before != NULL) call->before->after = call->after;
  else host->calls = call->after;
  if (call->after != NULL) call->after->before = call->before;
  unlock();
  SUBTRACT(&host->threads, 1);
  free(call);
  let_go(host, &host->holds);
  return js_boolean(env, 0);
}

/* end(memory): the call has ended, and JavaScript has seen it. */
static void *js_end(void *env, void *info) {
  void *given;
  struct host *host = take_argument(env, info, &given);
  u64 *memory = memory_of(env, given);
  struct hold **link = &host->holds;
  while (*link != NULL && (*link)->memory != memory) link = &(*link)->next;
  if (*link != NULL) let_go(host, link);
  return NULL;
}

static void *value_of(void *env, struct record *record) {
  void *value = NULL;
  double number;
  switch (record->kind) {
    case LOG_TEXT:
      NAPI(napi_create_string_utf8, void *, const char *, size, void **)
      (env, (const char *)(uptr)record->payload, (size)record->bytes, &value);
      break;
    case LOG_NUMBER:
      __builtin_memcpy(&number, &record->payload, sizeof number);
      NAPI(napi_create_double, void *, double, void **)(env, number, &value);
      break;
    case LOG_BOOL:
      NAPI(napi_get_boolean, void *, _Bool, void **)(env, record->payload != 0, &value);
      break;
    case LOG_INT64:
      NAPI(napi_create_bigint_int64, void *, i64, void **)(env, (i64)record->payload, &value);
      break;
    case LOG_UINT64:
      NAPI(napi_create_bigint_uint64, void *, u64, void **)(env, record->payload, &value);
      break;
    default:
      break;
  }
  return value;
}

/* logs(memory): takes what has been logged since, as an array of lists of arguments. */
static void *js_logs(void *env, void *info) {
  void *given, *lines = NULL;
  take_argument(env, info, &given);
  u64 *memory = memory_of(env, given);
  if (memory == NULL) return NULL;
  struct log *log = (struct log *)(uptr)EXCHANGE(&memory[LOGS], 0);
  u32 count = 0;
  for (struct log *each = log; each != NULL; each = each->before) count++;
  SUBTRACT(&memory[LOG_COUNT], count);
  NAPI(napi_create_array_with_length, void *, size, void **)(env, count, &lines);
  while (log != NULL) {
    void *items = NULL;
    NAPI(napi_create_array_with_length, void *, size, void **)(env, (size)log->count, &items);
    for (i32 i = 0; i < log->count; i++)
      NAPI(napi_set_element, void *, void *, u32, void *)(env, items, (u32)i, value_of(env, &log->records[i]));
    NAPI(napi_set_element, void *, void *, u32, void *)(env, lines, --count, items);
    struct log *before = log->before;
    free(log);
    log = before;
  }
  return lines;
}

/* ── pinning: memory that stays although its ArrayBuffer is transferred ── */

/*
 * Node's own V8, by the names of its C++ functions: ArrayBuffer::GetBackingStore gives a std::shared_ptr, which
 * ArrayBuffer::New takes over into a second ArrayBuffer of the same memory. Whoever holds that one holds the memory. A
 * Local<T> is what Node-API's values are: the address of a slot. Where a name isn't found nothing can be pinned.
 */
#if !defined(_WIN32)

void *dlsym(void *library, const char *name);

#if defined(__APPLE__)
#define EVERYWHERE ((void *)-2)
#define SHARED_PTR "NSt3__110shared_ptrINS_12BackingStoreEEE"
#else
#define EVERYWHERE NULL
#define SHARED_PTR "St10shared_ptrINS_12BackingStoreEE"
#endif

/* A std::shared_ptr is two pointers, returned through memory; a C compiler does that for what is larger. */
struct store {
  void *object;
  void *control;
  u64 unused[6];
};

static struct store (*get_backing_store)(void *buffer);
static void *(*new_array_buffer)(void *isolate, struct store *store);
static void *(*current_isolate)(void);

static int find_pinning(void) {
  get_backing_store = (struct store(*)(void *))dlsym(EVERYWHERE, "_ZN2v811ArrayBuffer15GetBackingStoreEv");
  new_array_buffer =
    (void *(*)(void *, struct store *))dlsym(EVERYWHERE, "_ZN2v811ArrayBuffer3NewEPNS_7IsolateE" SHARED_PTR);
  current_isolate = (void *(*)(void))dlsym(EVERYWHERE, "_ZN2v87Isolate10GetCurrentEv");
  return get_backing_store != NULL && new_array_buffer != NULL && current_isolate != NULL;
}

static void *second_buffer(void *buffer) {
  struct store store = get_backing_store(buffer);
  return new_array_buffer(current_isolate(), &store);
}

#else

static int find_pinning(void) { return 0; }
static void *second_buffer(void *buffer) { return buffer; }

#endif

/* findPinning(): can pin() be called? Only where the engine is V8 as Node has it. */
static void *js_find_pinning(void *env, void *info) {
  (void)info;
  return js_boolean(env, find_pinning());
}

/* pin(buffer): another ArrayBuffer of the same memory. */
static void *js_pin(void *env, void *info) {
  void *buffer;
  take_argument(env, info, &buffer);
  return second_buffer(buffer);
}

static void export_background(void *env, void *exports) {
  struct host *host = new_host(env);
  if (host == NULL) return;
  export_function(env, exports, "open", js_open, host);
  export_function(env, exports, "hold", js_hold, host);
  export_function(env, exports, "run", js_run, host);
  export_function(env, exports, "end", js_end, host);
  export_function(env, exports, "logs", js_logs, host);
  export_function(env, exports, "findPinning", js_find_pinning, host);
  export_function(env, exports, "pin", js_pin, host);
}

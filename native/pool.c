/*
 * The thread pool of `parallel: true`: one per process, shared by all kernels and by all threads that call them.
 *
 * A call hands over a job: a number of chunks and a function that runs one. The chunks are dealt in blocks of neighbours,
 * one for each thread, the first to the caller; who is through with a block takes chunks from the ends of the others. So
 * two threads seldom write to neighbouring memory, and loop after loop over the same arrays a thread finds its part of them in
 * its own cache. Which thread runs a chunk never shows in a result: how a range is cut into chunks, and how their results
 * are put together, is the kernel's business and depends on the range alone.
 *
 * A job lives on its caller's stack: a helper touches it only between entering and leaving it. It enters under the lock that
 * guards the list of jobs, so none enters a job that has been taken off the list; its last touch is the atomic operation by
 * which it leaves, and the caller waits until no helper is inside.
 *
 * Freestanding: compiled without headers by whatever clang numbats uses, so the few functions of the system are declared
 * here. It is a Node-API addon too, which tells JavaScript the address of nb_pool_run and takes the number of threads.
 */

typedef __INT32_TYPE__ i32;
typedef __UINT32_TYPE__ u32;
typedef __INT64_TYPE__ i64;
typedef __UINT64_TYPE__ u64;
typedef __UINTPTR_TYPE__ uptr;
typedef __SIZE_TYPE__ size;

#define NULL ((void *)0)
#define NONE ((i64)0x7fffffffffffffff)

enum {
  /* Of address space; memory is used as far as recursion goes. */
  STACK_BYTES = 16 << 20,
  /* Left free at a stack's end, as emit/llvm/entry-stack.ts does for the engine's threads. */
  STACK_RESERVE = 256 << 10,
  MAX_THREADS = 512,
  /* More threads than this share the blocks of a job. */
  MOST_BLOCKS = 64,
  /* Rounds of looking at the lock before sleeping: a microsecond or so. */
  SPINS = 64,
  /* Microseconds of looking for work before sleeping, about what waking takes, and of waiting for the others' last chunks. */
  IDLE_US = 15,
  JOIN_US = 20,
  /* Microseconds after which a woken thread is late. */
  LATE_US = 30,
#if !defined(NB_POOL_EAGER)
  /* A loop that takes fewer microseconds is run by its caller alone; one that takes more is shared; between, what has been faster. */
  ALONE_US = 3,
  SHARED_US = 100,
#else
  ALONE_US = 0,
  SHARED_US = 0,
#endif
  /* Of so many calls of a loop between the two, the first are shared, the next aren't, the rest are as was faster. */
  PERIOD = 1024,
  SHARED_TRIALS = 8,
  ALONE_TRIALS = 4,
};

#if defined(__x86_64__)
#define PAUSE() __builtin_ia32_pause()
#elif defined(__aarch64__)
#define PAUSE() __asm__ volatile("isb" ::: "memory")
#else
#define PAUSE() ((void)0)
#endif

/* A clock, in ticks of which a microsecond has at least TICKS_PER_US, or not many fewer. */
#if defined(__x86_64__)
#define TICKS_PER_US 2000
static u64 ticks(void) { return __builtin_ia32_rdtsc(); }
#elif defined(__aarch64__)
/* The counter's frequency is anything from 19 MHz to 1 GHz: scaled to the latter. */
#define TICKS_PER_US 1000
static u64 ticks(void) {
  u64 count, frequency;
  __asm__ volatile("mrs %0, cntvct_el0" : "=r"(count));
  __asm__("mrs %0, cntfrq_el0" : "=r"(frequency));
  return frequency < 1000000 ? count * 40 : count * (1000000000 / frequency);
}
#else
#define TICKS_PER_US 100
static u64 ticks(void) {
  static u64 count;
  return __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED);
}
#endif

/*
 * Valgrind takes atomic operations for ordinary ones. Told that they order what is around them, and not to look at the words
 * themselves, it checks all the rest: -DNB_POOL_VALGRIND='<valgrind/helgrind.h>', or drd.h.
 */
#if defined(NB_POOL_VALGRIND)
#include NB_POOL_VALGRIND
#if defined(VALGRIND_HG_DISABLE_CHECKING)
#define QUIET(p) VALGRIND_HG_DISABLE_CHECKING((p), sizeof *(p))
#else
#define QUIET(p) DRD_IGNORE_VAR(*(p))
#endif
#define BEFORE(p) ANNOTATE_HAPPENS_BEFORE(p)
#define AFTER(p) ANNOTATE_HAPPENS_AFTER(p)
#else
#define QUIET(p) ((void)0)
#define BEFORE(p) ((void)0)
#define AFTER(p) ((void)0)
#endif

#define ATOMICALLY(p, before, operation)        \
  __extension__({                               \
    QUIET(p);                                   \
    before;                                     \
    __typeof__(operation) value_ = (operation); \
    AFTER(p);                                   \
    value_;                                     \
  })

#define LOAD(p) ATOMICALLY(p, (void)0, __atomic_load_n((p), __ATOMIC_SEQ_CST))
#define STORE(p, v)                               \
  __extension__({                                 \
    QUIET(p);                                     \
    BEFORE(p);                                    \
    __atomic_store_n((p), (v), __ATOMIC_SEQ_CST); \
  })
#define ADD(p, v) ATOMICALLY(p, BEFORE(p), __atomic_fetch_add((p), (v), __ATOMIC_SEQ_CST))
#define SUBTRACT(p, v) ATOMICALLY(p, BEFORE(p), __atomic_fetch_sub((p), (v), __ATOMIC_SEQ_CST))
#define EXCHANGE(p, v) ATOMICALLY(p, BEFORE(p), __atomic_exchange_n((p), (v), __ATOMIC_SEQ_CST))
/* Otherwise puts what is there into `known`. */
#define REPLACE(p, known, v) \
  ATOMICALLY(p, BEFORE(p), __atomic_compare_exchange_n((p), &(known), (v), 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))

/* ── the system: sleeping on a word, and threads ── */

#if defined(_WIN32)

i32 WaitOnAddress(void *address, void *compare, size bytes, u32 milliseconds);
void WakeByAddressSingle(void *address);
void WakeByAddressAll(void *address);
void *CreateThread(void *security, size stack, u32 (*run)(void *), void *argument, u32 flags, u32 *id);
i32 CloseHandle(void *handle);

static void sleep_on(u32 *word, u32 expected) { WaitOnAddress(word, &expected, sizeof expected, 0xffffffff); }

static void wake(u32 *word, u32 count) {
  if (count == 1) WakeByAddressSingle(word);
  else WakeByAddressAll(word);
}

typedef u32 thread_result;

static int start(thread_result (*run)(void *), void *argument, size stack_bytes) {
  /* STACK_SIZE_PARAM_IS_A_RESERVATION */
  void *handle = CreateThread(NULL, stack_bytes, run, argument, 0x10000, NULL);
  if (handle == NULL) return 0;
  CloseHandle(handle);
  return 1;
}

static void watch_forks(void) {}

static u32 this_thread(void) { return 0; }
static void move_off(u32 thread) { (void)thread; }

#else

int pthread_attr_init(void *attr);
int pthread_attr_setstacksize(void *attr, size bytes);
int pthread_attr_setdetachstate(void *attr, int state);
int pthread_attr_destroy(void *attr);
int pthread_create(void *thread, const void *attr, void *(*run)(void *), void *argument);
int pthread_sigmask(int how, const void *set, void *before);
int sigfillset(void *set);

#if defined(__APPLE__)

int __ulock_wait(u32 operation, void *address, u64 value, u32 microseconds);
int __ulock_wake(u32 operation, void *address, u64 value);
int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void));

enum { UL_COMPARE_AND_WAIT = 1, ULF_WAKE_ALL = 0x100, ULF_NO_ERRNO = 0x1000000, DETACHED = 2, SET_MASK = 3 };

static void sleep_on(u32 *word, u32 expected) { __ulock_wait(UL_COMPARE_AND_WAIT | ULF_NO_ERRNO, word, expected, 0); }

static void wake(u32 *word, u32 count) {
  __ulock_wake(UL_COMPARE_AND_WAIT | ULF_NO_ERRNO | (count == 1 ? 0 : ULF_WAKE_ALL), word, 0);
}

static u32 this_thread(void) { return 0; }
static void move_off(u32 thread) { (void)thread; }

#else

long syscall(long number, ...);
/* glibc has the first, musl the second as a function that can be looked up. */
__attribute__((weak)) int __register_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void), void *library);
__attribute__((weak)) int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void));
__attribute__((weak)) int sched_getcpu(void);

enum { FUTEX_WAIT_PRIVATE = 128, FUTEX_WAKE_PRIVATE = 129, DETACHED = 1, SET_MASK = 2 };
#if defined(__x86_64__)
enum { SYS_FUTEX = 202, SYS_GETTID = 186, SYS_SETAFFINITY = 203, SYS_GETAFFINITY = 204 };
#else
enum { SYS_FUTEX = 98, SYS_GETTID = 178, SYS_SETAFFINITY = 122, SYS_GETAFFINITY = 123 };
#endif

static void sleep_on(u32 *word, u32 expected) { syscall(SYS_FUTEX, word, FUTEX_WAIT_PRIVATE, expected, NULL, NULL, 0); }
static void wake(u32 *word, u32 count) { syscall(SYS_FUTEX, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0); }

static u32 this_thread(void) { return (u32)syscall(SYS_GETTID); }

/*
 * A woken thread may be queued on the core of who woke it, though others are idle: Linux does that where it doesn't know that
 * cores share a cache, as in many virtual machines. Forbidding it that core for a moment moves it to another; where it waits
 * elsewhere or runs already, it stays. What the system doesn't allow changes nothing.
 */
static void move_off(u32 thread) {
  u64 cores[128];
  i64 bytes = syscall(SYS_GETAFFINITY, thread, sizeof cores, cores);
  i32 here = sched_getcpu ? sched_getcpu() : -1;
  if (here < 0 || here >= bytes * 8 || (cores[here / 64] >> here % 64 & 1) == 0) return;
  cores[here / 64] ^= (u64)1 << here % 64;
  if (syscall(SYS_SETAFFINITY, thread, bytes, cores) != 0) return;
  cores[here / 64] ^= (u64)1 << here % 64;
  syscall(SYS_SETAFFINITY, thread, bytes, cores);
}

#endif

typedef void *thread_result;

static int start(thread_result (*run)(void *), void *argument, size stack_bytes) {
  _Alignas(16) char attr[128], all[128], before[128];
  uptr thread;
  if (pthread_attr_init(attr) != 0) return 0;
  /* The process's signals are for its own threads: a new thread inherits the mask. */
  sigfillset(all);
  pthread_sigmask(SET_MASK, all, before);
  pthread_attr_setdetachstate(attr, DETACHED);
  int started =
    pthread_attr_setstacksize(attr, stack_bytes) == 0 && pthread_create(&thread, attr, run, argument) == 0;
  pthread_attr_destroy(attr);
  pthread_sigmask(SET_MASK, before, NULL);
  return started;
}

static void after_fork(void);

static void watch_forks(void) {
#if defined(__APPLE__)
  pthread_atfork(NULL, NULL, after_fork);
#else
  if (__register_atfork) __register_atfork(NULL, NULL, after_fork, NULL);
  else if (pthread_atfork) pthread_atfork(NULL, NULL, after_fork);
#endif
}

#endif

static void work(u32 id, void *stack_limit);

/* `start_with` is the thread's number and the size of its stack, which is a multiple of more than there are numbers. */
static thread_result thread_main(void *start_with) {
  uptr id = (uptr)start_with % MAX_THREADS;
  work((u32)id, (char *)__builtin_frame_address(0) - ((uptr)start_with - id) + STACK_RESERVE);
  return 0;
}

static int start_thread(u32 id) {
  size less = STACK_BYTES / 16;
  return start(thread_main, (void *)(uptr)(STACK_BYTES + id), STACK_BYTES) ||
         start(thread_main, (void *)(uptr)(less + id), less);
}

/* ── the lock: 0 free, 1 taken, 2 taken and somebody sleeps ── */

static _Alignas(64) u32 pool_lock;

static u32 exchange_if(u32 *word, u32 expected, u32 desired) {
  REPLACE(word, expected, desired);
  return expected;
}

static void lock(void) {
  u32 was = exchange_if(&pool_lock, 0, 1);
  for (int i = 0; was != 0 && i < SPINS; i++) {
    PAUSE();
    was = exchange_if(&pool_lock, 0, 1);
  }
  if (was == 0) return;
  while (EXCHANGE(&pool_lock, 2) != 0) sleep_on(&pool_lock, 2);
}

static void unlock(void) {
  if (EXCHANGE(&pool_lock, 0) == 2) wake(&pool_lock, 1);
}

/* ── jobs ── */

/* Runs one chunk: 0, or 1 when it failed. `stack_limit` is the thread's own, null on the calling thread. */
typedef i32 (*task_fn)(void *closure, i64 chunk, void *stack_limit);

/* The chunks of a block that nobody has taken: from the low half's number to before the high half's. */
struct block {
  _Alignas(64) u64 left;
};

#define AWAITED 0x80000000u

/* Lies on its caller's stack. */
struct job {
  task_fn task;
  void *closure;
  /* Points to a flag that asks to stop, or null. */
  u32 *stop;
  /* The lowest chunk that failed, or NONE. Chunks behind it need not run. */
  i64 failed;
  u32 stopped;
  /* How many threads may be inside besides the caller. */
  u32 most_helpers;
  /* How many slept and were woken for it. */
  u32 woken;
  struct job *before, *after;
  /* How many are; with AWAITED if the caller sleeps until there are none. A line of its own: it changes while the others are read. */
  _Alignas(64) u32 helpers;
  _Alignas(64) u32 block_count;
  struct block blocks[MOST_BLOCKS];
};

/* Changed under the lock; looked at without. */
static struct job *jobs;
/* Grows with every job: what idle threads watch, in a line of its own so that they don't take the lock's from who holds it. */
static _Alignas(64) u32 epoch;
static u32 sleepers;
/* By number, the system's name of a thread of the pool that sleeps for want of work or hasn't come to itself since; 0 otherwise. */
static _Alignas(64) u32 asleep[MAX_THREADS];
/* Is a caller at fetch_late? */
static u32 fetching;
/* Changed under the lock. */
static _Alignas(64) u32 workers;
/* Guarded by the lock. */
static u32 thread_count = 1;
static u32 core_count = 1;
static u32 configured;
static u32 watching;

/*
 * What is known of a loop, in ticks per chunk. It decides who runs a loop when it runs again: whether waking others pays
 * is a matter of the machine as much as of the loop. No result depends on it.
 */
struct loop {
  uptr task;
  /* On the calling thread, when the loop last ran; 0 when it hasn't. */
  u64 pace;
  /* The whole loop: at best in the trials, in the mean since. */
  u64 alone;
  u64 shared;
  u32 calls;
};
static struct loop loops[256];

#if !defined(_WIN32)
/* Only the forking thread lives on in the child, and it was not in here. */
static void after_fork(void) {
  pool_lock = 0;
  jobs = NULL;
  workers = 0;
  sleepers = 0;
  fetching = 0;
  for (u32 id = 0; id < MAX_THREADS; id++) asleep[id] = 0;
}
#endif

static void lower(i64 *failed, i64 chunk) {
  i64 known = LOAD(failed);
  while (chunk < known && !REPLACE(failed, known, chunk)) {
  }
}

static u32 least(i64 a, i64 b) { return (u32)(a < b ? a : b); }

static u32 first_of(u64 left) { return (u32)left; }
static u32 end_of(u64 left) { return (u32)(left >> 32); }
static u64 block_of(u32 first, u32 end) { return (u64)end << 32 | first; }

/* The block's first chunk, or its last one; −1 when none is left. */
static i64 take(struct block *block, int last) {
  u64 left = LOAD(&block->left);
  for (;;) {
    u32 first = first_of(left), end = end_of(left);
    if (first >= end) return -1;
    u64 rest = last ? block_of(first, end - 1) : block_of(first + 1, end);
    if (REPLACE(&block->left, left, rest)) return last ? end - 1 : first;
  }
}

/* Gives 0 when the job is over: it was told to stop. */
static int run_chunk(struct job *job, i64 chunk, void *stack_limit) {
  if (job->stop != NULL && LOAD(job->stop) != 0) {
    STORE(&job->stopped, 1);
    return 0;
  }
  if (job->task(job->closure, chunk, stack_limit) != 0) lower(&job->failed, chunk);
  return 1;
}

/* Gets the threads that were woken for the job and haven't come off this core. One caller at a time: it changes what cores they may have. */
static void fetch_late(struct job *job) {
  if (EXCHANGE(&fetching, 1) != 0) return;
  for (u32 id = 0; id < LOAD(&workers) && LOAD(&job->helpers) < job->woken; id++) {
    u32 thread = LOAD(&asleep[id]);
    if (thread != 0) move_off(thread);
  }
  STORE(&fetching, 0);
}

/* All that is left, the thread's own block first. Gives how many it has run. At `late`, if it isn't 0, looks for who was woken. */
static i64 run_chunks(struct job *job, u32 own, void *stack_limit, u64 late) {
  i64 ran = 0;
  for (u32 k = 0; k < job->block_count; k++) {
    struct block *block = &job->blocks[(own + k) % job->block_count];
    for (;;) {
      i64 chunk = take(block, k > 0);
      if (chunk < 0) break;
      if (chunk > LOAD(&job->failed)) continue;
      if (late != 0 && (i64)(ticks() - late) >= 0) {
        fetch_late(job);
        late = 0;
      }
      if (!run_chunk(job, chunk, stack_limit)) return ran;
      ran++;
    }
  }
  return ran;
}

/* By the caller alone, until then if it isn't 0. Gives the first chunk that is left. */
static i64 run_in_order(struct job *job, i64 chunks, u64 until) {
  for (i64 chunk = 0; chunk < chunks; chunk++) {
    if (until != 0 && chunk > 0 && (i64)(ticks() - until) >= 0) return chunk;
    if (!run_chunk(job, chunk, NULL) || job->failed != NONE) break;
  }
  return chunks;
}

static int has_work(struct job *job) {
  if (LOAD(&job->stopped) || LOAD(&job->helpers) >= job->most_helpers) return 0;
  for (u32 k = 0; k < job->block_count; k++) {
    u64 left = LOAD(&job->blocks[k].left);
    if (first_of(left) < end_of(left) && first_of(left) <= LOAD(&job->failed)) return 1;
  }
  return 0;
}

static struct job *find_job(void) {
  for (struct job *job = jobs; job != NULL; job = job->after)
    if (has_work(job)) return job;
  return NULL;
}

/* With more threads than cores, waiting takes time from those that work. */
static int spinning_pays(void) { return LOAD(&thread_count) <= LOAD(&core_count); }

static void spin_while(u32 *word, u32 value, u64 microseconds) {
  u64 until = ticks() + microseconds * TICKS_PER_US;
  while (LOAD(word) == value && (i64)(ticks() - until) < 0) PAUSE();
}

/* A job to work on, in which the thread counts as a helper now. */
static struct job *enter_job(void) {
  if (LOAD(&jobs) == NULL) return NULL;
  lock();
  struct job *job = find_job();
  if (job != NULL) ADD(&job->helpers, 1);
  unlock();
  return job;
}

static void leave_job(struct job *job) {
  /* The job may be gone as soon as this is done: its address says whom to wake, no more. */
  if (SUBTRACT(&job->helpers, 1) == (AWAITED | 1)) wake(&job->helpers, 1);
}

/* What a thread of the pool does all its life. */
static void work(u32 id, void *stack_limit) {
  u32 thread = this_thread();
  for (;;) {
    /* A job that is opened after the look changes it. */
    u32 seen = LOAD(&epoch);
    struct job *job = enter_job();
    if (job != NULL) {
      run_chunks(job, 1 + id, stack_limit, 0);
      leave_job(job);
      continue;
    }
    if (spinning_pays()) spin_while(&epoch, seen, IDLE_US);
    if (LOAD(&epoch) == seen) {
      STORE(&asleep[id], thread);
      ADD(&sleepers, 1);
      sleep_on(&epoch, seen);
      STORE(&asleep[id], 0);
      SUBTRACT(&sleepers, 1);
    }
  }
}

/* Makes the job known and gets threads to look for it. */
static void open_job(struct job *job) {
  lock();
  if (job->most_helpers > 0 && !watching) {
    watching = 1;
    watch_forks();
  }
  while (workers < job->most_helpers && start_thread(workers)) STORE(&workers, workers + 1);
  job->after = jobs;
  if (jobs != NULL) jobs->before = job;
  STORE(&jobs, job);
  unlock();
  /* Only now, so that who looks for it finds the lock free. */
  ADD(&epoch, 1);
  job->woken = least(LOAD(&sleepers), job->most_helpers);
  if (job->woken > 0) wake(&epoch, job->woken);
}

/* Takes the job back; nobody touches it afterwards. */
static void close_job(struct job *job) {
  lock();
  if (job->before != NULL) job->before->after = job->after;
  else STORE(&jobs, job->after);
  if (job->after != NULL) job->after->before = job->before;
  unlock();
  int spins = spinning_pays();
  for (u32 seen = LOAD(&job->helpers); (seen & ~AWAITED) != 0; seen = LOAD(&job->helpers)) {
    if (spins) {
      spin_while(&job->helpers, seen, JOIN_US);
      if (LOAD(&job->helpers) != seen) continue;
    }
    if ((seen & AWAITED) != 0 || exchange_if(&job->helpers, seen, seen | AWAITED) == seen)
      sleep_on(&job->helpers, seen | AWAITED);
  }
}

static struct loop *loop_of(task_fn task) {
  uptr key = (uptr)task;
  struct loop *loop = &loops[(key ^ key >> 12) / 16 % (sizeof loops / sizeof *loops)];
  if (LOAD(&loop->task) != key) {
    STORE(&loop->task, key);
    STORE(&loop->pace, 0);
    STORE(&loop->calls, 0);
  }
  return loop;
}

/* Deals the chunks from `first` on. */
static void deal(struct job *job, i64 first, i64 chunks, i64 threads) {
  i64 left = chunks - first;
  job->most_helpers = least(threads, left) - 1;
  job->block_count = least(job->most_helpers + 1, MOST_BLOCKS);
  for (i64 k = 0; k < job->block_count; k++) {
    i64 from = first + k * left / job->block_count, to = first + (k + 1) * left / job->block_count;
    job->blocks[k].left = block_of((u32)from, (u32)to);
  }
}

static void lower_to(u64 *word, u64 value) {
  if (value < LOAD(word)) STORE(word, value);
}

/* A slow mean, in which one call that was interrupted counts for little. */
static void follow(u64 *mean, u64 value) {
  u64 before = LOAD(mean), most = 4 * before;
  STORE(mean, before - before / 16 + (value < most ? value : most) / 16);
}

/* Runs the chunks on as many threads as there are and as pay off. */
static void run_well(struct job *job, i64 chunks, i64 threads) {
  struct loop *loop = loop_of(job->task);
  u64 begin = ticks(), pace = LOAD(&loop->pace), expected = pace * (u64)chunks;
  int alone = 0;
  u32 turn = PERIOD;
  if (pace == 0 || expected > SHARED_US * TICKS_PER_US) {
    /* Shared. */
  } else if (expected / TICKS_PER_US < ALONE_US) {
    alone = 1;
  } else {
    turn = ADD(&loop->calls, 1) % PERIOD;
    if (turn == 0) STORE(&loop->shared, (u64)NONE);
    if (turn == SHARED_TRIALS) STORE(&loop->alone, (u64)NONE);
    if (turn < SHARED_TRIALS + ALONE_TRIALS) alone = turn >= SHARED_TRIALS;
    else alone = LOAD(&loop->alone) <= LOAD(&loop->shared);
  }

  i64 first = 0, ran;
  /* Where it takes far longer than it should, the others are called after all. */
  if (alone) first = run_in_order(job, chunks, begin + SHARED_US / 2 * TICKS_PER_US);
  ran = first;
  u64 end = 0;
  if (first < chunks) {
    deal(job, first, chunks, threads);
    open_job(job);
    u64 opened = ticks(), late = 0;
    /* Before a chunk that will last until then. */
    if (job->woken > 0 && spinning_pays())
      late = pace > LATE_US * TICKS_PER_US || pace == 0 ? opened : opened + LATE_US * TICKS_PER_US - pace;
    ran += run_chunks(job, 0, NULL, late);
    /* Less what went into no chunk. */
    end = ticks() - (opened - begin);
    close_job(job);
  } else {
    end = ticks();
  }
  if (LOAD(&job->failed) != NONE || LOAD(&job->stopped)) return;

  u64 whole = (ticks() - begin) / (u64)chunks + 1;
  if (turn < SHARED_TRIALS) lower_to(&loop->shared, whole);
  else if (turn < SHARED_TRIALS + ALONE_TRIALS) lower_to(&loop->alone, whole);
  else if (turn < PERIOD) follow(alone ? &loop->alone : &loop->shared, whole);
  /* Where the others have done all of it, what a chunk takes is less than the whole. */
  u64 each = ran > 0 ? (end - begin) / (u64)ran + 1 : whole;
  if (each > (u64)1 << 40) each = (u64)1 << 40;
  /* One slow run says little: whatever else the machine did may be the reason. */
  STORE(&loop->pace, pace != 0 && each > pace ? pace + (each - pace) / 4 + 1 : each);
}

/*
 * Runs chunks 0 … chunks − 1 and gives −1, or the lowest chunk that failed (all chunks before it have run), or −2 when
 * it was asked to stop before the end.
 */
i64 nb_pool_run(task_fn task, void *closure, i64 chunks, u32 *stop) {
  struct job job;
  job.task = task;
  job.closure = closure;
  job.stop = stop;
  job.failed = NONE;
  job.stopped = job.helpers = 0;
  job.before = job.after = NULL;
  i64 threads = LOAD(&thread_count);
  if (threads > 1 && chunks > 1) run_well(&job, chunks, threads);
  else run_in_order(&job, chunks, 0);
  if (job.failed != NONE) return job.failed;
  return job.stopped ? -2 : -1;
}

u32 nb_pool_threads(void) { return LOAD(&thread_count); }

/* How many threads a job may use, the caller's included. Threads that exist already stay, asleep. */
void nb_pool_set_threads(u32 count) {
  u32 threads = count < 1 ? 1 : count > MAX_THREADS ? MAX_THREADS : count;
  if (EXCHANGE(&thread_count, threads) == threads) return;
  /* Whether sharing pays is to be seen anew. */
  for (size k = 0; k < sizeof loops / sizeof *loops; k++) STORE(&loops[k].calls, 0);
}

/* The first to load the pool says how many cores there are and how many threads to begin with. */
void nb_pool_configure(u32 cores, u32 threads) {
  lock();
  if (!configured) {
    configured = 1;
    STORE(&core_count, cores < 1 ? 1 : cores);
    nb_pool_set_threads(threads);
  }
  unlock();
}

/* ── the addon: exports configure(cores, threads), setThreads(n), threads(), address, and background.c's ── */

#if !defined(NB_POOL_ALONE)

#if defined(_WIN32)
#define EXPORT __attribute__((dllexport))
void *GetModuleHandleA(const char *name);
void *GetProcAddress(void *module, const char *name);
/* The program that Node-API is in may have any name: its functions are looked up in it. */
#define NAPI(name, ...) ((i32(*)(__VA_ARGS__))GetProcAddress(GetModuleHandleA(NULL), #name))
int _fltused;
#else
#define EXPORT __attribute__((visibility("default")))
i32 napi_get_cb_info(void *, void *, size *, void **, void **, void **);
i32 napi_get_value_uint32(void *, void *, u32 *);
i32 napi_create_uint32(void *, u32, void **);
i32 napi_create_bigint_uint64(void *, u64, void **);
i32 napi_create_function(void *, const char *, size, void *, void *, void **);
i32 napi_set_named_property(void *, void *, const char *, void *);
#define NAPI(name, ...) name
#endif

/* Reads unsigned arguments; what isn't a number stays 0. */
static void arguments(void *env, void *info, u32 *values, size count) {
  void *given[2] = {NULL, NULL};
  NAPI(napi_get_cb_info, void *, void *, size *, void **, void **, void **)(env, info, &count, given, NULL, NULL);
  for (size i = 0; i < count && i < 2; i++)
    NAPI(napi_get_value_uint32, void *, void *, u32 *)(env, given[i], &values[i]);
}

static void *js_configure(void *env, void *info) {
  u32 values[2] = {0, 0};
  arguments(env, info, values, 2);
  nb_pool_configure(values[0], values[1]);
  return NULL;
}

static void *js_set_threads(void *env, void *info) {
  u32 values[2] = {0, 0};
  arguments(env, info, values, 1);
  nb_pool_set_threads(values[0]);
  return NULL;
}

static void *js_threads(void *env, void *info) {
  (void)info;
  void *result = NULL;
  NAPI(napi_create_uint32, void *, u32, void **)(env, nb_pool_threads(), &result);
  return result;
}

static void export_function(void *env, void *exports, const char *name, void *(*fn)(void *, void *), void *data) {
  void *value = NULL;
  NAPI(napi_create_function, void *, const char *, size, void *, void *, void **)
  (env, name, (size)-1, (void *)fn, data, &value);
  NAPI(napi_set_named_property, void *, void *, const char *, void *)(env, exports, name, value);
}

#include "background.c"

EXPORT void *napi_register_module_v1(void *env, void *exports) {
  export_function(env, exports, "configure", js_configure, NULL);
  export_function(env, exports, "setThreads", js_set_threads, NULL);
  export_function(env, exports, "threads", js_threads, NULL);
  export_background(env, exports);
  void *address = NULL;
  NAPI(napi_create_bigint_uint64, void *, u64, void **)(env, (u64)(uptr)nb_pool_run, &address);
  NAPI(napi_set_named_property, void *, void *, const char *, void *)(env, exports, "address", address);
  return exports;
}

#endif

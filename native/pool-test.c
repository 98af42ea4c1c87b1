/*
 * Exercises the pool on its own, for ThreadSanitizer and helgrind: several callers at once, thread counts that change
 * between calls, failing chunks, stop flags, calls after a fork.
 *
 *   gcc -O1 -g -fsanitize=thread -DNB_POOL_ALONE native/pool.c native/pool-test.c -o pool-test -lpthread && ./pool-test
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int64_t nb_pool_run(int32_t (*task)(void *, int64_t, void *), void *closure, int64_t chunks, uint32_t *stop);
void nb_pool_set_threads(uint32_t count);
void nb_pool_configure(uint32_t cores, uint32_t threads);
uint32_t nb_pool_threads(void);

#if defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

#define CHUNKS 300

struct sums {
  int64_t parts[CHUNKS];
  int64_t fails_from;
};

static int32_t add(void *closure, int64_t chunk, void *limit) {
  struct sums *s = closure;
  char here;
  if (limit != NULL && (char *)limit > &here) abort();
  int64_t sum = 0;
  for (int64_t i = 0; i < chunk % 7 * 50; i++) sum += i ^ chunk;
  s->parts[chunk] = sum + 1;
  return chunk >= s->fails_from;
}

static void check(int good, const char *what) {
  if (good) return;
  fprintf(stderr, "failed: %s\n", what);
  exit(1);
}

static void one_call(unsigned seed) {
  struct sums s = {.fails_from = CHUNKS};
  int64_t chunks = seed % CHUNKS;
  int64_t fails_from = seed % 5 == 0 && chunks > 1 ? chunks / 2 : CHUNKS;
  s.fails_from = fails_from;
  int64_t result = nb_pool_run(add, &s, chunks, NULL);
  if (fails_from < CHUNKS) check(result == fails_from, "the lowest failing chunk wins");
  else check(result == -1, "all chunks run");
  int64_t until = fails_from < CHUNKS ? fails_from : chunks;
  for (int64_t k = 0; k < until; k++) check(s.parts[k] != 0, "every chunk before the end ran");
}

static void *caller(void *argument) {
  unsigned seed = (unsigned)(uintptr_t)argument;
  for (int i = 0; i < 2000; i++) {
    seed = seed * 1664525u + 1013904223u;
    if (i % 10 == 0) nb_pool_set_threads(1 + (seed >> 8) % 9);
    one_call(seed >> 4);
    if (i % 100 == 0) usleep(50);
  }
  return NULL;
}

static int32_t nothing(void *closure, int64_t chunk, void *limit) {
  (void)closure, (void)chunk, (void)limit;
  return 0;
}

static int32_t stops(void *closure, int64_t chunk, void *limit) {
  (void)limit;
  if (chunk >= 3) __atomic_store_n((uint32_t *)closure, 1, __ATOMIC_SEQ_CST);
  return 0;
}

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(int argc, char **argv) {
  nb_pool_configure(2, 4);
  check(nb_pool_threads() == 4, "configured");
  if (argc > 1) {
    nb_pool_set_threads((uint32_t)atoi(argv[1]));
    for (int chunks = 1; chunks <= 512; chunks *= 2) {
      double best = 1;
      for (int round = 0; round < 50; round++) {
        double start = seconds();
        for (int i = 0; i < 1000; i++) nb_pool_run(nothing, NULL, chunks, NULL);
        double each = (seconds() - start) / 1000;
        if (each < best) best = each;
      }
      printf("%3d empty chunks: %.2f us\n", chunks, 1e6 * best);
    }
    return 0;
  }
  pthread_t threads[6];
  for (uintptr_t i = 0; i < 6; i++) pthread_create(&threads[i], NULL, caller, (void *)(i + 1));
  for (int i = 0; i < 6; i++) pthread_join(threads[i], NULL);

  uint32_t stop = 0;
  nb_pool_set_threads(3);
  check(nb_pool_run(stops, &stop, 1000, &stop) == -2, "a stop flag ends it");

  /* ThreadSanitizer can't follow a process that forks while it has threads. */
  for (int i = 0; i < (SANITIZED ? 0 : 20); i++) {
    pid_t child = fork();
    if (child == 0) {
      for (unsigned k = 0; k < 50; k++) one_call(k * 7919);
      _exit(0);
    }
    int status = 1;
    waitpid(child, &status, 0);
    check(status == 0, "a forked child has a pool of its own");
  }
  for (unsigned k = 0; k < 50; k++) one_call(k * 104729);
  puts("ok");
  return 0;
}

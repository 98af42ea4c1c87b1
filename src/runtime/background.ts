/**
 * Builds beside the program: a few at a time, none left behind when the process ends.
 *
 * Takes functions that start a build; gives what the event loop will hear, and what a caller that doesn't return to the
 * event loop can ask. Both come to the same end.
 */
import { availableParallelism } from "node:os";
import type { BuildJob } from "../toolchain/build-job.ts";
import type { BuildTimes } from "../toolchain/compile.ts";

export interface Pending<T> {
  readonly done: Promise<T>;
  /** What `done` resolves to, if it is known; may do the last steps itself. */
  poll(): T | undefined;
}

interface Entry {
  readonly start: () => BuildJob;
  job: BuildJob | undefined;
  times: BuildTimes | undefined;
  resolve(times: BuildTimes): void;
  reject(reason: unknown): void;
}

const waiting: Entry[] = [];
const running = new Set<Entry>();

/** The program itself wants a core. */
const AT_A_TIME = Math.max(1, availableParallelism() - 1);

/** Starts a build as soon as there is room for one. */
export function inBackground(start: () => BuildJob): Pending<BuildTimes> {
  watchExit();
  let entry: Entry | undefined;
  const done = new Promise<BuildTimes>((resolve, reject) => {
    entry = { start, job: undefined, times: undefined, resolve, reject };
    waiting.push(entry);
  });
  // Whoever asks for the build hears of a failure; a build that nobody asks for fails in silence.
  done.catch(() => {});
  startWaiting();
  return {
    done,
    poll() {
      for (const other of [...running]) {
        try {
          finish(other, other.job?.poll());
        } catch {
          // Its own caller hears of it, when the event loop does.
        }
      }
      return entry?.times;
    },
  };
}

function startWaiting(): void {
  while (running.size < AT_A_TIME) {
    const entry = waiting.shift();
    if (entry === undefined) return;
    try {
      const job = entry.start();
      entry.job = job;
      running.add(entry);
      job.done.then(
        (times) => finish(entry, times),
        (reason) => {
          entry.reject(reason);
          leave(entry);
        },
      );
    } catch (cause) {
      entry.reject(cause);
    }
  }
}

function finish(entry: Entry, times: BuildTimes | undefined): void {
  if (times === undefined || entry.times !== undefined) return;
  entry.times = times;
  entry.resolve(times);
  leave(entry);
}

function leave(entry: Entry): void {
  running.delete(entry);
  startWaiting();
}

let watching = false;

/** Children would otherwise outlive the process, if only by milliseconds, and leave their files. */
function watchExit(): void {
  if (watching) return;
  watching = true;
  process.on("exit", () => {
    waiting.length = 0;
    for (const { job } of running) job?.cancel();
  });
}

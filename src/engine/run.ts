/** What is known for as long as the program doesn't come back to its event loop. */

/** Calls back when the running code has ended. Not by queueMicrotask, for which Node loads what it keeps track of tasks with. */
export function afterThisRun(work: () => void): void {
  void Promise.resolve().then(work);
}

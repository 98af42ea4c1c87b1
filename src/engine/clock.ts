/** The time. `performance` is a module of Node's that is loaded when it is first named, and the first call would wait for it. */

/** Milliseconds since some moment. */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

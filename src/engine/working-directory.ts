/** The process's working directory; the root where it has been removed, since then there is none. */
export function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return "/";
  }
}

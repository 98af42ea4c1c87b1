/** Input that an example can't work on. The message names the file, what is wrong with it and what was expected. */
export class InputError extends Error {
  constructor(path: string, problem: string, expected: string, cause?: unknown) {
    super(`${path}: ${problem}; expected ${expected}`, { cause });
    this.name = "InputError";
  }
}

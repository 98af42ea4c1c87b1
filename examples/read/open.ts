import { readFile } from "node:fs/promises";
import { InputError } from "../input-error.ts";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "this is a directory",
  EACCES: "no permission to read it",
};

/** The file's bytes, or an InputError that says why not. */
export async function readBytes(path: string, expected: string): Promise<Buffer<ArrayBuffer>> {
  let bytes: Buffer<ArrayBuffer>;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    throw new InputError(path, REASONS[code] ?? `it can't be read (${code})`, expected, error);
  }
  if (bytes.length === 0) throw new InputError(path, "the file is empty", expected);
  return bytes;
}

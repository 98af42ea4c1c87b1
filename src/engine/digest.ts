/** SHA-256, by the shortest way that the engine has. */
import { createHash } from "node:crypto";

/** Not imported: Node before 20.12 lacks it. Without it a process's first digest takes three times as long. */
const hash = process.getBuiltinModule?.("node:crypto").hash;

/** In hexadecimal digits. */
export function sha256(data: string | Uint8Array): string {
  return hash === undefined ? createHash("sha256").update(data).digest("hex") : hash("sha256", data);
}

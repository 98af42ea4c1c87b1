import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../examples/main.ts", import.meta.url));

/** `npm start -- --quick …args`, as a process of its own. */
export function runMain(args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ["--import", "tsx", MAIN, "--quick", ...args], { encoding: "utf8" });
}

/** How often loops run, as far as that is known when compiling. */
import type { InstOf } from "../ir/ops.ts";
import type { Definitions } from "../ir/rewrite.ts";

export function constantRounds(loop: InstOf<"for">, definitions: Definitions): number | undefined {
  const [start, end] = loop.args.map((arg) => {
    const def = definitions.inst(arg);
    return def?.op === "const" ? Number(def.value) : undefined;
  });
  if (start === undefined || end === undefined) return undefined;
  return Math.max(0, Math.ceil((end - start) / loop.step));
}

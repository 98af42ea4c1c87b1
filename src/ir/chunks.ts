/** How a parallel loop's range is cut: by its length alone, so that results are the same at every number of threads. */
import { type IrType, isArrayType } from "./types.ts";

/** The [from, to) of each chunk, in the counter's terms; none for an empty range. */
export function chunksOf(
  start: bigint,
  end: bigint,
  step: number,
  grain: bigint,
  most: bigint,
): readonly (readonly [bigint, bigint])[] {
  const by = BigInt(step);
  const distance = step > 0 ? end - start : start - end;
  if (distance <= 0n) return [];
  const size = step > 0 ? by : -by;
  const rounds = (distance + size - 1n) / size;
  const count = chunkCount(rounds, grain, most);
  return Array.from({ length: Number(count) }, (_, k) => {
    const from = (BigInt(k) * rounds) / count;
    const to = (BigInt(k + 1) * rounds) / count;
    return [start + from * by, start + to * by] as const;
  });
}

/** At least one, at most `most`, each of about `grain` rounds or more. */
function chunkCount(rounds: bigint, grain: bigint, most: bigint): bigint {
  if (grain < 1n) return chunkCount(rounds, 1n, most);
  const wanted = (rounds + grain - 1n) / grain;
  const limited = wanted < most ? wanted : most;
  return limited < 1n ? 1n : limited;
}

/** What the results of all chunks of a loop may take on the stack of the thread that runs the loop. */
export const SLOTS_BYTES = 81920;
const MOST_CHUNKS = 512;
/** What a chunk's slot takes beside the results. */
const SLOT_BYTES = 64;

/** The most chunks of a loop whose chunks give results of these types. */
export function chunkLimit(results: readonly IrType[]): number {
  const bytes = results.reduce((sum, type) => sum + (isArrayType(type) ? 24 : 8), SLOT_BYTES);
  return Math.max(1, Math.min(MOST_CHUNKS, Math.floor(SLOTS_BYTES / bytes)));
}

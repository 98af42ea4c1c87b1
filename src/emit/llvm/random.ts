/** The random numbers' generator (frontend/random.ts) in LLVM's words, and how calls share its state with JavaScript. */
import { MIX, ROUND } from "../../frontend/random.ts";
import { contextField } from "./context.ts";
import type { EntryFunction } from "./entry-text.ts";

/** Lines that define `to` as the mixed `from`. */
export function mixText(from: string, to: string): readonly string[] {
  const name = (k: string): string => `${to}.${k}`;
  const [first, second] = MIX.map((m) => BigInt.asIntN(64, m));
  return [
    `  ${name("h1")} = lshr i64 ${from}, 30`,
    `  ${name("x1")} = xor i64 ${from}, ${name("h1")}`,
    `  ${name("m1")} = mul i64 ${name("x1")}, ${first}`,
    `  ${name("h2")} = lshr i64 ${name("m1")}, 27`,
    `  ${name("x2")} = xor i64 ${name("m1")}, ${name("h2")}`,
    `  ${name("m2")} = mul i64 ${name("x2")}, ${second}`,
    `  ${name("h3")} = lshr i64 ${name("m2")}, 31`,
    `  ${to} = xor i64 ${name("m2")}, ${name("h3")}`,
  ];
}

/** Sets the context's state from JavaScript's at `shared`: that of a round that hasn't drawn yet is still to be computed. */
export function takeState(fn: EntryFunction, shared: string): void {
  const state = fn.load("i64", shared);
  const round = fn.load("i64", fn.value(`getelementptr inbounds i64, ptr ${shared}, i32 1`));
  const moved = fn.value(`add i64 ${state}, ${fn.value(`mul i64 ${round}, ${BigInt.asIntN(64, ROUND)}`)}`);
  const mixed = `%${fn.label("mixed")}`;
  for (const line of mixText(moved, mixed)) fn.line(line.trim());
  const now = fn.value(`select i1 ${fn.value(`icmp eq i64 ${round}, 0`)}, i64 ${state}, i64 ${mixed}`);
  fn.line(`store i64 ${now}, ptr ${fn.value(contextField("seed"))}, align 8`);
}

/** Gives the state back to JavaScript. */
export function giveState(fn: EntryFunction, shared: string): void {
  fn.line(`store i64 ${fn.load("i64", fn.value(contextField("seed")))}, ptr ${shared}, align 8`);
  fn.line(`store i64 0, ptr ${fn.value(`getelementptr inbounds i64, ptr ${shared}, i32 1`)}, align 8`);
}

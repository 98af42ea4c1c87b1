/** Cuts a failing program down for as long as it fails in the same way. */
import type { Verdict } from "./execute.ts";
import { type Node, render, smallerPrograms } from "./program.ts";
import { type Sandbox, Unanswered } from "./sandbox.ts";

export interface Shrunk {
  readonly program: Node;
  readonly verdict: Verdict;
}

export async function shrink(program: Node, verdict: Verdict, sandbox: Sandbox, deadline: number): Promise<Shrunk> {
  let best: Shrunk = { program, verdict };
  const tried = new Set<string>();
  try {
    for (;;) {
      const smaller = await firstThatFails(best, sandbox, tried, deadline);
      if (smaller === undefined) return best;
      best = smaller;
    }
  } catch (error) {
    if (error instanceof Unanswered) return best;
    throw error;
  }
}

/** @throws Unanswered when the time is over. */
async function firstThatFails(
  best: Shrunk,
  sandbox: Sandbox,
  tried: Set<string>,
  deadline: number,
): Promise<Shrunk | undefined> {
  for (const program of smallerPrograms(best.program)) {
    const text = render(program);
    if (tried.has(text)) continue;
    tried.add(text);
    const verdict = await sandbox.ask(text, deadline);
    if (verdict.failure !== undefined && verdict.class === best.verdict.class) return { program, verdict };
  }
  return undefined;
}

/**
 * How many rounds of a parallel loop make a chunk worth handing out: enough for some microseconds, by a rough count of the
 * body's instructions. Too small costs a few percent, too large leaves cores idle; neither changes a result beyond the
 * order in which floats are added.
 */
import { type Block, type Inst, ROWS } from "../ir/ops.ts";
import type { Definitions } from "../ir/rewrite.ts";
import { blocksOf } from "../ir/walk.ts";

/** A chunk's worth, in simple vectorised instructions: three microseconds or so. */
const CHUNK = 100_000;
/** What a loop is taken to run that doesn't say how often. */
const UNKNOWN_ROUNDS = 1000;

const COSTS: Readonly<Record<string, number>> = {
  load: 2,
  store: 2,
  fdiv: 8,
  frem: 40,
  fsqrt: 8,
  sdiv: 8,
  srem: 8,
  math: 20,
  math2: 40,
  call: 200,
  random: 5,
  toindex: 6,
  bigpow: 40,
  "array.new": 400,
};

export function grainOf(body: Block, definitions: Definitions): number {
  return Math.max(1, Math.ceil(CHUNK / (1 + costOf(body, definitions))));
}

function costOf(block: Block, definitions: Definitions): number {
  return block.insts.reduce((sum, inst) => sum + instCost(inst, definitions), 0);
}

function instCost(inst: Inst, definitions: Definitions): number {
  const inner = blocksOf(inst).reduce((sum, block) => sum + costOf(block, definitions), 0);
  switch (inst.op) {
    case "for":
      return 1 + roundsOf(inst, definitions) * (1 + inner);
    case "loop":
      return UNKNOWN_ROUNDS * (1 + inner);
    case "if":
      return 1 + inner / 2;
    case "block":
      return inner;
    default:
      return COSTS[inst.op] ?? (ROWS[inst.op].effect === "pure" ? 1 : 0);
  }
}

function roundsOf(inst: Inst & { readonly op: "for" }, definitions: Definitions): number {
  const [start, end] = inst.args.map((arg) => {
    const def = definitions.inst(arg);
    return def?.op === "const" ? Number(def.value) : undefined;
  });
  if (start === undefined || end === undefined) return UNKNOWN_ROUNDS;
  return Math.max(0, Math.ceil((end - start) / inst.step));
}

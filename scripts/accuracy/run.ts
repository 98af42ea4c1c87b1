/**
 * npm run accuracy [-- FUNCTION…] [--count N] [--seed N]
 *
 * Measures every math function at N arguments (10^7 unless given) against MPFR, prints the largest error with its
 * argument, and fails if one is beyond the function's bound, a special value is wrong, or a result depends on where in the
 * array its argument stands. Skipped where MPFR is missing.
 */
import { parseArgs } from "node:util";
import type { MathUse } from "../../src/emit/llvm/math/index.ts";
import { hostOf } from "../../src/toolchain/host.ts";
import { findLlvm } from "../../src/toolchain/llvm.ts";
import { availableUses } from "./kernels.ts";
import { buildTools } from "./tools.ts";

/** Units in the last place. */
function boundOf({ fast }: MathUse): number {
  return fast ? 4 : 1;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: "string", default: "10000000" }, seed: { type: "string", default: "0" } },
});

const uses = availableUses().filter(({ fn }) => positionals.length === 0 || positionals.includes(fn));
const tools = buildTools(uses, hostOf(findLlvm()).target);
if (tools === undefined) {
  console.log("skipped: needs a C compiler (cc) and MPFR (libmpfr-dev, libgmp-dev)");
} else {
  for (const use of uses) {
    const lines = tools.reference("check", use, values.count, values.seed).trimEnd().split("\n");
    const [, ulps = "NaN", x = "", y = "", wrong, uneven] = (lines.pop() ?? "").split(" ");
    const good = Number(ulps) <= boundOf(use) && wrong === "0" && uneven === "0";
    if (!good) process.exitCode = 1;
    const name = `${use.fn} ${use.type}${use.fast ? " fast" : ""}`.padEnd(16);
    const at = ["atan2", "pow", "hypot"].includes(use.fn) ? `${x}, ${y}` : x;
    console.log(`${good ? "ok  " : "FAIL"} ${name} ${ulps} ulp at ${at}`);
    for (const line of lines) console.log(line);
  }
}

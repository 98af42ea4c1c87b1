/**
 * npx tsx scripts/accuracy/table.ts
 *
 * Writes tests/kernels/math-accuracy.txt: for every math function, arguments and correctly rounded results, as MPFR gives
 * them, as the bits of doubles. A quarter of the arguments are random, the others those at which the function errs most.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { hostOf } from "../../src/toolchain/host.ts";
import { findLlvm } from "../../src/toolchain/llvm.ts";
import { availableUses } from "./kernels.ts";
import { buildTools } from "./tools.ts";

const PATH = fileURLToPath(new URL("../../tests/kernels/math-accuracy.txt", import.meta.url));
const ROWS = 240;

const uses = availableUses().filter(({ type, fast }) => type === "f64" && !fast);
const tools = buildTools(uses, hostOf(findLlvm()).target);
if (tools === undefined) throw new Error("needs a C compiler (cc) and MPFR (libmpfr-dev, libgmp-dev)");
const sections = uses.map((use) => `${use.fn}\n${tools.reference("table", use, ROWS, 1)}`);
writeFileSync(PATH, sections.join("\n"));

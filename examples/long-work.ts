/**
 * Long work beside a live program: heat settles in a plate on all cores while the event loop draws a progress bar. Ctrl-C
 * aborts the kernel, and what it has computed by then is kept.
 *
 *   npx tsx examples/long-work.ts --size 2000 --rounds 3000
 */
import { SingleBar } from "cli-progress";
import { Command, InvalidArgumentError } from "commander";
import { settleHeat } from "./kernels/plate.ts";

interface Options {
  readonly size: number;
  readonly rounds: number;
}

/** Cold but for its upper edge, which is at 100 degrees. */
function heatedPlate(size: number): Float64Array {
  const plate = new Float64Array(size * size);
  plate.fill(100, 0, size);
  return plate;
}

async function main({ size, rounds }: Options): Promise<void> {
  const controller = new AbortController();
  process.once("SIGINT", () => controller.abort(new Error("interrupted")));
  print(`a plate of ${size} × ${size} points, ${rounds} rounds; Ctrl-C stops them`);
  const plate = heatedPlate(size);
  const bar = new SingleBar({ format: "heat settles {bar} {percentage} % | {eta_formatted} left", etaBuffer: 50 });
  bar.start(1000, 0);
  let done = 0;
  try {
    const change = await settleHeat.async.with({
      signal: controller.signal,
      onProgress: (fraction) => {
        done = fraction;
        bar.update(Math.round(fraction * 1000));
      },
    })(plate, plate.slice(), size, size, rounds);
    bar.stop();
    print(`the last round changed no point by more than ${change.toExponential(2)} degrees`);
  } catch (error) {
    bar.stop();
    if (!controller.signal.aborted) throw error;
    print(`interrupted after ${Math.round(100 * done)} % of the rounds`);
    process.exitCode = 130;
  }
  const middle = plate[Math.floor(size / 2) * size + Math.floor(size / 2)] ?? 0;
  print(`the middle of the plate is at ${middle.toFixed(2)} degrees`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function countOf(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 3 || count > 20_000_000)
    throw new InvalidArgumentError("a whole number from 3");
  return count;
}

await new Command("long-work")
  .description("heat settles in a plate, with a progress bar; Ctrl-C stops it")
  .option("--size <points>", "of the plate's edges", countOf, 1000)
  .option("--rounds <count>", "of the relaxation", countOf, 5000)
  .action(main)
  .parseAsync();

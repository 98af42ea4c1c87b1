/** What two threads gain after a pause, in which they have gone to sleep: the woken ones need a core of their own at once. */
import { setTimeout as sleep } from "node:timers/promises";
import { njit, prange } from "../../../src/index.ts";
import { median } from "../../measure.ts";
import type { Row, Section, SuiteOptions } from "../../section.ts";

const roots = (out: Float64Array): void => {
  for (const i of prange(out.length)) {
    let x = 1 + i;
    for (let k = 0; k < 40; k++) x = 0.5 * (x + (1 + i) / x);
    out[i] = x;
  }
};
const serial = njit(roots);
const parallel = njit(roots, { parallel: true });

/** Milliseconds. */
const PAUSES = [0, 1, 5, 20];
/** A call that takes more than this part of the serial time has had little help. */
const SLOW = 0.85;

export async function afterPauses(options: SuiteOptions): Promise<Section> {
  const calls = options.quick ? 2 : 40;
  const out = new Float64Array(options.quick ? 100 : 200_000);
  const rows: Row[] = [];
  serial(out);
  parallel(out);
  for (const pause of PAUSES) {
    options.progress(`after a pause of ${pause} ms`);
    const alone: number[] = [];
    const shared: number[] = [];
    for (let k = 0; k < calls; k++) {
      alone.push(await timeAfter(pause, () => serial(out)));
      shared.push(await timeAfter(pause, () => parallel(out)));
    }
    const whole = median(alone);
    rows.push({
      label: `${pause} ms`,
      serial: whole,
      parallel: median(shared),
      speedUp: whole / median(shared),
      slow: shared.filter((ms) => ms > SLOW * whole).length,
    });
  }
  return {
    name: "pauses",
    title: "After a pause",
    notes: [
      `A compute-bound loop, called ${calls} times after each pause. Slow: more than ${100 * SLOW} % of the serial time.`,
    ],
    columns: [
      { key: "label", heading: "pause", unit: "text" },
      { key: "serial", heading: "serial", unit: "ms" },
      { key: "parallel", heading: "parallel", unit: "ms" },
      { key: "speedUp", heading: "speed-up", unit: "ratio" },
      { key: "slow", heading: `slow of ${calls}`, unit: "count" },
    ],
    rows,
  };
}

async function timeAfter(pause: number, call: () => void): Promise<number> {
  if (pause > 0) await sleep(pause);
  const start = performance.now();
  call();
  return performance.now() - start;
}

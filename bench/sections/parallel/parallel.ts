/**
 * Parallel loops: what handing out a loop costs, how much faster the same kernel is with `parallel: true`, how that compares with
 * OpenMP and Numba, and how soon a kernel in the background ends when it is told to.
 *
 * Serial and parallel are one function compiled twice and run in turn. On a machine that does other things the speed-up
 * says more of those than of numbats: look at the load first.
 */
import { getNumThreads, setNumThreads } from "../../../src/index.ts";
import { differenceOf } from "../../agreement.ts";
import { type Contender, interleave, local, type Sample } from "../../contender.ts";
import { median } from "../../measure.ts";
import { loadNative } from "../../native.ts";
import { NUMBA_PARALLEL } from "../../numba.ts";
import type { Column, Row, Section, Suite, SuiteOptions } from "../../section.ts";
import { abortLatency } from "./abort.ts";
import { computeBound, forkJoin, memoryBound, type Work } from "./kernels.ts";
import { afterPauses } from "./pauses.ts";
import { OPENMP, Peers } from "./peers.ts";

const SERIAL = "serial";
const PARALLEL = "parallel";
/** By the pool alone, which is told to hand out every loop. */
const SHARED = "shared";
const COPY = "copy";
const C_COPY = "C copy";

/** Rounds of a fork-join inside one call. */
const TIMES = 1000;

/** Two ways of computing the same: apart by more than this, relative to the greatest value, and one of them is wrong. */
const TOLERANCE = 1e-9;

export const parallel: Suite = {
  name: "parallel",
  about: "fork-join overhead; parallel against serial kernels, OpenMP and Numba; how soon an abort arrives",
  run: async (options) => {
    const before = getNumThreads();
    const threads = Math.max(2, before);
    const peers = await Peers.start(threads, options.progress);
    try {
      const sections = [];
      setNumThreads(threads);
      sections.push(await forkJoins(peers, options));
      sections.push(await computing(peers, options));
      sections.push(await moving(peers, options));
      sections.push(await afterPauses(options));
      sections.push(await abortLatency(options));
      return sections;
    } finally {
      setNumThreads(before);
      peers.stop();
    }
  },
};

type Times = ReadonlyMap<string, readonly Sample[]>;

async function time(contenders: readonly Contender[], { quick, runs }: SuiteOptions): Promise<Times> {
  return interleave(contenders, { rounds: quick ? 1 : runs, sampleMs: quick ? 0 : 2, inOrder: true });
}

function medianOf(times: Times, name: string): number | undefined {
  const samples = times.get(name);
  return samples === undefined ? undefined : median(samples.map((sample) => sample.wall));
}

function bestOf(times: Times, name: string): number | undefined {
  const samples = times.get(name);
  return samples === undefined ? undefined : Math.min(...samples.map((sample) => sample.wall));
}

function divided(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}

/** The two of ours and those of the peers that are there, which compute the same. */
async function contendersFor(work: Work, peers: Peers): Promise<Contender[]> {
  const { args } = work;
  const all = [
    local(SERIAL, work.serial, args, []),
    local(PARALLEL, work.parallel, args, []),
    ...(await peers.contenders(work)),
  ];
  const [first, ...others] = all;
  const expected = await first?.outcome();
  for (const other of others) {
    const { args: after, result } = await other.outcome();
    const pairs = [[expected?.result ?? 0, result ?? 0], ...after.map((arg, k) => [expected?.args[k], arg])];
    const worst = Math.max(...pairs.map(([plain, its]) => differenceOf(plain, its)));
    if (!(worst <= TOLERANCE)) throw new Error(`${work.label}: ${other.name} is apart by ${worst}`);
  }
  return all;
}

/** Medians of all, and the ratios of serial and parallel. */
function rowOf(label: string, times: Times): Record<string, string | number | undefined> {
  return {
    label,
    [SERIAL]: medianOf(times, SERIAL),
    [PARALLEL]: medianOf(times, PARALLEL),
    [OPENMP]: medianOf(times, OPENMP),
    [NUMBA_PARALLEL]: medianOf(times, NUMBA_PARALLEL),
    speedUp: divided(medianOf(times, SERIAL), medianOf(times, PARALLEL)),
    bestSpeedUp: divided(bestOf(times, SERIAL), bestOf(times, PARALLEL)),
    overC: divided(medianOf(times, OPENMP), medianOf(times, PARALLEL)),
    overNumba: divided(medianOf(times, NUMBA_PARALLEL), medianOf(times, PARALLEL)),
  };
}

const TIMED: readonly Column[] = [
  { key: "label", heading: "", unit: "text" },
  { key: SERIAL, heading: "serial", unit: "ms" },
  { key: PARALLEL, heading: "parallel", unit: "ms" },
  { key: OPENMP, heading: OPENMP, unit: "ms" },
  { key: NUMBA_PARALLEL, heading: NUMBA_PARALLEL, unit: "ms" },
];

const SPED_UP: readonly Column[] = [
  { key: "speedUp", heading: "speed-up", unit: "ratio" },
  { key: "bestSpeedUp", heading: "of the best runs", unit: "ratio" },
];

const OVER: readonly Column[] = [
  { key: "overC", heading: `vs ${OPENMP}`, unit: "ratio" },
  { key: "overNumba", heading: `vs ${NUMBA_PARALLEL}`, unit: "ratio" },
];

/** The columns that have something in them. */
function present(columns: readonly Column[], rows: readonly Row[]): Column[] {
  return columns.filter(({ key }) => rows.some((row) => row[key] !== undefined));
}

// ── fork-join ──

async function forkJoins(peers: Peers, options: SuiteOptions): Promise<Section> {
  const rows: Row[] = [];
  const threads = getNumThreads();
  const times = options.quick ? 10 : TIMES;
  const pool = loadNative("fork-join.c");
  pool.use_threads?.(threads);
  for (const count of [1, threads]) {
    for (const chunks of [1, 2, 8, 64]) {
      const work = forkJoin(chunks, times);
      const label = `${work.label}, ${count} ${count === 1 ? "thread" : "threads"}`;
      options.progress(label);
      setNumThreads(count);
      // The peers' number of threads is what they began with.
      const contenders = (await contendersFor(work, peers)).slice(0, count === 1 ? 2 : undefined);
      const handOut = pool.hand_out;
      if (count > 1 && handOut !== undefined) contenders.push(local(SHARED, handOut, [chunks, times], []));
      const taken = await time(contenders, options);
      const each = (ms: number | undefined): number | undefined => divided(ms, times);
      rows.push({
        label,
        [SERIAL]: each(bestOf(taken, SERIAL)),
        [PARALLEL]: each(bestOf(taken, PARALLEL)),
        [SHARED]: each(medianOf(taken, SHARED)),
        [OPENMP]: each(bestOf(taken, OPENMP)),
        [NUMBA_PARALLEL]: each(bestOf(taken, NUMBA_PARALLEL)),
      });
    }
  }
  const meet = pool.hand_out_and_meet;
  if (meet !== undefined) {
    const taken = await time([local(SHARED, meet, [threads, times], [])], options);
    const label = `${threads} × one that waits for the others, ${threads} threads`;
    rows.push({ label, [SHARED]: divided(medianOf(taken, SHARED), times) });
  }
  const columns: Column[] = [
    ...TIMED.slice(0, 3),
    { key: SHARED, heading: "handed out in any case", unit: "ms" },
    ...TIMED.slice(3),
  ];
  return {
    name: "parallel-fork-join",
    title: "Parallel loops: what handing out costs",
    notes: [
      `A loop with next to nothing to do, ${times} times in one call: what one of them takes in the best of ${options.runs} runs. Ours is cut into chunks of one iteration, and since more threads don't pay off here the caller runs them alone; what handing them to ${threads} threads in any case would take is the median of the same runs, of empty chunks and without a kernel (bench/c/fork-join.c). In the last row each thread is needed; elsewhere the caller may have run all chunks before another thread comes. OpenMP and Numba deal the iterations to all threads and wait for them.`,
    ],
    columns: present(columns, rows),
    rows,
  };
}

// ── compute-bound ──

async function computing(peers: Peers, options: SuiteOptions): Promise<Section> {
  const threads = getNumThreads();
  const rows: Row[] = [];
  for (const work of computeBound(options.quick)) {
    options.progress(work.label);
    const times = await time(await contendersFor(work, peers), options);
    const row = rowOf(work.label, times);
    rows.push({
      ...row,
      balance: divided(row.speedUp as number, threads),
      bestBalance: divided(row.bestSpeedUp as number, threads),
    });
  }
  const columns: Column[] = [
    ...TIMED,
    ...SPED_UP,
    { key: "balance", heading: "of ideal balance", unit: "share" },
    { key: "bestBalance", heading: "of the best runs", unit: "share" },
    ...OVER,
  ];
  return {
    name: "parallel-compute",
    title: "Parallel loops: bound by computing",
    notes: [
      `Medians of runs in turn, ${[`${threads} threads`, ...peers.versions].join(", ")}. Ideal balance is the serial time divided by the threads: what is missing is work that is dealt unevenly, and what the cores share. A histogram adds one to a bin for each byte, of which a core does no more than one a cycle: a fraction of what memory gives.`,
    ],
    columns: present(columns, rows),
    rows,
  };
}

// ── memory-bound ──

async function moving(peers: Peers, options: SuiteOptions): Promise<Section> {
  const all = memoryBound(options.quick);
  const [copy] = all;
  const rows: Row[] = [];
  for (const work of all) {
    options.progress(work.label);
    const copies = [{ ...local(COPY, copy.parallel, copy.args, []) }];
    const inC = (await peers.contenders(copy)).find(({ name }) => name === OPENMP);
    if (inC !== undefined) copies.push({ ...inC, name: C_COPY } as (typeof copies)[number]);
    const times = await time([...(await contendersFor(work, peers)), ...copies], options);
    const shareOf = (of: typeof medianOf): number | undefined => {
      const candidates = [COPY, C_COPY].flatMap((name) => of(times, name) ?? []);
      return divided(divided(work.bytes, of(times, PARALLEL)), copy.bytes / Math.min(...candidates));
    };
    const best = bestOf(times, PARALLEL);
    rows.push({
      ...rowOf(work.label, times),
      bandwidth: best === undefined ? undefined : work.bytes / best / 1e6,
      share: shareOf(medianOf),
      bestShare: shareOf(bestOf),
    });
  }
  const columns: Column[] = [
    ...TIMED,
    ...SPED_UP,
    { key: "bandwidth", heading: "best", unit: "GB/s" },
    { key: "share", heading: "of a copy's bandwidth", unit: "share" },
    { key: "bestShare", heading: "of the best runs", unit: "share" },
    ...OVER,
  ];
  return {
    name: "parallel-memory",
    title: "Parallel loops: bound by memory",
    notes: [
      "Medians of runs in turn. The copy is a plain parallel one, `a[i] = b[i]`, timed in turn with every row: the faster of numbats' and OpenMP's. Bandwidths are bytes that the kernel reads and writes, per second; that a cache line is read before it is written isn't counted.",
    ],
    columns: present(columns, rows),
    rows,
  };
}

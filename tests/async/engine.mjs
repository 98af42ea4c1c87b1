// Runs in Node, Bun and Deno. Its one argument is the module to test.
const { njit } = await import(process.argv[2]);
const problems = [];
const check = (good, what) => {
  if (!good) problems.push(what);
};
const scope = {};

const fill = njit(
  (xs, v, n) => {
    for (let i = 0; i < n; i++) xs[i] = v;
    return [xs, xs.subarray(1, 3)];
  },
  { scope },
);
const xs = new Float64Array(100_000);
const [same, part] = await fill.async(xs, 3, xs.length);
check(same === xs && xs.every((x) => x === 3), "the argument is written and comes back");
check(part.buffer === xs.buffer && part.byteOffset === 8, "a part of it is one");
const error = await fill.async(xs, 4, 100_001).catch((e) => e);
check(error instanceof RangeError && error.message.startsWith("index 100000 is out of bounds for 'xs'"), String(error));
check(xs[0] === 4 && xs[99_999] === 4, "what was stored before the error stays");

const make = njit((n) => new Float64Array(n).fill(7), { scope });
const made = await make.async(1000);
check(made.length === 1000 && made[999] === 7, "a new array");

const endless = njit(
  (a, run) => {
    let i = 0;
    while (run) {
      a[0] = i + 1;
      i = (i + 1) & 1023;
    }
  },
  { scope },
);
// So that the aborts don't meet LLVM at work.
await endless.async(new Float64Array(1), false);
for (let k = 0; k < 5; k++) {
  const a = new Float64Array(1);
  // A busy machine may take its time to start it, and what it stores may come when it ends.
  for (let pause = 20; a[0] === 0 && pause < 10_000; pause *= 2) {
    const controller = new AbortController();
    const running = endless.async.with({ signal: controller.signal })(a, true);
    await new Promise((resolve) => setTimeout(resolve, pause));
    controller.abort(new Error("enough"));
    const reason = await running.catch((e) => e);
    check(reason.message === "enough", `abort ${k}`);
  }
  check(a[0] > 0, `store ${k}`);
}

const count = njit(
  (n) => {
    for (let i = 0; i < n; i++) console.log("line", i);
  },
  { scope },
);
const { log } = console;
const lines = [];
await count.async(0);
console.log = (...items) => lines.push(items.join(" "));
await count.async(3);
console.log = log;
check(lines.join() === "line 0,line 1,line 2", lines.join());

const deep = njit(
  (n) => {
    const down = (k) => (k === 0 ? 0 : 1 + down(k - 1));
    return down(n);
  },
  { scope },
);
check((await deep.async(5000)) === 5000, "recursion");
const overflow = await deep.async(1e9).catch((e) => e);
check(overflow instanceof RangeError, String(overflow));

const seen = [];
const slow = njit(
  (a, n) => {
    for (let k = 0; k < n; k++) for (let i = 0; i < a.length; i++) a[i] = Math.sin(a[i] + k);
  },
  { scope },
);
await slow.async.with({ onProgress: (done) => seen.push(done) })(xs, 2000);
check(seen.length > 1 && seen.at(-1) === 1, seen.join());
check(
  seen.every((done, i) => done >= 0 && done <= 1 && (i === 0 || done > seen[i - 1])),
  seen.join(),
);

const all = await Promise.all(Array.from({ length: 40 }, (_, k) => make.async(k)));
check(
  all.every((a, k) => a.length === k),
  "many at once",
);
console.log(problems.length === 0 ? "all hold" : problems.join("\n"));

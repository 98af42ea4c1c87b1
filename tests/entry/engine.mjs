// Runs in Node, Bun and Deno alike: loads the addons named in a JSON argument and checks what they do.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import process from "node:process";

/** By name: the addon, the words that its numbers are passed in (null for other arguments), and that of a result that is a number. */
const kernels = JSON.parse(process.argv[2]);
const sentinel = {};

const spare = new BigUint64Array(1);

function load(name, bound = [], log = () => {}) {
  const module = { exports: {} };
  const { path, words, result: numberWord } = kernels[name];
  process.dlopen(module, path);
  const state = new Float64Array(64);
  const k = module.exports.create(sentinel, state, bound, log, 0n, new Uint32Array([7, 1, 0, 0]), spare);
  return (...args) => {
    const wrong = words.findIndex((word, site) => word !== null && typeof args[site] !== "number");
    if (wrong >= 0) return { status: 2, site: wrong };
    for (const [site, word] of words.entries()) if (word !== null) state[word] = args[site];
    const result = k(...args.filter((_, site) => (words[site] ?? null) === null));
    if (result === sentinel) return { status: state[0], site: state[1] };
    return result === undefined && numberWord !== null ? state[numberWord] : result;
  };
}

const failures = [];
function check(name, body) {
  try {
    body();
  } catch (error) {
    failures.push(`${name}: ${error?.message ?? error}`);
  }
}
const misfit = { status: 2, site: 0 };

check("float64", () => {
  const k = load("increment");
  assert.equal(k(1.5), 2.5);
  for (const x of ["1", true, null, undefined, 1n, {}]) assert.deepEqual(k(x), misfit);
  assert.deepEqual(k(), misfit);
});
check("int32", () => {
  const k = load("int32");
  assert.equal(k(-7), -7);
  for (const x of [-0, 0.5, 2 ** 31, Number.NaN, "1", 1n]) assert.deepEqual(k(x), misfit);
});
check("BigInt", () => {
  const [signed, unsigned] = [load("int64"), load("uint64")];
  assert.equal(signed(-5n), -5n);
  assert.equal(unsigned(2n ** 64n - 1n), 2n ** 64n - 1n);
  for (const x of [2n ** 63n, 2n ** 200n, -(2n ** 63n) - 1n, 1]) assert.deepEqual(signed(x), misfit);
  for (const x of [2n ** 64n, -1n, -(2n ** 63n), 1]) assert.deepEqual(unsigned(x), misfit, String(x));
});
check("bool, undefined, function", () => {
  const f = () => {};
  const k = load("others", [f]);
  assert.equal(k(true, undefined, f), true);
  assert.deepEqual(k(1, undefined, f), misfit);
  assert.deepEqual(k(true, null, f), { status: 2, site: 1 });
  assert.deepEqual(
    k(true, undefined, () => {}),
    { status: 2, site: 2 },
  );
});
check("typed arrays over every kind of memory", () => {
  const k = load("length");
  assert.equal(k(new Uint8Array(3)), 3);
  assert.equal(k(new Uint8Array(0)), 0);
  assert.equal(k(Buffer.from("hello")), 5);
  assert.equal(k(new Uint8Array(new SharedArrayBuffer(4))), 4);
  const detached = new Uint8Array(8);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  assert.equal(k(detached), 0);
  const buffer = new ArrayBuffer(8, { maxByteLength: 64 });
  const tracking = new Uint8Array(buffer);
  buffer.resize(32);
  assert.equal(k(tracking), 32);
  for (const x of [[], {}, null, 1]) assert.deepEqual(k(x), misfit);
});
check("overlap", () => {
  const k = load("disjoint");
  const buffer = new ArrayBuffer(80);
  assert.equal(k(new Float64Array(buffer, 0, 5), new Float64Array(buffer, 40, 5)), undefined);
  assert.equal(k(new Float64Array(buffer, 0, 6), new Float64Array(buffer, 40, 5)).status, 3);
});
check("a returned parameter is the same object", () => {
  const k = load("pass");
  const [a, b] = [new Float64Array(3), new Float64Array(4)];
  assert.equal(k(false, a, b), a);
  assert.equal(k(true, a, b), b);
});
check("parts of parameters", () => {
  const k = load("part");
  const b = new Uint8Array(new ArrayBuffer(16), 4, 8);
  const part = k(true, b, b);
  assert.deepEqual([part.buffer === b.buffer, part.byteOffset, part.length], [true, 5, 6]);
  const shared = new Uint8Array(new SharedArrayBuffer(8));
  assert.equal(k(true, shared, shared).buffer, shared.buffer);
  assert.ok(Buffer.isBuffer(k(true, shared, Buffer.from("hello"))));
});
check("made arrays", () => {
  const [a, b, part] = load("make")(4, 1.5);
  assert.equal(a, b);
  assert.equal(a[0], 1.5);
  assert.equal(part.buffer, a.buffer);
  assert.deepEqual([part.byteOffset, part.length], [8, 2]);
  const big = load("make")(1_000_000, 2.5)[0];
  assert.equal(big.length, 1_000_000);
  assert.equal(big[0], 2.5);
});
check("made arrays don't pile up", () => {
  const k = load("make");
  const before = process.memoryUsage().rss;
  let most = 0;
  for (let i = 0; i < 300; i++) {
    k(250_000, i);
    most = Math.max(most, process.memoryUsage().rss - before);
  }
  assert.ok(most < 450e6, `${most} bytes`);
});
check("log", () => {
  let seen;
  assert.equal(load("log", [], (...args) => (seen = args))(new Float64Array(2)), 2);
  assert.deepEqual(seen, [true]);
  const throwing = load("log", [], () => {
    throw new SyntaxError("from log");
  });
  assert.throws(() => throwing(new Float64Array(2)), SyntaxError);
  const detaching = load("log", [], () => structuredClone(a.buffer, { transfer: [a.buffer] }));
  const a = new Float64Array(4);
  assert.throws(() => detaching(a), TypeError);
});
check("recursion", () => {
  const k = load("descend");
  assert.equal(k(5000), 42);
  assert.equal(k(1e9).status, 1);
});
check("create's own errors", () => {
  const module = { exports: {} };
  process.dlopen(module, kernels.increment.path);
  assert.throws(() => module.exports.create());
  assert.throws(() => module.exports.create({}, new Float32Array(4), [], () => {}));
});
check("random", () => {
  assert.equal(load("random")(), 2n ** 32n + 7n);
});

if (failures.length > 0) {
  console.log(failures.join("\n"));
  process.exit(1);
}
console.log("all hold");

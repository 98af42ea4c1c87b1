/** Memory that is taken away, resized or collected while a kernel in the background works on it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { MessageChannel } from "node:worker_threads";
import { MEMORY } from "../../src/emit/abi.ts";
import { njit } from "../../src/index.ts";
import { nativeLoader } from "../../src/runtime/loader.ts";
import { canPin, lend } from "../../src/runtime/pinning.ts";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;
const pool = nativeLoader.pool();
const pins = canPin(pool);

/** Writes `a` until it is aborted. */
const scribble = njit((a: Float64Array) => {
  while (true) for (let i = 0; i < a.length; i++) a[i]! += 1;
});

/** Long enough to take an array away meanwhile. */
const rounds = njit(function rounds(a: Float64Array, n: number) {
  for (let k = 0; k < n; k++) for (let i = 0; i < a.length; i++) a[i] = Math.sin(a[i]! + k);
  return a;
});

/** Has the kernel scribble until the given function is through. */
async function whileScribbling(a: Float64Array, act: () => Promise<void>): Promise<void> {
  const controller = new AbortController();
  const running = scribble.async.with({ signal: controller.signal })(a);
  await act();
  controller.abort();
  await assert.rejects(running, { name: "AbortError" });
}

/** Ways for a buffer's owner to lose it. */
const TAKEN: Readonly<Record<string, (buffer: ArrayBuffer) => unknown>> = {
  structuredClone: (buffer) => structuredClone(buffer, { transfer: [buffer] }),
  postMessage: (buffer) => {
    const { port1, port2 } = new MessageChannel();
    port1.postMessage(buffer, [buffer]);
    port1.close();
    port2.close();
  },
  "ArrayBuffer.prototype.transfer": (buffer) => {
    const { transfer } = buffer as { transfer?: (length?: number) => unknown };
    return transfer === undefined ? structuredClone(buffer, { transfer: [buffer] }) : transfer.call(buffer);
  },
  "transfer to another size": (buffer) => {
    const { transfer } = buffer as { transfer?: (length?: number) => unknown };
    return transfer === undefined
      ? structuredClone(buffer, { transfer: [buffer] })
      : transfer.call(buffer, buffer.byteLength * 2);
  },
};

for (const [name, take] of Object.entries(TAKEN)) {
  test(`a buffer that is taken away by ${name}`, async () => {
    for (let round = 0; round < 10; round++) {
      let a = new Float64Array(50_000);
      await whileScribbling(a, async () => {
        await sleep(1);
        take(a.buffer);
        assert.equal(a.length, 0);
        a = new Float64Array(0);
        gc();
        // Whoever gets memory now must not find it written to.
        const others = Array.from({ length: 20 }, () => new Float64Array(50_000));
        await sleep(2);
        assert.ok(others.every((other) => other.every((x) => x === 0)));
      });
      gc();
    }
  });
}

test("what is transferred keeps being written where the memory is pinned", { skip: !pins }, async () => {
  const a = new Float64Array(100);
  let moved = new Float64Array(0);
  await whileScribbling(a, async () => {
    moved = new Float64Array(structuredClone(a.buffer, { transfer: [a.buffer] }));
    const before = moved[0]!;
    for (let k = 0; k < 200 && moved[0] === before; k++) await sleep(5);
    assert.ok(moved[0]! > before);
  });
  gc();
  assert.ok(moved.length === 100 && moved[99]! > 0);
});

test("where it isn't pinned, what was written is lost, and the call says so", async () => {
  const a = new Float64Array(1000);
  const lent = rounds.async(a, 3000);
  structuredClone(a.buffer, { transfer: [a.buffer] });
  if (pins) assert.equal(await lent, a);
  else await assert.rejects(lent, LOST);
});

const LOST = {
  name: "TypeError",
  message: "argument 1 ('a') of 'rounds' was detached or resized while the kernel ran; what it wrote is lost",
};

test("arrays that nobody else holds are held", async () => {
  const results: Promise<Float64Array>[] = [];
  for (let k = 0; k < 20; k++) results.push(rounds.async(new Float64Array(1000).fill(k), 200));
  for (let k = 0; k < 5; k++) {
    gc();
    await sleep(2);
    new Float64Array(100_000).fill(k);
  }
  for (const [k, a] of (await Promise.all(results)).entries())
    assert.deepEqual(a, rounds(new Float64Array(1000).fill(k), 200));
});

test("what a kernel works on is held before it runs, wherever the JavaScript that starts it may end", async () => {
  const { run } = pool;
  let started: WeakRef<Float64Array> | undefined;
  let kept: WeakRef<object> | undefined;
  // As when a worker is terminated just then: the thread is there, and what comes after `run` never happens.
  pool.run = (memory, held) => {
    started = new WeakRef(memory);
    // Which the pool alone knows of.
    const own = { held };
    kept = new WeakRef(own);
    run(memory, own);
    throw new Error("ended");
  };
  try {
    await assert.rejects(scribble.async(new Float64Array(1000)), { message: "ended" });
  } finally {
    pool.run = run;
  }
  for (let k = 0; k < 3; k++) {
    await sleep(1);
    gc();
  }
  const memory = started?.deref();
  assert.ok(memory !== undefined && kept?.deref() !== undefined);
  Atomics.store(new Int32Array(memory.buffer), 2 * MEMORY.stop, 1);
});

const table = new Float64Array(1000);

test("captured arrays are held and pinned, too", async () => {
  const useTable = njit((_: number) => {
    while (true) for (let i = 0; i < table.length; i++) table[i]! += 1;
  });
  const controller = new AbortController();
  const running = useTable.async.with({ signal: controller.signal })(1);
  await sleep(5);
  structuredClone(table.buffer, { transfer: [table.buffer] });
  gc();
  await sleep(5);
  controller.abort();
  await assert.rejects(running, { name: "AbortError" });
  assert.equal(table.length, 0);
});

test("a resizable buffer: the kernel works on a copy, which comes back", async () => {
  const Resizable = ArrayBuffer as unknown as new (
    length: number,
    options: object,
  ) => ArrayBuffer & {
    resize(length: number): void;
  };
  const add = njit((a: Float64Array, by: number) => {
    for (let i = 0; i < a.length; i++) a[i]! += by;
    return a;
  });
  const buffer = new Resizable(800, { maxByteLength: 8000 });
  const a = new Float64Array(buffer);
  const part = new Float64Array(buffer, 8, 3);
  assert.equal(await add.async(a, 1), a);
  assert.ok(a.every((x) => x === 1));
  assert.equal(await add.async(part, 1), part);
  assert.deepEqual([...a.subarray(0, 6)], [1, 2, 2, 2, 1, 1]);

  // At once: the call can't have ended before.
  const running = rounds.async(a, 20_000);
  buffer.resize(80);
  gc();
  await assert.rejects(running, LOST);
});

test("WebAssembly's memory may grow meanwhile", async () => {
  interface Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): void;
  }
  const { WebAssembly: wasm } = globalThis as unknown as {
    WebAssembly: { Memory: new (limits: { initial: number }) => Memory };
  };
  const memory = new wasm.Memory({ initial: 1 });
  await whileScribbling(new Float64Array(memory.buffer), async () => {
    await sleep(2);
    for (let k = 0; k < 20; k++) {
      memory.grow(16);
      gc();
    }
    await sleep(2);
  });
});

test("lending without pins: arrays of one buffer stay so, shared ones stay themselves", () => {
  const { buffer } = new Uint8Array(64).map((_, i) => i);
  const whole = new Uint8Array(buffer);
  const floats = new Float64Array(buffer, 16, 2);
  const bytes = new Uint8Array(buffer, 13, 5);
  const open = new Float64Array(new SharedArrayBuffer(16));
  const lent = lend([floats, 3, bytes, open, floats, undefined, new Int8Array(0)], pool, false);
  const [f, three, b, o, again, nothing, empty] = lent.given as [
    Float64Array,
    number,
    Uint8Array,
    Float64Array,
    Float64Array,
    undefined,
    Int8Array,
  ];
  assert.deepEqual([three, nothing, o === open, again === f, empty.length], [3, undefined, true, true, 0]);
  assert.ok(f.buffer instanceof SharedArrayBuffer && b.buffer === f.buffer);
  assert.equal(f.buffer.byteLength, 24);
  assert.deepEqual([...b], [13, 14, 15, 16, 17]);
  b[3] = 99;
  assert.equal(new Uint8Array(f.buffer, f.byteOffset)[0], 99);
  // Not written, so not brought back; then written.
  assert.deepEqual(
    lent.takeBack(() => false),
    [],
  );
  assert.equal(whole[16], 16);
  assert.deepEqual(
    lent.takeBack((place) => place === 2),
    [],
  );
  assert.equal(whole[16], 99);
  structuredClone(buffer, { transfer: [buffer] });
  assert.deepEqual(
    lent.takeBack(() => true),
    [0, 2, 4],
  );
});

test("an array's own properties don't tell where its memory is", async () => {
  const a = new Float64Array(1000);
  const other = new ArrayBuffer(8);
  Object.defineProperties(a, {
    buffer: { value: other },
    byteOffset: { value: 0 },
    byteLength: { value: 0 },
    [Symbol.toStringTag]: { value: "Int8Array" },
  });
  const bufferOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), "buffer")?.get;
  const real = bufferOf?.call(a) as ArrayBuffer;
  await whileScribbling(a, async () => {
    await sleep(2);
    structuredClone(real, { transfer: [real] });
    gc();
    await sleep(2);
  });
});

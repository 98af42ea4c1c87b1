/** The generator: its published numbers, its two spellings, and how loops over prange draw from it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { nextState, numberOf, streamOf } from "../ir/random.ts";
import { prange } from "./intrinsics.ts";
import { draw, RANDOM_STATE, setState } from "./random.ts";
import { random } from "./random-functions.ts";

const state = (): bigint => (BigInt(RANDOM_STATE[1] ?? 0) << 32n) | BigInt(RANDOM_STATE[0] ?? 0);

test("SplitMix64's published numbers", () => {
  random.seed(1234567);
  const published = [
    6457827717110365317n,
    3203168211198807973n,
    9817491932198370423n,
    4593380528125082431n,
    16408922859458223821n,
  ];
  assert.deepEqual(
    published.map(() => random.random()),
    published.map((x) => Number(x >> 11n) / 2 ** 53),
  );
});

test("halves and BigInts are the same arithmetic", () => {
  const edges = [0n, 1n, 0xffffffffn, 0x100000000n, 0xffffffff00000000n, 2n ** 64n - 1n, 0x61c8864680b583ebn];
  let x = 88172645463325252n;
  const states = [...edges];
  for (let i = 0; i < 2000; i++) {
    x ^= BigInt.asUintN(64, x << 13n);
    x ^= x >> 7n;
    x ^= BigInt.asUintN(64, x << 17n);
    states.push(x);
  }
  for (const s of states) {
    setState(s);
    const number = draw();
    assert.equal(state(), nextState(s));
    assert.equal(number, numberOf(nextState(s)));
    setState(s);
    let k = 0n;
    for (const _ of prange(3)) {
      assert.equal(draw(), numberOf(nextState(streamOf(s, k++))));
    }
    assert.equal(state(), nextState(s));
  }
});

test("a loop that draws nothing changes nothing, and only rounds that draw pay", () => {
  random.seed(5);
  const before = state();
  for (const _ of prange(10)) for (const _j of prange(3));
  for (const _ of prange(0)) random.random();
  assert.equal(state(), before);
});

test("a range that is not run to its end ends all the same", () => {
  random.seed(5);
  const before = state();
  const range = prange(5);
  range.next();
  random.random();
  range.return?.();
  range.return?.();
  assert.equal(state(), nextState(before));
  assert.throws(() => {
    for (const _ of prange(5)) {
      random.random();
      throw new Error("enough");
    }
  }, /enough/);
  assert.equal(state(), nextState(nextState(before)));
});

test("what no seed and no bounds are", () => {
  for (const bad of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
    assert.throws(() => random.seed(bad), {
      name: "RangeError",
      message: "random.seed takes an integer within ±(2 ** 53 - 1)",
    });
  for (const [low, high] of [
    [0],
    [-1],
    [5, 5],
    [5, 4],
    [0.1, 0.9],
    [Number.NaN, 3],
    [0, 2 ** 53 + 2],
    [0, 1 / 0],
  ] as const)
    assert.throws(() => random.integers(low, high), {
      name: "RangeError",
      message: "random.integers takes bounds with one to 2 ** 53 integers between them",
    });
});

test("a number is within its bounds at both ends of the generator", () => {
  // The states whose next draws are the least and the greatest of all: mix is invertible.
  const unmix = (bits: bigint): bigint => {
    const invert = (m: bigint): bigint => {
      let y = m;
      for (let i = 0; i < 6; i++) y = BigInt.asUintN(64, y * (2n - m * y));
      return y;
    };
    const unshift = (value: bigint, by: bigint): bigint => {
      let y = value;
      for (let i = 0; i < 64; i++) y = value ^ (y >> by);
      return y;
    };
    let y = unshift(bits, 31n);
    y = unshift(BigInt.asUintN(64, y * invert(0x94d049bb133111ebn)), 27n);
    return unshift(BigInt.asUintN(64, y * invert(0xbf58476d1ce4e5b9n)), 30n);
  };
  const before = (bits: bigint): bigint => BigInt.asUintN(64, unmix(bits) - nextState(0n));
  setState(before(0n));
  assert.equal(random.random(), 0);
  setState(before(0n));
  assert.ok(Object.is(random.exponential(), 0));
  setState(before(2n ** 64n - 1n));
  assert.equal(random.random(), 1 - 2 ** -53);
  setState(before(2n ** 64n - 1n));
  assert.equal(random.exponential(), 36.7368005696771);
  setState(before(2n ** 64n - 1n));
  assert.equal(random.integers(0, 2 ** 53 - 1), 2 ** 53 - 2);
  for (const n of [1, 3, 10, 1e6, 2 ** 31, 2 ** 52 + 1]) {
    setState(before(2n ** 64n - 1n));
    assert.equal(random.integers(n), n - 1);
  }
});

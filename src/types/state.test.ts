import assert from "node:assert/strict";
import { test } from "node:test";
import type { Variable } from "./frame.ts";
import { intRange, join, numberConstant, TRUE, type Value } from "./lattice.ts";
import { State } from "./state.ts";

const variable = (): Variable => ({ place: -1 }) as Variable;
const joinAny = (_: Variable, a: Value, b: Value): Value => join(a, b) as Value;
const ONE = numberConstant(1);
const TWO = numberConstant(2);

function known(state: State): [Variable, Value][] {
  const all: [Variable, Value][] = [];
  state.forEach((v, value) => {
    all.push([v, value]);
  });
  return all;
}

test("a copy and its original are written apart", () => {
  const [x, y, z] = [variable(), variable(), variable()];
  const state = State.empty();
  state.set(x, ONE);
  const copy = state.copy();
  assert.ok(copy.isSame(state));
  copy.set(x, TWO);
  copy.set(y, TRUE);
  state.set(z, TRUE);
  assert.deepEqual(known(state), [
    [x, ONE],
    [z, TRUE],
  ]);
  assert.deepEqual(known(copy), [
    [x, TWO],
    [y, TRUE],
  ]);
  assert.equal(state.get(y), undefined);
  assert.equal(copy.isSame(state), false);
});

test("a number that stays what it was is still the same object", () => {
  const x = variable();
  const state = State.empty();
  state.set(x, ONE);
  state.set(x, numberConstant(1));
  assert.equal(state.get(x), ONE);
});

test("states are joined whatever the order in which they got their variables", () => {
  const [x, y, z] = [variable(), variable(), variable()];
  const [a, b] = [State.empty(), State.empty()];
  for (const v of [x, y, z]) a.set(v, ONE);
  for (const v of [z, x]) b.set(v, TWO);
  const joined = a.copy();
  joined.joinWith(b, joinAny);
  assert.deepEqual(known(joined), [
    [x, intRange(1, 2)],
    [z, intRange(1, 2)],
  ]);
  const other = b.copy();
  other.joinWith(a, joinAny);
  assert.ok(other.isSame(joined));
  assert.equal(a.get(y), ONE);
});

test("what only one of two states knows of a variable is kept if that is asked for", () => {
  const [x, y, z] = [variable(), variable(), variable()];
  const [a, b] = [State.empty(), State.empty()];
  for (const v of [x, y]) a.set(v, ONE);
  b.set(z, TWO);
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const joined = one.copy();
    joined.joinWith(other, joinAny, (v) => v !== x);
    assert.deepEqual(
      new Map(known(joined)),
      new Map([
        [y, ONE],
        [z, TWO],
      ]),
    );
  }
});

test("variables that are gone may come back", () => {
  const [x, y, z] = [variable(), variable(), variable()];
  const state = State.empty();
  for (const v of [x, y, z]) state.set(v, ONE);
  const before = state.copy();
  for (const v of [y, z]) state.delete(v);
  assert.deepEqual(known(state), [[x, ONE]]);
  assert.equal(state.size, 1);
  state.set(z, TWO);
  assert.deepEqual([state.get(y), state.get(z), before.get(z), before.size], [undefined, TWO, ONE, 3]);
});

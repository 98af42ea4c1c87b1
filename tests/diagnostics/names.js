// Names and values of the surroundings.

import { prange } from "../../src/index.ts";

const settings = { scale: 2, nested: { depth: 1 } };
const levels = [1, 2, 3];
const title = "text";

export function misspelt(x) {
  return x * scaleFactor; // error: unknown-name
}

export function misspeltProperty(x) {
  return x * settings.scal; // error: unknown-property
}

export function computedMember(x) {
  return settings[x]; // error: unsupported-member
}

export function maybeUnassigned(x) {
  let isLarge;
  if (x > 0) isLarge = x > 100;
  return isLarge; // error: maybe-unassigned
}

// types: float64[:]
export function startsUndefined(a) {
  let row;
  for (const v of a) if (row === undefined || v > row[0]) row = Float64Array.of(v); // error: maybe-unassigned
  return row;
}

export function startsWithoutSum(x) {
  let sum;
  sum += x; // error: maybe-unassigned
  return sum;
}

export function assignedInAnotherCase(x) {
  switch (x) {
    case 0:
      let y = 5;
      return y;
    default:
      y = 7; // error: used-before-declaration
      return y;
  }
}

export function assignedByEarlierCall(x) {
  const set = () => {
    y = 3; // error: used-before-declaration
  };
  if (x > 0) set();
  let y = 1;
  return y;
}

export function usesString(x) {
  return x + title; // error: not-a-number
}

// types: int32
export function writesTable(i) {
  levels[i] = 0; // error: readonly-table
}

// types: float64[:]
export function writesMethod(a) {
  levels.fill(0); // error: readonly-table
}

export function prangeWithoutEnd(n) {
  let s = 0;
  for (const i of prange()) s += i; // error: prange-arguments
  return s;
}

export function runsOverNumber(n) {
  let s = 0;
  for (const i of n) s += i; // error: not-iterable
  return s;
}

export function misspeltMath(x) {
  return x * Math.Pi; // error: unknown-property
}

export function writesSetting(x) {
  settings.scale = x; // error: assign-property
}

const mixed = [1, "two"];
export function mixedTable(i) {
  return mixed[i]; // error: unsupported-member
}

const holes = [1, , 3];
export function tableWithHoles(i) {
  return holes[i]; // error: unsupported-member
}

let late;
export function usesLate(x) {
  return x + late; // error: captured-undefined
}

export function callsLate(x) {
  return late(x); // error: captured-undefined
}

const shapes = [
  { sides: 3, area: 1, name: "triangle", centre: null, on: true },
  { sides: 4, name: "square", centre: null, on: 1 },
];

export function lacksProperty(i) {
  return shapes[i | 0].area; // error: property-kinds
}

export function textOfObjects(x) {
  let s = x;
  for (const { name } of shapes) if (name === "square") s++; // error: property-kinds
  return s;
}

export function unlikeProperty(i) {
  const shape = shapes[i | 0];
  return shape.on ? 1 : 0; // error: property-kinds
}

export function nullOfObjects(i) {
  const { centre } = shapes[i | 0]; // error: property-kinds
  return centre === null ? 1 : 0;
}

export function misspeltInObjects(x) {
  return x + shapes.map((shape) => shape.side)[0]; // error: unknown-property
}

export function computedInObjects(i) {
  return shapes[i | 0][i]; // error: unsupported-member
}

export function writesObjects(i) {
  shapes[i | 0].sides = 5; // error: assign-property
}

export function returnsObject(i) {
  return shapes[i | 0]; // error: result-kind
}

export function addsObject(i) {
  return shapes[i | 0] + 1; // error: not-a-number
}

// types: bool, float64
export function noObject(isFirst, x) {
  const shape = isFirst ? shapes[0] : undefined; // error: branch-conflict
  return shape === undefined ? x : shape.sides;
}

const groups = [{ shapes }, { shapes: [{ sides: 5 }] }];
export function raggedObjects(i) {
  return groups[i | 0].shapes[0].sides; // error: property-kinds
}

const sparse = [{ at: 1 }, null];
export function objectsAndNull(i) {
  return sparse[i | 0].at; // error: unsupported-member
}

const bands = Array.from({ length: 65 }, () => new Float32Array(1));
export function indexesArrays(i) {
  return bands[i][0]; // error: unsupported-member
}

const unlike = [new Float32Array(1), new Uint8Array(1)];
export function indexesUnlikeArrays(i) {
  return unlike[i][0]; // error: tuple-index
}

export function takesArraysApart(i) {
  const [red] = bands; // error: destructure-non-tuple
  return red[i];
}

const halved = (x) => x / 2;
export function asksAFunction(x) {
  return halved(x) + halved.calls; // error: unsupported-member
}

const counts = new Map([[1, 2]]);

export function keysOfMap() {
  return Int32Array.from(counts.keys()); // error: unsupported-call
}

const odd = { length: -0 };
export function negativeLength(x) {
  return 1 / ((x | 0) * 0 + odd.length); // error: unsupported-member
}

const odds = [odd, { length: 1 }];
export function negativeLengthOfOne(x) {
  return 1 / ((x | 0) * 0 + odds[x & 1].length); // error: unsupported-member
}

// Objects that a kernel makes: what their literals can't have, and what can't be done with them.

const CONFIG = { gain: 2, bias: 1 };
const first = (p) => p.x; // error: unknown-property

export function literals(x) {
  const method = first({ async x() { return 1; } }); // error: unsupported-syntax
  const getter = first({ get x() { return 1; } }); // error: unsupported-syntax
  const computed = first({ [x]: 1 }); // error: unsupported-syntax
  const prototype = first({ __proto__: CONFIG, x }); // error: unsupported-syntax
  const numbered = first({ 0: x }); // error: unsupported-syntax
  return getter + computed + prototype + numbered;
}

export function missing(x) {
  return first({ a: x, y: 1 });
}

export function misspelt(x) {
  const size = { width: x, height: 1 };
  const same = size;
  return same.widht; // error: unknown-property
}

export function inherited(x) {
  const p = { x };
  const same = p;
  return same.toString ?? 1; // error: unknown-property
}

export function varies(x) {
  const p = { x, y: 1 };
  return p[x]; // error: unsupported-member
}

export function assigns(x) {
  const p = { x, y: 1 };
  const same = p;
  p.x = 2; // error: assign-record
  return same.x;
}

export function assignsGiven(x) {
  const p = { x, y: 1 };
  moved(p); // called
  return p.x;
}

function moved(p) {
  p.x += p.y; // error: assign-record
}

export function keeps(x) {
  const p = { x, y: 1 };
  const q = same(p); // error: object-kept
  p.x++;
  return q.x;
}

const same = (p) => p;

export function keepsDeep(x) {
  const p = { x, y: 1 };
  const q = handed(p, 3);
  p.x++;
  return q.x;
}

const handed = (p, n) => (n > 0 ? handed(p, n - 1) : same(p)); // error: object-kept

export function keepsInList(x) {
  const p = { x };
  const list = [{ x: 1 }].with(0, p); // error: object-kept
  p.x++;
  return list[0].x;
}

export function usesThis(x) {
  const p = { x, twice() { return this.x * 2; } }; // error: unsupported-syntax
  return p.twice();
}

export function assignsInList(x) {
  const list = [{ x }, { x: 1 }];
  list[1].x++; // error: assign-record
  return list[0].x;
}

export function compares(x) {
  const p = { x };
  const same = p;
  return p === same; // error: compare-kinds
}

export function adds(x) {
  return { x } + 1; // error: not-a-number
}

export function takesApart(x) {
  const [a] = { x }; // error: destructure-non-tuple
  return a;
}

export function prints(x) {
  console.log({ x }); // error: log-argument
}

export function spreads(x) {
  return { ...[x, 1] }; // error: spread-object
}

const PRIMES = { 2: true, 3: true };

export function spreadsNumbered(x) {
  return { ...PRIMES, x }; // error: spread-object
}

// types: float64[:]
export function restOfArray(a) {
  const { length, ...rest } = a; // error: spread-object
  return length + rest.length;
}

export function otherNames(x) {
  return x > 0 ? { a: x, b: 1 } : { b: 1, a: x }; // error: branch-conflict
}

export function otherKinds(x) {
  let p = { a: { b: x } };
  if (x > 0) p = { a: { b: true } }; // error: type-conflict
  return p;
}

export function missingBranch(x) {
  const found = x > 0 ? { x } : undefined; // error: branch-conflict
  return found;
}

export function captured(x) {
  const config = x > 0 ? { gain: x, bias: 0 } : CONFIG; // error: branch-conflict
  return config.gain;
}

export function returnsOthers(x) {
  if (x > 0) return { x };
  return x; // error: return-conflict
}

export function inList(i) {
  const list = [{ x: 1 }, { y: 2 }];
  return list[i].x; // error: tuple-index
}

export function holdsFunction(x) {
  return { x, twice: (y) => y * 2 }; // error: result-kind
}

export function holdsCaptured(x) {
  return { x, config: CONFIG }; // error: result-kind
}

const lengthOf = (p) => p.length; // error: unsupported-member

// types: float64
export function calledLength(x) {
  return lengthOf({ length: x });
}

export function changesText(n) {
  let options = { by: { name: "rows" } };
  for (let i = 0; i < n; i++) options = { by: { name: "columns" } }; // error: type-conflict
  return options.by.name === "rows" ? 1 : 2;
}

export function choosesText(x) {
  const mode = x > 0 ? "reflect" : "clamp"; // error: branch-conflict
  return mode === "clamp" ? 1 : x;
}

export function listsTexts(x) {
  let y = x;
  for (const { op, by } of [{ op: "scale", by: 2 }, { op: "shift", by: 1 }]) y = op === "scale" ? y * by : y + by; // error: tuple-index
  return y;
}

export function listsKinds(i) {
  const list = [{ x: 1 }, { x: 2 }, { x: true }];
  return list[i].x; // error: tuple-index
}

const lengthSquared = (p) => p.x * p.x + p.y * p.y;
export function lendsWhatMayBeMissing(x) {
  if (x > 0) {
    var p = { x, y: 1 };
    p.y += x;
  }
  return lengthSquared(p); // error: maybe-unassigned
}

export function readsWhatIsMissing(x) {
  const y = p.x; // error: maybe-unassigned
  var p = { x, y };
  return p.y;
}

const lineOf = (p) => (x) => p.x * x + p.y;
export function callsLaterWhatItLent(x) {
  const p = { x, y: 1 };
  p.y += x;
  return lineOf(p)(x); // error: outlived-variable
}

const firstOf = (...points) => points[0].x;
export function lendsToRest(x) {
  const p = { x, y: 1 };
  p.y += x;
  return firstOf(p); // error: object-kept
}

// What isn't in the language, whatever the types.

export function severalAtOnce(x) {
  const text = `x = ${x}`; // error: unsupported-syntax
  try { // error: unsupported-syntax
    x++;
  } catch {
    return null;
  }
  return x > 0 ? this : /x/; // error: unsupported-syntax // error: unsupported-syntax
}

// types: float64[:]
export function applies(a) {
  return Math.max.apply(null, a); // error: unsupported-syntax
}

export function regularExpression(x) {
  return /x/ === x; // error: unsupported-syntax
}

// types: float64[:]
export function spread(a) {
  return [0, ...a]; // error: unsupported-spread
}

// types: float64[:]
export function spreadAmongOthers(a) {
  const largest = (...xs) => Math.max(...xs);
  return largest(0, ...a); // error: unsupported-spread
}

// types: float64
export function spreadForOne(x) {
  const pair = [x, 2];
  return Math.pow(...pair); // error: unsupported-spread-builtin
}

// types: float64[:]
export function restOfMany(a) {
  const [first, ...others] = a; // error: unsupported-rest
  return first + others.length;
}

// types: float64[:]
export function defaultForMaybe(a) {
  const [first = 1] = a; // error: destructure-default
  return first;
}

// types: float64[:]
export function optionalChaining(a) {
  return a.subarray(1)?.length; // error: unsupported-syntax
}

// types: float64[:]
export function forIn(a) {
  let s = 0;
  for (const i in a) s += a[i]; // error: unsupported-syntax
  return s;
}

// types: float64[:]
export function inOperator(a) {
  return 0 in a; // error: unsupported-syntax
}

// types: float64[:]
export function deletes(a) {
  delete a[0]; // error: unsupported-syntax
}

// types: float64[:]
export function destructuresObject({ length }, last = length) { // error: unsupported-syntax
  return length;
}

export function restParameter(...xs) { // error: kernel-rest
  return xs.length;
}

export function usesArguments() {
  return arguments.length; // error: unsupported-syntax
}

export function innerAsync(x) {
  const later = async () => x; // error: unsupported-syntax
  return later();
}

export function directEval(x) {
  return eval("x"); // error: unsupported-syntax
}

export function typeofAlone(x) {
  return typeof x; // error: unsupported-syntax
}

export function strings(x) {
  const unit = x > 0 ? "m" : 1; // error: string-value
  return x;
}

export function makesView(x) {
  return new DataView(x).getInt8(0); // error: new-unsupported
}

export function makesMap(x) {
  return new Map().size; // error: new-unsupported
}

export function throwsNumber(x) {
  if (x < 0) throw x; // error: throw-unsupported
  return x;
}

export function throwsNumberAsMessage(x) {
  if (x < 0) throw new RangeError(x + 1); // error: throw-unsupported
  return x;
}

export function throwsText(x) {
  const text = `${x} is negative`; // error: unsupported-syntax
  throw new RangeError(text);
}

export function throwsChosenText(x) {
  throw new RangeError(`${x} is ${x < 0 ? "negative" : 1}`); // error: string-value
}

export function enumInside(n) {
  let Kind;
  ((E) => { E[E["A"] = 0] = "A"; })(Kind || (Kind = {})); // error: unsupported-syntax
  return n === 0 ? 1 : n;
}

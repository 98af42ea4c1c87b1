// What scoping alone tells.

let total = 0;

export function assignsConst(n) {
  const limit = n;
  for (let i = 0; i < n; i++) limit += i; // error: assign-constant
  return limit;
}

export function assignsFunction(x) {
  function f(v) {
    return v;
  }
  f = x; // error: assign-function
  return f(x);
}

export const assignsItself = function itself(x) {
  itself = x; // error: assign-function
  return itself;
};

export function assignsCaptured(x) {
  total += x; // error: assign-captured
  return total;
}

export function assignsCapturedInside(x) {
  const add = (v) => {
    total = total + v; // error: assign-captured
  };
  add(x);
}

export function usesTooEarly(x) {
  const y = x + offset; // error: used-before-declaration
  const offset = 1;
  return y;
}

export function functionInBlock(x) {
  if (x > 0) {
    function twice(v) {
      return 2 * v;
    }
  }
  return twice(x); // error: block-function-outside
}

export function declaresTwice(x, g = () => x) {
  var x = 2; // error: declared-twice
  return x + g();
}

export const shown = [total];

// Functions that can't be compiled, whatever is in them.

export async function asynchronous(x) { // error: not-compilable
  return x;
}

export function* generator(x) { // error: not-compilable
  return x;
}

export const aClass = class Point { // error: not-compilable
  constructor(x) {
    this.x = x;
  }
};

const size = {
  get area() { // error: not-compilable
    return 1;
  },
  set area(value) { // error: not-compilable
    this.value = value;
  },
};
export const getter = Object.getOwnPropertyDescriptor(size, "area").get;
export const setter = Object.getOwnPropertyDescriptor(size, "area").set;

export const builtIn = Math.hypot.bind(null); // error: native-function

export const newTarget = (function () {
  return () => new.target; // error: unsupported-syntax
})();

export function keepsRound(n) {
  let last = () => -1;
  for (let i = 0; i < n; i++) if (i % 3 === 0) last = () => i;
  return last(); // error: outlived-variable
}

export function callsEarlierRound(n) {
  let s = 0;
  let previous = () => 0;
  for (let i = 0; i < n; i++) {
    const x = i * 2;
    s += previous(); // error: outlived-variable
    previous = () => x;
  }
  return s;
}

export function keepsMade(n) {
  const maker = (k) => () => k;
  let [made, s] = [maker(7), 0];
  for (let i = 0; i < n; i++) {
    const before = made;
    made = maker(i);
    s += before(); // error: outlived-variable
  }
  return s;
}

// types: float64[:]
export function keepsItem(a) {
  let previous = () => -1;
  return a.map((x) => {
    const y = previous(); // error: outlived-variable
    previous = () => x;
    return y;
  });
}

export function keepsCall(n) {
  let second = () => -1;
  const down = (d) => {
    if (d === 2) second = () => d;
    return d > 0 ? down(d - 1) : second(); // error: outlived-variable
  };
  return down(n);
}

// types: float64[:]
export function keepsFound(a) {
  const find = () => {
    for (const x of a) if (x > 1) return () => x;
    return () => -1;
  };
  return find()(); // error: outlived-variable
}

const summed = (f, n) => (n <= 0 ? 0 : f(n) + summed(f, n - 1)); // error: outlived-variable

export function leftAndGivenToRecursion(n) {
  let last = (x) => x;
  for (let i = 0; i < n; i++) {
    last = (x) => x + i;
    if (i === 2) break;
  }
  return summed(last, 3);
}

export function leavesHelpersInRecursion(n) {
  const from = (k) => {
    for (let i = 0; i < 9; i++) if (i >= k) return () => i;
    return () => -1;
  };
  const down = (d) => {
    const below = d > 0 ? down(d - 1) : 0;
    return below + from(d)(); // error: outlived-variable
  };
  return down(n);
}

const asPoint = (x) => ({ get x() { return x; } }).x; // error: unsupported-syntax
const moved = (x) => asPoint(x) + 1;
export function callsFunctionsElsewhere(x) {
  return moved(x);
}

const doubled = (x) => x * 2; // error: not-a-number
// types: float64[:]
export function givesAnArray(a) {
  return doubled(a);
}

export function asksAnInnerOne(x) {
  const halved = (v) => {
    if (v > 0) return v / 2;
    if (v < -1) return v > -2; // error: missing-return
  };
  return halved(x) === undefined;
}

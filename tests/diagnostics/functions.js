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
  return () => new.target; // error: syntax-error
})();

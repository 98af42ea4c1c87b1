// Calls.

class Point {}

export function callsNumber(x) {
  return x(1); // error: not-callable
}

export function callsDate(x) {
  return x + Date.now(); // error: unsupported-call
}

export function callsJson(x) {
  return JSON.stringify(x); // error: unsupported-call
}

export function makesPoint(x) {
  const p = new Point(); // error: unsupported-new
  return x;
}

// types: float64[:]
export function makesView(a) {
  const view = new Float32Array(a.buffer, 8); // error: unsupported-new-arguments
  return view[0];
}

// types: float64[:]
export function logsArray(a) {
  console.log("a:", a); // error: log-argument
}

/** Runs `body` where functions can't be made from strings, as under a content security policy. */
export function withoutCodeFromStrings(body: () => void): void {
  const original = globalThis.Function;
  globalThis.Function = function refuse() {
    throw new EvalError("Code generation from strings disallowed for this context");
  } as unknown as FunctionConstructor;
  try {
    body();
  } finally {
    globalThis.Function = original;
  }
}

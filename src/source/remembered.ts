/**
 * `f`, asked once for each key. What is asked about a value and then about its operands must be remembered: values share
 * operands, and a chain of n that each use the one before twice is 2^n questions long.
 */
export function remembered<K, V>(f: (key: K) => V): (key: K) => V {
  const known = new Map<K, { readonly answer: V }>();
  return (key) => {
    let found = known.get(key);
    if (found === undefined) {
      found = { answer: f(key) };
      known.set(key, found);
    }
    return found.answer;
  };
}

/**
 * What has been found out of an object, until the next compilation begins.
 *
 * When V8 collects young objects it takes all values of a WeakMap for alive, and whatever they lead to. So a WeakMap that outlives
 * the compilations makes it copy the syntax trees and the IR of all those that are long over, until it looks at old objects, too.
 */
const memos: Memo<object, unknown>[] = [];

export class Memo<K extends object, V> {
  #found = new WeakMap<K, V>();

  constructor() {
    memos.push(this as unknown as Memo<object, unknown>);
  }

  get(key: K): V | undefined {
    return this.#found.get(key);
  }

  set(key: K, value: V): void {
    this.#found.set(key, value);
  }

  forget(): void {
    this.#found = new WeakMap();
  }
}

/** A compilation begins: nothing of those before it will be asked for again. */
export function forgetAll(): void {
  for (const memo of memos) memo.forget();
}

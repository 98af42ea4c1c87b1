/**
 * `{ ...object, ...more }`, for properties that the object doesn't have. Written so, V8 makes a class of its own for each object that
 * comes of it (before Node 22), and whatever reads those meets a new class every time.
 */
export function extended<T extends object, U extends object>(object: T, more: U): T & U {
  return Object.assign({}, object, more);
}

/**
 * Memory for a kernel in the background. While it runs, JavaScript goes on, and could transfer an ArrayBuffer to another
 * thread or resize it: the memory would be gone under the kernel. So each array's memory is
 *
 * - shared: nobody can take it away, and it is used as it is;
 * - pinned: a second ArrayBuffer of the same memory holds it, whatever becomes of the first. A kernel then works on the
 *   very memory of its arguments, as in a plain call. That takes Node's own V8;
 * - copied into shared memory, and what the kernel may have written copied back when it has ended: in other engines, and
 *   for resizable ArrayBuffers. Arrays of one buffer become arrays of one copy, so that what overlapped does so still.
 *
 * Nothing here trusts an object's own properties: where memory lies is what the engine says.
 */
import { ELEMENTS, type ElementKind, elementKindOf } from "../types/elements.ts";
import type { PoolAddon } from "./native.ts";

/** V8's major versions whose C++ functions native/background.c may call: those it has been tried with, Node 20 to 26. */
const KNOWN_V8 = [11, 12, 13, 14];
/** From Node 21 on there is ArrayBuffer.prototype.transfer; before this version it could move memory that is pinned. */
const TRANSFER_KEEPS_MEMORY = 13;

/** Can memory be pinned here? */
export function canPin(pool: PoolAddon): boolean {
  const { node, v8, bun } = process.versions as { node?: string; v8?: string; bun?: string };
  if (node === undefined || v8 === undefined || bun !== undefined || "Deno" in globalThis) return false;
  const major = Number.parseInt(v8, 10);
  if (!KNOWN_V8.includes(major)) return false;
  return (major >= TRANSFER_KEEPS_MEMORY || !("transfer" in ArrayBuffer.prototype)) && pool.findPinning();
}

/** What a kernel works on in place of the given values. */
export interface Lent {
  readonly given: readonly unknown[];
  /** What has to live as long as the kernel runs, besides. */
  readonly held: readonly unknown[];
  /** Copies back what the kernel may have written. Gives the places of the arrays that have lost their memory meanwhile. */
  takeBack(isWritten: (place: number) => boolean): readonly number[];
}

/** Takes care of the memory of all arrays among `values`. */
export function lend(values: readonly unknown[], pool: PoolAddon, pins: boolean): Lent {
  const held: unknown[] = [];
  const seen = new Set<unknown>();
  const copied = new Map<ArrayBuffer, View[]>();
  for (const value of values) {
    const view = viewOf(value);
    if (view === undefined || view.bytes === 0 || isShared(view.buffer)) continue;
    if (pins && !isResizable(view.buffer)) {
      if (!seen.has(view.buffer)) held.push(pool.pin(view.buffer));
      seen.add(view.buffer);
    } else {
      const others = copied.get(view.buffer);
      if (others === undefined) copied.set(view.buffer, [view]);
      else others.push(view);
    }
  }
  if (copied.size === 0) return { given: values, held, takeBack: () => [] };
  const copies = new Map<unknown, View>();
  for (const [buffer, views] of copied) copyInto(copies, buffer, views);
  return {
    given: values.map((value) => copies.get(value)?.array ?? value),
    held,
    takeBack: (isWritten) =>
      values.flatMap((value, place) => {
        const copy = copies.get(value);
        if (copy === undefined || !isWritten(place)) return [];
        const view = viewOf(value);
        if (view === undefined || view.bytes !== copy.bytes) return [place];
        bytesOf(view).set(bytesOf(copy));
        return [];
      }),
  };
}

/** A typed array and where its memory is. */
interface View {
  readonly array: object;
  readonly kind: ElementKind;
  readonly buffer: ArrayBuffer;
  readonly offset: number;
  readonly bytes: number;
}

function getterOf(prototype: object, name: string): (() => unknown) | undefined {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get;
}

const TYPED_ARRAY: object = Object.getPrototypeOf(Uint8Array.prototype);
const bufferOf = getterOf(TYPED_ARRAY, "buffer");
const offsetOf = getterOf(TYPED_ARRAY, "byteOffset");
const lengthOf = getterOf(TYPED_ARRAY, "byteLength");
const sharedLengthOf = getterOf(SharedArrayBuffer.prototype, "byteLength");
const resizableOf = getterOf(ArrayBuffer.prototype, "resizable");

function viewOf(value: unknown): View | undefined {
  const kind = elementKindOf(value);
  if (kind === undefined) return undefined;
  return {
    array: value as object,
    kind,
    buffer: bufferOf?.call(value) as ArrayBuffer,
    offset: offsetOf?.call(value) as number,
    bytes: lengthOf?.call(value) as number,
  };
}

function bytesOf({ buffer, offset, bytes }: View): Uint8Array {
  return new Uint8Array(buffer, offset, bytes);
}

function isShared(buffer: object): boolean {
  try {
    sharedLengthOf?.call(buffer);
    return true;
  } catch {
    return false;
  }
}

function isResizable(buffer: ArrayBuffer): boolean {
  return resizableOf?.call(buffer) === true;
}

const CONSTRUCTORS: Readonly<
  Record<ElementKind, new (buffer: ArrayBufferLike, offset: number, length: number) => object>
> = {
  int8: Int8Array,
  uint8: Uint8Array,
  uint8c: Uint8ClampedArray,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
  bigint64: BigInt64Array,
  biguint64: BigUint64Array,
};

/** Makes one shared copy of all that the views see of their buffer. */
function copyInto(copies: Map<unknown, View>, buffer: ArrayBuffer, views: readonly View[]): void {
  const first = views.reduce((least, view) => Math.min(least, view.offset), Number.POSITIVE_INFINITY);
  // Elements stay aligned as they were.
  const begin = first - (first % 8);
  const end = views.reduce((most, view) => Math.max(most, view.offset + view.bytes), 0);
  const shared = new SharedArrayBuffer(end - begin);
  new Uint8Array(shared).set(new Uint8Array(buffer, begin, end - begin));
  for (const { array, kind, offset, bytes } of views) {
    const make = CONSTRUCTORS[kind];
    const at = offset - begin;
    const copy = new make(shared, at, bytes / ELEMENTS[kind].size);
    // A SharedArrayBuffer does for an ArrayBuffer here: only typed arrays are made of it.
    copies.set(array, { array: copy, kind, buffer: shared as unknown as ArrayBuffer, offset: at, bytes });
  }
}

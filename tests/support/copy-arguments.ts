/**
 * Copies of a kernel's arguments. The differential tests run one case several times, each time on fresh copies that keep
 * the shape of the originals: arguments that are the same object stay one object, views on one buffer stay views on one
 * (new) buffer, and shared, resizable, length-tracking and detached buffers stay what they were.
 */

export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

type ViewConstructor = new (buffer: ArrayBufferLike, byteOffset?: number, length?: number) => TypedArray;

const TypedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype) as object;
const kindGetter = Object.getOwnPropertyDescriptor(TypedArrayPrototype, Symbol.toStringTag)?.get;

/** "Float64Array" and so on, for Buffers and arrays of other realms too; undefined for anything that isn't a typed array. */
export function kindOf(value: unknown): string | undefined {
  return kindGetter?.call(value) as string | undefined;
}

export function isTypedArray(value: unknown): value is TypedArray {
  return kindOf(value) !== undefined;
}

function isDetached(buffer: ArrayBufferLike): boolean {
  if (buffer instanceof SharedArrayBuffer || buffer.byteLength > 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

/** Takes the buffer's memory away, as posting it to a worker would. */
export function detach(buffer: ArrayBuffer): void {
  structuredClone(buffer, { transfer: [buffer] });
}

interface Resizable {
  readonly resizable?: boolean;
  readonly maxByteLength?: number;
}

function copyBuffer(buffer: ArrayBufferLike): ArrayBufferLike {
  if (buffer instanceof SharedArrayBuffer) {
    const shared = new SharedArrayBuffer(buffer.byteLength);
    new Uint8Array(shared).set(new Uint8Array(buffer));
    return shared;
  }
  const { resizable, maxByteLength } = buffer as Resizable;
  if (!resizable) return buffer.slice(0);
  const Resizing = ArrayBuffer as new (length: number, options: { maxByteLength: number | undefined }) => ArrayBuffer;
  const copy = new Resizing(buffer.byteLength, { maxByteLength });
  new Uint8Array(copy).set(new Uint8Array(buffer));
  return copy;
}

/** A view without a length of its own grows with its buffer; only growing tells it from a view of fixed length. */
function tracksLength(view: TypedArray): boolean {
  const buffer = view.buffer as ArrayBuffer & Resizable & { resize?(bytes: number): void };
  if (!buffer.resizable || buffer.maxByteLength === undefined || buffer.resize === undefined) return false;
  const bytes = buffer.byteLength;
  const before = view.length;
  buffer.resize(buffer.maxByteLength);
  const tracks = view.length !== before;
  buffer.resize(bytes);
  return tracks;
}

export function copyArguments(args: readonly unknown[]): unknown[] {
  const buffers = new Map<ArrayBufferLike, ArrayBufferLike>();
  const views = new Map<TypedArray, TypedArray>();

  const copyView = (view: TypedArray): TypedArray => {
    const known = views.get(view);
    if (known !== undefined) return known;
    const detached = isDetached(view.buffer);
    let buffer = buffers.get(view.buffer);
    if (buffer === undefined) {
      buffer = detached ? new ArrayBuffer(8) : copyBuffer(view.buffer);
      buffers.set(view.buffer, buffer);
    }
    let copy: TypedArray;
    if (detached) {
      const emptied = new (view.constructor as ViewConstructor)(new ArrayBuffer(8));
      detach(emptied.buffer as ArrayBuffer);
      copy = emptied;
    } else if (Buffer.isBuffer(view)) {
      copy = Buffer.from(buffer as ArrayBuffer, view.byteOffset, view.length) as unknown as TypedArray;
    } else if (tracksLength(view)) {
      copy = new (view.constructor as ViewConstructor)(buffer, view.byteOffset);
    } else {
      copy = new (view.constructor as ViewConstructor)(buffer, view.byteOffset, view.length);
    }
    views.set(view, copy);
    return copy;
  };

  return args.map((arg) => (isTypedArray(arg) ? copyView(arg) : arg));
}

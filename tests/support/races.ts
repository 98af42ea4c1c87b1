/**
 * Finds the races of parallel loops: elements that one chunk writes and another one touches. Chunks run one after the other
 * in the interpreter, so that none is missed by chance.
 */

import type { InterpOptions } from "../../src/ir/interp.ts";
import type { LoopFacts } from "../../src/passes/check-iterations.ts";
import type { Span } from "../../src/source/span.ts";

/** By which chunks an element was touched. */
interface Touched {
  writer: number | undefined;
  reader: number | undefined;
  /** By several. */
  manyReaders: boolean;
}

export class RaceFinder {
  /** The loops with races, and the access that completed the first of each. */
  readonly races = new Map<string, { readonly loop: Span; readonly access: Span }>();
  #run: object | undefined;
  #elements = new Map<ArrayBufferLike, Map<number, Touched>>();

  readonly touched: NonNullable<InterpOptions["touched"]> = ({ op, loc }, { elements }, index, chunk) => {
    if (chunk === undefined) return;
    if (chunk.run !== this.#run) {
      this.#run = chunk.run;
      this.#elements = new Map();
    }
    const { buffer, byteOffset, BYTES_PER_ELEMENT } = elements;
    const ofBuffer = this.#elements.get(buffer) ?? new Map<number, Touched>();
    this.#elements.set(buffer, ofBuffer);
    const at = byteOffset + index * BYTES_PER_ELEMENT;
    const element = ofBuffer.get(at) ?? { writer: undefined, reader: undefined, manyReaders: false };
    ofBuffer.set(at, element);
    const { number } = chunk;
    const isOther = (other: number | undefined): boolean => other !== undefined && other !== number;
    const isRace = isOther(element.writer) || (op === "store" && (element.manyReaders || isOther(element.reader)));
    const key = keyOf(chunk.loop);
    if (isRace && !this.races.has(key)) this.races.set(key, { loop: chunk.loop, access: loc });
    if (op === "store") element.writer = number;
    else {
      element.manyReaders ||= isOther(element.reader);
      element.reader = number;
    }
  };

  /** A race in a loop of which the compiler says that its iterations keep apart. */
  unforeseen(facts: readonly LoopFacts[]): string | undefined {
    const apart = new Set(facts.filter((f) => f.undecided.length === 0).map((f) => keyOf(f.loc)));
    const found = [...this.races].find(([key]) => apart.has(key))?.[1];
    return found === undefined ? undefined : `iterations meet in ${textOf(found.access)} of ${textOf(found.loop)}`;
  }
}

const keyOf = ({ source, start }: Span): string => `${start} ${source.text}`;
const textOf = ({ source, start, end }: Span): string => source.text.slice(start, end);

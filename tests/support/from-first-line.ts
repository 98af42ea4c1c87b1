/** A reader whose lines count from each function's own first one, in a file of this name: texts stay the same when functions move. */
import type { FunctionReader } from "../../src/frontend/program.ts";

export function fromFirstLine(reader: FunctionReader, file: string): FunctionReader {
  return {
    isEngines: (fn) => reader.isEngines(fn),
    capture: (fn, name) => reader.capture(fn, name),
    property: (object, key) => reader.property(object, key),
    keys: (object) => reader.keys(object),
    together: (work) => reader.together(work),
    sourceOf(fn) {
      const source = reader.sourceOf(fn);
      const before = source.locate(0).line - 1;
      return {
        text: source.text,
        locate(offset) {
          const { line, column } = source.locate(offset);
          return { file, line: line - before, column };
        },
        lineAt: (line) => source.lineAt(line + before),
      };
    },
  };
}

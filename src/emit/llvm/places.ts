/**
 * Debug locations for a diagnostics compile. LLVM's remarks come with a line and a column; here the line is the number of a
 * *place*: a span of the user's text in one copy of one loop. So a remark finds its way back even where a loop has several
 * versions, helpers are inlined, or loops share a line.
 *
 * The compile is one of its own: a kernel that runs carries none of this. The unit emits no debug information
 * (`emissionKind: NoDebug`), and LLVM keeps optimisation apart from locations, so both come out the same.
 */
import type { LabelId } from "../../ir/ops.ts";
import type { Span } from "../../source/span.ts";

/** One loop of the IR. */
export interface LoopId {
  /** The IR function. */
  readonly fn: string;
  readonly label: LabelId;
}

export interface Place {
  readonly loc: Span;
  /** The innermost loop around it. */
  readonly loop: LoopId | undefined;
}

export class PlaceTable {
  readonly #places: Place[] = [];
  readonly #lines = new Map<string, number>();
  readonly #sources = new Map<object, number>();

  /** The line that stands for a place. */
  lineOf({ loc, loop }: Place): number {
    const source = this.#sources.get(loc.source) ?? this.#sources.size;
    this.#sources.set(loc.source, source);
    const key = `${source} ${loc.start} ${loc.end} ${loop === undefined ? "" : `${loop.label} ${loop.fn}`}`;
    let line = this.#lines.get(key);
    if (line === undefined) {
      line = this.#places.push({ loc, loop });
      this.#lines.set(key, line);
    }
    return line;
  }

  placeAt(line: number): Place | undefined {
    return this.#places[line - 1];
  }
}

/** What the metadata of a diagnostics compile is made of: gives a node's name for its text. */
export type MakeNode = (text: (self: string) => string) => string;

/** Writes the locations of one module. */
export class DebugText {
  readonly #table: PlaceTable;
  readonly #node: MakeNode;
  readonly #unit: string;
  readonly #file: string;
  readonly #type: string;
  readonly #locations = new Map<string, string>();
  /** Named metadata of the module. */
  readonly named: readonly string[];

  constructor(table: PlaceTable, node: MakeNode) {
    this.#table = table;
    this.#node = node;
    this.#file = node(() => '!DIFile(filename: "kernel", directory: "")');
    this.#type = node(() => "!DISubroutineType(types: !{})");
    const language = `language: DW_LANG_C99, file: ${this.#file}, isOptimized: true, runtimeVersion: 0`;
    this.#unit = node(() => `distinct !DICompileUnit(${language}, emissionKind: NoDebug)`);
    const version = node(() => '!{i32 2, !"Debug Info Version", i32 3}');
    this.named = [`!llvm.dbg.cu = !{${this.#unit}}`, `!llvm.module.flags = !{${version}}`];
  }

  /** The node of a function, to stand behind its attributes. */
  subprogram(name: string): string {
    const at = `scope: ${this.#file}, file: ${this.#file}, line: 1, type: ${this.#type}`;
    return this.#node(
      () =>
        `distinct !DISubprogram(name: ${JSON.stringify(name)}, ${at}, spFlags: DISPFlagDefinition, unit: ${this.#unit})`,
    );
  }

  location(place: Place, subprogram: string): string {
    const line = this.#table.lineOf(place);
    const key = `${line} ${subprogram}`;
    const known = this.#locations.get(key);
    if (known !== undefined) return known;
    const location = this.#node(() => `!DILocation(line: ${line}, column: 1, scope: ${subprogram})`);
    this.#locations.set(key, location);
    return location;
  }
}

/**
 * What LLVM's passes have to say about a kernel, from the optimisation record that clang writes: a list of YAML documents of
 * one fixed shape, of which only that shape is read here.
 *
 *   --- !Missed
 *   Pass:            loop-vectorize
 *   DebugLoc:        { File: 'a.ts', Line: 7, Column: 3 }
 *   Function:        sum
 *   Args:
 *     - String:          'loop not vectorized'
 *   ...
 */

/** What an optimisation pass has to say about a place in the code. */
export interface Remark {
  /** `passed`: done. `missed`: not done. `analysis`: why not. */
  readonly kind: "passed" | "missed" | "analysis";
  /** The pass, such as `loop-vectorize`. */
  readonly pass: string;
  /** Name of the LLVM function, after inlining. */
  readonly fn: string;
  /** From the IR's debug locations; undefined where there is none. */
  readonly loc: { readonly file: string; readonly line: number; readonly column: number } | undefined;
  readonly message: string;
}

/** A scalar in any of YAML's one-line spellings. */
function scalar(text: string): string {
  if (text.startsWith("'")) return text.slice(1, -1).replaceAll("''", "'");
  if (!text.startsWith('"')) return text;
  // YAML escapes control characters as \xHH, which JSON doesn't have.
  return text
    .slice(1, -1)
    .replace(/\\(?:x([0-9A-Fa-f]{2})|(.))/g, (_, hex: string | undefined, char: string | undefined) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      return char === "n" ? "\n" : char === "t" ? "\t" : (char ?? "");
    });
}

const LOCATION = /^DebugLoc:\s*\{ File: ((?:'[^']*')+|"(?:[^"\\]|\\.)*"|[^,]*),\s*Line: (\d+), Column: (\d+) \}/m;

function kindOf(tag: string): Remark["kind"] | undefined {
  if (tag === "Passed") return "passed";
  if (tag === "Missed" || tag === "Failure") return "missed";
  return tag.startsWith("Analysis") ? "analysis" : undefined;
}

function parseDocument(text: string): Remark | undefined {
  // Long values go on in the next line, further in than their key.
  const joined = text.replace(/\n {8,}(?=\S)/g, " ");
  const kind = kindOf(/^!(\w+)/.exec(joined)?.[1] ?? "");
  if (kind === undefined) return undefined;
  const field = (name: string): string => scalar(new RegExp(`^${name}:\\s*(.*)$`, "m").exec(joined)?.[1]?.trim() ?? "");
  const at = LOCATION.exec(joined);
  const loc = at === null ? undefined : { file: scalar(at[1] ?? ""), line: Number(at[2]), column: Number(at[3]) };
  const pieces = [...joined.matchAll(/^ {2}- \w+:[ ]*(.*)$/gm)].map((match) => scalar(match[1]?.trim() ?? ""));
  return { kind, pass: field("Pass"), fn: field("Function"), loc, message: pieces.join("") };
}

/** The remarks of an optimisation record, each once, in the order LLVM made them. */
export function parseRemarks(record: string): Remark[] {
  const seen = new Set<string>();
  return record
    .split(/^--- /m)
    .flatMap((text) => parseDocument(text) ?? [])
    .filter((remark) => {
      const key = JSON.stringify(remark);
      return !seen.has(key) && seen.add(key);
    });
}

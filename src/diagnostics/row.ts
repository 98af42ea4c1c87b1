/** What the catalogs are made of: the two texts of one diagnostic, from its parameters. */

export interface DiagnosticRow<P> {
  /** What is wrong, one sentence. */
  readonly text: (params: P) => string;
  /** What to write instead, one or two sentences. */
  readonly help: (params: P) => string;
}

/** A diagnostic without parameters. */
export type NoParams = Readonly<Record<never, never>>;

/** Fixes the parameter type of a row, which `text` and `help` may each use only partly. */
export function row<P = NoParams>(texts: DiagnosticRow<P>): DiagnosticRow<P> {
  return texts;
}

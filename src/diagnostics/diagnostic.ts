/** One finding about the user's code. */
import type { Span } from "../source/span.ts";
import { CATALOG, type DiagnosticId, type DiagnosticParams } from "./catalog.ts";
import type { DiagnosticRow } from "./row.ts";

/** Another place that explains the finding, such as the declaration of the variable it is about. */
export interface RelatedSpan {
  readonly span: Span;
  readonly text: string;
}

export interface Diagnostic<Id extends DiagnosticId = DiagnosticId> {
  readonly id: Id;
  readonly params: DiagnosticParams<Id>;
  readonly span: Span;
  readonly related?: readonly RelatedSpan[];
}

export function textOf(diagnostic: Diagnostic): string {
  return rowOf(diagnostic).text(diagnostic.params as never);
}

export function helpOf(diagnostic: Diagnostic): string {
  return rowOf(diagnostic).help(diagnostic.params as never);
}

/** The sink has checked at compile time that the parameters are those of the id. */
function rowOf(diagnostic: Diagnostic): DiagnosticRow<never> {
  return CATALOG[diagnostic.id] as DiagnosticRow<never>;
}

/** Collects diagnostics while a kernel is compiled: a stage reports all it finds before compilation stops. */
import type { Span } from "../source/span.ts";
import type { DiagnosticId, DiagnosticParams } from "./catalog.ts";
import type { Diagnostic, RelatedSpan } from "./diagnostic.ts";
import { CompileError } from "./errors.ts";
import { renderDiagnostics } from "./render.ts";

export class DiagnosticSink {
  readonly #diagnostics: Diagnostic[] = [];
  /** The calls whose functions are being looked at, the outermost first. */
  readonly #calls: Span[] = [];

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  get hasErrors(): boolean {
    return this.#diagnostics.length > 0;
  }

  /** Notes a finding. The same finding at the same place counts once: inference looks at loop bodies repeatedly. */
  report<Id extends DiagnosticId>(
    id: Id,
    params: DiagnosticParams<Id>,
    span: Span,
    related: readonly RelatedSpan[] = [],
  ): void {
    if (this.#diagnostics.some((d) => d.id === id && sameSpan(d.span, span))) return;
    const places = [...related, ...this.#callsTo(span)];
    this.#diagnostics.push(places.length > 0 ? { id, params, span, related: places } : { id, params, span });
  }

  /** What is found in the course of `work` is in a function called at `call`, or in its arguments. */
  within<T>(call: Span, work: () => T): T {
    this.#calls.push(call);
    try {
      return work();
    } finally {
      this.#calls.pop();
    }
  }

  /** How the kernel comes to a function that stands elsewhere, which may be far from it: each call from one text into another. */
  #callsTo(span: Span): RelatedSpan[] {
    const places: RelatedSpan[] = [];
    let { source } = span;
    for (let { within } = span; within !== undefined; { within } = within.calledAt)
      places.push({ span: within.calledAt, text: "called here" });
    for (const call of this.#calls.toReversed()) {
      if (call.source === source) continue;
      places.push({ span: call, text: "called here" });
      ({ source } = call);
    }
    return places;
  }

  /** Notes a finding after which nothing sensible can be said, and throws everything found. */
  fail<Id extends DiagnosticId>(
    id: Id,
    params: DiagnosticParams<Id>,
    span: Span,
    related: readonly RelatedSpan[] = [],
  ): never {
    this.report(id, params, span, related);
    throw this.#error();
  }

  /** Forgets everything: it was found in an attempt, and another is to be made. */
  clear(): void {
    this.#diagnostics.length = 0;
  }

  #error(): CompileError {
    const diagnostics = inReadingOrder(this.#diagnostics);
    return new CompileError(diagnostics, renderDiagnostics(diagnostics));
  }

  throwIfErrors(): void {
    if (this.hasErrors) throw this.#error();
  }
}

function sameSpan(a: Span, b: Span): boolean {
  return a.source === b.source && a.start === b.start && a.end === b.end;
}

/** Function by function in the order they were compiled, each from top to bottom. */
function inReadingOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const sources = [...new Set(diagnostics.map((d) => d.span.source))];
  return sources.flatMap((source) =>
    diagnostics.filter((d) => d.span.source === source).sort((a, b) => a.span.start - b.span.start),
  );
}

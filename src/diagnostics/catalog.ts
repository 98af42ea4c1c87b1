/** Every diagnostic there is: id, text and help. docs/diagnostics.md is generated from it. */
import { PARALLEL_DIAGNOSTICS } from "./catalog-parallel.ts";
import { SYNTAX_DIAGNOSTICS } from "./catalog-syntax.ts";
import { TYPE_DIAGNOSTICS } from "./catalog-types.ts";
import type { DiagnosticRow, NoParams } from "./row.ts";

export const CATALOG = { ...SYNTAX_DIAGNOSTICS, ...TYPE_DIAGNOSTICS, ...PARALLEL_DIAGNOSTICS } satisfies Record<
  string,
  DiagnosticRow<never>
>;

type Catalog = typeof CATALOG;

export type DiagnosticId = keyof Catalog;

type ParamsById = {
  readonly [Id in DiagnosticId]: Catalog[Id] extends DiagnosticRow<infer P>
    ? [P] extends [never]
      ? NoParams
      : P
    : never;
};

/** The parameters that a diagnostic's texts take. */
export type DiagnosticParams<Id extends DiagnosticId> = ParamsById[Id];

export const DIAGNOSTIC_IDS: readonly DiagnosticId[] = Object.keys(CATALOG) as DiagnosticId[];

/** Diagnostics of type inference: one row per id. Ids are never reused. */
import type { DiagnosticRow } from "./row.ts";

export const TYPE_DIAGNOSTICS = {} as const satisfies Record<string, DiagnosticRow<never>>;

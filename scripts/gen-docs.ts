/**
 * `npm run docs`: writes what the documentation takes from tables of the source, between these marks in docs/*.md:
 *
 *   <!-- generated: syntax -->   …   <!-- end of syntax -->
 *
 * tests/docs compares, so a table that has changed makes the tests ask for this command.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CATALOG } from "../src/diagnostics/catalog.ts";
import { SYNTAX_DIAGNOSTICS } from "../src/diagnostics/catalog-syntax.ts";
import type { DiagnosticRow } from "../src/diagnostics/row.ts";
import { LANGUAGE } from "../src/frontend/language.ts";
import {
  ASSIGNMENT_OPERATORS,
  BINARY_OPERATORS,
  LOGICAL_OPERATORS,
  type OperatorRule,
  UNARY_OPERATORS,
  UPDATE_OPERATORS,
} from "../src/frontend/operators.ts";

const DOCS = new URL("../docs/", import.meta.url);

/** The files with generated sections. */
export const GENERATED_DOCS: readonly URL[] = ["language.md", "diagnostics.md"].map((name) => new URL(name, DOCS));

type Cells = readonly string[];

function tableOf(head: Cells, rows: readonly Cells[]): string {
  const line = (cells: Cells): string => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** Markdown has no escape inside code, so an example with a backtick gets longer quotes. */
function code(text: string): string {
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** As text of a table: generics would be taken for HTML. */
function prose(text: string): string {
  return text.replaceAll("<", "&lt;");
}

function operators(table: Readonly<Record<string, OperatorRule>>): string {
  return Object.keys(table)
    .filter((operator) => table[operator] === true)
    .map(code)
    .join(" ");
}

const OPERATOR_TABLES = {
  Unary: UNARY_OPERATORS,
  Update: UPDATE_OPERATORS,
  Binary: BINARY_OPERATORS,
  Logical: LOGICAL_OPERATORS,
  Assignment: ASSIGNMENT_OPERATORS,
} as const;

function acceptedSyntax(): string {
  const rows = Object.values(LANGUAGE).flatMap((rule) =>
    "accepted" in rule ? [[rule.accepted, code(rule.example)]] : [],
  );
  return tableOf(["what", "for example"], rows);
}

function acceptedOperators(): string {
  return tableOf(
    ["operators", ""],
    Object.entries(OPERATOR_TABLES).map(([kind, table]) => [kind, operators(table)]),
  );
}

function refusedSyntax(): string {
  const rules = [
    ...Object.values(LANGUAGE),
    ...Object.values(OPERATOR_TABLES).flatMap((table): OperatorRule[] => Object.values(table)),
  ];
  const seen = new Set<string>();
  const rows = rules.flatMap((rule) => {
    if (rule === true || rule.refused === undefined || seen.has(rule.refused)) return [];
    seen.add(rule.refused);
    return [[rule.refused, code(rule.example), prose(rule.instead)]];
  });
  return tableOf(["what", "for example", "instead"], rows);
}

/** A parameter shows as its name: every text is a template of strings. */
const PLACEHOLDERS = new Proxy({}, { get: (_, name) => `‹${String(name)}›` });

function diagnostics(belongs: (id: string) => boolean): string {
  const all: readonly (readonly [string, DiagnosticRow<never>])[] = Object.entries(CATALOG);
  const rows = all
    .filter(([id]) => belongs(id))
    .map(([id, { text, help }]) => [code(id), prose(text(PLACEHOLDERS as never)), prose(help(PLACEHOLDERS as never))]);
  return tableOf(["id", "what is wrong", "what to write instead"], rows);
}

const isSyntax = (id: string): boolean => Object.hasOwn(SYNTAX_DIAGNOSTICS, id);
const isParallel = (id: string): boolean => id.startsWith("parallel-");

const SECTIONS: Readonly<Record<string, () => string>> = {
  "accepted syntax": acceptedSyntax,
  operators: acceptedOperators,
  "refused syntax": refusedSyntax,
  "syntax errors": () => diagnostics(isSyntax),
  "type errors": () => diagnostics((id) => !isSyntax(id) && !isParallel(id)),
  "parallel errors": () => diagnostics(isParallel),
};

/** The text of a file with its generated sections as they should be. */
export function generate(text: string): string {
  return text.replace(/<!-- generated: ([^>]+) -->\n[\s\S]*?<!-- end of \1 -->/g, (_, name: string) => {
    const section = SECTIONS[name];
    if (section === undefined) throw new Error(`there is no generated section "${name}"`);
    return `<!-- generated: ${name} -->\n\n${section()}\n\n<!-- end of ${name} -->`;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const file of GENERATED_DOCS) {
    const text = readFileSync(file, "utf8");
    const current = generate(text);
    if (current !== text) writeFileSync(file, current);
  }
}

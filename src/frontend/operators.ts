/** Which operators the language has: one row per operator that acorn knows. Examples are as in language.ts. */
import type { AssignmentOperator, BinaryOperator, LogicalOperator, UnaryOperator, UpdateOperator } from "acorn";

/** `true`: in the language. */
export type OperatorRule = true | { readonly refused: string; readonly instead: string; readonly example: string };

export const UNARY_OPERATORS: { readonly [O in UnaryOperator]: OperatorRule } = {
  "-": true,
  "+": true,
  "!": true,
  "~": true,
  // Only compared with a string; see language-checks.ts.
  typeof: true,
  void: true,
  delete: {
    refused: "`delete`",
    instead: "Store a value that stands for nothing, such as NaN",
    example: "delete a[0];",
  },
};

export const UPDATE_OPERATORS: { readonly [O in UpdateOperator]: OperatorRule } = { "++": true, "--": true };

export const BINARY_OPERATORS: { readonly [O in BinaryOperator]: OperatorRule } = {
  "==": true,
  "!=": true,
  "===": true,
  "!==": true,
  "<": true,
  "<=": true,
  ">": true,
  ">=": true,
  "<<": true,
  ">>": true,
  ">>>": true,
  "+": true,
  "-": true,
  "*": true,
  "/": true,
  "%": true,
  "**": true,
  "|": true,
  "^": true,
  "&": true,
  in: { refused: "`in`", instead: "Compare the index: i >= 0 && i < a.length", example: "return 0 in a;" },
  instanceof: {
    refused: "`instanceof`",
    instead: "A kernel is compiled for the types of its arguments; write one kernel for each",
    example: "return a instanceof Float64Array;",
  },
};

export const LOGICAL_OPERATORS: { readonly [O in LogicalOperator]: OperatorRule } = {
  "&&": true,
  "||": true,
  "??": true,
};

export const ASSIGNMENT_OPERATORS: { readonly [O in AssignmentOperator]: OperatorRule } = {
  "=": true,
  "+=": true,
  "-=": true,
  "*=": true,
  "/=": true,
  "%=": true,
  "**=": true,
  "<<=": true,
  ">>=": true,
  ">>>=": true,
  "|=": true,
  "^=": true,
  "&=": true,
  "||=": true,
  "&&=": true,
  "??=": true,
};

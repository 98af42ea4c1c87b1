/** What a place in a random program can see. */
export const ARRAY_KINDS = [
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Int32Array",
  "Uint32Array",
  "Float32Array",
  "Float32Array",
  "Float64Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
] as const;

export type ArrayKind = (typeof ARRAY_KINDS)[number];
export type ScalarType = "num" | "bool" | "big";

export interface Variable {
  readonly name: string;
  /** `list` is a plain array of four numbers made in the kernel; what is out of its bounds nothing catches. */
  readonly type: ScalarType | "array" | "list" | "optional";
  /** Of an array; `Table` is a captured plain array of numbers. */
  readonly kind?: ArrayKind | "Table";
  readonly mutable: boolean;
  /** An array nobody stores to. */
  readonly readonly?: boolean;
  /** An array parameter that is of other kinds in some calls. */
  readonly varies?: boolean;
  /** A counter that stays within [0, 64) or so, good for indices; which way it counts. */
  readonly counter?: "up" | "down";
  /** A constant within ±20, good for bounds and steps. */
  readonly small?: boolean;
}

export interface Callee {
  readonly name: string;
  readonly params: readonly ScalarType[];
  readonly result: ScalarType;
  /** Its first parameter counts how deep it recurses. */
  readonly recursive: boolean;
  /** Of the parameters so many, the last ones, may be left out. */
  readonly optional?: number;
}

export interface Scope {
  readonly variables: Variable[];
  readonly functions: Callee[];
  /** Can `break` and `continue` stand here? */
  readonly loops: ("loop" | "switch" | "prange")[];
  /** Of loops; of blocks, which `continue` can't name. */
  readonly labels: string[];
  readonly blocks: string[];
  readonly depth: number;
  readonly inFunction: boolean;
  /** What `return` gives back here; nothing returns early without it. */
  returns?: string;
}

/** A scope inside `scope`: what is declared there is not seen outside. */
export function innerScope(scope: Scope, more: Partial<Scope> = {}): Scope {
  return {
    ...scope,
    variables: [...scope.variables],
    functions: [...scope.functions],
    depth: scope.depth + 1,
    ...more,
  };
}

let names = 0;

export function freshName(prefix: string): string {
  return `${prefix}${names++}`;
}

/** Names count from zero again: a program depends on its seed alone. */
export function restartNames(): void {
  names = 0;
}

export function bindVariable(scope: Scope, prefix: string, variable: Omit<Variable, "name">): Variable {
  const bound = { name: freshName(prefix), ...variable };
  scope.variables.push(bound);
  return bound;
}

export function isBigKind(kind: string | undefined): boolean {
  return kind === "BigInt64Array" || kind === "BigUint64Array";
}

export function isFloatKind(kind: string | undefined): boolean {
  return kind === "Float32Array" || kind === "Float64Array";
}

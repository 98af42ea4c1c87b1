/** Functions made from texts of their own. */

let made = 0;

/**
 * What the text `return …` of a function gives, where `given` are its variables; undefined where code may not be made from strings.
 *
 * Functions from one place in a program share what V8 learns of their calls. Made from one text each, no two of them do.
 */
export function ownCode<T>(expression: string, given: Readonly<Record<string, unknown>>): T | undefined {
  const text = `"use strict"; // ${made++}\nreturn ${expression};`;
  try {
    return new Function(...Object.keys(given), text)(...Object.values(given)) as T;
  } catch {
    return undefined;
  }
}

/** The parameters of a function of so many. */
export function parameterList(count: number): string {
  return Array.from({ length: count }, (_, index) => `a${index}`).join(", ");
}

/** The JavaScript world that this module is a part of. */
export const ownWorld = {
  globalThis,
  evaluate: (expression: string): unknown => ownCode(expression, {}),
} as const;

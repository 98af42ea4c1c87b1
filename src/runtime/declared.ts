/** The signatures that a kernel is declared with: the only ones it takes. */
import type { ArgType } from "../types/signature.ts";
import { accepts, describePlace, describeValue, keyOfTypes, typeOfArgument, UNDEFINED } from "./arguments.ts";
import { printArg, printSignature, resultFits, type Signature } from "./notation.ts";
import type { ParameterNames } from "./parameters.ts";
import type { Specialisation } from "./specialisation.ts";

/** How messages speak of a kernel and of its parameters. */
interface Named {
  readonly label: string;
  readonly parameters: ParameterNames | undefined;
}

/** The declared signature that is exactly the values' types, else the first that takes them. */
export function chosenSignature(
  kernel: Named,
  signatures: readonly Signature[],
  values: readonly unknown[],
): Signature {
  const fitting = signatures.filter((s) => values.every((value, i) => accepts(s.args[i] ?? UNDEFINED, value)));
  const exact = fitting.find((s) => values.every((value, i) => isExact(s.args[i] ?? UNDEFINED, value)));
  const chosen = exact ?? fitting[0];
  if (chosen !== undefined) return chosen;

  const only = signatures.length === 1 ? signatures[0] : undefined;
  const wrong = values.findIndex((value, i) => !accepts(only?.args[i] ?? UNDEFINED, value));
  if (only !== undefined && wrong >= 0) {
    const place = describePlace(kernel.label, kernel.parameters, wrong);
    const wanted = printArg(only.args[wrong] ?? UNDEFINED);
    throw new TypeError(`${place} is ${describeValue(values[wrong])}, but the signature ${only.text} takes ${wanted}`);
  }
  const given = values.map(describeValue).join(", ");
  const allowed = signatures.map((s) => `\n  ${s.text}`).join("");
  throw new TypeError(`no signature of ${kernel.label} takes (${given}); its signatures are${allowed}`);
}

function isExact(type: ArgType, value: unknown): boolean {
  const actual = typeOfArgument(value);
  return actual !== undefined && keyOfTypes([actual]) === keyOfTypes([type]);
}

export function checkCount(kernel: Named, signature: Signature): void {
  const count = kernel.parameters?.length;
  if (count === undefined || signature.args.length === count) return;
  const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;
  throw new TypeError(
    `the signature ${signature.text} has ${counted(signature.args.length, "type")} for ${counted(count, "parameter")} of ${kernel.label}`,
  );
}

/** Does what was compiled for a declared signature's types, those of `key`, return what it says? */
export function checkResult(
  kernel: Named,
  signatures: readonly Signature[],
  key: string,
  { main }: Specialisation,
): void {
  const { entry } = main.compiled;
  const declared = signatures.find((s) => keyOfTypes(s.args) === key);
  if (declared?.result === undefined || resultFits(declared.result, entry.result)) return;
  const actual = printSignature(entry.args, entry.result);
  throw new TypeError(`the signature ${declared.text} doesn't fit ${kernel.label}, which is ${actual}`);
}

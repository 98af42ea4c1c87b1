/** Which of a kernel's specialisations `inspect…` and diagnostics speak of. */
import { NumbatsError } from "../diagnostics/errors.ts";
import { keyOfTypes } from "./arguments.ts";
import { parseSignature } from "./notation.ts";
import { type Specialisation, signatureOf } from "./specialisation.ts";

/** The text of the one with a signature, or without one the texts of all. `label` is how messages speak of the kernel; finding it takes time. */
export function inspected(
  kernel: { readonly label: string },
  byKey: ReadonlyMap<string, Specialisation>,
  signature: string | undefined,
  text: (specialisation: Specialisation) => string,
): string {
  const all = [...byKey.values()];
  if (signature === undefined) {
    if (all.length === 0) {
      throw new NumbatsError(
        `${kernel.label} is not compiled yet: call it, or use compile(...exampleArguments), first`,
      );
    }
    if (all.length === 1) return all.map(text).join("");
    return all.map((s) => `; ${signatureOf(s)}\n${text(s)}`).join("\n");
  }
  // As `signatures` has it, which may name functions; those can't be written as types.
  const found = all.find((s) => signatureOf(s) === signature) ?? byKey.get(keyOfTypes(parseSignature(signature).args));
  if (found === undefined) {
    const known = all.map((s) => `\n  ${signatureOf(s)}`).join("");
    throw new NumbatsError(`${kernel.label} has no specialisation ${signature}; there is${known || " none yet"}`);
  }
  return text(found);
}

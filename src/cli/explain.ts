/**
 * `numbats explain FILE#EXPORT`: what the compiler made of one kernel of a module, compiled for the arguments that the module's
 * `inputs` have for it, as `numbats bench` takes them.
 */
import { argumentsOf, exampleInput, kernelsOf, loadModule, ModuleError } from "./user-module.ts";

/** What to show of a kernel; its diagnostics unless anything is asked for. */
export interface ExplainOptions {
  readonly types?: true;
  readonly llvm?: true;
  readonly asm?: true;
}

export async function explain(target: string, { types, llvm, asm }: ExplainOptions): Promise<string> {
  const [, file = target, name] = /^(.*)#([^#]*)$/.exec(target) ?? [];
  const module = await loadModule(file);
  const kernels = kernelsOf(module);
  const [first] = kernels.keys();
  if (first === undefined) throw new ModuleError(`${file} exports no kernel: export const name = njit(…)`);
  // With one kernel there is nothing to choose.
  const chosen = name ?? (kernels.size === 1 ? first : undefined);
  if (chosen === undefined) throw new ModuleError(`${file} exports several kernels; say which: ${file}#${first}`);
  const kernel = kernels.get(chosen);
  if (kernel === undefined)
    throw new ModuleError(`${file} exports no kernel ${chosen}; there is ${[...kernels.keys()].join(", ")}`);
  if (kernel.signatures.length === 0) {
    const inputs = (module.inputs ?? {}) as Record<string, unknown>;
    const input = inputs[chosen];
    if (input === undefined)
      throw new ModuleError(`${file} must export inputs, with the arguments of ${chosen}: ${exampleInput(chosen)}`);
    kernel.compile(...(await argumentsOf(chosen, input)));
  }
  const parts: string[] = [];
  if (types) parts.push(kernel.inspectTypes());
  if (llvm) parts.push(kernel.inspectLLVM());
  if (asm) parts.push(kernel.inspectAsm());
  if (parts.length === 0) parts.push(kernel.diagnostics());
  return parts.map((part) => `${part.trimEnd()}\n`).join("\n");
}

/**
 * `numbats explain FILE#EXPORT`: what the compiler made of one kernel of a module, compiled for the arguments that the module's
 * `inputs` have for it, as `numbats bench` takes them.
 */
import { argumentsOf, BenchError, isKernelLike, load } from "./bench.ts";

/** What to show of a kernel; its diagnostics unless anything is asked for. */
export interface ExplainOptions {
  readonly types?: true;
  readonly llvm?: true;
  readonly asm?: true;
}

export async function explain(target: string, { types, llvm, asm }: ExplainOptions): Promise<string> {
  const [, file = target, name] = /^(.*)#([^#]*)$/.exec(target) ?? [];
  const module = await load(file);
  const kernels = Object.entries(module).filter(([, value]) => isKernelLike(value));
  const names = kernels.map(([known]) => known).join(", ");
  if (kernels.length === 0) throw new BenchError(`${file} exports no kernel: export const name = njit(…)`);
  // With one kernel there is nothing to choose.
  const chosen = name ?? (kernels.length === 1 ? kernels[0]?.[0] : undefined);
  if (chosen === undefined)
    throw new BenchError(`${file} exports several kernels; say which: ${file}#${kernels[0]?.[0]}`);
  const kernel = module[chosen];
  if (!isKernelLike(kernel)) throw new BenchError(`${file} exports no kernel ${chosen}; there is ${names}`);
  if (kernel.signatures.length === 0) {
    const inputs = (module.inputs ?? {}) as Record<string, unknown>;
    const input = inputs[chosen];
    if (input === undefined)
      throw new BenchError(`${file} must export inputs, with the arguments of ${chosen}: { ${chosen}: () => […] }`);
    kernel.compile(...(await argumentsOf(chosen, input)));
  }
  const parts: string[] = [];
  if (types) parts.push(kernel.inspectTypes());
  if (llvm) parts.push(kernel.inspectLLVM());
  if (asm) parts.push(kernel.inspectAsm());
  if (parts.length === 0) parts.push(kernel.diagnostics());
  return parts.map((part) => `${part.trimEnd()}\n`).join("\n");
}

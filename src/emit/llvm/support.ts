/**
 * The support library: what every kernel needs and LLVM need not compile with each. It is one LLVM module for a target, compiled
 * once and linked into each addon: Node-API's side of the entry point, memory for arrays, and the errors' records.
 *
 * Kernels call it by hidden symbols. What a kernel's loops call often, and what depends on the signature, is not here.
 */
import type { Target } from "../../targets/target.ts";
import { TYPE_DEFINITIONS } from "./context.ts";
import { defineReaders } from "./entry-args.ts";
import { defineCreate } from "./entry-create.ts";
import { defineFallbacks } from "./entry-fallbacks.ts";
import { FRAME_TYPES, kernelGlobal } from "./entry-frame.ts";
import { defineCallBack } from "./entry-javascript.ts";
import { defineLeaving } from "./entry-leave.ts";
import { defineLog } from "./entry-log.ts";
import { defineArrayResults } from "./entry-results.ts";
import { defineStackLimit } from "./entry-stack.ts";
import { type EntryHost, EntryModule } from "./entry-text.ts";
import { RUNTIME, type RuntimeFunction, type RuntimeName, runtimeText } from "./runtime.ts";

/** Declarations and functions of runtime.ts; the library declares nothing of its own. */
class Host implements EntryHost {
  readonly #declarations = new Map<string, string>();

  declare(line: string): void {
    if (!line.startsWith("declare hidden")) this.#declarations.set(/@[\w.]+/.exec(line)?.[0] ?? line, line);
  }

  attributes(...own: readonly string[]): string {
    return ["nounwind", ...own].join(" ");
  }

  runtime(name: RuntimeName): string {
    return `@nb.${name}`;
  }

  /** runtime.ts's shared functions, all of them, and what is declared by now. */
  toString(): string {
    const rows = Object.entries(RUNTIME as Readonly<Record<string, RuntimeFunction>>).filter(([, row]) => row.shared);
    for (const [, { declares }] of rows) for (const line of declares) this.declare(line);
    const texts = rows.map(([name]) => runtimeText(name as RuntimeName, (own) => this.attributes(...own), true));
    return [...texts, ...this.#declarations.values()].join("\n");
  }
}

declare const NUMBATS_BUILD: string | undefined;

export interface Support {
  /** Stands for the text: the same for the same text. */
  readonly id: string;
  /** The library's LLVM IR. */
  llvm(): string;
}

/** The support library for the target's triple. In the published package its text is written only when it is to be compiled. */
export function supportFor(target: Target): Support {
  if (typeof NUMBATS_BUILD !== "string") {
    const text = emitSupport(target);
    return { id: text, llvm: () => text };
  }
  return { id: `support ${NUMBATS_BUILD} ${target.triple}`, llvm: () => emitSupport(target) };
}

const known = new Map<string, string>();

function emitSupport({ triple }: Target): string {
  const before = known.get(triple);
  if (before !== undefined) return before;
  const host = new Host();
  const out = new EntryModule(host, triple);
  out.global(FRAME_TYPES);
  out.global(kernelGlobal());
  out.defineBind();
  defineReaders(out);
  defineLeaving(out);
  defineArrayResults(out);
  defineCallBack(out);
  defineLog(out);
  defineFallbacks(out);
  defineStackLimit(out, triple);
  defineCreate(out, triple);
  const text = [`target triple = "${triple}"`, ...TYPE_DEFINITIONS, out.toString(), host.toString(), ""].join("\n");
  known.set(triple, text);
  return text;
}

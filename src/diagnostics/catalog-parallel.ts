/** Diagnostics of `parallel: true`: loops over prange whose iterations can't run side by side. Ids are never reused. */
import { type DiagnosticRow, row } from "./row.ts";

export const PARALLEL_DIAGNOSTICS = {
  "parallel-carried": row<{ name: string }>({
    text: (p) => `\`${p.name}\` goes from one iteration of a prange loop to the next, so they can't run side by side.`,
    help: (p) =>
      `Make it a reduction, ${p.name} += e, ${p.name} = Math.max(${p.name}, e) or if (e > ${p.name}) ${p.name} = e, and use ${p.name} in the loop for nothing else; or write an ordinary for loop.`,
  }),
  "parallel-rounded": row<{ name: string }>({
    text: (p) =>
      `\`${p.name}\` is rounded after each addition in a prange loop: sums of parts of the iterations wouldn't come to the same.`,
    help: (p) =>
      `Round what is added in the same way, ${p.name} = (${p.name} + (e | 0)) | 0, or round the sum after the loop, ${p.name} += e; or write an ordinary for loop.`,
  }),
  "parallel-bigint": row<{ name: string }>({
    text: (p) =>
      `\`${p.name}\` is a BigInt that must stay within 64 bits at every iteration of a prange loop, in their order.`,
    help: (p) => `Let it wrap, ${p.name} = BigInt.asIntN(64, ${p.name} + e); or write an ordinary for loop.`,
  }),
  "parallel-last-value": row<{ name: string }>({
    text: (p) => `\`${p.name}\` is assigned in a prange loop and read after it: which iteration's value is meant?`,
    help: (p) =>
      `Declare ${p.name} inside the loop, store the values in an array, set it to one and the same constant, or keep the greatest, ${p.name} = Math.max(${p.name}, i); or write an ordinary for loop.`,
  }),
  "parallel-leave": row({
    text: () => "A prange loop can't be left before its end: its iterations run side by side.",
    help: () => "Use continue, set a flag (found = 1) and go on, or write an ordinary for loop.",
  }),
  "parallel-loop-variable": row<{ name: string }>({
    text: (p) => `\`${p.name}\` counts the iterations of a prange loop and can't be assigned in it.`,
    help: (p) => `Assign to a variable of its own: let k = ${p.name}.`,
  }),
  "parallel-log": row({
    text: () => "console.log can't be called in a prange loop that runs in parallel.",
    help: () => "Store what you want to see in an array and log it after the loop, or leave out parallel: true.",
  }),
  "parallel-same-element": row<{ array: string }>({
    text: (p) => `Every iteration of the prange loop writes the same element of \`${p.array}\`.`,
    help: () => "Use a local variable as a reduction, or write to an element of the iteration's own.",
  }),
  "parallel-dependence": row<{ array: string; distance: string }>({
    text: (p) =>
      `Iterations of the prange loop depend on each other: an element of \`${p.array}\` is written in one and used in another, ${p.distance} further on.`,
    help: () => "Read from another array than the one that is written, or write an ordinary for loop.",
  }),
} as const satisfies Record<string, DiagnosticRow<never>>;

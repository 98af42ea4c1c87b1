/** Machines that texts are compared for, whatever the tests run on. */
import type { Target } from "../../src/targets/target.ts";

/** Any x86-64 with AVX-512, such as Zen 4 and later. */
export const X86_64_V4: Target = {
  triple: "x86_64-unknown-linux-gnu",
  cpu: "x86-64-v4",
  features: [],
  vectorWidth: 512,
};

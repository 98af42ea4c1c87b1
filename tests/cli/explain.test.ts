/** `numbats explain`, by the function behind it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { explain } from "../../src/cli/explain.ts";

const FILE = fileURLToPath(new URL("kernels.ts", import.meta.url));

test("a kernel's diagnostics, types, IR and assembly", async () => {
  const report = await explain(`${FILE}#twice`, {});
  assert.match(
    report,
    /^Loops\n\n.*kernels\.ts:5:3 {2}for \(let i = 0; i < x\.length; i\+\+\) x\[i\] \*= 2;\n {3}vectorised: width/,
  );
  assert.match(report, /Bounds checks left\n\nnone: all are proved, or tested before the loops\n$/);
  assert.match(await explain(`${FILE}#half`, { types: true }), /# {3}n \/ 2: float64 \(division\)\n/);
  const both = await explain(`${FILE}#half`, { llvm: true, asm: true });
  assert.match(both, /define internal [\s\S]*\.text/);
});

test("what isn't there is said in one sentence", async () => {
  await assert.rejects(explain(FILE, {}), { message: `${FILE} exports several kernels; say which: ${FILE}#half` });
  await assert.rejects(explain(`${FILE}#third`, {}), {
    message: `${FILE} exports no kernel third; there is half, twice, unused`,
  });
  await assert.rejects(explain(`${FILE}#unused`, {}), {
    message: `${FILE} must export inputs, with the arguments of unused: { unused: () => […] }`,
  });
  await assert.rejects(explain("nowhere.ts#f", {}), /there is no file .*nowhere\.ts$/);
});

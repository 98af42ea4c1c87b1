/** `numbats explain` and `numbats bench`, by the functions behind them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { bench } from "../../src/cli/bench.ts";
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
    message: `${FILE} exports no kernel third; there is half, shapes.square, twice, unused`,
  });
  await assert.rejects(explain(`${FILE}#unused`, {}), {
    message: `${FILE} must export inputs, with the arguments of unused: { unused: () => […] }`,
  });
  await assert.rejects(explain(fileURLToPath(new URL(".", import.meta.url)), {}), /is a directory; name the module$/);
  await assert.rejects(explain("nowhere.ts#f", {}), /there is no file .*nowhere\.ts$/);
});

test("bench takes kernels of exported objects, and tells of inputs that no kernel has", async () => {
  const results = await bench(FILE, { seconds: 0 });
  assert.deepEqual(
    results.map((result) => [result.kernel, "error" in result ? result.error : undefined]),
    [
      ["half", undefined],
      ["shapes.square", undefined],
      ["twice", undefined],
      ["unused", "inputs has no unused"],
      ["gone", `inputs has it, but ${FILE} exports no such kernel`],
    ],
  );
});

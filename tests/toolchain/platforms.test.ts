/** Addons for every platform from this machine: what can be seen of them without running them. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { emitFallbacks, emitInTwo, emitWithout } from "../../src/emit/llvm/module.ts";
import { parseModule } from "../../src/ir/parse.ts";
import { PLATFORMS, type Platform, platformOf } from "../../src/targets/target.ts";
import { buildAddon } from "../../src/toolchain/compile.ts";
import { findLlvm } from "../../src/toolchain/llvm.ts";
import { entrySpec } from "../emit/native-module.ts";
import { type HandKernel, kernelText } from "../entry/addon.ts";
import { descend, logOnce, maker, passer } from "../entry/kernels.ts";
import { supportLibrary } from "../support/support-library.ts";

const dir = mkdtempSync(join(tmpdir(), "numbats-platforms-"));
after(() => rmSync(dir, { recursive: true, force: true }));

/** A kernel with a part that is an addon of its own. */
const APART = `entry func f(%x x: f64, %xs xs: float64[]) -> f64 {
  local $y y: f64
  call f.fallback0(%x, %xs) into($y)
  %y: f64 = local.get $y
  return %y
}

func f.fallback0(%x x: f64, %xs xs: float64[]) -> f64 separate {
  %n: i32 = length %xs
  %d: f64 = sitofp %n
  %y: f64 = fmul %x, %d
  return %y
}
`;

const MAGIC = { elf: "7f454c46", macho: "cffaedfe", coff: "4d5a" } as const;

for (const [name, platform] of Object.entries(PLATFORMS) as [string, Platform][]) {
  test(`an addon for ${name}`, () => {
    assert.equal(platformOf(platform.triple), platform);
    const llvm = findLlvm({}, platform);
    const arm = platform.triple.startsWith("a");
    const target = platform.baseline;
    const kernels: readonly HandKernel[] = [passer("float64", true, true), maker(true), descend, logOnce];
    const module = parseModule(APART);
    const texts = [
      ...kernels.map((kernel) => kernelText(kernel, target)),
      emitWithout(module, entrySpec(module), target, "later"),
      emitFallbacks(module, target, "later"),
      emitInTwo(module, entrySpec(module), target),
    ];
    for (const text of texts) {
      const path = join(dir, `${name}.node`);
      buildAddon(llvm, text, target, path, { library: supportLibrary(target) });
      const bytes = readFileSync(path);
      assert.ok(bytes.toString("hex").startsWith(MAGIC[platform.objectFormat]));
      assert.ok(bytes.includes("napi_register_module_v1"));
      if (platform.objectFormat === "elf") assert.equal(bytes.readUInt16LE(18), arm ? 183 : 62);
      if (platform.objectFormat === "macho") assert.equal(bytes.readUInt32LE(4), arm ? 0x0100000c : 0x01000007);
      if (platform.objectFormat === "coff") {
        assert.equal(bytes.readUInt16LE(bytes.readUInt32LE(0x3c) + 4), arm ? 0xaa64 : 0x8664);
        assert.ok(!bytes.includes("node.exe"));
      }
    }
  });
}

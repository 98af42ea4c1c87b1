/** Addons for every platform from this machine: what can be seen of them without running them. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { PLATFORMS, type Platform, platformOf } from "../../src/targets/target.ts";
import { buildAddon } from "../../src/toolchain/compile.ts";
import { findLlvm } from "../../src/toolchain/llvm.ts";
import { type HandKernel, kernelText } from "../entry/addon.ts";
import { descend, logOnce, maker, passer } from "../entry/kernels.ts";
import { supportLibrary } from "../support/support-library.ts";

const dir = mkdtempSync(join(tmpdir(), "numbats-platforms-"));
after(() => rmSync(dir, { recursive: true, force: true }));

const MAGIC = { elf: "7f454c46", macho: "cffaedfe", coff: "4d5a" } as const;

for (const [name, platform] of Object.entries(PLATFORMS) as [string, Platform][]) {
  test(`an addon for ${name}`, () => {
    assert.equal(platformOf(platform.triple), platform);
    const llvm = findLlvm({}, platform);
    const arm = platform.triple.startsWith("a");
    const kernels: readonly HandKernel[] = [passer("float64", true, true), maker(true), descend, logOnce];
    for (const kernel of kernels) {
      const path = join(dir, `${name}.node`);
      const library = supportLibrary(platform.baseline);
      buildAddon(llvm, kernelText(kernel, platform.baseline), platform.baseline, path, { library });
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

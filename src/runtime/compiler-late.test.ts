/** What importing numbats loads: V8 reads all of it, used or not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { late } from "../../scripts/late.ts";

const SRC = fileURLToPath(new URL("..", import.meta.url));

test("importing numbats loads nothing of the compiler and no texts of what it says", async () => {
  const { metafile } = await build({
    absWorkingDir: SRC,
    entryPoints: ["index.ts"],
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    packages: "external",
    plugins: [late],
  });
  const loaded = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  assert.ok(loaded.includes("runtime/dispatcher.ts"));
  const notLoaded =
    /^(?:compiler\.ts|(?:lower|passes|emit\/llvm)\/|diagnostics\/(?:catalog|remarks|render|sink)|.*-report\.ts)/;
  assert.deepEqual(
    loaded.filter((file) => notLoaded.test(file)),
    [],
  );
});

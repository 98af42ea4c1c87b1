/** What importing numbats loads: V8 reads all of it, used or not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const SRC = fileURLToPath(new URL("..", import.meta.url));

test("importing numbats loads nothing of the compiler and no texts of its diagnostics", async () => {
  const { metafile } = await build({
    absWorkingDir: SRC,
    entryPoints: ["index.ts"],
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    packages: "external",
    // As scripts/build.ts has it.
    plugins: [
      {
        name: "late",
        setup({ onResolve }) {
          onResolve({ filter: /\/runtime\/compiler\.ts$/ }, () => ({ path: `${SRC}runtime/compiler-late.ts` }));
        },
      },
    ],
  });
  const loaded = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  assert.ok(loaded.includes("runtime/dispatcher.ts"));
  const late = /^(?:compiler\.ts|(?:lower|passes|emit\/llvm)\/|diagnostics\/(?:catalog|render|sink))/;
  assert.deepEqual(
    loaded.filter((file) => late.test(file)),
    [],
  );
});

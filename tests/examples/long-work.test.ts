import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { settleHeat } from "../../examples/kernels/plate.ts";

const SCRIPT = fileURLToPath(new URL("../../examples/long-work.ts", import.meta.url));

test("heat settles: the same in the background as in plain JavaScript", async () => {
  const make = (): Float64Array => new Float64Array(40 * 30).fill(100, 0, 40);
  const [plain, compiled] = [make(), make()];
  const expected = settleHeat.jsFunction(plain, plain.slice(), 40, 30, 50);
  assert.equal(await settleHeat.async(compiled, compiled.slice(), 40, 30, 50), expected);
  assert.deepEqual(compiled, plain);
  // Settled, the middle of a square is at the mean of its edges.
  const square = new Float64Array(21 * 21).fill(100, 0, 21);
  await settleHeat.async(square, square.slice(), 21, 21, 5000);
  const middle = square[10 * 21 + 10] ?? 0;
  assert.ok(Math.abs(middle - 25) < 1e-9, `${middle}`);
});

test("the program runs to its end", () => {
  const args = ["--import", "tsx", SCRIPT, "--size", "21", "--rounds", "5000"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  assert.match(
    stdout,
    /\nthe last round changed no point by more than \S+ degrees\nthe middle of the plate is at 25\.00 degrees\n$/,
  );
});

test("Ctrl-C aborts it, and what was computed is kept", async () => {
  const child = spawn(process.execPath, ["--import", "tsx", SCRIPT, "--size", "500", "--rounds", "20000000"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  // Its first line says that it listens.
  child.stdout.on("data", (chunk: Buffer) => {
    if (output === "") setTimeout(() => child.kill("SIGINT"), 500);
    output += chunk.toString();
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  assert.equal(code, 130);
  assert.match(output, /\ninterrupted after \d+ % of the rounds\nthe middle of the plate is at \d+\.\d\d degrees\n$/);
});

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { PLATFORMS } from "../../src/targets/target.ts";
import { startAddon } from "../../src/toolchain/build-job.ts";
import { assemble, buildAddon, buildCLibrary, optimisedIr, remarksOf, startLlvm } from "../../src/toolchain/compile.ts";
import { hostOf } from "../../src/toolchain/host.ts";
import { findLlvm, hostPlatform, ToolchainError } from "../../src/toolchain/llvm.ts";
import type { Library } from "../../src/toolchain/object-files.ts";
import type { Server } from "../../src/toolchain/server.ts";
import { type HandKernel, kernelText, loadBuilt } from "../entry/addon.ts";
import { increment } from "../entry/kernels.ts";
import { leftovers } from "../support/leftovers.ts";
import { supportLibrary } from "../support/support-library.ts";

const dir = mkdtempSync(join(tmpdir(), "numbats-toolchain-"));
// Other builds on this machine must not be taken for this file's leftovers.
process.env.TMPDIR = join(dir, "tmp");
mkdirSync(process.env.TMPDIR);
after(() => rmSync(dir, { recursive: true, force: true }));

const llvm = findLlvm({});
const { target } = hostOf(llvm);
const text = kernelText(increment);
const library = supportLibrary(target);

/** Sums a float array in order, with debug locations. */
const SUM = `
define double @sum(ptr %a, i64 %n) !dbg !4 {
start:
  br label %loop
loop:
  %i = phi i64 [ 0, %start ], [ %j, %loop ]
  %s = phi double [ 0.0, %start ], [ %t, %loop ]
  %p = getelementptr double, ptr %a, i64 %i
  %x = load double, ptr %p, !dbg !5
  %y = fmul double %x, %x, !dbg !5
  %t = fadd double %s, %y, !dbg !5
  %j = add nuw nsw i64 %i, 1
  %more = icmp slt i64 %j, %n
  br i1 %more, label %loop, label %end, !dbg !5
end:
  ret double %t
}
!llvm.module.flags = !{!0}
!llvm.dbg.cu = !{!1}
!0 = !{i32 2, !"Debug Info Version", i32 3}
!1 = distinct !DICompileUnit(language: DW_LANG_C99, file: !2, emissionKind: LineTablesOnly)
!2 = !DIFile(filename: "sum.ts", directory: "/")
!3 = !DISubroutineType(types: !{})
!4 = distinct !DISubprogram(name: "sum", file: !2, line: 1, type: !3, unit: !1, spFlags: DISPFlagDefinition)
!5 = !DILocation(line: 7, column: 3, scope: !4)
`;

/** As what an addon is made of. */
const PARTS = [{ llvm: text }, { llvm: SUM }];

const onlyLinux = { skip: process.platform === "linux" ? false : "LLVM is a server on Linux only" };

/** The processes that work in this file's directory for temporary ones. */
function ownedHere(): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(tmpdir());
    } catch {
      return false;
    }
  });
}

test("LLVM comes from NUMBATS_LLVM, the platform package, or PATH", () => {
  assert.equal(llvm.path, findLlvm({ PATH: "/nonexistent" }).path);
  assert.equal(findLlvm({ NUMBATS_LLVM: llvm.path }).path, llvm.path);
  assert.equal(findLlvm({ NUMBATS_LLVM: "zig", PATH: dirname(llvm.path) }).path, llvm.path);

  const bin = mkdtempSync(join(dir, "bin-"));
  const tools = ["clang", "ld.lld"].map((name) => join(bin, name));
  for (const tool of tools) {
    writeFileSync(tool, "#!/bin/sh\n");
    chmodSync(tool, 0o755);
  }
  const linux = PLATFORMS["linux-x64"];
  const found = findLlvm({ PATH: `/nonexistent:${bin}` }, linux, () => undefined);
  assert.deepEqual([found.clang.file, found.linker], [tools[0], { file: tools[1], args: [] }]);
  rmSync(tools[1] ?? "");
  assert.throws(() => findLlvm({ PATH: bin }, linux, () => undefined), /no ld\.lld beside it or on PATH/);
});

test("without LLVM the error says how to get one", () => {
  assert.throws(
    () => findLlvm({ PATH: "/nonexistent" }, hostPlatform(), () => undefined),
    (error) => {
      assert.ok(error instanceof ToolchainError);
      assert.match(error.message, /npm install @zigc\//);
      assert.match(error.message, /NUMBATS_LLVM/);
      return true;
    },
  );
  assert.throws(() => findLlvm({ NUMBATS_LLVM: "/nonexistent/clang" }), /not an executable file/);
  assert.throws(() => findLlvm({ NUMBATS_LLVM: dir }), /not an executable file/);
});

test("the host is asked once and remembered on disk", () => {
  const cache = join(dir, "cache");
  // In memory the answer goes by path: other paths to the same binary ask again.
  const alias = (n: number) => ({
    ...llvm,
    path: `${dirname(llvm.path)}/${"./".repeat(n)}${llvm.path.split("/").pop()}`,
  });
  const first = hostOf(alias(1), cache);
  assert.deepEqual(first, hostOf(llvm));
  assert.match(first.llvmVersion, /^\d+\.\d+\.\d+$/);
  assert.ok(first.target.cpu.length > 0 && first.target.features.length > 0);

  const file = join(cache, readdirSync(cache)[0] ?? "");
  const stored = JSON.parse(readFileSync(file, "utf8"));
  assert.deepEqual(stored, first);
  writeFileSync(file, '{"llvmVersion":"21.1.0","target":{"cpu":1}}');
  hostOf(alias(2), cache);
  for (const name of readdirSync(cache)) assert.ok(name.startsWith("host-"));
  assert.deepEqual(hostOf(alias(3), "/dev/null/nowhere"), first);
});

/** A process doesn't wait for builds in the background; this one does. */
async function staying<T>(promise: Promise<T>): Promise<T> {
  const timer = setInterval(() => {}, 1000);
  try {
    return await promise;
  } finally {
    clearInterval(timer);
  }
}

test("builds leave an addon and nothing else", async () => {
  const before = leftovers();
  const path = join(dir, "increment.node");
  const { compileMs, linkMs } = buildAddon(llvm, text, target, path, { library });
  assert.ok(compileMs > 0 && linkMs > 0);
  assert.equal(loadBuilt(path, increment)(1), 2);

  const later = join(dir, "later.node");
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await startAddon(llvm, text, target, later, { library }).done;
  clearInterval(timer);
  assert.ok(turns > 0);
  assert.equal(loadBuilt(later, increment)(1), 2);

  // The event loop stands still, and the build comes to its end all the same.
  const polled = join(dir, "polled.node");
  let kept: Uint8Array | undefined;
  const fresh: Library = {
    llvm: library.llvm,
    find: () => kept,
    keep(object) {
      kept = object;
    },
  };
  const job = startAddon(llvm, text, target, polled, { library: fresh });
  while (job.poll() === undefined) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  assert.equal(loadBuilt(polled, increment)(1), 2);
  await staying(job.done);
  assert.deepEqual(kept, library.find());
  assert.deepEqual(leftovers(), before);
});

test("the same text gives the same bytes", () => {
  const [a, b] = [join(dir, "a.node"), join(dir, "b.node")];
  buildAddon(llvm, text, target, a, { library });
  buildAddon(llvm, text, target, b, { library: { ...library, find: () => undefined } });
  assert.ok(readFileSync(a).equals(readFileSync(b)));
});

test("a failure names the command, gives LLVM's words and keeps the IR", async () => {
  const broken = "define i32 @f() { ret i64 0 }";
  const before = leftovers();
  const check = (error: unknown) => {
    assert.ok(error instanceof ToolchainError);
    assert.match(error.command ?? "", /-cc1 .*-emit-obj/);
    assert.match(error.stderr, /error: value doesn't match/);
    assert.ok(error.keptIr !== undefined && existsSync(error.keptIr));
    assert.equal(readFileSync(error.keptIr, "utf8"), broken);
    rmSync(dirname(error.keptIr), { recursive: true });
    return true;
  };
  assert.throws(() => buildAddon(llvm, broken, target, join(dir, "broken.node")), check);
  await staying(assert.rejects(startAddon(llvm, broken, target, join(dir, "broken.node")).done, check));
  assert.deepEqual(leftovers(), before);

  assert.throws(() => buildAddon(llvm, text, target, join(dir, "no such dir", "k.node")), ToolchainError);
  const gone = { ...llvm, clang: { file: join(dir, "gone"), args: [] } };
  assert.throws(() => buildAddon(gone, text, target, join(dir, "gone.node")), /could not be run/);
});

test("the working directory may change while a build goes on", async () => {
  const [system, cwd] = [process.env.TMPDIR, process.cwd()];
  const path = join(dir, "moved.node");
  mkdirSync(join(dir, "relative"));
  process.chdir(dir);
  process.env.TMPDIR = "relative";
  try {
    const build = startAddon(llvm, text, target, path, { library });
    process.chdir("/");
    await staying(build.done);
  } finally {
    process.env.TMPDIR = system;
    process.chdir(cwd);
  }
  assert.equal(loadBuilt(path, increment)(1), 2);
});

test("a build that fails before all of it has begun, as on a full disk, leaves no promise alone", async () => {
  const before = leftovers();
  const full = new Error("no space left on device");
  const lacking = {
    ...library,
    find: () => undefined,
    llvm() {
      throw full;
    },
  };
  for (const ir of [text, "define i32 @f() { ret i64 0 }"]) {
    const { done } = startAddon(llvm, ir, target, join(dir, "never.node"), { library: lacking });
    await staying(assert.rejects(done, full));
  }
  // What has begun by then is ended, and nobody hears of it: an unhandled rejection would fail the test.
  await setTimeout(100);
  assert.deepEqual(leftovers(), before);
});

test("an abort ends a build", async () => {
  const before = leftovers();
  const build = startAddon(llvm, text, target, join(dir, "never.node"));
  build.cancel();
  await staying(assert.rejects(build.done, { name: "AbortError" }));
  assert.deepEqual(leftovers(), before);
});

test("an abort ends a build whose LLVM has been stopped", onlyLinux, async () => {
  const stopped = join(dir, "stopped");
  writeFileSync(stopped, `#!/bin/sh\necho $$ >${dir}/pid\nkill -STOP $$\n`, { mode: 0o755 });
  const state = (): string => {
    try {
      return (
        readFileSync(`/proc/${readFileSync(join(dir, "pid"), "latin1").trim()}/stat`, "latin1").split(" ")[2] ?? ""
      );
    } catch {
      return "none";
    }
  };
  const becomes = async (wanted: string): Promise<void> => {
    for (let looks = 0; state() !== wanted; looks++) {
      assert.ok(looks < 1000, `LLVM's state is ${state()}`);
      await setTimeout(5);
    }
  };
  const build = startAddon({ ...llvm, clang: { file: stopped, args: [] } }, text, target, join(dir, "never.node"));
  await becomes("T");
  build.cancel();
  await staying(assert.rejects(build.done, { name: "AbortError" }));
  await becomes("none");
});

test("a library in C, linked into an addon by its soname", () => {
  const twice = join(dir, "libtwice.so");
  buildCLibrary(llvm, "double nb_twice(double x) { return x + x; }", target, twice, { soname: "libtwice.so" });
  const kernel: HandKernel = {
    ...increment,
    extra: "declare double @nb_twice(double)",
    body: "%y = call double @nb_twice(double %x)\nstore double %y, ptr %results\nret i32 0",
  };
  const path = join(dir, "twice.node");
  buildAddon(llvm, kernelText(kernel), target, path, { library, libraries: [twice] });
  assert.equal(loadBuilt(path, kernel)(21), 42);
  assert.ok(!readFileSync(path).includes(dir));
  assert.throws(() => buildCLibrary(llvm, "int f( {", target, twice), /expected/);
});

test("assembly, optimised IR and remarks", () => {
  const assembly = assemble(llvm, SUM, target);
  assert.match(assembly, /sum:/);
  if (process.arch === "x64") assert.match(assembly, /(xmm|ymm|zmm)\d+, /);
  assert.match(optimisedIr(llvm, SUM, target), /define .*@sum/);
  assert.match(optimisedIr(llvm, SUM, target, { optLevel: 0 }), /phi i64/);

  const found = remarksOf(llvm, SUM, target);
  assert.ok(found.every((remark) => remark.fn === "sum"));
  const vectorised = found.find((remark) => remark.kind === "passed" && remark.pass === "loop-vectorize");
  assert.match(vectorised?.message ?? "", /vectorized loop/);
  assert.deepEqual(vectorised?.loc, { file: "sum.ts", line: 7, column: 3 });
});

test(
  "one process of LLVM's makes the addons that a process each makes, from texts larger than a pipe holds, too",
  onlyLinux,
  () => {
    const before = leftovers();
    const [served, usual] = [join(dir, "served.node"), join(dir, "usual.node")];
    const server = startLlvm(llvm, target);
    assert.ok(server);
    const texts = [text, SUM, `; ${"x".repeat(2 ** 20)}\n${text}`, text];
    for (const ll of texts) {
      // Seen to succeed, since `buildAddon` starts another process where it doesn't.
      assert.ok(server.begin(ll) && server.finish());
      buildAddon(llvm, ll, target, served, { servers: [server] });
      buildAddon(llvm, ll, target, usual);
      assert.ok(readFileSync(served).equals(readFileSync(usual)));
    }
    for (let count = 2 * texts.length; server.isAlive(); count++) {
      assert.ok(count < 1000 && server.begin(text) && server.finish());
    }
    assert.equal(server.begin(text), false);
    assert.deepEqual(leftovers(), before);
  },
);

test(
  "modules of one addon are compiled at the same time or one after another: it comes out the same",
  onlyLinux,
  () => {
    const before = leftovers();
    const [first, second] = [startLlvm(llvm, target), startLlvm(llvm, target)];
    assert.ok(first && second);
    const [usual, path] = [join(dir, "usual.node"), join(dir, "parts.node")];
    buildAddon(llvm, PARTS, target, usual, { library });
    for (const servers of [[first], [first, second]]) {
      buildAddon(llvm, PARTS, target, path, { library, servers });
      assert.ok(readFileSync(path).equals(readFileSync(usual)));
      assert.ok(servers.every((server) => server.isAlive()));
    }
    for (const server of [first, second]) server.release();
    assert.deepEqual(leftovers(), before);
  },
);

test("what is done while servers are at work may fail: they finish what they have begun", onlyLinux, () => {
  const server = startLlvm(llvm, target);
  assert.ok(server);
  const [path, usual] = [join(dir, "meanwhile.node"), join(dir, "usual.node")];
  const build = (meanwhile: () => void) =>
    buildAddon(llvm, PARTS, target, path, { library, servers: [server], meanwhile });
  assert.throws(() =>
    build(() => {
      throw new Error("nothing to do");
    }),
  );
  assert.ok(server.isAlive());
  let count = 0;
  build(() => count++);
  assert.equal(count, 2);
  buildAddon(llvm, PARTS, target, usual, { library });
  assert.ok(readFileSync(path).equals(readFileSync(usual)));
  server.release();
});

test("a module's text is made while LLVM has the one before", onlyLinux, () => {
  const servers = [startLlvm(llvm, target), startLlvm(llvm, target)];
  const events: string[] = [];
  const watched = servers.map((server, k): Server => {
    assert.ok(server);
    return {
      isAlive: () => server.isAlive(),
      begin: (input) => events.push(`begin ${k}`) > 0 && server.begin(input),
      finish: () => (events.push(`finish ${k}`) > 0 ? server.finish() : undefined),
      release: () => server.release(),
    };
  });
  const last = {
    get llvm() {
      if (!events.includes("make")) events.push("make");
      return SUM;
    },
  };
  const path = join(dir, "while.node");
  const [first = assert.fail()] = watched;
  buildAddon(llvm, [{ llvm: text }, last], target, path, { library, servers: [first] });
  assert.deepEqual(events.splice(0), ["begin 0", "make", "finish 0", "begin 0", "finish 0"]);
  buildAddon(llvm, [{ llvm: text }, last], target, path, { library, servers: watched });
  assert.deepEqual(events, ["begin 0", "make", "begin 1", "finish 0", "finish 1"]);
  for (const server of watched) server.release();
});

test("what LLVM says of a text that it doesn't take comes out when a server has it, too", onlyLinux, () => {
  const before = leftovers();
  const server = startLlvm(llvm, target);
  assert.ok(server);
  assert.throws(
    () => buildAddon(llvm, "define nonsense", target, join(dir, "bad.node"), { servers: [server] }),
    (error) => {
      assert.ok(error instanceof ToolchainError);
      assert.match(error.message, /failed with exit code 1\.[\s\S]*expected type/);
      rmSync(dirname(error.keptIr ?? assert.fail()), { recursive: true });
      return true;
    },
  );
  assert.equal(server.isAlive(), false);
  assert.deepEqual(leftovers(), before);
});

test("where a server ends too soon LLVM is started again", onlyLinux, () => {
  const path = join(dir, "again.node");
  const broken = { ...llvm, clang: { file: "/bin/false", args: [] } };
  buildAddon(llvm, text, target, path, { servers: [startLlvm(broken, target) ?? assert.fail()] });
  assert.ok(existsSync(path));
  const server = startLlvm(broken, target);
  assert.ok(server);
  assert.ok(!(server.begin(text) && server.finish()));
  assert.equal(server.isAlive(), false);
});

test("where a server's directory is removed LLVM is started again", onlyLinux, () => {
  const server = startLlvm(llvm, target);
  assert.ok(server);
  const path = join(dir, "removed.node");
  assert.ok(server.begin(text) && server.finish());
  rmSync(tmpdir(), { recursive: true });
  mkdirSync(tmpdir());
  buildAddon(llvm, text, target, path, { servers: [server] });
  assert.ok(existsSync(path));
  assert.equal(server.isAlive(), false);
});

test("a server leaves nothing behind, whatever way its process ends", onlyLinux, async () => {
  const before = leftovers();
  const server = startLlvm(llvm, target);
  assert.equal(leftovers().length, before.length + 1);
  server?.release();
  assert.deepEqual(leftovers(), before);
  const script = (name: string, commands: string) => {
    writeFileSync(join(dir, name), `#!/bin/sh\n${commands}\n`, { mode: 0o755 });
    return join(dir, name);
  };
  const starter = script("starter", `${llvm.clang.file} "$@"`);
  // LLVM may be writing while what it has written is removed.
  const writing = "while :; do n=$((n + 1)); : >$k.$n; done";
  const writer = script("writer", `cat 0 >tmp; mv tmp 0.o; for k in a b c d e f; do (${writing}) & done; wait`);
  const kill = 'process.kill(process.pid, "SIGKILL");';
  for (const [file, end] of [
    [llvm.clang.file, kill],
    [starter, ""],
    [starter, kill],
    [writer, kill],
  ]) {
    const clang = JSON.stringify({ ...llvm.clang, file });
    const program = `import { startLlvm } from "${new URL("../../src/toolchain/compile.ts", import.meta.url)}";
      const server = startLlvm({ clang: ${clang} }, ${JSON.stringify(target)});
      console.log(server?.begin(${JSON.stringify(text)}) && server.finish() !== undefined);
      ${end}`;
    const path = join(dir, "end.mts");
    writeFileSync(path, program);
    const { stdout } = spawnSync(process.execPath, ["--import", import.meta.resolve("tsx"), path], {
      encoding: "utf8",
    });
    assert.equal(stdout, "true\n");
    // The server's processes have their directory as their own.
    for (let looks = 0; leftovers().length > before.length || ownedHere().length > 0; looks++) {
      assert.ok(looks < 5000, `${file} has left ${leftovers()} and the processes ${ownedHere()}`);
      await setTimeout(5);
    }
  }
  assert.deepEqual(leftovers(), before);
});

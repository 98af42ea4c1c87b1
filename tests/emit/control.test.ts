/** Control flow, calls, recursion and logging, against the interpreter. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildModule } from "./native-module.ts";

test("if, block, loop, for, break and continue", () => {
  const built = buildModule(`entry func paths(%n n: i32, %limit limit: i32) -> i32, i32 {
  local $s s: i32
  local $rounds rounds: i32
  %zero: i32 = const 0
  %one: i32 = const 1
  %two: i32 = const 2
  block done {
    for outer %i = %zero to %n step 1 {
      %odd: i32 = and %i, %one
      %isodd: i1 = icmp %odd, %one {pred: eq}
      if %isodd {
        continue outer
      }
      for inner %j = %n to %i step -3 {
        %s0: i32 = local.get $s
        %s1: i32 = add %s0, %j {overflow: wraps}
        local.set $s, %s1
        %far: i1 = icmp %limit, %s1 {pred: slt}
        if %far {
          break done
        } else {
          %enough: i1 = icmp %j, %two {pred: slt}
          if %enough {
            break inner
          }
        }
      }
    }
    loop again {
      %r0: i32 = local.get $rounds
      %r1: i32 = add %r0, %one {overflow: wraps}
      local.set $rounds, %r1
      %more: i1 = icmp %r1, %n {pred: slt}
      if %more {
        continue again
      }
      break again
    }
  }
  %s: i32 = local.get $s
  %rounds: i32 = local.get $rounds
  return %s, %rounds
}
`);
  for (const n of [-1, 0, 1, 2, 5, 17, 100])
    for (const limit of [-1, 0, 10, 1000, 2 ** 31 - 1]) built.check([n, limit]);
});

test("code after an if whose arms both leave", () => {
  const built = buildModule(`site 0 = throw "TypeError" "no"
entry func sign(%x x: f64) -> i32 {
  %zero: f64 = const 0
  %positive: i1 = fcmp %x, %zero {pred: ogt}
  if %positive {
    %one: i32 = const 1
    return %one
  } else {
    %negative: i1 = fcmp %x, %zero {pred: olt}
    if %negative {
      %minus: i32 = const -1
      return %minus
    } else {
      throw {site: 0}
    }
  }
}
`);
  for (const x of [1, -1, 0, -0, Number.NaN]) built.check([x]);
});

test("calls: parameters and results of every type, locals by reference, errors passed on", () => {
  const built = buildModule(
    `site 0 = index "a"
site 1 = throw "RangeError" "odd"
entry func main(%a a: float64[], %i i: i32, %f f: i1, %b b: i64) -> f64, i32, i1, i64, f32, float64[], f64, i32 {
  local $count count: i32
  local $best best: float64[]
  local $x x: f64
  local $y y: i32
  local $z z: i1
  local $w w: i64
  local $v v: f32
  local $u u: float64[]
  local.set $best, %a
  call inner(%a, %i, %f, %b) refs($count, $best) into($x, $y, $z, $w, $v, $u)
  call inner(%a, %i, %f, %b) refs($count, $best) into($x, $y, $z, $w, $v, $u)
  %x: f64 = local.get $x
  %y: i32 = local.get $y
  %z: i1 = local.get $z
  %w: i64 = local.get $w
  %v: f32 = local.get $v
  %u: float64[] = local.get $u
  %best: float64[] = local.get $best
  %zero: i32 = const 0
  %n: i32 = length %best
  %first: f64 = const 0
  %some: i1 = icmp %zero, %n {pred: slt}
  local.set $x, %first
  if %some {
    %q: f64 = load %best, %zero {bounds: checked, site: 0}
    local.set $x, %q
  }
  %got: f64 = local.get $x
  %count: i32 = local.get $count
  return %x, %y, %z, %w, %v, %u, %got, %count
}
func inner(%a a: float64[], %i i: i32, %f f: i1, %b b: i64) -> f64, i32, i1, i64, f32, float64[] {
  local $count count: i32
  local $best best: float64[]
  %x: f64 = load %a, %i {bounds: checked, site: 0}
  %c: i32 = local.get $count
  %one: i32 = const 1
  %d: i32 = add %c, %one {overflow: wraps}
  local.set $count, %d
  if %f {
    throw {site: 1}
  }
  %n: i32 = length %a
  %v: float64[] = array.view %a, %i, %n
  local.set $best, %v
  %g: i1 = not %f
  %h: f32 = fptrunc %x
  return %x, %d, %g, %b, %h, %v
}
`.replace(
      "float64[] {\n  local $count count: i32\n  local $best best: float64[]\n  %x",
      "float64[] refs($count, $best) {\n  local $count count: i32\n  local $best best: float64[]\n  %x",
    ),
  );
  const a = Float64Array.from({ length: 5 }, (_, i) => i + 0.1);
  for (const i of [-1, 0, 3, 4, 5]) for (const f of [false, true]) built.check([a, i, f, 2n ** 63n - 1n]);
});

const FIB = `stack site 0
site 0 = stack
entry func main(%n n: i32) -> i32 {
  local $r r: i32
  call fib(%n) into($r)
  %r: i32 = local.get $r
  return %r
}
func fib(%n n: i32) -> i32 recursive {
  local $a a: i32
  local $b b: i32
  %two: i32 = const 2
  %one: i32 = const 1
  %small: i1 = icmp %n, %two {pred: slt}
  if %small {
    return %n
  }
  %n1: i32 = sub %n, %one {overflow: wraps}
  %n2: i32 = sub %n, %two {overflow: wraps}
  call fib(%n1) into($a)
  call fib(%n2) into($b)
  %a: i32 = local.get $a
  %b: i32 = local.get $b
  %s: i32 = add %a, %b {overflow: wraps}
  return %s
}
`;

test("recursion", () => {
  const built = buildModule(FIB);
  for (const n of [-5, 0, 1, 2, 10, 15]) built.check([n]);
});

// Tail calls, mutual ones, calls without effects: whatever LLVM would like to make a loop of or leave out.
const ENDLESS = {
  "by a tail call": `func down(%n n: i32) -> i32 recursive {
  local $r r: i32
  call down(%n) into($r)
  %r: i32 = local.get $r
  return %r
}`,
  "by an accumulator": `func down(%n n: i32) -> i32 recursive {
  local $r r: i32
  %one: i32 = const 1
  %m: i32 = add %n, %one {overflow: wraps}
  call down(%m) into($r)
  %r: i32 = local.get $r
  %s: i32 = add %r, %one {overflow: wraps}
  return %s
}`,
  "by two functions": `func down(%n n: i32) -> i32 recursive {
  local $r r: i32
  call up(%n) into($r)
  %r: i32 = local.get $r
  return %r
}
func up(%n n: i32) -> i32 recursive {
  local $r r: i32
  call down(%n) into($r)
  %r: i32 = local.get $r
  return %r
}`,
};

for (const [name, funcs] of Object.entries(ENDLESS)) {
  test(`endless recursion ends with the stack's error: ${name}`, () => {
    const built = buildModule(`stack site 0
site 0 = stack
entry func main(%n n: i32) -> i32 {
  local $r r: i32
  call down(%n) into($r)
  %r: i32 = local.get $r
  return %r
}
${funcs}
`);
    built.check([1]);
  });
}

test("recursion to 5000 frames", () => {
  const built = buildModule(`stack site 0
site 0 = stack
entry func main(%n n: i32) -> i32 {
  local $r r: i32
  call depth(%n) into($r)
  %r: i32 = local.get $r
  return %r
}
func depth(%n n: i32) -> i32 recursive {
  local $r r: i32
  %zero: i32 = const 0
  %one: i32 = const 1
  %end: i1 = icmp %n, %zero {pred: eq}
  if %end {
    return %zero
  }
  %m: i32 = sub %n, %one {overflow: wraps}
  call depth(%m) into($r)
  %r: i32 = local.get $r
  %s: i32 = add %r, %one {overflow: wraps}
  return %s
}
`);
  assert.deepEqual(built.native([5000]), { kind: "results", values: [5000] });
});

test("log", () => {
  const calls: unknown[][] = [];
  const text = `entry func say(%i i: i32, %x x: f64, %f f: i1, %b b: i64) {
  %y: f32 = fptrunc %x
  log %i, %x, %f, %b, %b, %b, %y {parts: ["i =", null, "ü\\"\\\\", null, null, null, null, null, null], bigints: [null, null, null, "s", "u", null, null]}
  log {parts: ["", "end"], bigints: []}
}
`;
  const built = buildModule(text, { log: (...args) => calls.push(args) });
  assert.equal(built.native([3, 0.1, true, -1n]).kind, "results");
  assert.deepEqual(calls, [
    ["i =", 3, 'ü"\\', 0.1, true, -1n, 2n ** 64n - 1n, -1, Math.fround(0.1)],
    ["", "end"],
  ]);
});

test("a throw from the log function ends the kernel", () => {
  const built = buildModule(
    `entry func say(%xs xs: int32[]) {
  %zero: i32 = const 0
  %one: i32 = const 1
  log {parts: ["x"], bigints: []}
  store %xs, %zero, %one {bounds: proved, site: 0}
}
`.replace("entry", 'site 0 = index "xs"\nentry'),
    {
      log: () => {
        throw new Error("stop");
      },
    },
  );
  const xs = new Int32Array(1);
  assert.throws(() => built.native([xs]), /stop/);
  assert.deepEqual([...xs], [0]);
});

test("for counts down and up by any step, at i64 too", () => {
  const built = buildModule(`entry func steps(%a a: i32, %b b: i32) -> i32, i64 {
  local $n n: i32
  local $s s: i64
  %one: i32 = const 1
  for up %i = %a to %b step 7 {
    %n0: i32 = local.get $n
    %n1: i32 = add %n0, %one {overflow: wraps}
    local.set $n, %n1
  }
  %wa: i64 = sext %a
  %wb: i64 = sext %b
  for down %j = %wb to %wa step -5 {
    %s0: i64 = local.get $s
    %s1: i64 = add %s0, %j {overflow: wraps}
    local.set $s, %s1
  }
  %n: i32 = local.get $n
  %s: i64 = local.get $s
  return %n, %s
}
`);
  for (const a of [-100, -1, 0, 5, 1000]) for (const b of [-101, -1, 0, 4, 5, 6, 999, 1001]) built.check([a, b]);
});

test("an entry that calls itself", () => {
  const built = buildModule(`stack site 0
site 0 = stack
site 1 = index "xs"
entry func reverse(%xs xs: float64[], %from from: i32, %to to: i32) -> i32, float64[] recursive disjoint {
  local $n n: i32
  local $ys ys: float64[]
  %one: i32 = const 1
  %x: f64 = load %xs, %from {bounds: checked, site: 1}
  %y: f64 = load %xs, %to {bounds: checked, site: 1}
  store %xs, %from, %y {bounds: checked, site: 1}
  store %xs, %to, %x {bounds: checked, site: 1}
  %next: i32 = add %from, %one {overflow: wraps}
  %last: i32 = sub %to, %one {overflow: wraps}
  %more: i1 = icmp %next, %last {pred: slt}
  if %more {
    call reverse(%xs, %next, %last) into($n, $ys)
  }
  %n: i32 = local.get $n
  %m: i32 = add %n, %one {overflow: wraps}
  return %m, %xs
}
`);
  const xs = Float64Array.from({ length: 9 }, (_, i) => i);
  for (const [from, to] of [
    [0, 8],
    [0, 7],
    [3, 3],
    [-1, 3],
    [2, 9],
  ] as const)
    built.check([xs, from, to]);
});

test("functions in a module of their own, linked or loaded when one is called", () => {
  const text = `site 0 = index "xs"
site 1 = stack
stack site 1

entry func f(%xs xs: float64[], %ys ys: float64[], %n n: i32) -> f64, i32 disjoint {
  local $s s: f64
  local $k k: i32
  call apart(%xs, %ys, %n) into($s, $k)
  %s: f64 = local.get $s
  %k: i32 = local.get $k
  return %s, %k
}

func apart(%xs xs: float64[], %ys ys: float64[], %n n: i32) -> f64, i32 disjoint separate {
  local $s s: f64
  local $deep deep: i32
  %zero: i32 = const 0
  for L0 %i = %zero to %n step 1 {
    %x: f64 = load %xs, %i {bounds: checked, site: 0}
    %sine: f64 = math %x {fn: log2}
    store %ys, %i, %sine {bounds: checked, site: 0}
    %s0: f64 = local.get $s
    %s1: f64 = fadd %s0, %sine
    local.set $s, %s1
  }
  call depth(%n) into($deep)
  %sum: f64 = local.get $s
  %d: i32 = local.get $deep
  return %sum, %d
}

func depth(%n n: i32) -> i32 recursive {
  local $below below: i32
  %zero: i32 = const 0
  %end: i1 = icmp %n, %zero {pred: sle}
  if %end {
    return %zero
  }
  %one: i32 = const 1
  %less: i32 = sub %n, %one {overflow: wraps}
  call depth(%less) into($below)
  %b: i32 = local.get $below
  %more: i32 = add %b, %one {overflow: wraps}
  return %more
}
`;
  // Their logarithms are exact.
  const array = (n: number) => Float64Array.from({ length: n }, (_, i) => 2 ** ((i % 9) - 4));
  for (const options of [
    { fallbacks: "here" },
    { fallbacks: "linked" },
    { fallbacks: "later" },
    { inTwo: true },
  ] as const) {
    const built = buildModule(text, options);
    for (const [n, m, count] of [
      [40, 40, 40],
      [40, 40, 0],
      [7, 40, 9],
      [40, 7, 9],
    ] as const)
      built.check([array(n), array(m), count]);
  }
});

test("the entry point in a module of its own: recursion, tests that are functions, output, errors", () => {
  const lines: unknown[][] = [];
  const built = buildModule(
    `site 0 = index "xs"
site 1 = stack
stack site 1

entry func fact(%n n: i32, %xs xs: float64[]) -> f64 recursive {
  local $t t: i1
  local $r r: f64
  call fact.test0(%n) into($t)
  %t: i1 = local.get $t
  %x: f64 = load %xs, %n {bounds: checked, site: 0}
  if %t {
    %one: i32 = const 1
    %m: i32 = sub %n, %one {overflow: wraps}
    call fact(%m, %xs) into($r)
    %r: f64 = local.get $r
    %y: f64 = fmul %r, %x
    return %y
  } else {
    log %x {parts: ["at the end", null], bigints: [null]}
  }
  return %x
}

func fact.test0(%n n: i32) -> i1 seldom {
  %zero: i32 = const 0
  %t: i1 = icmp %n, %zero {pred: sgt}
  return %t
}
`,
    { inTwo: true, log: (...args) => void lines.push(args) },
  );
  const xs = Float64Array.of(3, 1, 2, 5);
  built.check([3, xs]);
  built.check([0, xs]);
  built.check([4, xs]);
  assert.ok(lines.length > 0);
});

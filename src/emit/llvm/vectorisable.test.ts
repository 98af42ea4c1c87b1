import assert from "node:assert/strict";
import { test } from "node:test";
import { parseModule } from "../../ir/parse.ts";
import { analyzeLoops } from "./vectorisable.ts";

/** How many minima and maxima are left to LLVM's vectoriser in a loop that reads %x at %i. */
function left(body: string, bounds = "proved"): number {
  const module = parseModule(`site 0 = index "xs"
    entry func f(%xs xs: float64[], %ys ys: float64[], %n n: i32) -> f64 {
      local $m m: f64
      local $s s: f64
      %zero: i32 = const 0
      %one: i32 = const 1
      for L0 %i = %zero to %n step 1 {
        %x: f64 = load %xs, %i {bounds: ${bounds}, site: 0}
        ${body}
      }
      %result: f64 = local.get $m
      return %result
    }`);
  return analyzeLoops(module.entry).reductions.size;
}

const maximum = (of = "%x") => `%m: f64 = local.get $m\n%most: f64 = fmax %m, ${of}\nlocal.set $m, %most`;
const carried = (op: string) => `%s: f64 = local.get $s\n%next: f64 = ${op} %s, %x\nlocal.set $s, %next`;
const store = (index: string) => `%back: i32 = sub %i, %one {overflow: absent}
  %y: f64 = load %ys, ${index} {bounds: proved, site: 0}\nstore %ys, %i, %y {bounds: proved, site: 0}`;

test("a maximum is left to LLVM where its loop may become vectors", () => {
  assert.equal(left(maximum()), 1);
  assert.equal(left(`${maximum()}\n${carried("fadd")}`), 1);
  assert.equal(left(`${maximum()}\n${carried("fmin")}`), 2);
  assert.equal(left(`${maximum()}\n${carried("fmul")}`.replace("%s, %x", "%s, %x {fast: [reassoc]}")), 1);
  assert.equal(left(`${maximum()}\n${store("%i")}`), 1);
  assert.equal(left(`local.set $s, %x\n${maximum()}\n${carried("fmul")}`), 1);
});

test("it isn't where iterations wait for each other, or may end the loop", () => {
  assert.equal(left(maximum(), "checked"), 0);
  for (const op of ["fmul", "fsub", "fdiv"]) assert.equal(left(`${maximum()}\n${carried(op)}`), 0, op);
  assert.equal(left(`${maximum()}\n${store("%back")}`), 0);
  assert.equal(
    left(`%s: f64 = local.get $s\n%t: f64 = fadd %s, %x\n%u: f64 = fneg %t\nlocal.set $s, %u\n${maximum()}`),
    0,
  );
  assert.equal(left(`for L1 %j = %zero to %n step 1 { store %ys, %j, %x {bounds: proved, site: 0} }\n${maximum()}`), 0);
});

test("what a loop merely uses is no accumulation", () => {
  assert.equal(
    left("%s: f64 = local.get $s\n%most: f64 = fmax %s, %x\nstore %ys, %i, %most {bounds: proved, site: 0}"),
    0,
  );
});

/** The names of what is left to the processor to guess in a loop that reads %x at %i and goes on from $m. */
function guessed(body: string): number {
  const module = parseModule(`site 0 = index "xs"
    entry func f(%xs xs: float64[], %n n: i32) -> f64 {
      local $m m: f64
      %zero: i32 = const 0
      for L0 %i = %zero to %n step 1 {
        %x: f64 = load %xs, %i {bounds: proved, site: 0}
        %m: f64 = local.get $m
        ${body}
      }
      %result: f64 = local.get $m
      return %result
    }`);
  return analyzeLoops(module.entry).guessed.size;
}

test("choices that the next round waits for are guessed, but for a lone minimum of what is there at once", () => {
  const shifted = "%next: f64 = fadd %m, %x";
  assert.equal(guessed(`${shifted}\n%best: f64 = fmax %next, %x\nlocal.set $m, %best`), 0);
  assert.equal(guessed(`%root: f64 = fsqrt %m\n%best: f64 = fmax %root, %x\nlocal.set $m, %best`), 1);
  assert.equal(guessed(`${shifted}\n%a: f64 = fmax %next, %x\n%b: f64 = fmin %a, %next\nlocal.set $m, %b`), 2);
  assert.equal(
    guessed(`${shifted}\n%less: i1 = fcmp %next, %x {pred: olt}\n%a: f64 = select %less, %x, %next\nlocal.set $m, %a`),
    1,
  );
  assert.equal(
    guessed(`${shifted}\nlocal.set $m, %next\n%less: i1 = fcmp %next, %x {pred: olt}\nif %less { local.set $m, %x }`),
    1,
  );
});

test("nothing is guessed that no round waits for", () => {
  const test = "%less: i1 = fcmp %x, %x {pred: olt}";
  assert.equal(guessed(`%next: f64 = fadd %m, %x\n${test}\n%a: f64 = select %less, %x, %next\nlocal.set $m, %a`), 0);
  assert.equal(guessed(`%a: f64 = fmax %m, %x\n%b: f64 = fmin %a, %x\nlocal.set $m, %x`), 0);
  assert.equal(guessed(`%s: f64 = fadd %m, %x\nlocal.set $m, %s\n${test}\nif %less { local.set $m, %x }`), 0);
});

/** How many float operations are kept apart in a loop that reads %x at %i and goes on from $a and $b. */
function chains(body: string): number {
  const module = parseModule(`site 0 = index "xs"
    entry func f(%xs xs: float64[], %n n: i32) -> f64 {
      local $a a: f64
      local $b b: f64
      %zero: i32 = const 0
      for L0 %i = %zero to %n step 1 {
        %x: f64 = load %xs, %i {bounds: proved, site: 0}
        %a: f64 = local.get $a
        %b: f64 = local.get $b
        ${body}
      }
      %result: f64 = local.get $a
      return %result
    }`);
  return analyzeLoops(module.entry).chains.size;
}

test("operations by which a round waits for several floats are kept apart", () => {
  const own = "%c: f64 = fmul %a, %x\nlocal.set $a, %c";
  const other = "%d: f64 = fmul %x, %x\n%e: f64 = fdiv %b, %d\nlocal.set $b, %e";
  assert.equal(chains(`${own}\n${other}`), 2);
  assert.equal(chains(`${own}\n%e: f64 = fmul %b, %c\n%g: f64 = fsub %e, %x\nlocal.set $b, %g`), 3);
  // One alone has nothing beside it; sums don't wait; in any order they are LLVM's.
  assert.equal(chains(own), 0);
  assert.equal(chains(`${own}\n%e: f64 = fadd %b, %x\nlocal.set $b, %e`), 0);
  assert.equal(chains(`${own}\n${other}`.replaceAll(/(fmul|fdiv) (%\w, %\w)/g, "$1 $2 {fast: [contract]}")), 0);
});

/** Which remainders are those of sums with what they were in the round before, in a loop that reads %x at %i and goes on from $s. */
function sums(body: string): number {
  const module = parseModule(`site 0 = index "xs"
    entry func f(%xs xs: int32[], %n n: i32) -> i32 {
      local $s s: i32
      local $t t: i32
      %zero: i32 = const 0
      for L0 %i = %zero to %n step 1 {
        %m: i32 = const 1009
        %more: i32 = const 1010
        %minus: i32 = const -1009
        %many: i64 = const 1009
        %x: i32 = load %xs, %i {bounds: proved, site: 0}
        %s: i32 = local.get $s
        %t: i32 = local.get $t
        ${body}
      }
      %result: i32 = local.get $s
      return %result
    }`);
  return analyzeLoops(module.entry).sums.size;
}

test("a remainder of a sum is made of remainders where one is that of the round before", () => {
  const add = (a: string, b: string): string => `%c: i32 = add ${a}, ${b} {overflow: absent}`;
  const rest = (of: string, by = "%m"): string => `%r: i32 = srem ${of}, ${by} {signs: []}\nlocal.set $s, %r`;
  assert.equal(sums(`${add("%s", "%x")}\n${rest("%c")}`), 1);
  assert.equal(sums(`${add("%x", "%s")}\n${rest("%c")}`), 1);
  const wide = `%w: i64 = sext %s\n%y: i64 = sext %x\n%c: i64 = add %w, %y {overflow: absent}`;
  assert.equal(sums(`${wide}\n%q: i64 = srem %c, %many {signs: []}\n%r: i32 = trunc %q\nlocal.set $s, %r`), 1);
  assert.equal(sums(`${add("%s", "%x")}\nlocal.set $s, %c\n${rest("%c")}`), 1);
  // A sum that wraps isn't that of the remainders, and a negative divisor isn't what they are less than. What is added waits, too; a multiple of it is no rest; another divisor's rest may be larger, and so may other values.
  assert.equal(sums(`${add("%s", "%x").replace("absent", "wraps")}\n${rest("%c")}`), 0);
  assert.equal(sums(`${add("%s", "%x")}\n${rest("%c", "%minus")}`), 0);
  assert.equal(sums(`${add("%s", "%s")}\n${rest("%c")}`), 0);
  assert.equal(sums(`%y: i32 = add %s, %x {overflow: absent}\n${add("%s", "%y")}\n${rest("%c")}`), 0);
  assert.equal(sums(`%y: i32 = mul %s, %x {overflow: absent}\n${add("%y", "%x")}\n${rest("%c")}`), 0);
  assert.equal(sums(`${add("%t", "%x")}\n${rest("%c")}\nlocal.set $t, %x`), 0);
  assert.equal(sums(`${add("%s", "%x")}\n${rest("%c")}\n%o: i32 = srem %x, %more {signs: []}\nlocal.set $s, %o`), 0);
  assert.equal(sums(`${add("%s", "%x")}\n${rest("%c")}\nlocal.set $s, %x`), 0);
});

/** The same of a loop that reads %best at the place $p and %x at %i. */
function guessedPlaces(body: string): number {
  const module = parseModule(`site 0 = index "xs"
    entry func f(%xs xs: float64[], %n n: i32) -> i32 {
      local $p p: i32
      local $q q: i32
      local $t t: i32
      local $c c: i1
      local $m m: f64
      %zero: i32 = const 0
      %one: i32 = const 1
      for L0 %i = %zero to %n step 1 {
        %x: f64 = load %xs, %i {bounds: proved, site: 0}
        %p: i32 = local.get $p
        %best: f64 = load %xs, %p {bounds: proved, site: 0}
        %less: i1 = fcmp %x, %best {pred: olt}
        %next: i32 = add %p, %one {overflow: absent}
        ${body}
      }
      %result: i32 = local.get $p
      return %result
    }`);
  return analyzeLoops(module.entry).guessed.size;
}

test("a place is guessed to stay where it hangs on what stands there, but not one that goes on from itself", () => {
  assert.equal(guessedPlaces("if %less { local.set $p, %i }"), 1);
  assert.equal(guessedPlaces("if %less { if %less { local.set $p, %i } }"), 2);
  assert.equal(guessedPlaces("if %less { local.set $p, %next }"), 0);
  assert.equal(guessedPlaces("if %less { local.set $p, %i } else { local.set $p, %next }"), 0);
  const first = "%q: i32 = local.get $q\n%isLess: i1 = icmp %i, %q {pred: slt}";
  assert.equal(guessedPlaces(`${first}\nif %isLess { local.set $q, %i }`), 0);
});

test("so is a place that is chosen, or stays by way of another variable", () => {
  assert.equal(guessedPlaces("%a: i32 = select %less, %i, %p\nlocal.set $p, %a"), 1);
  assert.equal(guessedPlaces("%a: i32 = select %less, %p, %i\nlocal.set $p, %a"), 1);
  assert.equal(guessedPlaces("%a: i32 = select %less, %i, %next\nlocal.set $p, %a"), 0);
  const kept = "if %less { local.set $t, %i } else { local.set $t, %p }\n%t: i32 = local.get $t\nlocal.set $p, %t";
  assert.equal(guessedPlaces(kept), 1);
  assert.equal(guessedPlaces(kept.replace("$t, %p", "$t, %next")), 0);
  // $q has another place from the round before.
  assert.equal(guessedPlaces(`%q: i32 = local.get $q\n${kept.replace("$t, %i", "$t, %q")}\nlocal.set $q, %p`), 0);
});

test("an array that is chosen is more than one value, and no place", () => {
  const module = parseModule(`site 0 = index "xs"
    entry func f(%xs xs: float64[], %n n: i32) -> i32 {
      local $a a: float64[]
      %zero: i32 = const 0
      for L0 %i = %zero to %n step 1 {
        %x: f64 = load %xs, %i {bounds: proved, site: 0}
        %a: float64[] = local.get $a
        %length: i32 = length %a
        %last: f64 = load %xs, %length {bounds: proved, site: 0}
        %less: i1 = fcmp %x, %last {pred: olt}
        %b: float64[] = select %less, %xs, %a
        local.set $a, %b
      }
      return %zero
    }`);
  assert.equal(analyzeLoops(module.entry).guessed.size, 0);
});

test("so is what is looked at after whether there is one yet, and that there is none", () => {
  const isNone = "%none: i1 = icmp %p, %zero {pred: slt}\nlocal.set $c, %none";
  const either = `${isNone}\nif %none { } else { local.set $c, %less }\n%c: i1 = local.get $c`;
  assert.equal(guessedPlaces(`${either}\nif %c { local.set $p, %i }`), 2);
  const isOpen = "%open: i1 = icmp %i, %n {pred: ne}\nlocal.set $c, %open";
  const both = `${isOpen}\nif %open { local.set $c, %less }\n%c: i1 = local.get $c`;
  assert.equal(guessedPlaces(`${both}\nif %c { local.set $p, %i }`), 1);
  assert.equal(guessedPlaces(`${both}\nif %c { local.set $p, %next }`), 0);
});

test("so is a place beside the best value, where the test waits for both", () => {
  const isLess = "%m: f64 = local.get $m\n%isLess: i1 = fcmp %x, %m {pred: olt}";
  const isNone = "%none: i1 = icmp %p, %zero {pred: slt}";
  const either = `${isLess}\n${isNone}\n%c: i1 = or %none, %isLess`;
  assert.equal(guessedPlaces(`${either}\nif %c { local.set $p, %i\nlocal.set $m, %x }`), 1);
  // A minimum and its place take little enough, and a state that is only set to constants LLVM knows.
  assert.equal(guessedPlaces(`${isLess}\nif %isLess { local.set $p, %i\nlocal.set $m, %x }`), 0);
  assert.equal(guessedPlaces(`${either}\nif %c { local.set $p, %one\nlocal.set $m, %x }`), 0);
  assert.equal(guessedPlaces(`${either}\nif %c { local.set $p, %i }\nlocal.set $m, %x`), 0);
});

/** The same of a loop over whole numbers that goes on from $s, where %x is an element and %most no round changes. */
function guessedIntegers(body: string): number {
  const module = parseModule(`site 0 = index "xs"
    entry func f(%xs xs: int32[], %n n: i32, %most most: i64) -> i64 {
      local $s s: i64
      %zero: i32 = const 0
      %none: i64 = const 0
      for L0 %i = %zero to %n step 1 {
        %x: i64 = load %xs, %i {bounds: proved, site: 0}
        %s: i64 = local.get $s
        %next: i64 = add %s, %x {overflow: absent}
        ${body}
      }
      %result: i64 = local.get $s
      return %result
    }`);
  return analyzeLoops(module.entry).guessed.size;
}

test("an integer's bounds are guessed not to be reached, but not 0, nor what each round brings anew", () => {
  assert.equal(guessedIntegers("%a: i64 = smin %next, %most\nlocal.set $s, %a"), 1);
  assert.equal(guessedIntegers("%a: i64 = smax %none, %next\nlocal.set $s, %a"), 0);
  assert.equal(guessedIntegers("%a: i64 = smax %next, %x\nlocal.set $s, %a"), 0);
  const isOver = "%over: i1 = icmp %next, %most {pred: sgt}";
  assert.equal(guessedIntegers(`${isOver}\n%a: i64 = select %over, %most, %next\nlocal.set $s, %a`), 1);
  assert.equal(guessedIntegers(`local.set $s, %next\n${isOver}\nif %over { local.set $s, %most }`), 1);
  const isEqual = "%same: i1 = icmp %next, %most {pred: eq}";
  assert.equal(guessedIntegers(`local.set $s, %next\n${isEqual}\nif %same { local.set $s, %none }`), 0);
  const isLess = "%less: i1 = icmp %x, %most {pred: slt}";
  assert.equal(guessedIntegers(`local.set $s, %next\n${isLess}\nif %less { local.set $s, %most }`), 0);
});

test("loops around others are known", () => {
  const module = parseModule(`entry func f(%n n: i32) {
    %zero: i32 = const 0
    for L0 %i = %zero to %n step 1 {
      for L1 %j = %zero to %n step 1 {
      }
    }
  }`);
  assert.deepEqual([...analyzeLoops(module.entry).around], [0]);
});

test("the sign of what the next round waits for, and that a sum doesn't saturate, are guessed", () => {
  const guessedOf = (body: string): number => {
    const module = parseModule(`entry func f(%n n: i32, %k k: i64) -> i64 {
      local $p p: i64
      local $q q: i64
      %zero: i32 = const 0
      %nine: i64 = const 9
      for L0 %i = %zero to %n step 1 {
        %p: i64 = local.get $p
        %q: i64 = local.get $q
        ${body}
      }
      %result: i64 = local.get $p
      return %result
    }`);
    return analyzeLoops(module.entry).guessed.size;
  };
  const remainder = (of: string, by: string, signs = ""): string =>
    `%r: i64 = srem ${of}, ${by} {signs: [${signs}]}\nlocal.set $p, %r`;
  const constants = "%four: i64 = const 4\n%five: i64 = const 5\n%x: i64 = mul %p, %five {overflow: absent}";
  assert.equal(guessedOf(`${constants}\n${remainder("%x", "%four")}`), 1);
  assert.equal(guessedOf(`${constants}\n${remainder("%x", "%four", "none")}`), 0);
  assert.equal(guessedOf(`${constants}\n${remainder("%x", "%five")}`), 0);
  assert.equal(guessedOf(`${constants}\n${remainder("%k", "%four")}`), 0);
  // Rounds that wait for each other anyway.
  const waits = "%five: i64 = const 5\n%w: i64 = sdiv %q, %five\nlocal.set $q, %w";
  const sum = (of: string): string => `${waits}\n%s: i64 = add ${of}, %k {overflow: saturates}\nlocal.set $p, %s`;
  assert.equal(guessedOf(sum("%p")), 1);
  assert.equal(guessedOf(sum("%nine")), 0);
});

/** Inference of `switch`. */
import type { SwitchStatement } from "acorn";
import { isCase } from "./comparisons.ts";
import { describe } from "./describe.ts";
import { inferExpression } from "./expressions.ts";
import { EXACT, type Frame } from "./frame.ts";
import type { Inference } from "./infer.ts";
import type { Value } from "./lattice.ts";
import type { State } from "./state.ts";
import { inferStatements } from "./statements.ts";

const SCALARS: ReadonlySet<Value["kind"]> = new Set(["number", "bool", "bigint"]);

export function inferSwitch(cx: Inference, frame: Frame, node: SwitchStatement): void {
  const subject = inferExpression(cx, frame, node.discriminant, EXACT);
  // Cases are tested in order; each body is entered from its test and from the body above.
  const entries: (State | undefined)[] = [];
  const truths = new Set<boolean>();
  // Where one is sure to be taken, those after it aren't asked.
  let isDecided = false;
  for (const c of node.cases) {
    if (c.test == null || isDecided) {
      entries.push(undefined);
      continue;
    }
    const value = inferExpression(cx, frame, c.test, EXACT);
    const isScalar = SCALARS.has(subject.kind) && SCALARS.has(value.kind);
    frame.info.delete(c);
    if (cx.state !== undefined && !isScalar) {
      const is = isCase(cx, frame, c.test, subject, value);
      frame.info.set(c, is);
      isDecided = is.kind === "bool" && is.value === true;
      if (is.kind === "bool" && is.value === false) {
        entries.push(undefined);
        continue;
      }
    }
    if (cx.state !== undefined && isScalar && value.kind !== subject.kind) {
      cx.refuse(
        [subject, value],
        "compare-kinds",
        { operator: "case", left: describe(subject), right: describe(value) },
        cx.spanAt(frame, c.test),
      );
    }
    if (value.kind === "bool" && value.value !== undefined) truths.add(value.value);
    entries.push(cx.state?.copy());
  }
  // `switch (flag) { case true: … case false: … }` leaves nothing over.
  const exhausted = subject.kind === "bool" && truths.size === 2;
  const noMatch = exhausted || isDecided ? undefined : cx.state;
  const hasDefault = node.cases.some((c) => c.test == null);
  cx.jumpTarget({ labels: [], breaks: [], continues: undefined, anonymous: true }, () => {
    let falling: State | undefined;
    for (const [i, c] of node.cases.entries()) {
      cx.state = cx.joinStates([c.test == null ? noMatch : entries[i], falling]);
      inferStatements(cx, frame, c.consequent);
      falling = cx.state;
    }
    cx.state = cx.joinStates([falling, hasDefault ? undefined : noMatch]);
  });
}

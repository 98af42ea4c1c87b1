import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRemarks } from "./remarks.ts";

test("an optimisation record", () => {
  const record = `--- !Passed
Pass:            loop-vectorize
Name:            Vectorized
DebugLoc:        { File: 'it''s.ts', Line: 7, Column: 3 }
Function:        sum
Args:
  - String:          'vectorized '
  - String:          ''
  - String:          'loop (vectorization width: '
  - VectorizationFactor: '8'
  - String:          ')'
...
--- !AnalysisFPCommute
Pass:            loop-vectorize
Name:            CantReorderFPOps
Function:        'fn.k'
Args:
  - String:          'loop not vectorized: '
  - String:          'cannot prove it is safe to reorder floating-point
        operations'
...
--- !Missed
Pass:            slp-vectorizer
Function:        "a\\tb"
DebugLoc:        { File: a.ts, Line: 1, Column: 0 }
Args:
  - String:          Cannot
    DebugLoc:        { File: a.ts, Line: 2, Column: 1 }
...
--- !Missed
Pass:            slp-vectorizer
Function:        "a\\tb"
DebugLoc:        { File: a.ts, Line: 1, Column: 0 }
Args:
  - String:          Cannot
    DebugLoc:        { File: a.ts, Line: 2, Column: 1 }
...
`;
  assert.deepEqual(parseRemarks(record), [
    {
      kind: "passed",
      pass: "loop-vectorize",
      fn: "sum",
      loc: { file: "it's.ts", line: 7, column: 3 },
      message: "vectorized loop (vectorization width: 8)",
    },
    {
      kind: "analysis",
      pass: "loop-vectorize",
      fn: "fn.k",
      loc: undefined,
      message: "loop not vectorized: cannot prove it is safe to reorder floating-point operations",
    },
    {
      kind: "missed",
      pass: "slp-vectorizer",
      fn: "a\tb",
      loc: { file: "a.ts", line: 1, column: 0 },
      message: "Cannot",
    },
  ]);
  assert.deepEqual(parseRemarks(""), []);
});

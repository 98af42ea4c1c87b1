/** Diagnostics of type inference: what the language has, but not for these types. One row per id. Ids are never reused. */
import { type DiagnosticRow, row } from "./row.ts";

/** What to write instead of a method or property that kernels don't have. */
function insteadOfMember(name: string, object: string, like: string | undefined, called: boolean): string {
  if (["find", "findLast"].includes(name))
    return `Find the index, const i = a.${name === "find" ? "findIndex" : "findLastIndex"}(…), and ask whether it is -1.`;
  if (like !== undefined) return `Did you mean ${like}?`;
  if (["size", "count"].includes(name) && object.endsWith("array")) return "Did you mean length?";
  if (/^to(Fixed|Precision|Exponential|String|LocaleString)$/.test(name) && !object.endsWith("array"))
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the example is a template literal
    return "Make the text outside; an error's message has numbers as they are, `${x}` or `${Math.round(x * 100) / 100}`.";
  const isPlain = object === "a plain array" || object.startsWith("a fixed-length array");
  if (!isPlain && !object.endsWith("array")) return "Kernels compute; make text and objects of their results outside.";
  if (name === "concat" && isPlain) return "Write [...a, ...b].";
  if (["push", "pop", "shift", "unshift", "splice", "concat"].includes(name))
    return "Arrays don't grow in a kernel: make a typed array that is long enough and count what is in it.";
  if (["buffer", "byteOffset"].includes(name))
    return "Make the views outside and capture them or pass them as arguments, or use subarray.";
  if (name === "keys") return "Loop over them, for (const i of a.keys()), or fill an array: Int32Array.from(a.keys()).";
  if (["entries", "values"].includes(name))
    return `Loop over it: for (const ${name === "entries" ? "[i, x]" : "x"} of a.${name}()).`;
  if (["flat", "flatMap"].includes(name)) return "Flatten a captured list outside the kernel, or write the loop.";
  if (!called) return `Arrays have their items and their length: take ${name} as an argument of its own.`;
  if (isPlain) return "Make it a typed array, Float64Array.of(a, b), or write the loop.";
  if (["join", "toString", "toLocaleString"].includes(name)) return "Make the text outside.";
  return "Write the loop.";
}

/** What to write instead of a call of the host's functions. */
function insteadOfCall(name: string): string {
  const last = name.slice(name.lastIndexOf(".") + 1);
  if (/^(Int|Uint|Float|Big)\w*Array$/.test(last)) return `Write new ${last}(n).`;
  if (last === "now") return "Take the time outside, before and after the call of the kernel.";
  if (name === "Array.of") return "Write [a, b].";
  if (name === "Array.from") return "Write a.slice(), or Float64Array.from(a, (x) => …).";
  if (["from", "of"].includes(last) && name.includes("Array."))
    return "Write Float64Array.of(a, b), or Float64Array.from({ length: n }, (_, i) => i).";
  if (last === "parseInt") return "Write Math.trunc(x) or x | 0 for a number; read text outside.";
  if (last === "String") {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the example is a template literal
    return "Kernels know no text: convert outside. An error's message has numbers as they are: `${x}`.";
  }
  if (["parseFloat", "stringify"].includes(last)) return "Kernels know no text: convert outside.";
  if (name.startsWith("console.")) return "Use console.log.";
  if (name.startsWith("Atomics."))
    return "Write the operation itself, a[i] += 1: a loop over prange sums up each thread's part where it can, and says so where not.";
  if (["map", "filter", "forEach", "reduce", "find", "flat", "flatMap", "keys", "values", "entries"].includes(last))
    return "Call it outside, and keep what it gives in a typed array or a plain array of numbers.";
  if (["get", "set", "has", "add"].includes(last)) return "Maps and sets stay outside: use typed arrays as tables.";
  return "Kernels call plain functions, other kernels, Math, Number, BigInt.asIntN/asUintN and console.log.";
}

/** What to write instead of going through a captured plain array that is no table; undefined for other values. */
function insteadOfList(actual: string): string | undefined {
  if (actual.endsWith("typed arrays"))
    return "Put them into one typed array, the k-th from k * size on, or name them one by one, by constants: a[0][i].";
  if (actual.endsWith(" and null"))
    return "Put something that stands for nothing in place of null, of the same kind as the others.";
  return undefined;
}

/** What to write instead of a property that isn't alike in all objects. */
function insteadOfProperties(name: string, kinds: string): string {
  const each = kinds.split(" and ");
  const has = (kind: string): boolean => each.some((k) => k.startsWith(kind));
  if (has("undefined") && each.length > 1)
    return `Give all of the objects one, ${name}: 0, or a value that stands for nothing, such as NaN.`;
  if (has("a string"))
    return `Strings stay outside the kernel: number them, and give each object the number, ${name}: 0.`;
  if (each.every((kind) => kind.startsWith("a fixed-length array")))
    return "Make these lists equally long, or put what is in them into one list outside, with the index where each begins.";
  if (has("null")) return `Instead of null take a value that stands for nothing, such as NaN or -1.`;
  return `Make it the same kind of value in all of them: a number, a boolean, a BigInt, a function, an array, or an object again.`;
}

/** A large number in a sentence. */
function shortened(value: bigint): string {
  const digits = String(value);
  return digits.length <= 50 ? digits : `${digits.slice(0, 20)}… of ${digits.replace("-", "").length} digits`;
}

/** The functions that methods take, where it isn't one of an element and its index. */
const CALLBACKS: Partial<Record<string, string>> = {
  reduce: "(sum, x) => …, 0",
  reduceRight: "(sum, x) => …, 0",
  sort: "(x, y) => x - y",
  toSorted: "(x, y) => x - y",
};

/** Is it described as a number that may be null or undefined, or as one of these? */
const mayBeMissing = (kind: string): boolean => /^(?:(?:a number|null)\b.* or )?(?:null|undefined)$/.test(kind);

/** What to write instead of a comparison. */
function insteadOfComparing(kinds: readonly string[]): string {
  if (kinds.some((kind) => /array/.test(kind)))
    return "Compare elements or lengths: a[0] < b[0], a.length === b.length.";
  if (kinds.some((kind) => kind.startsWith("an object {")))
    return "Compare their properties: p.x === q.x && p.y === q.y.";
  if (kinds.some(mayBeMissing)) return "Ask first whether it is there: x === undefined, x ?? 0.";
  if (kinds.some((kind) => /function|class|object|string/.test(kind)))
    return "Compare numbers: let one say which it is.";
  return "Compare values of one kind: convert with Number(x), or test x !== 0.";
}

/** What to write instead of storing something else than a number. */
function insteadOfStoring(actual: string): string {
  if (/array/.test(actual)) return "An element holds one value: store item by item, or copy with a.set(b).";
  if (actual.startsWith("an object {"))
    return "An element holds one value: take an array for each property, xs[i] = p.x.";
  if (mayBeMissing(actual)) return "Say what is stored where there is no value: x ?? 0.";
  if (/function|class|object|string/.test(actual)) return "An element holds one value.";
  return "Convert the value: Number(x) for numbers, BigInt(x) for the 64-bit integer arrays.";
}

/** What to put into a text instead. */
function insteadOfWriting(verb: "Print" | "Name", actual: string): string {
  if (mayBeMissing(actual)) return "Say what stands there where there is no value: x ?? NaN.";
  return `${verb} its ${actual.startsWith("an object") ? "properties" : "elements"} one by one.`;
}

/** What to make instead of a plain array of something else than numbers. */
function insteadOfItems(actual: string): string {
  if (actual.includes("array")) return "Write one flat array, new Float64Array(n * m), and index it by i * m + j.";
  if (actual === "a boolean") return "Write a Uint8Array, with 1 for true.";
  if (actual.startsWith("an object {")) return "Make a typed array for each property.";
  return actual.startsWith("a BigInt") ? "Write a BigInt64Array or a BigUint64Array." : "Write a loop.";
}

const TWO_VARIABLES = "Use two variables: each holds values of one kind.";
const KNOWN_STRING = "Which string it is must be known when compiling: let numbers say what only the call knows.";
const RETURN_ONE_KIND = "Return the same kind everywhere";
const MAKE_ONE_KIND = "Number(x), x ? 1 : 0, x !== 0";

/** What to write instead of two kinds of values in one place. */
function insteadOfMixing(
  { first, second }: { first: string; second: string },
  otherwise: string,
  apart = TWO_VARIABLES,
): string {
  const kinds = [first, second];
  if (kinds.every((kind) => /^(an object whose \S+ is )*the string /.test(kind))) return KNOWN_STRING;
  if (kinds.every((kind) => kind.startsWith("an object {")))
    return "Give both the same properties in the same order, which JavaScript shows, too.";
  if (kinds.every((kind) => kind.startsWith("an object whose ")))
    return `Give that property the same kind of value everywhere: ${MAKE_ONE_KIND}.`;
  if (kinds.includes("an object") && kinds.some((kind) => kind.startsWith("an object {")))
    return "A captured object and one that the kernel makes are different things here: make it of its properties, { x: q.x, y: q.y }.";
  if (kinds.includes("an object") && kinds.some((kind) => kind === "undefined" || kind === "null"))
    return "Keep an index instead, with -1 for none: let k = -1; … if (k >= 0) sum += list[k].x;";
  if (
    kinds.some((kind) => kind === "undefined" || kind === "null") &&
    kinds.some((kind) => kind.startsWith("an object {"))
  )
    return "Where there is none, make one of the same properties that says so: { found: false, x: NaN }.";
  if (kinds.some(mayBeMissing))
    return "Only numbers may also be null or undefined: where there is no value yet, use one of the same kind that stands for nothing.";
  if (kinds.some((kind) => /\[:\] array$/.test(kind)))
    return "Use arrays of one kind, copying where they differ: new Float64Array(a); or write a kernel for each.";
  return kinds.some((kind) => /function|class|array|object|string|null/.test(kind))
    ? apart
    : `${otherwise}: ${MAKE_ONE_KIND}.`;
}

export const TYPE_DIAGNOSTICS = {
  // ── names ──
  "unknown-name": row<{ name: string }>({
    text: (p) => `\`${p.name}\` is not known here: no variable of the kernel or of its surroundings has that name.`,
    help: (p) => `Check the spelling, or hand it over: njit(fn, { scope: { ${p.name} } }).`,
  }),
  "unknown-property": row<{ name: string; object: string; like: string | undefined; has?: readonly string[] }>({
    text: (p) => `\`${p.object}\` has no property \`${p.name}\`.`,
    help: (p) =>
      p.like === undefined
        ? p.has === undefined
          ? "Check the spelling; a kernel reads captured objects once, when it is compiled."
          : `It has ${p.has.join(", ") || "none"}.`
        : `Did you mean ${p.object}.${p.like}?`,
  }),
  "maybe-unassigned": row<{ name: string }>({
    text: (p) => `\`${p.name}\` may have no value here.`,
    help: (p) =>
      `Give it one where it is declared, let ${p.name} = …; only a number may be asked for while there is none yet.`,
  }),
  "outlived-variable": row<{ name: string; isOwn: boolean }>({
    text: (p) =>
      `The function called here may be of an earlier round of a loop, or of an earlier call, which had its own \`${p.name}\`.`,
    help: (p) =>
      p.isOwn
        ? `Kernels keep no variables for functions that outlive them. Keep the value instead of the function: let kept = ${p.name}; … kept = ${p.name}.`
        : `It is an object whose properties are assigned, lent for one call. Take what the function needs of it before that is made, const x = ${p.name}.x, or a copy, { ...${p.name} }.`,
  }),
  "unsupported-member": row<{ object: string; member: string }>({
    text: (p) => `\`${p.member}\` of ${p.object} can't be read in a kernel.`,
    help: (p) =>
      (p.member === "[…]" ? insteadOfList(p.object) : undefined) ??
      (p.object.endsWith("function")
        ? "A kernel calls other functions and kernels, f(x), and asks no more of them."
        : undefined) ??
      (p.object.startsWith("an object {")
        ? p.member === "length"
          ? "Call it something else: what is called length is taken for an array's, which is never -0."
          : "Name the property, p.x, or use an array where it varies: a[k]."
        : undefined) ??
      "Of captured objects a kernel reads constants, functions and typed arrays by a fixed name; of plain arrays those of numbers, booleans, BigInts, functions, typed arrays, objects and of such arrays.",
  }),

  "property-kinds": row<{ name: string; object: string; kinds: string }>({
    text: (p) => `\`${p.name}\` of \`${p.object}\`, which is one of several objects, is ${p.kinds}.`,
    help: (p) => insteadOfProperties(p.name, p.kinds),
  }),

  // ── kinds of values ──
  "type-conflict": row<{ name: string; first: string; second: string }>({
    text: (p) => `\`${p.name}\` is ${p.first} in one place and ${p.second} in another.`,
    help: (p) => insteadOfMixing(p, "Use two variables, or convert"),
  }),
  "branch-conflict": row<{ first: string; second: string }>({
    text: (p) => `This is ${p.first} or ${p.second}, depending on the run.`,
    help: (p) => insteadOfMixing(p, "Make both of one kind"),
  }),
  "return-conflict": row<{ name: string; first: string; second: string }>({
    text: (p) => `\`${p.name}\` returns ${p.first} in one place and ${p.second} in another.`,
    help: (p) => insteadOfMixing(p, RETURN_ONE_KIND, `${RETURN_ONE_KIND}.`),
  }),
  "missing-return": row<{ name: string }>({
    text: (p) => `\`${p.name}\` returns a value here but may also end without one.`,
    help: () => "Add a return at the end of the function, or throw there.",
  }),
  "result-kind": row<{ actual: string }>({
    text: (p) => `A kernel can't return ${p.actual}.`,
    help: (p) =>
      p.actual.endsWith("a captured object")
        ? "Return an object of its properties: { dx: step.dx, dy: step.dy }."
        : "Return a number, a boolean, a BigInt, a typed array, a tuple or an object of those, or nothing.",
  }),
  "not-a-number": row<{ operator: string; actual: string }>({
    text: (p) => `\`${p.operator}\` needs a number and gets ${p.actual}.`,
    help: (p) =>
      p.actual.startsWith("a BigInt")
        ? "Convert it: Number(x)."
        : p.actual.endsWith(" array")
          ? "Index the array, a[i], or take its length."
          : mayBeMissing(p.actual)
            ? "Say what it is where there is no value: x ?? 0."
            : p.actual.endsWith("function")
              ? "Call the function: f(x)."
              : p.actual.startsWith("an object {")
                ? "Take one of its properties."
                : "Convert it first; a kernel computes with numbers, booleans and BigInts.",
  }),
  "missing-argument": row<{ argument: number; name: string }>({
    text: (p) => `Argument ${p.argument + 1}, \`${p.name}\`, is missing, and its value is needed here.`,
    help: (p) => `Pass it, give the parameter a default, or write ${p.name} ?? 0.`,
  }),
  "undefined-as-number": row<{ operator: string; name: string | undefined }>({
    text: (p) =>
      `${p.name === undefined ? "This" : `\`${p.name}\``} is undefined where \`${p.operator}\` needs a value.`,
    help: (p) =>
      p.name === undefined
        ? "Give it a value that stands for nothing, such as NaN or -1."
        : `Give it a value, a parameter a default, or write ${p.name} ?? 0.`,
  }),
  "captured-undefined": row<{ name: string }>({
    text: (p) => `\`${p.name}\` has no value yet: names from outside are read when the kernel is first compiled.`,
    help: (p) => `Give ${p.name} its value before the first call, or call recompile() when it has one.`,
  }),
  "not-a-bigint": row<{ name: string; actual: string }>({
    text: (p) => `\`${p.name}\` needs a BigInt and gets ${p.actual}.`,
    help: () => "Write BigInt(x) around a number.",
  }),
  "bigint-mix": row<{ operator: string; left: string; right: string }>({
    text: (p) => `\`${p.operator}\` can't mix ${p.left} and ${p.right}: JavaScript throws a TypeError for it.`,
    help: () => "Convert one of them: BigInt(x) or Number(x).",
  }),
  "bigint-ushr": row({
    text: () => "BigInts have no unsigned right shift.",
    help: () => "Write BigInt.asUintN(64, x) >> n.",
  }),
  "bigint-unary-plus": row({
    text: () => "Unary plus can't convert a BigInt: JavaScript throws a TypeError for it.",
    help: () => "Write Number(x).",
  }),
  "bigint-size": row<{ value: bigint }>({
    text: (p) =>
      `The BigInt ${shortened(p.value)} has more than the 64 bits of a kernel's BigInts, and all of them count here.`,
    help: () => "Take what is left of it modulo 2^64, BigInt.asUintN(64, x); or keep large numbers in several BigInts.",
  }),
  "bigint-width": row<{ name: string }>({
    text: (p) => `\`${p.name}\` needs a width that is a constant from 0 to 64.`,
    help: () => "BigInts in kernels have at most 64 bits: write the width as a literal or a captured constant.",
  }),
  "compare-kinds": row<{ operator: string; left: string; right: string }>({
    text: (p) => `\`${p.operator}\` can't compare ${p.left} with ${p.right}.`,
    help: (p) => insteadOfComparing([p.left, p.right]),
  }),
  "compare-views": row<{ operator: string }>({
    text: (p) => `\`${p.operator}\` can't tell whether two arrays are the same object where one was made by subarray.`,
    help: () => "Compare what makes the difference, such as the lengths, or keep a number that says which array it is.",
  }),
  "unsupported-operator": row<{ operator: string }>({
    text: (p) => `The operator \`${p.operator}\` is not in the language of kernels.`,
    help: () => "Use arithmetic, bitwise, comparison and logical operators.",
  }),
  "unsupported-literal": row<{ text: string }>({
    text: (p) => `The literal ${p.text} has no value in a kernel.`,
    help: () => "Use numbers, booleans and BigInts.",
  }),
  "unsupported-expression": row<{ type: string }>({
    text: (p) => `This expression (${p.type}) is not in the language of kernels.`,
    help: () => "docs/language.md lists what is.",
  }),
  "unsupported-statement": row<{ type: string }>({
    text: (p) => `This statement (${p.type}) is not in the language of kernels.`,
    help: () => "docs/language.md lists what is.",
  }),
  "unsupported-pattern": row({
    text: () => "This destructuring pattern is not in the language of kernels.",
    help: () => "Use plain names or [a, b] of a tuple.",
  }),

  // ── arrays and tuples ──
  "not-indexable": row<{ actual: string; isElement: boolean }>({
    text: (p) => `This is ${p.actual}; it has no elements or properties in a kernel.`,
    help: (p) =>
      p.isElement === true
        ? "Typed arrays have one dimension: index a flat one, a[i * width + j]."
        : "Index typed arrays and tuples only.",
  }),
  "index-kind": row<{ actual: string }>({
    text: (p) => `An index must be a number, and this is ${p.actual}.`,
    help: (p) =>
      mayBeMissing(p.actual) ? "Ask first whether it is there: i === null ? 0 : a[i]." : "Convert it: a[Number(i)].",
  }),
  "store-kind": row<{ elem: string; actual: string; wanted: string }>({
    text: (p) => `${p.elem.startsWith("int") ? "An" : "A"} ${p.elem} array takes ${p.wanted}, and this is ${p.actual}.`,
    help: (p) =>
      p.elem === "plain" && /array/.test(p.actual)
        ? "A plain array that is written holds numbers, as many as its literal. Keep rows in one flat array, new Float64Array(n * m), and index it by i * m + j."
        : insteadOfStoring(p.actual),
  }),
  "unsupported-array-member": row<{ name: string; object: string; like: string | undefined; called: boolean }>({
    text: (p) => `\`${p.name}\` of ${p.object} is not in the language of kernels.`,
    help: (p) => insteadOfMember(p.name, p.object, p.like, p.called),
  }),
  "from-source": row<{ actual: string }>({
    text: (p) => `\`from\` takes an array, or { length: n } and a function, and this is ${p.actual}.`,
    help: () => "Write Float64Array.from(a, (x) => x * 2), or Float64Array.from({ length: n }, (_, i) => i).",
  }),
  "array-length": row<{ rows: boolean }>({
    text: () => "The length of a plain array must be a whole number that is known when the kernel is compiled.",
    help: (p) =>
      p.rows
        ? "Write one flat array, new Float64Array(n * m), and index it by i * m + j."
        : "Write new Float64Array(n) or Float64Array.from({ length: n }, (_, i) => i), whose length may be any; or name a constant.",
  }),
  "array-too-long": row<{ length: number; most: number }>({
    text: (p) => `A plain array of ${p.length} items is too long: ${p.most} are the most.`,
    help: () => "Write new Float64Array(n).",
  }),
  "array-items": row<{ length: number; actual: string }>({
    text: (p) => `A plain array of ${p.length} items is one of numbers, and this is ${p.actual}.`,
    help: (p) => insteadOfItems(p.actual),
  }),
  "list-method": row<{ name: string; actual: string }>({
    text: (p) => `\`${p.name}\` needs a list of numbers here, and one of the items is ${p.actual}.`,
    help: (p) => insteadOfItems(p.actual),
  }),
  "array-holes": row({
    text: () => "This plain array would have places without a value.",
    help: () =>
      "Give all of them one at once, new Array(10).fill(0) or Array.from({ length: 10 }, (_, i) => i); or write new Float64Array(n).",
  }),
  "array-called": row({
    text: () => "`Array` can't be called with items in a kernel, or with nothing.",
    help: () => "Write the literal, [a, b, c] or []; new Array(10).fill(0) is one of 10 items.",
  }),
  "array-grows": row<{ array: string; rows: boolean }>({
    text: (p) => `\`${p.array}\` has no elements, and arrays don't grow in a kernel.`,
    help: (p) =>
      p.rows
        ? "Keep rows in one flat array, new Float64Array(n * m), and index it by i * m + j."
        : "Make a typed array that is long enough, new Float64Array(n), and count what is in it.",
  }),
  "sort-as-text": row<{ name: string }>({
    text: (p) => `\`${p.name}\` without a function sorts a plain array as text, 10 before 9.`,
    help: (p) => `Write a.${p.name}((x, y) => x - y), or sort a typed array.`,
  }),
  "set-source": row<{ actual: string }>({
    text: (p) => `set copies from an array, and this is ${p.actual}.`,
    help: () => "Store it as an element: a[i] = x.",
  }),
  "assign-property": row<{ name: string; object: string }>({
    text: (p) => `The property \`${p.name}\` of ${p.object} can't be assigned.`,
    help: (p) =>
      p.object === "an array"
        ? p.name === "length"
          ? "Arrays keep their length in a kernel: count in a variable what is in it."
          : "Assign elements: a[i] = x."
        : "Return the new value, or keep it in a typed array: state[0] = x.",
  }),
  "plain-array-items": row<{ use: "read" | "float64" | "written" }>({
    text: (p) =>
      p.use === "written"
        ? "The items of this plain array are BigInts: it can be read but not written."
        : "The items of this plain array are BigInts of different signs, which no array holds.",
    help: () => "Let them wrap: new BigUint64Array([…]) or new BigInt64Array([…]).",
  }),
  "assign-tuple": row<{ rows: boolean; bools: boolean }>({
    text: () => "Only a plain array of numbers can be written, and this is a tuple of something else.",
    help: (p) =>
      p.rows
        ? "Rows stay where they are: swap or copy element by element, [m[0][j], m[1][j]] = [m[1][j], m[0][j]] in a loop over j."
        : p.bools
          ? "Write a Uint8Array, with 1 for true."
          : "Make a new tuple, use variables, or a typed array.",
  }),
  "assign-record": row<{ name: string; object: string; isGiven: boolean }>({
    text: (p) => `The property \`${p.name}\` of \`${p.object}\` can't be assigned.`,
    help: (p) => {
      if (p.isGiven)
        return `A function doesn't change the objects it is given. Return a new one, { ...${p.object}, ${p.name}: 1 }, or assign where the object is made.`;
      return `An object that is handed on as a whole stays as it is. ${
        /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(p.object)
          ? `Make a new one, ${p.object} = { ...${p.object}, ${p.name}: 1 }, hand on copies, { ...${p.object} }, or keep what changes in variables and put them together in the end.`
          : "Keep what changes in variables, or in typed arrays."
      }`;
    },
  }),
  "object-kept": row<{ name: string; object: string }>({
    text: (p) => `\`${p.name}\` may keep \`${p.object}\`, whose properties are assigned.`,
    help: (p) =>
      `Functions may read the properties of such an object, spread it and hand it on, nothing else. Give it a copy: { ...${p.object} }.`,
  }),
  "spread-object": row<{ actual: string }>({
    text: (p) =>
      p.actual === "an object"
        ? "What is spread into an object has properties here whose names are no identifiers."
        : `\`...\` takes the properties of an object here, and this is ${p.actual}.`,
    help: () => "Name the properties one by one: { gain: config.gain }.",
  }),
  "readonly-table": row({
    text: () => "A captured plain array is a constant table: it can be read but not written.",
    help: () => "Use a typed array: new Float64Array([…]).",
  }),
  "tuple-index": row<{ length: number; kinds: string | undefined }>({
    text: (p) =>
      p.kinds === undefined
        ? `A tuple of ${p.length} needs a constant index below ${p.length}.`
        : `Only a constant index says which item is meant: this tuple has ${p.kinds}.`,
    help: (p) => {
      if (p.kinds === undefined) return "Take it apart, const [a, b] = t, or use a typed array where the index varies.";
      if (p.kinds.includes("the string ")) return KNOWN_STRING;
      const isOfArrays = p.kinds.split(" and ").every((kind) => kind.includes(" array at "));
      if (p.kinds.split(" and ").every((kind) => kind.startsWith("an object ")))
        return "Give all of them the same properties, in the same order and of the same kinds.";
      const alike = isOfArrays ? "Use arrays of one kind" : "Make all items of one kind, as with Number(x)";
      return `${alike}, or take it apart: const [a, b] = t.`;
    },
  }),
  "destructure-non-tuple": row<{ actual: string }>({
    text: (p) =>
      p.actual.startsWith("a plain array of")
        ? `Of captured plain arrays only those of numbers, booleans, BigInts, functions, objects and typed arrays can be taken apart, and this is ${p.actual}.`
        : `Only a tuple or a plain array can be taken apart, and this is ${p.actual}.`,
    help: (p) =>
      p.actual.startsWith("an object")
        ? "Take its properties: const { x, y } = p, or const x = p.x."
        : "Index the array: const a = x[0].",
  }),
  "destructure-length": row<{ wanted: number; actual: number }>({
    text: (p) => `The pattern names ${p.wanted} items and the tuple has ${p.actual}.`,
    help: () => "Name as many as there are.",
  }),
  "destructure-default": row<{ actual: string }>({
    text: (p) => `Whether the default is needed isn't known when the kernel is compiled: this takes apart ${p.actual}.`,
    help: () => "Ask for the length: const a = x.length > 0 ? x[0] : 1.",
  }),
  "unsupported-rest": row<{ actual: string }>({
    text: (p) =>
      `How many items \`...\` stands for must be known when the kernel is compiled, and this is ${p.actual}.`,
    help: () => "Take the rest of a typed array with a.subarray(1).",
  }),
  "not-iterable": row<{ actual: string }>({
    text: (p) => `for…of runs over an array or a prange, and this is ${p.actual}.`,
    help: (p) => insteadOfList(p.actual) ?? "Write for (const i of prange(n)) or a counting for loop.",
  }),
  "prange-arguments": row({
    text: () => "prange takes one to three arguments.",
    help: () => "Write prange(stop), prange(start, stop) or prange(start, stop, step).",
  }),

  // ── calls ──
  "not-callable": row<{ name: string; actual: string }>({
    text: (p) => `\`${p.name}\` is ${p.actual}, not a function.`,
    help: () => "Call functions, kernels, Math functions or methods of typed arrays.",
  }),
  "unsupported-call": row<{ name: string; actual: string }>({
    text: (p) => `\`${p.name}\`${p.actual === "a class" ? ", a class," : ""} can't be called from a kernel.`,
    help: (p) => insteadOfCall(p.name),
  }),
  "callback-kind": row<{ name: string; actual: string; given: boolean }>({
    text: (p) => `\`${p.name}\` takes a function, and ${p.given ? `this is ${p.actual}` : "gets nothing"}.`,
    help: (p) =>
      p.name === "Array.from"
        ? "Write Array.from({ length: 10 }, (_, i) => i)."
        : `Write a.${p.name}(${CALLBACKS[p.name] ?? "(x, i) => …"}).`,
  }),
  "prange-value": row({
    text: () => "In a kernel prange(…) stands only in the head of a for…of loop; it is no value.",
    help: () => "Write for (const i of prange(n)) { … }.",
  }),
  "builtin-arguments": row<{ name: string; wanted: number; actual: number }>({
    text: (p) =>
      `\`${p.name}\` is one of several functions that may be called here and then takes ${p.wanted} argument${p.wanted === 1 ? "" : "s"}, not ${p.actual}.`,
    help: (p) => `Choose between arrow functions, which may take any number: (x, y, z) => ${p.name}(x, y, z).`,
  }),
  "unsupported-spread": row<{ actual: string }>({
    text: (p) =>
      `What is spread must be an array whose length is known when the kernel is compiled, of at most 64, and this is ${p.actual}.`,
    help: () => "Write a loop over it, or copy it: a.slice(). Math.max(...a) and Math.min(...a) take any typed array.",
  }),
  "unsupported-spread-builtin": row<{ name: string }>({
    text: (p) => `Spread arguments for \`${p.name}\` are not in the language of kernels.`,
    help: () => "Name the items one by one.",
  }),
  "kernel-rest": row({
    text: () => "A kernel takes a fixed number of arguments; a rest parameter can only stand in a helper.",
    help: () => "Name the parameters, or pass a typed array.",
  }),
  "unsupported-new": row<{ name: string }>({
    text: (p) => `new ${p.name} can't be compiled: only typed arrays can be made in a kernel.`,
    help: () => "Write new Float64Array(n) or another typed array, or make the object outside.",
  }),
  "unsupported-new-arguments": row<{ name: string }>({
    text: (p) => `new ${p.name} in a kernel takes a length, another typed array, or a list of values.`,
    help: () => "Make views of a buffer outside and capture them or pass them as arguments, or use subarray.",
  }),
  "log-argument": row<{ actual: string }>({
    text: (p) =>
      `console.log in a kernel prints numbers, booleans, BigInts and string literals, and this is ${p.actual}.`,
    help: (p) => insteadOfWriting("Print", p.actual),
  }),
  "message-value": row<{ actual: string }>({
    text: (p) => `An error's message in a kernel has numbers, booleans, BigInts and strings, and this is ${p.actual}.`,
    help: (p) => insteadOfWriting("Name", p.actual),
  }),
  "message-values": row<{ count: number; most: number }>({
    text: (p) => `An error's message in a kernel has at most ${p.most} computed values, and this one has ${p.count}.`,
    help: () => "Leave out what the caller knows anyway.",
  }),
  "inference-diverges": row<{ name: string }>({
    text: (p) => `The types in \`${p.name}\` don't settle.`,
    help: () => "Simplify the recursion: the types of a recursive function's arguments should not depend on its depth.",
  }),
} as const satisfies Record<string, DiagnosticRow<never>>;

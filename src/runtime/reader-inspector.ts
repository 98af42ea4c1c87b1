/**
 * What V8 knows of a live function and JavaScript can't ask: its scopes, and the script it stands in.
 *
 * An in-process inspector session answers. Everything here is synchronous and undefined where there is no (sufficient)
 * inspector: in Bun and Deno, in a Node built without one, under --permission. Nothing stays connected, and other
 * sessions, such as an attached debugger, don't notice.
 *
 * The session hands out objects as ids; to get at the objects themselves, functions that run inside it put them into a box
 * that both sides hold.
 */
import type { Debugger, Runtime, Session } from "node:inspector";
import type { Callable } from "../frontend/program.ts";
import { ownRequire } from "../toolchain/package.ts";

/** One scope of a function, innermost first. */
export interface Scope {
  /** A copy of the scope's variables, or for `with` and the global scope the object itself. */
  readonly variables: object;
  /** Are inherited properties variables too? */
  readonly isObject: boolean;
}

/** Where a function's code begins in a script, as V8 counts: from 0, and mostly at the parameters. */
export interface ScriptPlace {
  readonly line: number;
  readonly column: number;
  readonly script: Script;
}

export interface Script {
  /** Empty for code made by eval. */
  readonly url: string;
  readonly sourceMapUrl: string;
  readonly text: string;
  /** Where the text begins in the script's own coordinates, from 0; not 0 for code with an offset, as in vm.Script. */
  readonly startLine: number;
  readonly startColumn: number;
}

/** What is around a function. */
export interface Surroundings {
  readonly scopes: readonly Scope[];
  /** Does it stand in an ES module? */
  readonly inModule: boolean;
  /** V8's name for the script. */
  readonly scriptId: string | undefined;
}

/** Undefined when the function's scopes can't be read. */
export function surroundingsOf(fn: Callable): Surroundings | undefined {
  return withSession((session) => {
    const box: Box = { fn, scopes: undefined };
    const { boxId, internal } = inspect(session, box);
    const scopesId = internal.get("[[Scopes]]")?.objectId;
    if (scopesId === undefined) return undefined;
    callFunctionOn(session, scopesId, "function (box) { box.scopes = this; }", boxId);
    // The list belongs to a context of the inspector's own and has none of the methods of an array.
    const found = Array.from(box.scopes ?? [], ({ description, object }) => ({ description, object }));
    return {
      scopes: found.map(({ description, object }) => ({
        variables: object,
        isObject: description === "Global" || description.startsWith("With"),
      })),
      inModule: found.some(({ description }) => description === "Module"),
      scriptId: locationOf(internal)?.scriptId,
    };
  });
}

/** Where the function stands; undefined when that can't be found. Costs tens of milliseconds, so it's for messages. */
export function placeOf(fn: Callable): ScriptPlace | undefined {
  return withSession((session) => {
    const location = locationOf(inspect(session, { fn, scopes: undefined }).internal);
    if (location === undefined) return undefined;
    const script = scripts.get(location.scriptId) ?? readScript(session, location.scriptId);
    if (script === undefined) return undefined;
    scripts.set(location.scriptId, script);
    return { line: location.lineNumber, column: location.columnNumber ?? 0, script };
  });
}

function locationOf(internal: Internal): Debugger.Location | undefined {
  return internal.get("[[FunctionLocation]]")?.value;
}

const scripts = new Map<string, Script>();

/** V8 names its scripts only while debugging is enabled, and names all of them then. */
function readScript(session: Session, scriptId: string): Script | undefined {
  let found: Omit<Script, "text"> | undefined;
  session.on("Debugger.scriptParsed", ({ params }) => {
    if (params.scriptId !== scriptId) return;
    const { url, sourceMapURL = "", startLine, startColumn } = params;
    found = { url, sourceMapUrl: sourceMapURL, startLine, startColumn };
  });
  session.post("Debugger.enable");
  let text: string | undefined;
  if (found !== undefined) {
    session.post("Debugger.getScriptSource", { scriptId }, (error, answer) => {
      if (error === null) text = answer.scriptSource;
    });
  }
  session.post("Debugger.disable");
  return found === undefined || text === undefined ? undefined : { ...found, text };
}

interface Box {
  readonly fn: Callable;
  scopes: ArrayLike<{ readonly description: string; readonly object: object }> | undefined;
}

const GROUP = "numbats";
const KEY = "numbats.reader";

type Internal = ReadonlyMap<string, Runtime.RemoteObject>;

function inspect(session: Session, box: Box): { readonly boxId: string; readonly internal: Internal } {
  const key = Symbol.for(KEY);
  const outside = sessionGlobal(session);
  Object.defineProperty(outside, key, { value: box, configurable: true });
  try {
    const boxId = answerOf<Runtime.EvaluateReturnType>((answer) =>
      session.post("Runtime.evaluate", { expression: `globalThis[Symbol.for("${KEY}")]`, objectGroup: GROUP }, answer),
    ).result.objectId;
    if (boxId === undefined) throw new Unavailable();
    const fnId = callFunctionOn(session, boxId, "function () { return this.fn; }", boxId);
    if (fnId === undefined) throw new Unavailable();
    const { internalProperties } = answerOf<Runtime.GetPropertiesReturnType>((answer) =>
      session.post("Runtime.getProperties", { objectId: fnId, ownProperties: true }, answer),
    );
    const internal = new Map<string, Runtime.RemoteObject>();
    for (const { name, value } of internalProperties ?? []) if (value !== undefined) internal.set(name, value);
    return { boxId, internal };
  } finally {
    Reflect.deleteProperty(outside, key);
  }
}

function callFunctionOn(session: Session, objectId: string, code: string, argumentId: string): string | undefined {
  return answerOf<Runtime.CallFunctionOnReturnType>((answer) =>
    session.post(
      "Runtime.callFunctionOn",
      { objectId, functionDeclaration: code, arguments: [{ objectId: argumentId }], objectGroup: GROUP },
      answer,
    ),
  ).result.objectId;
}

/** There is no inspector, or it can't do what is needed. */
class Unavailable extends Error {}

/** Node calls back before `post` returns. Deno calls back later, which is of no use here. */
function answerOf<A>(post: (callback: (error: Error | null, answer: A) => void) => void): A {
  let result: A | undefined;
  post((error, answer) => {
    if (error === null) result = answer;
  });
  if (result === undefined) throw new Unavailable();
  return result;
}

/**
 * The global object that the session evaluates in. It is not ours when this module runs in a vm context, as under Jest;
 * then the inspector's own classes still come from outside.
 */
function sessionGlobal(session: Session): object {
  try {
    const outer = session.constructor.constructor as FunctionConstructor;
    return outer("return globalThis")() as object;
  } catch {
    // --disallow-code-generation-from-strings
    return globalThis;
  }
}

let inspector: typeof import("node:inspector") | undefined | null;

function loadInspector(): typeof import("node:inspector") | undefined {
  if (inspector === undefined) {
    try {
      inspector =
        process.getBuiltinModule?.("node:inspector") ??
        (ownRequire()("node:inspector") as typeof import("node:inspector"));
    } catch {
      inspector = null;
    }
  }
  return inspector ?? undefined;
}

function withSession<T>(use: (session: Session) => T | undefined): T | undefined {
  const module = loadInspector();
  if (module === undefined) return undefined;
  let session: Session | undefined;
  try {
    session = new module.Session();
    session.connect();
    return use(session);
  } catch {
    // Whatever fails in here is something the platform can't do; Bun throws a different error for each call.
    return undefined;
  } finally {
    try {
      session?.disconnect();
    } catch {
      // It was never connected.
    }
  }
}

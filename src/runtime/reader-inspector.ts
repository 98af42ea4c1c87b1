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
import type { Debugger, InspectorNotification, Runtime, Session } from "node:inspector";
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
    const { internal, scopes: found } = look(session, fn, true);
    if (found === undefined) return undefined;
    const scopes: Scope[] = [];
    let inModule = false;
    // The list belongs to a context of the inspector's own and has none of the methods of an array.
    for (let i = 0; i < found.length; i++) {
      const { description, object } = found[i] as InspectedScope;
      scopes.push({ variables: object, isObject: description === "Global" || description.startsWith("With") });
      inModule ||= description === "Module";
    }
    return { scopes, inModule, scriptId: locationOf(internal)?.scriptId };
  });
}

/** Where the function stands; undefined when that can't be found. Costs tens of milliseconds, so it's for messages. */
export function placeOf(fn: Callable): ScriptPlace | undefined {
  return withSession((session) => {
    const location = locationOf(look(session, fn, false).internal);
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
  const note = ({ params }: InspectorNotification<Debugger.ScriptParsedEventDataType>): void => {
    if (params.scriptId !== scriptId) return;
    const { url, sourceMapURL = "", startLine, startColumn } = params;
    found = { url, sourceMapUrl: sourceMapURL, startLine, startColumn };
  };
  session.on("Debugger.scriptParsed", note);
  session.post("Debugger.enable");
  session.off("Debugger.scriptParsed", note);
  let text: string | undefined;
  if (found !== undefined) {
    session.post("Debugger.getScriptSource", { scriptId }, (error, answer) => {
      if (error === null) text = answer.scriptSource;
    });
  }
  session.post("Debugger.disable");
  return found === undefined || text === undefined ? undefined : { ...found, text };
}

interface InspectedScope {
  readonly description: string;
  readonly object: object;
}

interface Box {
  readonly fn: Callable;
  scopes?: ArrayLike<InspectedScope>;
}

const GROUP = "numbats";
const KEY = Symbol.for("numbats.reader");
/** Where functions that run inside the session find the box. */
const BOX = 'globalThis[Symbol.for("numbats.reader")]';

type Internal = ReadonlyMap<string, Runtime.RemoteObject>;

/** What V8 keeps of the function beside its properties, and its scopes if they are wanted. */
function look(
  session: Session,
  fn: Callable,
  withScopes: boolean,
): { readonly internal: Internal; readonly scopes: Box["scopes"] } {
  const box: Box = { fn };
  const outside = sessionGlobal(session);
  Object.defineProperty(outside, KEY, { value: box, configurable: true });
  try {
    const evaluate = { expression: `${BOX}.fn`, objectGroup: GROUP };
    const fnId = ask<Runtime.EvaluateReturnType>(session, "Runtime.evaluate", evaluate).result.objectId;
    if (fnId === undefined) throw new Unavailable();
    const ofFunction = { objectId: fnId, ownProperties: true };
    const { internalProperties = [] } = ask<Runtime.GetPropertiesReturnType>(
      session,
      "Runtime.getProperties",
      ofFunction,
    );
    const internal = new Map<string, Runtime.RemoteObject>();
    for (const { name, value } of internalProperties) if (value !== undefined) internal.set(name, value);
    const scopesId = internal.get("[[Scopes]]")?.objectId;
    if (withScopes && scopesId !== undefined) {
      const functionDeclaration = `function () { ${BOX}.scopes = this; }`;
      ask(session, "Runtime.callFunctionOn", { objectId: scopesId, functionDeclaration, objectGroup: GROUP });
    }
    return { internal, scopes: box.scopes };
  } finally {
    Reflect.deleteProperty(outside, KEY);
  }
}

/** There is no inspector, or it can't do what is needed. */
class Unavailable extends Error {}

/** Node calls back before `post` returns. Deno calls back later, which is of no use here. */
function ask<A>(session: Session, method: string, parameters: object): A {
  let result: A | undefined;
  session.post(method, parameters, (error, answer) => {
    if (error === null) result = answer as A;
  });
  if (result === undefined) throw new Unavailable();
  return result;
}

/**
 * The global object that the session evaluates in. It is not ours when this module runs in a vm context, as under Jest;
 * then the inspector's own classes still come from outside.
 */
function sessionGlobal(session: Session): object {
  const outer = session.constructor.constructor as FunctionConstructor;
  if (outer === Function) return globalThis;
  try {
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

/** Within sharingSession: the session, once something has asked for one. */
let shared: Sharing | undefined;

interface Sharing {
  session: Session | undefined;
}

/** All that is asked in the course of `work` is asked in one session: opening one takes longer than a question. */
export function sharingSession<T>(work: () => T): T {
  if (shared !== undefined) return work();
  const own: Sharing = { session: undefined };
  shared = own;
  try {
    return work();
  } finally {
    shared = undefined;
    close(own.session);
  }
}

function withSession<T>(use: (session: Session) => T | undefined): T | undefined {
  const module = loadInspector();
  if (module === undefined) return undefined;
  let session = shared?.session;
  try {
    if (session === undefined) {
      session = new module.Session();
      session.connect();
      if (shared !== undefined) shared.session = session;
    }
    return use(session);
  } catch {
    // Whatever fails in here is something the platform can't do; Bun throws a different error for each call.
    return undefined;
  } finally {
    if (session !== shared?.session) close(session);
  }
}

function close(session: Session | undefined): void {
  try {
    session?.disconnect();
  } catch {
    // It was never connected.
  }
}

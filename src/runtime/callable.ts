/**
 * The function that the user calls: as thin as JavaScript allows, since its cost is the cost of every call. It calls the
 * dispatcher's primary specialisation and hands over to the dispatcher only when that one asks for it.
 *
 * Each kernel's is made from a text of its own. Functions from one place in a program share what V8 learns of their calls,
 * so with two kernels it would no longer know which native function is called, and could not call it directly.
 */
import type { Callable } from "../frontend/program.ts";
import { type Dispatcher, SENTINEL } from "./dispatcher.ts";
import { ownCode, parameterList } from "./own-code.ts";

/** A callable for a kernel of as many parameters as the dispatcher's function has. */
export function makeCallable(d: Dispatcher): Callable {
  const call = (d.parameters === undefined ? undefined : ownClosure(d, d.parameters.length)) ?? closure(d);
  Object.defineProperty(call, "name", { value: d.fn.name, configurable: true });
  Object.defineProperty(call, "length", { value: d.fn.length, configurable: true });
  return call;
}

function ownClosure(dispatcher: Dispatcher, arity: number): Callable | undefined {
  const list = parameterList(arity);
  return ownCode<Callable>(
    `function () {
      const kernel = (${list}) => {
        const native = dispatcher.primary;
        const result = native(${list});
        return result === SENTINEL ? dispatcher.resume(native, [${list}], kernel) : result;
      };
      return kernel;
    }()`,
    { dispatcher, SENTINEL },
  );
}

function closure(d: Dispatcher): Callable {
  const kernel: Callable = (...args) => {
    const native = d.primary;
    const result = native(...args);
    return result === SENTINEL ? d.resume(native, args, kernel) : result;
  };
  return kernel;
}

/**
 * The function that the user calls: as thin as JavaScript allows, since its cost is the cost of every call.
 *
 * One closure per number of parameters: rest parameters would make an array at each call. A closure calls the dispatcher's
 * primary specialisation and hands over to the dispatcher only when that one asks for it.
 */
import type { Callable } from "../frontend/program.ts";
import { type Dispatcher, SENTINEL } from "./dispatcher.ts";

type Any = unknown;

/** A callable for a kernel of as many parameters as the dispatcher's function has. */
export function makeCallable(d: Dispatcher): Callable {
  const call = closure(d, d.parameters?.length);
  Object.defineProperty(call, "name", { value: d.fn.name, configurable: true });
  Object.defineProperty(call, "length", { value: d.fn.length, configurable: true });
  return call;
}

function closure(d: Dispatcher, arity: number | undefined): Callable {
  switch (arity) {
    case 0: {
      const f = (): Any => {
        const p = d.primary;
        const r = p();
        return r === SENTINEL ? d.resume(p, [], f) : r;
      };
      return f;
    }
    case 1: {
      const f = (a: Any): Any => {
        const p = d.primary;
        const r = p(a);
        return r === SENTINEL ? d.resume(p, [a], f) : r;
      };
      return f;
    }
    case 2: {
      const f = (a: Any, b: Any): Any => {
        const p = d.primary;
        const r = p(a, b);
        return r === SENTINEL ? d.resume(p, [a, b], f) : r;
      };
      return f;
    }
    case 3: {
      const f = (a: Any, b: Any, c: Any): Any => {
        const p = d.primary;
        const r = p(a, b, c);
        return r === SENTINEL ? d.resume(p, [a, b, c], f) : r;
      };
      return f;
    }
    case 4: {
      const f = (a: Any, b: Any, c: Any, e: Any): Any => {
        const p = d.primary;
        const r = p(a, b, c, e);
        return r === SENTINEL ? d.resume(p, [a, b, c, e], f) : r;
      };
      return f;
    }
    case 5: {
      const f = (a: Any, b: Any, c: Any, e: Any, g: Any): Any => {
        const p = d.primary;
        const r = p(a, b, c, e, g);
        return r === SENTINEL ? d.resume(p, [a, b, c, e, g], f) : r;
      };
      return f;
    }
    case 6: {
      const f = (a: Any, b: Any, c: Any, e: Any, g: Any, h: Any): Any => {
        const p = d.primary;
        const r = p(a, b, c, e, g, h);
        return r === SENTINEL ? d.resume(p, [a, b, c, e, g, h], f) : r;
      };
      return f;
    }
    case 7: {
      const f = (a: Any, b: Any, c: Any, e: Any, g: Any, h: Any, i: Any): Any => {
        const p = d.primary;
        const r = p(a, b, c, e, g, h, i);
        return r === SENTINEL ? d.resume(p, [a, b, c, e, g, h, i], f) : r;
      };
      return f;
    }
    case 8: {
      const f = (a: Any, b: Any, c: Any, e: Any, g: Any, h: Any, i: Any, j: Any): Any => {
        const p = d.primary;
        const r = p(a, b, c, e, g, h, i, j);
        return r === SENTINEL ? d.resume(p, [a, b, c, e, g, h, i, j], f) : r;
      };
      return f;
    }
    default: {
      const f = (...args: Any[]): Any => {
        const p = d.primary;
        const r = p(...args);
        return r === SENTINEL ? d.resume(p, args, f) : r;
      };
      return f;
    }
  }
}

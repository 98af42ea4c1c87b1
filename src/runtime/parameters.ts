/** The names of a function's parameters, from its text: how many values a kernel takes, and how to speak of them. */
import type { Expression, Pattern } from "acorn";
import { type Parser, parseText } from "../frontend/function-text.ts";
import type { Callable } from "../frontend/program.ts";
import { OWN_PLACE, packageFile, requireFrom } from "../toolchain/package.ts";

/** A pattern has no name. */
export type ParameterNames = readonly (string | undefined)[];

/** Plain names between parentheses: what nearly every function has, told without parsing it. */
const PLAIN_LIST = /^(?:function\b)?\s*[\w$]*\s*\(([\w$\s,]*)\)/;

/** Loaded when it is needed: it takes longer to load than the rest of the package, and most functions are told without it. */
function parser(): Parser {
  const load = (from: string): Parser => requireFrom(from)("meriyah") as Parser;
  try {
    return load(OWN_PLACE);
  } catch {
    return load(packageFile("package.json"));
  }
}

function nameOf(param: Pattern): string | undefined {
  if (param.type === "Identifier") return param.name;
  return param.type === "AssignmentPattern" ? nameOf(param.left) : undefined;
}

function paramsOf(expression: Expression): readonly Pattern[] | undefined {
  switch (expression.type) {
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      return expression.params;
    case "ObjectExpression": {
      const property = expression.properties[0];
      return property?.type === "Property" ? paramsOf(property.value) : undefined;
    }
    case "ClassExpression": {
      const member = expression.body.body[0];
      return member?.type === "MethodDefinition" ? member.value.params : undefined;
    }
    default:
      return undefined;
  }
}

/** undefined when the text can't be told, or the function takes any number of arguments; compiling it will say so. */
export function parameterNames(fn: Callable): ParameterNames | undefined {
  const text = Function.prototype.toString.call(fn);
  const list = PLAIN_LIST.exec(text)?.[1];
  if (list !== undefined) {
    const names = list.split(",").map((name) => name.trim());
    if (names.at(-1) === "") names.pop();
    if (names.length === fn.length) return names;
  }
  try {
    const expression = parseText(parser(), text);
    const params = "type" in expression ? paramsOf(expression) : undefined;
    return params?.at(-1)?.type === "RestElement" ? undefined : params?.map(nameOf);
  } catch {
    // Nested too deeply for the parser.
    return undefined;
  }
}

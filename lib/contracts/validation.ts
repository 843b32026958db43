import type { ActionParams, Middleware, Service } from "moleculer";
import type { Static, TSchema } from "typebox";
import { Compile, type Validator } from "typebox/compile";
import type { TLocalizedValidationError } from "typebox/error";
import { failure } from "../errors.ts";

/**
 * Returns the value in the schema's types. Text is converted where the schema asks for a number or boolean, since
 * query strings and the REPL only have text.
 * @throws INVALID_OPTION naming every field at fault.
 */
export function parse<T extends TSchema>(validator: Validator<Record<never, never>, T>, value: unknown) {
  if (validator.Check(value)) return value;
  const converted = fromText(validator.Type(), value);
  if (validator.Check(converted)) return converted;
  const faults = validator.Errors(converted).flatMap(describe);
  throw failure("INVALID_OPTION", `${faults.join("; ")}.`, { faults });
}

/**
 * JSON that was sent, in the schema's types.
 * @param what It is, as an error calls it: `The body`.
 * @throws MALFORMED_REQUEST
 */
export function parseJson<T extends TSchema>(
  validator: Validator<Record<never, never>, T>,
  json: Buffer,
  what: string,
): Static<T> {
  let value: unknown;
  try {
    value = JSON.parse(json.toString("utf8"));
  } catch (error) {
    throw failure("MALFORMED_REQUEST", `${what} is not JSON (${(error as Error).message}).`);
  }
  try {
    return parse(validator, value) as Static<T>;
  } catch (error) {
    throw failure("MALFORMED_REQUEST", `${what} is not of the documented form: ${(error as Error).message}`);
  }
}

/**
 * Reads text as the number or boolean the schema asks for, in the properties of an object. TypeBox's own conversion
 * is not used: it makes 1 of "1.5" where an integer is asked for.
 */
function fromText(schema: TSchema & { properties?: Record<string, TSchema & { type?: string }> }, value: unknown) {
  if (typeof value !== "object" || value === null || !schema.properties) return value;
  const entries = Object.entries(value).map(([name, text]) => [name, convert(schema.properties?.[name]?.type, text)]);
  return Object.fromEntries(entries);
}

function convert(type: string | undefined, text: unknown): unknown {
  if (typeof text !== "string" || text.trim() === "") return text;
  if (type === "number" || type === "integer") return Number.isNaN(Number(text)) ? text : Number(text);
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}

function describe({ keyword, instancePath, message, params }: TLocalizedValidationError): string[] {
  const name = instancePath.slice(1).replaceAll("/", ".");
  // An unknown property is reported twice: as a property too many and as one its (false) schema refuses.
  if (keyword === "boolean") return [];
  if (keyword === "additionalProperties") return params.additionalProperties.map((extra) => `${extra} is not known`);
  return [`${name} ${message}`.trim()];
}

/** The schema as an action's `params`, which are typed for Moleculer's own validation syntax. */
export function params(schema: TSchema): ActionParams {
  return schema as unknown as ActionParams;
}

/** Checks the parameters of every action that declares a TypeBox schema, wherever the call comes from. */
export const validateParams: Middleware = {
  name: "ValidateParams",
  localAction(handler, action) {
    if (!action.params) return handler;
    const validator = Compile(action.params as unknown as TSchema);
    return async function checked(this: Service, context) {
      context.params = parse(validator, context.params ?? {});
      return handler.call(this, context);
    };
  },
};

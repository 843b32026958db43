import { isUtf8 } from "node:buffer";
import type { ActionParams, Middleware, Service } from "moleculer";
import type { Static, TSchema } from "typebox";
import { type ErrorCode, type Failure, failure } from "../errors.ts";
import { type Fault, faultsOf, inWords } from "./faults.ts";
import { ambiguityOf } from "./json-ambiguity.ts";
import type { LongStrings } from "./long-strings.ts";
import { matches } from "./matching.ts";

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Returns the value in the schema's types. Converts text to a number or boolean if the schema requires one, because
 * query strings and the REPL have only text.
 * @throws INVALID_OPTION naming the first few invalid fields.
 */
export function parse<T extends TSchema>(schema: T, value: unknown): Static<T> {
  if (matches(schema, value)) return value;
  const converted = fromText(schema, value);
  if (matches(schema, converted)) return converted;
  const faults = inWords(faultsOf(schema, converted));
  throw failure("INVALID_OPTION", `${faults.join("; ")}.`, { faults });
}

export interface JsonReading<T extends TSchema> {
  /** The subject of error messages; `The body` by default. */
  readonly what?: string;
  /** The error code for well-formed JSON with these faults. */
  readonly codeOf?: (faults: readonly Fault[]) => ErrorCode;
  /**
   * Makes the failure for a body with too many values, of which the JSON is only the beginning. It is used if the
   * beginning has no faults.
   */
  readonly beyond?: (beginning: Static<T>) => Failure;
  /** Long strings of the JSON that are not parsed. */
  readonly longStrings?: LongStrings;
}

/**
 * Parses JSON into the schema's types: UTF-8 (RFC 8259, section 8.1), with or without a byte order mark.
 * @throws MALFORMED_REQUEST, or the failures given by `codeOf` and `beyond`.
 */
export function parseJson<T extends TSchema>(
  schema: T,
  json: Buffer,
  { what = "The body", codeOf = () => "MALFORMED_REQUEST", beyond, longStrings }: JsonReading<T> = {},
): Static<T> {
  const sent = toValue(json, what, longStrings);
  const value = matches(schema, sent) ? sent : fromText(schema, sent);
  if (matches(schema, value)) {
    if (beyond) throw beyond(value);
    return value;
  }
  const faults = faultsOf(schema, value);
  const words = inWords(faults);
  throw failure(codeOf(faults), `${what} is not of the documented form: ${words.join("; ")}.`, { faults: words });
}

function toValue(json: Buffer, what: string, longStrings?: LongStrings): unknown {
  if (longStrings && longStrings.count > 0) {
    try {
      return longStrings.restore(toValue(longStrings.rest, what));
    } catch {
      // The original value is parsed, so that the message is about what the client sent.
    }
  }
  const text = json.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? json.subarray(3) : json;
  // JSON starts with ASCII, so in UTF-16 and UTF-32 one of the first two bytes is zero, or there is a byte order mark.
  if (/^(\xfe\xff|\xff\xfe|\0|.\0)/s.test(json.toString("latin1", 0, 2)))
    throw failure("MALFORMED_REQUEST", `${what} is in UTF-16 or UTF-32; JSON is sent in UTF-8.`);
  if (!isUtf8(text)) throw failure("MALFORMED_REQUEST", `${what} is not in UTF-8, as JSON must be.`);
  const sent = text.toString("utf8");
  const value = toJson(sent, what);
  const ambiguity = ambiguityOf(sent);
  if (ambiguity) throw failure("MALFORMED_REQUEST", `${what} ${ambiguity}.`);
  return value;
}

function toJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw failure("MALFORMED_REQUEST", `${what} is not JSON (${(error as Error).message}).`);
  }
}

/**
 * Converts text in the properties of an object to the number or boolean the schema requires. TypeBox's own conversion
 * is not used, because it turns "1.5" into 1 for an integer.
 */
function fromText(schema: TSchema & { properties?: Record<string, TSchema & { type?: string }> }, value: unknown) {
  if (typeof value !== "object" || value === null || Array.isArray(value) || !schema.properties) return value;
  const entries = Object.entries(value).map(([name, text]) => [name, convert(schema.properties?.[name]?.type, text)]);
  return Object.fromEntries(entries);
}

/** A number in JSON's notation. */
const DECIMAL = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;
/** Python and .NET write `True`, PHP writes `1`. */
const [TRUE, FALSE] = [/^(true|1)$/i, /^(false|0)$/i];

function convert(type: string | undefined, text: unknown): unknown {
  if (typeof text !== "string") return text;
  if ((type === "number" || type === "integer") && DECIMAL.test(text)) return Number(text);
  if (type === "boolean" && (TRUE.test(text) || FALSE.test(text))) return TRUE.test(text);
  return text;
}

/** The schema as the `params` of an action. Their type is made for Moleculer's own validation syntax. */
export function params(schema: TSchema): ActionParams {
  return schema as unknown as ActionParams;
}

/** Validates the parameters of every action that declares a TypeBox schema, for local and remote calls. */
export const validateParams: Middleware = {
  name: "ValidateParams",
  localAction(handler, action) {
    if (!action.params) return handler;
    const schema = action.params as unknown as TSchema;
    return async function checked(this: Service, context) {
      context.params = parse(schema, context.params ?? {});
      return handler.call(this, context);
    };
  },
};

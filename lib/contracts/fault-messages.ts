/** What a message says about a value that breaks a schema. It follows the value's name. */
import type { TValidationError } from "typebox/error";
import { patternInWords } from "./patterns.ts";

const TYPES: Readonly<Record<string, string>> = {
  array: "an array",
  bigint: "a whole number",
  boolean: "true or false",
  integer: "a whole number",
  null: "null",
  number: "a number",
  object: "an object",
  string: "a string",
};
const FORMATS: Readonly<Record<string, string>> = {
  "date-time": "a time such as 2026-01-31T12:00:00Z",
  date: "a day such as 2026-01-31",
  uuid: "a UUID",
};

/** @returns undefined for the keywords that are described elsewhere, or well enough by TypeBox. */
export function messageOf(error: TValidationError): string | undefined {
  switch (error.keyword) {
    case "enum":
      return `must be one of ${error.params.allowedValues.join(", ")}`;
    case "const":
      return `must be ${JSON.stringify(error.params.allowedValue)}`;
    case "format":
      return `must be ${FORMATS[error.params.format] ?? `of the format ${error.params.format}`}`;
    case "pattern":
      return patternInWords(String(error.params.pattern));
    case "type":
      return `must be ${[error.params.type].flat().map(typeInWords).join(" or ")}`;
    case "minimum":
      return `must be at least ${error.params.limit}`;
    case "maximum":
      return `must be at most ${error.params.limit}`;
    case "exclusiveMinimum":
      return `must be more than ${error.params.limit}`;
    case "exclusiveMaximum":
      return `must be less than ${error.params.limit}`;
    case "minItems":
      return fewer(error.params.limit, "items");
    case "minLength":
      return fewer(error.params.limit, "characters");
    case "minProperties":
      return fewer(error.params.limit, "members");
    case "maxItems":
      return more(error.params.limit, "items");
    case "maxLength":
      return more(error.params.limit, "characters");
    case "maxProperties":
      return more(error.params.limit, "members");
    case "uniqueItems":
      return "must not have an item twice";
    default:
      return undefined;
  }
}

export function fewer(limit: number | bigint, things: string): string {
  return Number(limit) === 1 ? "must not be empty" : `must not have fewer than ${limit} ${things}`;
}

export function more(limit: number | bigint, things: string): string {
  return `must not have more than ${limit} ${Number(limit) === 1 ? things.slice(0, -1) : things}`;
}

function typeInWords(type: string): string {
  return TYPES[type] ?? type;
}

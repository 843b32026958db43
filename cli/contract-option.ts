/** Options that are parameters of the HTTP API too: bounds and defaults are those of the API's contract. */
import { Option } from "commander";
import type { TSchema } from "typebox";
import { decimal, wholeNumber } from "./command.ts";

/** Members of a contract's schema that its TypeScript type lacks. */
interface Bounded {
  readonly type: "integer" | "number";
  readonly minimum: number;
  readonly maximum: number;
  readonly default?: number;
}

/**
 * An option that takes a number. The service applies the default, so that an option that is not given is not sent.
 * @param schema A number with bounds. @param fallback What the service does without the option, if the schema has no
 *   default.
 */
export function numberOption(flags: string, description: string, schema: TSchema, fallback?: number | string): Option {
  const { type, minimum, maximum, default: own = fallback } = schema as unknown as Bounded;
  const parse = type === "integer" ? wholeNumber : decimal;
  return new Option(flags, `${description} (${minimum} to ${maximum}, default: ${own})`).argParser(
    parse(minimum, maximum),
  );
}

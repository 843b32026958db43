/**
 * Adds to a schema what its keywords already imply. JSON Schema does not need this, but client generators do: without a
 * `type` they treat an enumeration of texts as an object of any kind, and they do not know `patternProperties`.
 */
import { Guard } from "typebox/guard";

type Json = { readonly [name: string]: unknown };

export function withExplicitTypes<T>(value: T): T {
  return explicit(value) as T;
}

function explicit(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(explicit);
  if (!Guard.IsObject(value)) return value;
  const { patternProperties, ...rest } = Object.fromEntries(
    // Examples and defaults are values, not schemas.
    Object.entries(value).map(([key, part]) => [
      key,
      ["example", "examples", "default"].includes(key) ? part : explicit(part),
    ]),
  ) as Json;
  const anyName = Guard.IsObject(patternProperties) ? patternProperties["^.*$"] : undefined;
  const values =
    anyName === undefined
      ? { ...(patternProperties !== undefined && { patternProperties }) }
      : { additionalProperties: anyName };
  return { ...typeOf(rest), ...rest, ...values };
}

/** The common type of all values of an enumeration or constant. */
function typeOf({ type, enum: values, const: constant }: Json): { readonly type?: string } {
  const all = Array.isArray(values) ? values : constant === undefined ? [] : [constant];
  const [first, ...others] = new Set(all.map(nameOfType));
  return type !== undefined || first === undefined || others.length > 0 ? {} : { type: first };
}

function nameOfType(value: unknown): string {
  if (Number.isInteger(value)) return "integer";
  return value === null ? "null" : typeof value;
}

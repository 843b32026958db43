/** Replaces each copy of a named schema by a reference: client generators would make a type for each copy. */
import { Guard } from "typebox/guard";

/** @param named The schemas of `components`. Copies are recognised by their JSON. */
export function referencesTo(named: Readonly<Record<string, unknown>>) {
  const names = new Map<string, string>();
  for (const [name, schema] of Object.entries(named)) {
    const json = JSON.stringify(schema);
    if (!names.has(json)) names.set(json, name);
  }
  const replaced = (value: unknown): unknown => {
    if (!Guard.IsObject(value)) return value;
    const name = Array.isArray(value) ? undefined : names.get(JSON.stringify(value));
    return name === undefined ? inside(value) : { $ref: `#/components/schemas/${name}` };
  };
  /** Replaces schemas inside a value, but not the value itself. Examples are not schemas. */
  const inside = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(replaced);
    if (!Guard.IsObject(value)) return value;
    const entries = Object.entries(value).map(([key, part]) => [
      key,
      key === "example" || key === "examples" ? part : replaced(part),
    ]);
    return Object.fromEntries(entries);
  };
  return inside as <T>(value: T) => T;
}

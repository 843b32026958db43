/**
 * Describes validation faults in words. TypeBox's own errors traverse the whole value; this search stops after the
 * first few, so that rejecting a value costs the same whatever its size.
 */
import type { TSchema } from "typebox";
import { Guard } from "typebox/guard";
import { abridged, visibleLine } from "../visible-text.ts";
import { fewer, more } from "./fault-messages.ts";
import { errorsOf, matches } from "./matching.ts";
import { patternInWords } from "./patterns.ts";

const MAX_FAULTS = 5;
const UNKNOWN = "is not known";
const MISSING = "is missing";

export interface Fault {
  /** Property names and indexes that lead to the fault, outermost first. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The JSON Schema keywords used for descending into a value. */
interface Structure {
  readonly properties?: Record<string, TSchema>;
  readonly required?: readonly string[];
  readonly patternProperties?: Record<string, TSchema>;
  readonly additionalProperties?: unknown;
  readonly items?: TSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly anyOf?: readonly TSchema[];
  readonly allOf?: readonly TSchema[];
}

/** The first faults, at most `MAX_FAULTS` + 1. */
export function faultsOf(schema: TSchema, value: unknown): Fault[] {
  const faults: Fault[] = [];
  collect(schema, value, [], faults);
  return faults.slice(0, MAX_FAULTS + 1);
}

/** `images.3 must be a string`, then `and more` if there are more. The value as a whole is called `it`. */
export function inWords(faults: readonly Fault[]): string[] {
  const named = faults.slice(0, MAX_FAULTS).map(({ path, message }) => {
    const name = path.map((part) => abridged(String(part))).join(".");
    return visibleLine(`${path.length === 0 ? "it" : name} ${message}`);
  });
  // A value that has to match several schemas may break each of them in the same way.
  const different = [...new Set(named)];
  return faults.length > MAX_FAULTS ? [...different, "and more"] : different;
}

function collect(schema: TSchema, value: unknown, path: Fault["path"], faults: Fault[]): void {
  if (faults.length > MAX_FAULTS || matches(schema, value)) return;
  const known = faults.length;
  const { anyOf, allOf, properties, patternProperties, items } = schema as Structure;
  if (anyOf) faults.push(...nearest(anyOf, value, path));
  else if (allOf) for (const part of allOf) collect(part, value, path, faults);
  else if (properties && Guard.IsObjectNotArray(value)) collectOfObject(schema as Structure, value, path, faults);
  else if (patternProperties && Guard.IsObjectNotArray(value))
    collectOfRecord(Object.keys(patternProperties), value, path, faults);
  else if (items && Array.isArray(value)) collectOfArray(schema as Structure, value, path, faults);
  // The fault may concern the value as a whole, such as an item that occurs twice.
  if (faults.length === known) faults.push(...firstError(schema, value, path));
}

function firstError(schema: TSchema, value: unknown, path: Fault["path"]): Fault[] {
  const errors = errorsOf(schema, value).slice(0, 1);
  return errors.map(({ instancePath, message }) => ({ path: [...path, ...instancePath.split("/").slice(1)], message }));
}

/** Faults for names of an object that match none of the patterns. */
function collectOfRecord(
  patterns: readonly string[],
  value: Record<string, unknown>,
  path: Fault["path"],
  faults: Fault[],
): void {
  const wrong = Object.keys(value).find((name) => !patterns.some((pattern) => new RegExp(pattern, "u").test(name)));
  if (wrong === undefined) return;
  const words = patterns.map(patternInWords).join(" or ");
  faults.push({ path, message: `has the name ${abridged(wrong)}, which ${words}` });
}

function collectOfObject(
  schema: Structure,
  value: Record<string, unknown>,
  path: Fault["path"],
  faults: Fault[],
): void {
  const { properties = {}, required = [], additionalProperties } = schema;
  const missing = required.filter((name) => !Object.hasOwn(value, name));
  for (const name of missing) faults.push({ path: [...path, name], message: MISSING });
  for (const name in value) {
    if (faults.length > MAX_FAULTS) return;
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property) collect(property, value[name], [...path, name], faults);
    else if (additionalProperties === false) faults.push({ path: [...path, name], message: UNKNOWN });
  }
}

function collectOfArray(schema: Structure, value: unknown[], path: Fault["path"], faults: Fault[]): void {
  const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
  if (value.length < minItems) faults.push({ path, message: fewer(minItems, "items") });
  if (value.length > maxItems) faults.push({ path, message: more(maxItems, "items") });
  // Items beyond the limit are not checked.
  const count = Math.min(value.length, maxItems);
  for (let index = 0; index < count && faults.length <= MAX_FAULTS; index++)
    collect(items as TSchema, value[index], [...path, index], faults);
}

/** Faults against the best-matching forms, or against all forms if the value has none of their types. */
function nearest(forms: readonly TSchema[], value: unknown, path: Fault["path"]): Fault[] {
  const attempts = forms.map((form) => {
    const faults: Fault[] = [];
    collect(form, value, path, faults);
    return faults;
  });
  const types = forms.map((form) => (form as { type?: string }).type);
  const candidates = attempts.filter((_, index) => types[index] === typeOf(value));
  // Missing or unknown members distinguish the forms; faults inside a member do not.
  const distance = (faults: readonly Fault[]) =>
    100 *
      faults.filter((fault) => fault.path.length === path.length || [UNKNOWN, MISSING].includes(fault.message)).length +
    faults.length;
  const least = Math.min(...candidates.map(distance));
  if (candidates.length > 0)
    return ofEqualForms(
      candidates.filter((faults) => distance(faults) === least),
      path,
    );
  const messages = [...new Set(attempts.flat().map(({ message }) => message))];
  return [{ path, message: messages.join(" or ").replaceAll(" or must be ", " or ") }];
}

/** The faults against the first form. If each form lacks one member, the value could have any of these instead. */
function ofEqualForms([first = [], ...others]: readonly Fault[][], path: Fault["path"]): Fault[] {
  const missing = [first, ...others].map((faults) =>
    faults.filter((fault) => fault.message === MISSING && fault.path.length === path.length + 1),
  );
  const names = [...new Set(missing.flat().map((fault) => fault.path.at(-1)))];
  if (names.length < 2 || missing.some(({ length }) => length !== 1)) return first;
  const message = `must have ${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
  return [{ path, message }, ...first.filter((fault) => !missing[0]?.includes(fault))];
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return value === null ? "null" : typeof value;
}

/** Checks values against schemas. */
import type { Static, TSchema } from "typebox";
import { Compile, Errors, type Validator } from "typebox/schema";
import { messageOf } from "./fault-messages.ts";

/** Validators are compiled when the first value comes: there are hundreds of schemas, and a start needs few of them. */
const validators = new WeakMap<TSchema, Validator>();

export function matches<T extends TSchema>(schema: T, value: unknown): value is Static<T> {
  let validator = validators.get(schema);
  if (!validator) {
    validator = Compile(schema);
    validators.set(schema, validator);
  }
  return validator.Check(value);
}

/** Errors of the value, found by a search of the whole value. */
export function errorsOf(schema: TSchema, value: unknown) {
  const [, errors] = Errors(schema, value);
  return errors.map((error) => ({ ...error, message: messageOf(error) ?? error.message }));
}

/** The API document as tests read it: operations one by one, with what they refer to in place. */
import type * as oas31 from "openapi3-ts/oas31";
import type { TSchema } from "typebox";

type Json = { readonly [name: string]: unknown };

/** An operation without references. */
export interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly oas31.ParameterObject[];
  readonly requestBody?: oas31.RequestBodyObject;
  readonly responses?: Readonly<Record<string, oas31.ResponseObject>>;
}

export interface Described {
  /** In upper case. */
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

interface Examples {
  readonly where: string;
  readonly schema: TSchema;
  readonly values: readonly unknown[];
}

/** The document with each reference replaced by what it refers to. No schema refers to itself. */
export function resolved(document: oas31.OpenAPIObject): oas31.OpenAPIObject {
  const read = (reference: string) =>
    reference
      .slice("#/".length)
      .split("/")
      .reduce((value: Json, name) => value[name] as Json, document as unknown as Json);
  const replace = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== "object" || value === null) return value;
    const { $ref } = value as { $ref?: unknown };
    if (typeof $ref === "string") return replace(read($ref));
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, replace(part)]));
  };
  return replace(document) as oas31.OpenAPIObject;
}

/** @param document Without references. */
export function operationsOf(document: oas31.OpenAPIObject): Described[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, { parameters = [], ...operations }]) =>
    Object.entries(operations as Record<string, Operation>).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation: {
        ...operation,
        parameters: [...(parameters as oas31.ParameterObject[]), ...(operation.parameters ?? [])],
      },
    })),
  );
}

/** @param document Without references. */
export function examplesIn(document: oas31.OpenAPIObject): Examples[] {
  return operationsOf(document).flatMap(({ method, path, operation }) => {
    const { parameters = [], requestBody, responses = {} } = operation;
    const where = `${method} ${path}`;
    const bodies = [requestBody, ...Object.values(responses)].flatMap((body) => Object.entries(body?.content ?? {}));
    return [
      ...parameters.map((parameter) => examplesOf(`${where} ${parameter.name}`, parameter)),
      ...bodies.map(([type, media]) => examplesOf(`${where} ${type}`, media)),
    ];
  });
}

function examplesOf(where: string, { schema, example, examples }: oas31.MediaTypeObject): Examples {
  const named = Object.values(examples ?? {}).map((one) => (one as oas31.ExampleObject).value);
  return { where, schema: schema as TSchema, values: example === undefined ? named : [example, ...named] };
}

/** The API document in the form that tests use: single operations, with references resolved. */
import type * as oas31 from "openapi3-ts/oas31";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";

type Json = { readonly [name: string]: unknown };

/** An operation without references. */
export interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly oas31.ParameterObject[];
  readonly requestBody?: oas31.RequestBodyObject;
  readonly responses?: Readonly<Record<string, oas31.ResponseObject>>;
}

export interface Described {
  /** HTTP method in upper case. */
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

interface Examples {
  readonly where: string;
  readonly schema: TSchema;
  readonly values: readonly unknown[];
}

/** The document with each reference replaced by its target. No schema refers to itself. */
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

/** @param document The document without references. */
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

/** @param document The document without references. */
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

/**
 * Headers of HTTP itself, of caches and of browsers, which answers of every kind may have. `X-Accel-Buffering` is for
 * nginx.
 */
const GENERAL_HEADERS = new Set([
  ...["connection", "content-encoding", "content-length", "content-type", "date", "keep-alive", "transfer-encoding"],
  ...["cache-control", "vary", "x-accel-buffering"],
  ...["content-security-policy", "cross-origin-resource-policy", "referrer-policy", "x-content-type-options"],
]);

/**
 * Parts of an answer that its operation does not describe, or describes differently.
 * @param operation The operation without references.
 */
export function undocumentedIn({ responses = {} }: Operation, { status, headers, body }: SentAnswer): string[] {
  const response = responses[status];
  if (!response) return [`status ${status}`];
  const described = new Set(Object.keys(response.headers ?? {}).map((name) => name.toLowerCase()));
  const others = Array.from(headers.keys()).filter((name) => !described.has(name) && !GENERAL_HEADERS.has(name));
  const type = headers.get("content-type")?.split(";")[0];
  const isBare = Object.keys(response.content ?? {}).length === 0;
  if (type === undefined || isBare)
    return [...others.map((name) => `header ${name}`), ...(type ? [`type ${type}`] : [])];
  const schema = (response.content?.[type] ?? response.content?.[type.replace(/\/.*/, "/*")])?.schema;
  const faults = schema && type.endsWith("json") ? Compile(closed(schema) as TSchema).Errors(body) : [];
  return [
    ...others.map((name) => `header ${name}`),
    ...(schema ? [] : [`type ${type}`]),
    ...faults.map(({ instancePath, message }) => `${instancePath} ${message}`),
  ];
}

interface SentAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** The schema without room for members that it does not name. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const { properties = {}, ...rest } = schema as { properties?: Json; type?: string };
  const isOpen = rest.type !== "object" || "additionalProperties" in rest || "patternProperties" in rest;
  const parts = Object.entries(rest).map(([name, part]) => [name, name === "enum" ? part : closed(part)]);
  return {
    ...Object.fromEntries(parts),
    ...(Object.keys(properties).length > 0 && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, closed(part)])),
    }),
    ...(!isOpen && { additionalProperties: false }),
  };
}

/** Building blocks of the API document. */
import type * as oas31 from "openapi3-ts/oas31";
import type { TObject, TSchema } from "typebox";
import { Problem, toProblem } from "../contracts/problem.ts";
import { definitions, type ErrorCode, failure } from "../errors.ts";
import { headersOf } from "./headers.ts";

/** A schema for use in the document. A schema that has a name is replaced by a reference later. */
export const schemaOf = (schema: TSchema) => schema as unknown as oas31.SchemaObject;

/** An example of each problem, for `components`. */
export const problemExamples: Readonly<Record<string, oas31.ExampleObject>> = Object.fromEntries(
  Object.entries(definitions).map(([code, { title }]) => [
    code,
    { value: toProblem(failure(code as ErrorCode, `${title}.`)) },
  ]),
);

/** Error responses by status, with an example of each problem. */
export function problemResponses(codes: readonly ErrorCode[]): oas31.ResponsesObject {
  const statuses = Map.groupBy(codes, (code) => definitions[code].status);
  return Object.fromEntries(
    Array.from(statuses, ([status, ofStatus]) => [
      status,
      {
        description: ofStatus.map((code) => `\`${code}\`: ${definitions[code].title}.`).join("\n\n"),
        ...(ofStatus.some((code) => "retryable" in definitions[code]) && {
          headers: headersOf("Retry-After"),
        }),
        content: {
          "application/problem+json": {
            schema: schemaOf(Problem),
            examples: Object.fromEntries(ofStatus.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
          },
        },
      } satisfies oas31.ResponseObject,
    ]),
  );
}

export function queryParameters(query: TObject): oas31.ParameterObject[] {
  return Object.entries(query.properties).map(([name, schema]) => {
    const { description, ...rest } = schema as TSchema & { description?: string };
    return { name, in: "query", schema: rest as oas31.SchemaObject, ...(description && { description }) };
  });
}

export const modelName: oas31.ParameterObject = {
  name: "name",
  in: "path",
  required: true,
  description: "The model's name.",
  schema: { type: "string" },
};

export const binary = (type: string): oas31.ContentObject => ({
  [type]: { schema: { type: "string", format: "binary" } },
});

/** A successful JSON response. */
export function jsonResponse(description: string, schema: TSchema, example?: unknown): oas31.ResponseObject {
  const content = { schema: schemaOf(schema), ...(example !== undefined && { example }) };
  return { description, content: { "application/json": content } };
}

/** A body that must be JSON. */
export function jsonBody(schema: TSchema): oas31.RequestBodyObject {
  return { required: true, content: { "application/json": { schema: schemaOf(schema) } } };
}

/** Codes of every route that reads a JSON body. */
export const jsonBodyErrors = [
  "MALFORMED_REQUEST",
  "UPLOAD_TIMEOUT",
  "REQUEST_TOO_LARGE",
  "UNSUPPORTED_MEDIA_TYPE",
  "OVERLOADED",
] as const satisfies ErrorCode[];

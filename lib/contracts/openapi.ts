/**
 * The API document, built from the schemas that validate. `npm run openapi` writes it to `docs/openapi.json`.
 */
import * as oas31 from "openapi3-ts/oas31";
import type { TSchema } from "typebox";
import packageJson from "../../package.json" with { type: "json" };
import { loadConfig } from "../config.ts";
import { definitions, type ErrorCode, failure } from "../errors.ts";
import * as examples from "./examples.ts";
import { Problem, toProblem } from "./problem.ts";
import { ImagesJson, ProcessQuery } from "./process.ts";
import { Box, ImageProblem, ImageResult, ProcessResult, Timings } from "./receipt.ts";

const defaults = loadConfig({});

const schemas = { Box, Timings, Problem, ImageResult, ImageProblem, ProcessResult };

const DESCRIPTION = `Pictures in, face boxes out.

**Errors** are \`application/problem+json\` (RFC 9457). Program against \`code\`; \`title\` and \`detail\` are for people.
A bad image never fails its neighbours: it gets a problem in its own receipt, and the request still answers 200.
The request as a whole fails only when it cannot be read, or when the service could not process any of its images;
where \`Retry-After\` is sent, it may be sent again after so many seconds.

**Limits** of this service's default configuration: ${defaults.maxImageBytes / 2 ** 20} MiB per file,
${defaults.maxImagePixels / 1e6} megapixels per image, ${defaults.maxImagesPerRequest} images and
${defaults.maxRequestBytes / 2 ** 20} MiB per request, ${defaults.maxJsonBytes / 2 ** 20} MiB per JSON request.

**Tracing a request**: send \`X-Request-Id\` or get one; it is in the answer's headers, in problems and in the log.`;

/** References a schema that is listed under `components`, so that it is described once. */
function reference(schema: TSchema): oas31.ReferenceObject | TSchema {
  const name = Object.entries(schemas).find(([, known]) => known === schema)?.[0];
  return name ? { $ref: `#/components/schemas/${name}` } : schema;
}

/** A documented error response: the problems of one status, with an example of each. */
function problemResponses(codes: readonly ErrorCode[]): oas31.ResponsesObject {
  const statuses = Map.groupBy(codes, (code) => definitions[code].status);
  return Object.fromEntries(
    Array.from(statuses, ([status, ofStatus]) => [
      status,
      {
        description: ofStatus.map((code) => `\`${code}\`: ${definitions[code].title}.`).join("\n\n"),
        ...(ofStatus.some((code) => "retryable" in definitions[code]) && {
          headers: {
            "Retry-After": {
              description: "Seconds after which a new attempt makes sense.",
              schema: { type: "integer" },
            },
          },
        }),
        content: {
          "application/problem+json": {
            schema: reference(Problem) as oas31.SchemaObject,
            examples: Object.fromEntries(
              ofStatus.map((code) => [code, { value: toProblem(failure(code, `${definitions[code].title}.`)) }]),
            ),
          },
        },
      } satisfies oas31.ResponseObject,
    ]),
  );
}

function queryParameters(query: typeof ProcessQuery): oas31.ParameterObject[] {
  return Object.entries(query.properties).map(([name, schema]) => {
    const { description, ...rest } = schema as TSchema & { description?: string };
    return { name, in: "query", schema: rest as oas31.SchemaObject, ...(description && { description }) };
  });
}

/** Codes that only ever stand in an image's receipt, and as a whole answer where one picture is asked for. */
export const imageErrors = [
  "EMPTY_IMAGE",
  "UNSUPPORTED_MEDIA_TYPE",
  "UNDECODABLE_IMAGE",
  "IMAGE_TOO_LARGE",
  "TOO_MANY_PIXELS",
] as const satisfies ErrorCode[];

export const processErrors = [
  "MALFORMED_REQUEST",
  "NO_IMAGE",
  "INVALID_OPTION",
  "NOT_ACCEPTABLE",
  "UPLOAD_TIMEOUT",
  "REQUEST_TOO_LARGE",
  "TOO_MANY_IMAGES",
  ...imageErrors,
  "INTERNAL_ERROR",
  "OVERLOADED",
  "SHUTTING_DOWN",
  "NO_DETECTOR",
  "WORKER_LOST",
  "IMAGE_TIMEOUT",
] as const satisfies ErrorCode[];

const binary = (type: string): oas31.ContentObject => ({ [type]: { schema: { type: "string", format: "binary" } } });

const processOperation: oas31.OperationObject & oas31.ISpecificationExtension = {
  operationId: "process",
  tags: ["Images"],
  summary: "Find faces",
  description:
    "Takes one or many images and answers with a receipt for each, in the order of upload. Images are processed " +
    "while the rest still arrives, on all cores. Formats: JPEG, PNG, WebP, BMP, TIFF, told by their content.\n\n" +
    "Send `Accept: image/png` or `image/jpeg` (or `annotate=true`) with one image to get the picture back with its " +
    "boxes drawn; what would stand in the image's receipt is then the status of the answer.",
  parameters: queryParameters(ProcessQuery),
  requestBody: {
    required: true,
    description: "Any number of files, one image, or JSON with base64.",
    content: {
      "multipart/form-data": {
        schema: {
          type: "object",
          required: ["images"],
          properties: {
            images: {
              type: "array",
              items: { type: "string", format: "binary" },
              description:
                "The files. Fields named `image_files`, `image`, `file`, `files` or otherwise are files just as well; " +
                "fields that are not files are refused.",
            },
          },
        },
      },
      ...binary("image/*"),
      "application/json": { schema: ImagesJson as unknown as oas31.SchemaObject, example: examples.jsonRequest },
    },
  },
  "x-codeSamples": [
    {
      lang: "Shell",
      label: "Files",
      source: "curl -F images=@me.jpg -F images=@you.png 'http://localhost:8080/process?minSize=48'",
    },
    {
      lang: "Shell",
      label: "One picture, annotated",
      source:
        "curl --data-binary @me.jpg -H 'Content-Type: image/jpeg' -H 'Accept: image/png' \\\n" +
        "  http://localhost:8080/process > boxes.png",
    },
  ],
  responses: {
    200: {
      description: "A receipt for each image: what was found, or the image's own problem.",
      headers: { "X-Request-Id": { description: "The request's id.", schema: { type: "string" } } },
      content: {
        "application/json": {
          schema: reference(ProcessResult) as oas31.SchemaObject,
          examples: { faces: { value: examples.processResult }, "one bad image": { value: examples.mixedResult } },
        },
        ...binary("image/png"),
        ...binary("image/jpeg"),
      },
    },
    ...problemResponses(processErrors),
  },
};

const status = (description: string, example: object): oas31.ResponseObject => ({
  description,
  content: { "application/json": { schema: { type: "object" }, example } },
});

export function apiDocument(): oas31.OpenAPIObject {
  const components = Object.fromEntries(Object.entries(schemas)) as unknown as Record<string, oas31.SchemaObject>;
  return new oas31.OpenApiBuilder({
    openapi: "3.1.0",
    info: {
      title: "Sightline",
      version: packageJson.version,
      description: DESCRIPTION,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags: [
      { name: "Images", description: "Pictures in, results out, at once." },
      { name: "Operation", description: "For load balancers, orchestrators and people who look after the service." },
    ],
    paths: {
      "/process": { post: processOperation },
      "/ping": {
        get: {
          operationId: "ping",
          tags: ["Operation"],
          summary: "Is anybody there",
          responses: { 200: status("The gateway answers.", { status: "ok" }) },
        },
      },
      "/healthz": {
        get: {
          operationId: "healthz",
          tags: ["Operation"],
          summary: "Liveness",
          responses: { 200: status("The process is alive.", { status: "ok" }) },
        },
      },
      "/readyz": {
        get: {
          operationId: "readyz",
          tags: ["Operation"],
          summary: "Readiness",
          description: "Ready once a detector is warm and has reproduced its reference result.",
          responses: {
            200: status("Images can be processed.", { status: "ready", threads: 8 }),
            ...problemResponses(["NO_DETECTOR", "SHUTTING_DOWN"]),
          },
        },
      },
    },
    components: { schemas: components },
  }).getSpec();
}

/**
 * The API document, built from the schemas that validate. `npm run openapi` writes it to `docs/openapi.json`.
 */
import * as oas31 from "openapi3-ts/oas31";
import packageJson from "../../package.json" with { type: "json" };
import { loadConfig } from "../config.ts";
import { Problem } from "../contracts/problem.ts";
import { collectionPaths } from "./collections.ts";
import { documentPaths } from "./compatibility.ts";
import { eventPaths } from "./events.ts";
import { inferencePaths } from "./inference.ts";
import { jobPaths } from "./jobs.ts";
import { modelPaths } from "./models.ts";
import { monitorPaths } from "./monitor.ts";
import { operationPaths } from "./operation.ts";
import { reference, schemas } from "./parts.ts";
import { processOperation } from "./process.ts";
import { sessionPaths } from "./sessions.ts";

const METHODS = new Set(["get", "post", "delete"]);
const defaults = loadConfig({});

const DESCRIPTION = `Images in, face boxes out.

**Errors** are \`application/problem+json\` (RFC 9457). Program against \`code\`; \`title\` and \`detail\` are for people.
A bad image never fails its neighbours: it gets a problem in its own receipt, and the request still answers 200.
The request as a whole fails only when it cannot be read, or when the service could not process any of its images;
where \`Retry-After\` is sent, it may be sent again after so many seconds.

**Limits** of this service's default configuration: ${defaults.maxImageBytes / 2 ** 20} MiB per file,
${defaults.maxImagePixels / 1e6} megapixels per image, ${defaults.maxImagesPerRequest} images and
${defaults.maxRequestBytes / 2 ** 20} MiB per request, ${defaults.maxJsonBytes / 2 ** 20} MiB per JSON request.

**Bodies** may be compressed: \`Content-Encoding\` gzip, deflate, br or zstd, one of them; another is answered with 415
and the header \`Accept-Encoding\`. The limits are those of the decoded bytes. JSON is sent in UTF-8 as
\`application/json\` or a type that ends in \`+json\`, with or without a byte order mark. Base64 may be that of RFC 4648,
section 4 or 5, with or without padding, with white space anywhere, alone or as a \`data:\` URL.

**Keys** are optional, unless the service is configured to demand them (\`REQUIRE_KEY\`). A request with a session's
key in the header \`key\`, \`x-api-key\` or \`Authorization: Bearer\` makes and sees what is the session's, and nothing
else; an unknown key is answered with 403 \`SESSION_KEY_INVALID\`, one that is used too often with 429 \`RATE_LIMITED\`.

**HTTP**: \`HEAD\` is answered wherever \`GET\` is, \`OPTIONS\` everywhere, with the path's methods in \`Allow\`; neither
runs anything. Other methods are answered with 405 \`METHOD_NOT_ALLOWED\` or 501 \`METHOD_NOT_IMPLEMENTED\`. Broken
percent-encoding, control characters in a query, a request with no \`Host\` or with two, and what is not
HTTP/1.1 are answered with 400 \`MALFORMED_REQUEST\`; request line and headers above 16 KiB with 431
\`HEADERS_TOO_LARGE\`; headers that take longer than a minute with 408 \`HEADERS_TIMEOUT\`; an \`Expect\` other than
\`100-continue\` with 417 \`EXPECTATION_FAILED\`. A parameter of the query may be given once. Where an answer has several
forms, \`Accept\` chooses by RFC 9110; if none of them fits, the answer is 406 \`NOT_ACCEPTABLE\`. Every 429 and 503 has
\`Retry-After\`.

**Other origins**: the service grants no access by CORS. Pages of other origins cannot read its answers; put it behind
the origin of the page that uses it.

**Tracing a request**: send \`X-Request-Id\` or get one; it is in the answer's headers, in problems and in the log.`;

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
      { name: "Images", description: "Images in, results out, at once." },
      {
        name: "Jobs",
        description:
          "Work that outlives its request. A job that was answered with 201 or 202 survives the death of any part of " +
          "the service, and each of its images has one result in the end.",
      },
      { name: "Events", description: "Everything that happens to jobs and images, readable from any point." },
      {
        name: "Sessions",
        description:
          "A key, and what belongs to it: nobody else sees its jobs, events, encodings and collections. `DELETE " +
          "/session` removes all of it. Requests without a key see what is nobody's.",
      },
      { name: "Uploads", description: "Images encoded one by one, and what all of them come to." },
      { name: "Faces", description: "Comparing faces, and finding them in collections." },
      { name: "Models", description: "What can be found in images, and by what." },
      {
        name: "Open Inference Protocol",
        description:
          "KServe's V2 protocol, for clients that speak it already: the models by their names, with an encoded image " +
          "or a tensor. Problems have a further member `error`, where such clients look for the reason.",
      },
      { name: "Operation", description: "For load balancers, orchestrators and people who look after the service." },
    ],
    paths: withDefaults({
      "/process": { post: processOperation },
      ...jobPaths,
      ...eventPaths,
      ...sessionPaths,
      ...documentPaths,
      ...collectionPaths,
      ...modelPaths,
      ...inferencePaths,
      ...monitorPaths,
      ...operationPaths,
    }),
    components: { schemas: components },
  }).getSpec();
}

/** Any operation may answer what is wrong with a request as such, or fail: that is a problem, too. */
function withDefaults(paths: oas31.PathsObject): oas31.PathsObject {
  const problem: oas31.ResponseObject = {
    description: "Any other problem.",
    content: { "application/problem+json": { schema: reference(Problem) as oas31.SchemaObject } },
  };
  const complete = (operation: unknown) => {
    const { responses } = operation as oas31.OperationObject;
    return { ...(operation as object), responses: { ...responses, default: problem } };
  };
  return Object.fromEntries(
    Object.entries(paths).map(([path, item]) => [
      path,
      Object.fromEntries(
        Object.entries(item as object).map(([name, part]) => [name, METHODS.has(name) ? complete(part) : part]),
      ),
    ]),
  );
}

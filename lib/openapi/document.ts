/** The API document, built from the validation schemas. `npm run openapi` writes it to `docs/openapi.json`. */
import * as oas31 from "openapi3-ts/oas31";
import packageJson from "../../package.json" with { type: "json" };
import { loadConfig } from "../config.ts";
import { securitySchemes } from "./access.ts";
import { auditPaths } from "./audit.ts";
import { collectionPaths } from "./collections.ts";
import { commonResponses, withCommon } from "./common.ts";
import { documentPaths } from "./compatibility.ts";
import { deliveryPaths } from "./deliveries.ts";
import { erasurePaths } from "./erasures.ts";
import { eventPaths } from "./events.ts";
import { withExplicitTypes } from "./explicit-types.ts";
import { answerHeaders, headerParameters } from "./headers.ts";
import { inferencePaths } from "./inference.ts";
import { jobPaths } from "./jobs.ts";
import { keyPaths } from "./keys.ts";
import { modelPaths } from "./models.ts";
import { monitorPaths } from "./monitor.ts";
import { operationPaths } from "./operation.ts";
import { problemExamples } from "./parts.ts";
import { problemPaths } from "./problems.ts";
import { processOperation } from "./process.ts";
import { referencesTo } from "./references.ts";
import { schemas } from "./schemas.ts";
import { sessionPaths } from "./sessions.ts";
import { webhookSecretPaths } from "./webhook-secrets.ts";

const defaults = loadConfig({});

const DESCRIPTION = `Images in; face boxes, face encodings, labels and objects out.

**Errors** are \`application/problem+json\` (RFC 9457). Program against \`code\`; \`title\` and \`detail\` are for people.
\`type\` is the address of a page about the kind of problem.
A bad image never fails the others: it gets a problem in its own receipt, and the response is still 200. The request
as a whole fails only if it cannot be read, or if the service could not process any of its images. With
\`Retry-After\` it may be retried after that many seconds.

**Limits** of this service's default configuration: ${defaults.maxImageBytes / 2 ** 20} MiB per file,
${defaults.maxImagePixels / 1e6} megapixels per image, ${defaults.maxImagesPerRequest} images and
${defaults.maxRequestBytes / 2 ** 20} MiB per request, ${defaults.maxJsonBytes / 2 ** 20} MiB per JSON request.

**Bodies** with images or tensors may be compressed with one \`Content-Encoding\`: gzip, deflate, br or zstd. Others are
answered with 415 and the header \`Accept-Encoding\`. Limits apply to the decoded bytes, of which there may be a hundred
for each that was sent, and those of one image. Other JSON has at most 16 KiB and no content coding. JSON must be UTF-8, with or without a byte order
mark, sent as \`application/json\` or a type that ends in \`+json\`. Base64 follows RFC 4648, section 4 or 5, with or
without padding, with white space anywhere, plain or as a \`data:\` URL.

**Keys** are needed where others than the service's own machine reach it (\`AUTH\`). A key, or that of a session, is
sent as \`Authorization: Bearer\`, \`x-api-key\` or \`key\`; the request creates and sees only what belongs to its owner.
A key allows what its scopes say, an admin key everything: it reads what belongs to anybody, and with the header
\`Sightline-Owner: <owner>\` its request is that owner's (\`none\`: what belongs to nobody). A missing key is answered
with 401 \`KEY_REQUIRED\`; one that is unknown, expired or revoked, or another scheme of \`Authorization\`, with 401
\`KEY_INVALID\`; one without the scope with 403 \`SCOPE_MISSING\`. The paths of a session answer 403
\`SESSION_KEY_INVALID\` for a missing or unknown key.

**Rates**: too many requests in a minute, of an owner or without a key of an address, and too many wrong keys of an
address, are answered with 429 \`RATE_LIMITED\`, whatever they ask for. \`RateLimit-Limit\`, \`RateLimit-Remaining\` and
\`RateLimit-Reset\` (seconds) show the limit of which least is left.

**HTTP**: \`HEAD\` is supported wherever \`GET\` is, \`OPTIONS\` everywhere, with the path's methods in \`Allow\`;
neither has side effects. Other methods are answered with 405 \`METHOD_NOT_ALLOWED\` or 501 \`METHOD_NOT_IMPLEMENTED\`,
and a body with a \`Transfer-Encoding\` other than \`chunked\` with 501 \`TRANSFER_CODING_NOT_IMPLEMENTED\` (RFC 9112).
A request line with a version other than HTTP/1.1 or HTTP/1.0 is answered with 505 \`HTTP_VERSION_NOT_SUPPORTED\`.
Invalid percent-encoding, control characters in a query, a missing or repeated \`Host\`, and input that is not HTTP/1.1
are answered with 400 \`MALFORMED_REQUEST\`; a request line and headers above 16 KiB, or more than 1,000 headers, with 431
\`HEADERS_TOO_LARGE\`;
headers that take longer than a minute with 408 \`HEADERS_TIMEOUT\`; an \`Expect\` other than \`100-continue\` with 417
\`EXPECTATION_FAILED\`. Requests sent on one connection without waiting for answers are carried out in their order; at
most 100 wait, and the one behind them gets 429 \`RATE_LIMITED\`, the last answer of the connection. Those of all
connections that wait may take 32 MiB, beyond which the connection with the most is closed. If a response has several representations,
\`Accept\` selects one by RFC 9110, the default of Java's \`HttpURLConnection\` counting as none; if none matches, the response is 406 \`NOT_ACCEPTABLE\`. What can
be changed has no \`ETag\`: a \`POST\` or \`DELETE\` with an \`If-Match\` other than \`*\` changes nothing, and is answered with 412
\`PRECONDITION_FAILED\`; so is one with \`If-None-Match: *\` that deletes, or whose path can be read by \`GET\`. Every 429 and 503 has
\`Retry-After\`.

**Query parameters** must not be repeated; a boolean is \`true\` or \`false\` in any case, or \`1\` or \`0\`. A parameter that
is not listed is answered with 400 \`INVALID_OPTION\` by \`/process\`, \`/bonus\` and all paths under \`/v1\`. The other paths
ignore it, because their clients may send parameters of their own: those of the Open Inference Protocol (\`/v2\`), of
sessions and uploads, probes, \`/metrics\`, \`/problems\` and the pages.

**Browsers**: a page of another origin can neither read nor change anything: its requests are answered with 403
\`CROSS_ORIGIN\`, unless the service names its origin in \`CORS_ORIGINS\`. Requests for a host that is not the service's are
answered with 421 \`HOST_NOT_ALLOWED\`.

**Compression**: JSON and text above 1 KiB are compressed with the coding that \`Accept-Encoding\` prefers of \`zstd\`, \`br\`
and \`gzip\`; answers with keys or secrets never are.

**Tracing a request**: send \`X-Request-Id\` or get one; it is in the response headers, in problems and in the log.`;

export function apiDocument(): oas31.OpenAPIObject {
  const inside = referencesTo(schemas);
  const components = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, inside(schema)]),
  ) as unknown as Record<string, oas31.SchemaObject>;
  const document = new oas31.OpenApiBuilder({
    openapi: "3.1.0",
    info: {
      title: "Sightline",
      version: packageJson.version,
      description: DESCRIPTION,
      contact: { name: "Sightline", url: packageJson.homepage },
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags: [
      { name: "Images", description: "Images in, results out, at once." },
      {
        name: "Jobs",
        description:
          "Work that outlives its request. A job acknowledged with 201 or 202 survives the crash of any part of the " +
          "service, and each of its images ends with exactly one result.",
      },
      { name: "Events", description: "All changes of jobs and images, readable from any point of the log." },
      {
        name: "Sessions",
        description:
          "A session's jobs, events, encodings and collections are visible only with its key. `DELETE /session` " +
          "removes all of them. Requests without a key see only what belongs to nobody.",
      },
      { name: "Keys", description: "Keys of clients, for those with an admin key." },
      { name: "Uploads", description: "Images encoded one by one, and statistics over all of them." },
      { name: "Faces", description: "Comparing faces, and finding them in collections." },
      { name: "Models", description: "The available models." },
      {
        name: "Open Inference Protocol",
        description:
          "KServe's V2 protocol, for existing clients: models by name, with an encoded image or a tensor as input. " +
          "Problems have the additional member `error`, where such clients expect the reason.",
      },
      { name: "Operation", description: "For load balancers, orchestrators and operators." },
    ],
    paths: withCommon({
      "/process": { post: processOperation },
      ...jobPaths,
      ...eventPaths,
      ...webhookSecretPaths,
      ...deliveryPaths,
      ...sessionPaths,
      ...documentPaths,
      ...collectionPaths,
      ...modelPaths,
      ...inferencePaths,
      ...keyPaths,
      ...erasurePaths,
      ...auditPaths,
      ...monitorPaths,
      ...problemPaths,
      ...operationPaths,
    }),
    components: {
      schemas: components,
      responses: inside(commonResponses) as Record<string, oas31.ResponseObject>,
      parameters: headerParameters,
      headers: answerHeaders,
      examples: problemExamples,
      securitySchemes,
    },
  }).getSpec();
  return withExplicitTypes({ ...document, paths: inside(document.paths ?? {}) });
}

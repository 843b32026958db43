/**
 * Headers of requests and answers, described once under `components`. `Accept` is not among them: OpenAPI ignores
 * parameters of that name, and the media types of an answer show its possible values.
 */
import type * as oas31 from "openapi3-ts/oas31";
import { EVENT_CURSOR } from "../contracts/event-position.ts";

const text: oas31.SchemaObject = { type: "string" };
const integer: oas31.SchemaObject = { type: "integer" };

/** Headers of requests. */
const described = {
  "Idempotency-Key": {
    description:
      "A client-chosen key of 1 to 255 printable ASCII characters without spaces. Repeating a request with the same key " +
      "within 24 hours has no further effect, so a request whose response was lost can be retried; the repeated answer " +
      "has `Idempotency-Replayed`. A different request with the key is rejected. A key that nobody can guess is best: " +
      "with it, whoever may send the request gets the answer again, with its secrets.",
    schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[!-~]+$" },
    example: "order-4711",
  },
  Prefer: {
    description:
      "`respond-async` turns the request into a job. So does `wait=10`, which responds with the results if they " +
      "are ready within 10 seconds; at most 60 count, and the answer comes after 58 at the latest, before proxies give up. " +
      "In neither case is a second upload needed (RFC 7240). A key needs the scope `jobs` for it. The job of a client that waits goes ahead of ordinary ones.",
    schema: text,
    example: "wait=10",
  },
  "Repr-Digest": {
    description:
      "`sha-256` of the image's bytes (RFC 9530). If the body is the raw image, it is verified against the body as sent: " +
      "with a `Content-Encoding`, against the compressed bytes.",
    schema: text,
    example: "sha-256=:iEMc2WU8zVOXQbVV+wpGthVYswHUEQQStbwotebqbLU=:",
  },
  "Inference-Header-Content-Length": {
    description: "Size in bytes of the JSON if a binary tensor follows it (the protocol's binary tensor extension).",
    schema: { type: "integer", minimum: 0 },
  },
  "Last-Event-ID": {
    description: "For a stream: only events after the one with this id. Goes before `after`.",
    schema: { type: "string", pattern: EVENT_CURSOR },
  },
  "If-None-Match": {
    description: "The `ETag` of an answer that the client has: 304 if it is still the same.",
    schema: text,
  },
  "If-Match": {
    description: "The `ETag` of the only answer that is of use to the client: 412 for another.",
    schema: text,
  },
  "X-Request-Id": {
    description: "An id for this request in the answer and the log. A new one if it is absent or has other characters.",
    schema: { type: "string", pattern: "^[\\w.:/+=-]{1,128}$" },
  },
  traceparent: {
    description: "The trace that the request belongs to (W3C Trace Context), if the service exports traces.",
    schema: text,
    example: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  },
  tracestate: { description: "What tracing systems add to `traceparent`.", schema: text },
  "Sightline-Owner": {
    description:
      "With an admin key: the id of the owner whose data the request is about, or of a session; `none` for nobody's.",
    schema: text,
  },
} as const satisfies Record<string, Omit<oas31.ParameterObject, "name" | "in">>;

/** Headers of answers. */
export const answerHeaders = {
  "X-Request-Id": { description: "The request's id.", schema: text },
  traceparent: { description: "The request's trace, if the service exports traces.", schema: text },
  "RateLimit-Limit": {
    description: "Requests allowed in a minute, by the limit of which least is left. Absent without a limit.",
    schema: integer,
  },
  "RateLimit-Remaining": { description: "Requests left in this minute.", schema: integer },
  "RateLimit-Reset": { description: "Seconds until the limit resets.", schema: integer },
  "Retry-After": { description: "Seconds to wait before a retry, or before the state is read again.", schema: integer },
  Location: { description: "Where to read what was created.", schema: { type: "string", format: "uri-reference" } },
  "Content-Location": {
    description: "The job that has these results too.",
    schema: { type: "string", format: "uri-reference" },
  },
  Link: { description: 'The next page, `rel="next"`: relative to this one. Not in a stream.', schema: text },
  "Preference-Applied": { description: "The preferences of `Prefer` that were honoured.", schema: text },
  "Idempotency-Replayed": {
    description: "`true` if there was an earlier request with the same `Idempotency-Key`: nothing is created twice.",
    schema: text,
  },
  "Inference-Header-Content-Length": {
    description: "Size in bytes of the JSON, if outputs in binary follow it.",
    schema: integer,
  },
  "WWW-Authenticate": { description: "How to send a key (RFC 6750).", schema: text },
  "Accept-Encoding": {
    description: "The content codings that a body may have, if its own is the problem.",
    schema: text,
  },
  ETag: {
    description: "A strong validator of the answer, if it stays the same for long, for `If-None-Match`.",
    schema: text,
  },
  "Repr-Digest": { description: "`sha-256` of the answer, with its content coding (RFC 9530).", schema: text },
  "Content-Disposition": { description: "A name for the file (RFC 6266).", schema: text },
  Vary: { description: "The headers of the request that the form of the answer depends on.", schema: text },
  "Set-Cookie": { description: "The cookie.", schema: text },
} as const satisfies Record<string, oas31.HeaderObject>;

export const headerParameters: Readonly<Record<string, oas31.ParameterObject>> = Object.fromEntries(
  Object.entries(described).map(([name, rest]) => [name, { name, in: "header", ...rest }]),
);

export function headerParameter(name: keyof typeof described): oas31.ReferenceObject {
  return { $ref: `#/components/parameters/${name}` };
}

export function headersOf(...names: (keyof typeof answerHeaders)[]): oas31.HeadersObject {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/**
 * Refuses a request that is like an earlier refused one, while there is still no capacity for it. That needs no
 * routing, calls or spans, which take several times as long as the answer. A client that comes back before
 * `Retry-After` has passed is answered with a short delay, which limits the rate of clients that send again at once. So
 * the service has time for the requests that it has admitted.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { LRUCache } from "lru-cache";
import type { Admission, AdmissionRequest } from "../../admission/admission.ts";
import { type Failure, failure } from "../../errors.ts";
import { admissions } from "../../telemetry/metrics.ts";
import { imageCounts } from "../upload/image-counts.ts";
import { mediaTypeOf } from "../upload/json-body.ts";
import { sendProblem } from "./reply.ts";
import { requestIdOf } from "./request-id.ts";
import type { RoutedRequest } from "./routed-request.ts";

interface Refused {
  readonly request: AdmissionRequest;
  readonly alias: RoutedRequest["$alias"];
  /** When it may be sent again, as the last answer said, by `performance.now()`. */
  until: number;
}

/** Delay of the answer to a client that comes back too early. */
const HASTY_DELAY_MS = 30;

const MAX_KNOWN = 1000;
const MAX_KEY_LENGTH = 512;
/** Headers that determine whose request it is and what it asks for. */
const IDENTIFYING_HEADERS = [
  "key",
  "x-api-key",
  "authorization",
  "cookie",
  "sightline-owner",
  "x-forwarded-for",
  "prefer",
] as const;

/** Failures by seconds, kept because an error takes longer to make than to send. */
const failures = new LRUCache<number, Failure>({ max: MAX_KNOWN });

/** OVERLOADED with `Retry-After` in whole seconds. @param retryAfterMs Milliseconds until then, above 0. */
export function overloaded(retryAfterMs: number): Failure {
  const detail = "The images that were accepted before leave no time for this request.";
  return failure("OVERLOADED", detail, { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) });
}

function knownOverloaded(retryAfterMs: number): Failure {
  const seconds = Math.ceil(retryAfterMs / 1000);
  let known = failures.get(seconds);
  if (!known) {
    known = overloaded(retryAfterMs);
    failures.set(seconds, known);
  }
  return known;
}

export class EarlyRefusals {
  readonly #admission: Admission;
  /** The latest refusals, by the key of their requests. */
  readonly #known = new LRUCache<string, Refused>({ max: MAX_KNOWN });

  constructor(admission: Admission) {
    this.#admission = admission;
  }

  /** A request was refused after all checks that come before admission. */
  remember(request: RoutedRequest, asked: AdmissionRequest, retryAfterMs: number): void {
    // Another body may need no admission.
    if (request.readableDidRead) return;
    const key = keyOf(request, request.originalUrl);
    if (key === undefined) return;
    this.#known.set(key, { request: asked, alias: request.$alias, until: performance.now() + retryAfterMs });
  }

  /** Answers the request if it would be refused. @returns whether it was answered. */
  refuse(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.#known.size === 0 || request.method !== "POST") return false;
    const key = keyOf(request, request.url);
    const refused = key === undefined ? undefined : this.#known.get(key);
    if (!refused || key === undefined) return false;
    const images = Math.min(refused.request.images, imageCounts.estimate(request));
    const retryAfterMs = this.#admission.retryAfterMs({ ...refused.request, images });
    if (retryAfterMs === undefined) {
      this.#known.delete(key);
      return false;
    }
    const requestId = requestIdOf(request);
    Object.assign(request, { originalUrl: request.url, $alias: refused.alias });
    response.setHeader("X-Request-ID", requestId);
    admissions.inc({ outcome: "refused" });
    const answer = () => sendProblem(response, knownOverloaded(retryAfterMs), requestId);
    const now = performance.now();
    if (now < refused.until) setTimeout(answer, HASTY_DELAY_MS);
    else answer();
    refused.until = now + retryAfterMs;
    return true;
  }
}

/** Key of requests that are alike; undefined for a request that is too long to be remembered. */
function keyOf(request: IncomingMessage, url = ""): string | undefined {
  const { headers, socket } = request;
  let key = `${url}\n${socket.remoteAddress}\n${mediaTypeOf(request)}`;
  for (const name of IDENTIFYING_HEADERS) key += `\n${headers[name] ?? ""}`;
  return key.length <= MAX_KEY_LENGTH ? key : undefined;
}

/**
 * What web pages may do with the service: pages of its own origin may do everything, pages of CORS_ORIGINS what they
 * have keys for, and others nothing. A browser adds `Sec-Fetch-Site` (W3C Fetch Metadata) or `Origin` (Fetch standard)
 * to the requests of pages, and pages cannot change these headers. Other programs send neither.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { isIP } from "node:net";
import { hostname } from "node:os";
import { config } from "../../config.ts";
import { type Failure, failure } from "../../errors.ts";
import { abridged } from "../../visible-text.ts";

const allowedHosts = new Set(config.allowedHosts);
const corsOrigins = new Set(config.corsOrigins);
const ownName = hostname().toLowerCase();
/** One origin as browsers write it (RFC 6454, section 6.2). */
const ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[^\s,/]+$/i;
/** How long a browser may remember the answer to a preflight. */
const PREFLIGHT_SECONDS = 600;
/**
 * Headers that the service reads, and two that libraries send by themselves. Without these two, browsers would refuse
 * to send the requests.
 */
const REQUEST_HEADERS =
  "Accept, Authorization, Cache-Control, Content-Encoding, Content-Type, Idempotency-Key, If-Match, If-None-Match, " +
  "Inference-Header-Content-Length, key, Last-Event-ID, Prefer, Repr-Digest, Sightline-Owner, traceparent, tracestate, " +
  "X-API-Key, X-Request-Id, X-Requested-With";
const RESPONSE_HEADERS =
  "Accept-Encoding, Allow, Content-Disposition, Content-Encoding, Content-Location, ETag, Idempotency-Replayed, " +
  "Inference-Header-Content-Length, Link, Location, Preference-Applied, RateLimit-Limit, RateLimit-Remaining, " +
  "RateLimit-Reset, Repr-Digest, Retry-After, traceparent, Vary, WWW-Authenticate, X-Request-Id";

/**
 * Headers of every answer, which routes may replace. They forbid browsers to guess the type of the answer, to show it
 * in frames of other pages, or to run anything in it.
 */
export const SECURITY_HEADERS = [
  ["X-Content-Type-Options", "nosniff"],
  ["Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
  ["Referrer-Policy", "no-referrer"],
  // Answers depend on the key and may contain vectors or keys. Files have other values. `private` is for shared caches
  // that ignore `no-store`.
  ["Cache-Control", "private, no-store"],
] as const;

export function setSecurityHeaders(response: ServerResponse): void {
  for (const [name, value] of SECURITY_HEADERS) response.setHeader(name, value);
}

/**
 * Refuses requests to host names that are not known to be the service's. A page whose host name was made to point at
 * the service's address (DNS rebinding) counts as same-origin, but cannot change the name that it sends.
 * @throws HOST_NOT_ALLOWED
 */
export function requireAllowedHost({ headers: { host } }: IncomingMessage): void {
  // Browsers always send a host.
  if (!host) return;
  const name = hostOf(host);
  if (isAllowedHost(name, config.access)) return;
  throw failure("HOST_NOT_ALLOWED", `The service does not answer for the host ${name}; see ALLOWED_HOSTS.`);
}

export function isAllowedHost(
  name: string,
  access: typeof config.access,
  allowed: Set<string> = allowedHosts,
): boolean {
  if (isIP(name) !== 0 || name === "localhost" || name.endsWith(".localhost") || allowed.has(name)) return true;
  if (allowed.size > 0) return false;
  // A page cannot have a key unless somebody has entered it there.
  if (access === "keys") return true;
  // On a network of others, a name without a dot, or this machine's name, cannot be the name of a page.
  return access === "off" && (name === ownName || !name.includes("."));
}

/**
 * Refuses the requests of pages of other origins, even those that only read: a page may still measure what it cannot
 * read, or show it as an image. Following a link to a page of the service is no request of the page with the link.
 * @param mayNavigate Whether links of other pages may lead to the route.
 * @param mayBeNamed Whether pages of CORS_ORIGINS may send the request.
 * @throws CROSS_ORIGIN
 */
export function requireOwnPage(request: IncomingMessage, mayNavigate = true, mayBeNamed = true): void {
  const { "sec-fetch-mode": mode, origin } = request.headers;
  if (isOwnPage(request) || (mayBeNamed && origin !== undefined && corsOrigins.has(origin))) return;
  if (mayNavigate && isRead(request) && mode === "navigate" && origin === undefined) return;
  throw crossOrigin(origin);
}

/** Whether no page of another origin sent the request, not even one of CORS_ORIGINS. */
export function isOwnPage({ headers: { "sec-fetch-site": site, origin, host } }: IncomingMessage): boolean {
  if (site !== undefined) return site === "same-origin" || site === "none";
  // Over plain HTTP, browsers send no `Sec-Fetch-Site`.
  return origin === undefined || isOriginOf(origin, host);
}

function isOriginOf(origin: string, host: string | undefined): boolean {
  return URL.parse(origin)?.host === host?.toLowerCase();
}

/** Lets pages of CORS_ORIGINS read the answer. */
export function setCorsHeaders({ headers: { origin } }: IncomingMessage, response: ServerResponse): boolean {
  if (corsOrigins.size === 0) return false;
  response.setHeader("Vary", "Origin");
  if (origin === undefined || !corsOrigins.has(origin)) return false;
  response.setHeader("Access-Control-Allow-Origin", origin);
  response.setHeader("Access-Control-Expose-Headers", RESPONSE_HEADERS);
  return true;
}

/** Answers a preflight of a page of CORS_ORIGINS. */
export function setPreflightHeaders(request: IncomingMessage, response: ServerResponse, methods: string): void {
  if (!setCorsHeaders(request, response)) return;
  response.setHeader("Access-Control-Allow-Methods", methods);
  response.setHeader("Access-Control-Allow-Headers", REQUEST_HEADERS);
  response.setHeader("Access-Control-Max-Age", PREFLIGHT_SECONDS);
}

function isRead({ method }: IncomingMessage): boolean {
  return method === "GET" || method === "HEAD";
}

/** The host without port, brackets and the final dot, in lower case. */
function hostOf(host: string): string {
  return host
    .toLowerCase()
    .replace(/:\d*$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");
}

function crossOrigin(origin: string | undefined): Failure {
  // `null` is the origin of a page that does not reveal it (Fetch standard). Several `Origin` headers name no page.
  const page =
    origin !== undefined && ORIGIN.test(origin) ? `a page of ${abridged(origin)}` : "a page of another origin";
  return failure("CROSS_ORIGIN", `The request comes from ${page}, which CORS_ORIGINS does not name.`);
}

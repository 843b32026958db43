import type { components } from "./api-types.ts";

/** Problem details (RFC 9457). Further members give facts such as the exceeded limit. */
export type Problem = components["schemas"]["Problem"];
export type ProblemCode = Problem["code"];

/** The service refused a request, or failed. */
export class ServiceProblem extends Error {
  readonly status: number;
  /** Stable code such as `JOB_NOT_FOUND`, or `HTTP_<status>` if a proxy answered instead. */
  readonly code: ProblemCode | `HTTP_${number}`;
  /** The whole answer; undefined if a proxy answered instead. */
  readonly problem: Problem | undefined;
  /** Delay after which the same request may succeed. */
  readonly retryAfterSeconds: number | undefined;

  /** @param body The parsed body: a problem, or whatever a proxy sent. */
  constructor(response: Response, body: unknown) {
    const { status } = response;
    const problem = isProblem(body) ? body : undefined;
    super(problem?.detail ?? `${reasonGiven(response)} (${status}).`);
    this.name = "ServiceProblem";
    this.status = status;
    this.code = problem?.code ?? `HTTP_${status}`;
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSecondsOf(response);
  }
}

/** No answer: the service is unreachable, the connection broke, or the peer is not Sightline. */
export class ServiceUnreachable extends Error {
  constructor(url: string, cause: unknown) {
    const reason = isOtherScheme(url) ? NO_ADDRESS : reasonOf(cause);
    super(`No answer from ${url}: ${reason}.${originAdvice(url)}`, { cause });
    this.name = "ServiceUnreachable";
  }
}

/** An image cannot be read while it is sent: its file may not be read, or was removed or changed. */
export class UnreadableImage extends Error {
  constructor(cause: unknown) {
    super("An image cannot be read: its file may not be read, or was removed or changed meanwhile.", { cause });
    this.name = "UnreadableImage";
  }
}

/** Whether `fetch` failed because it could not read a blob that it sends (W3C File API, section 4.1). */
export function isUnreadable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === "NotReadableError" || isUnreadable(error.cause);
}

/**
 * The reason in a response without a problem. Redirects always come from a proxy, since the service never sends one. A
 * browser does not reveal the other address.
 */
function reasonGiven({ status, statusText, type, headers }: Response): string {
  const location = headers.get("location");
  if (status >= 300 && status < 400 && location !== null) return `The service is at another address: ${location}`;
  if (type === "opaqueredirect") return "The service is at another address";
  return statusText || "No reason given";
}

/** Accepts unknown codes, because a later version of the service may have more. */
function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && typeof (body as Partial<Problem>).code === "string";
}

/** Reads `Retry-After`, which has seconds or a date (RFC 9110, section 10.2.3). */
function retryAfterSecondsOf({ headers }: Response): number | undefined {
  const text = headers.get("retry-after");
  if (text === null) return undefined;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

const NO_ADDRESS = "an address begins with http:// or https://";

/**
 * Whether the scheme is another one, as in `localhost:8080`. A URL without a scheme may be a path on the site of a
 * page.
 */
function isOtherScheme(url: string): boolean {
  return /^(?!https?:)[a-z][a-z\d+.-]*:/i.test(url);
}

/** Advice about origins: if the service does not allow the origin, a browser tells the page nothing else. */
function originAdvice(url: string): string {
  const page = (globalThis as { location?: { readonly href: string; readonly origin: string } }).location;
  if (!page || !URL.canParse(url, page.href) || new URL(url, page.href).origin === page.origin) return "";
  return ` If it is there, its setting CORS_ORIGINS may lack the origin of this page, ${page.origin}.`;
}

/** Meanings of codes of the system, Node's `fetch`, OpenSSL and Bun. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ConnectionRefused: "nothing listens there",
  ERR_INVALID_URL: NO_ADDRESS,
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "there is no such host",
  ECONNRESET: "the connection broke",
  UND_ERR_SOCKET: "the connection broke",
  ETIMEDOUT: "nothing answers there",
  UND_ERR_CONNECT_TIMEOUT: "nothing answers there",
  UND_ERR_HEADERS_TIMEOUT: "it takes too long to answer",
  UND_ERR_BODY_TIMEOUT: "it takes too long to answer",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "it does not speak TLS",
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host",
};
/** Further codes of untrusted certificates (Node's documentation of X509 certificate error codes). */
const NOT_TRUSTED = /^(UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|CERT_)/;

/** The innermost reason: `fetch` wraps the system's error. */
function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return "what answers is not Sightline";
  if (!(error instanceof Error)) return String(error);
  const { code, errors } = error as { code?: unknown; errors?: readonly Error[] };
  // An error may have one error for each attempt or address.
  const last = errors?.at(-1);
  if (last) return reasonOf(last);
  const known = typeof code === "string" ? REASONS[code] : undefined;
  if (known !== undefined) return known;
  if (error.cause) return reasonOf(error.cause);
  if (typeof code !== "string") return error.message;
  return NOT_TRUSTED.test(code) ? `its certificate is not trusted (${code})` : code;
}

import type { components } from "./api-types.ts";

export type Problem = components["schemas"]["Problem"];

/** The service refused a request, or failed. */
export class ServiceProblem extends Error {
  readonly status: number;
  /** Stable, such as `JOB_NOT_FOUND`; `HTTP_<status>` if a proxy answered instead. */
  readonly code: string;
  /** Delay after which the same request may succeed. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, code: string, detail: string, retryAfterSeconds?: number) {
    super(detail);
    this.name = "ServiceProblem";
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** @param body The parsed body: a problem, or whatever a proxy sent. */
  static of(response: Response, body: unknown): ServiceProblem {
    const { status } = response;
    const { code = `HTTP_${status}`, detail = `${response.statusText || "No reason given"} (${status}).` } =
      typeof body === "object" && body !== null ? (body as Partial<Problem>) : {};
    return new ServiceProblem(status, code, detail, retryAfterSecondsOf(response));
  }
}

/** No answer: the service is unreachable, the connection broke, or the peer is not Sightline. */
export class ServiceUnreachable extends Error {
  constructor(url: string, cause: unknown) {
    super(`No answer from ${url}: ${reasonOf(cause)}.`, { cause });
    this.name = "ServiceUnreachable";
  }
}

/** RFC 9110, section 10.2.3: seconds or a date. */
function retryAfterSecondsOf({ headers }: Response): number | undefined {
  const text = headers.get("retry-after");
  if (text === null) return undefined;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

/** The innermost reason: `fetch` wraps the system's error. */
function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return "what answers is not Sightline";
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ECONNREFUSED") return "nothing listens there";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "there is no such host";
  if (code === "ECONNRESET" || code === "UND_ERR_SOCKET") return "the connection broke";
  return error.cause ? reasonOf(error.cause) : (code ?? error.message);
}

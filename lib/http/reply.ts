import type { ServerResponse } from "node:http";
import { toProblem } from "../contracts/problem.ts";
import type { Failure } from "../errors.ts";

const INFERENCE_PROTOCOL = /^\/v2(\/|\?|$)/;

/** Where nothing better is known: soon, but not in a loop. */
const RETRY_AFTER_SECONDS = 1;

export function sendProblem(response: ServerResponse, error: Failure, requestId?: string): void {
  // Clients of the Open Inference Protocol look for the member `error`.
  const forInference = INFERENCE_PROTOCOL.test(response.req.url ?? "") && { error: error.message };
  const problem = { ...toProblem(error, requestId), ...forInference };
  const { retryAfterSeconds } = error.data;
  if (retryAfterSeconds !== undefined) response.setHeader("Retry-After", Math.max(1, Math.ceil(retryAfterSeconds)));
  sendBody(response, problem.status, "application/problem+json", JSON.stringify(problem));
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  sendBody(response, status, "application/json; charset=utf-8", JSON.stringify(value));
}

export function sendBody(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  // RFC 6585 and RFC 9110 only allow it; a client that is told nothing tries again at once.
  if ((status === 503 || status === 429) && !response.hasHeader("Retry-After"))
    response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}

import type { ServerResponse } from "node:http";
import { toProblem } from "../contracts/problem.ts";
import type { Failure } from "../errors.ts";

const INFERENCE_PROTOCOL = /^\/v2(\/|\?|$)/;

export function sendProblem(response: ServerResponse, error: Failure, requestId?: string): void {
  // Clients of the Open Inference Protocol look for the member `error`.
  const forInference = INFERENCE_PROTOCOL.test(response.req.url ?? "") && { error: error.message };
  const problem = { ...toProblem(error, requestId), ...forInference };
  if (error.data.retryAfterSeconds !== undefined) response.setHeader("Retry-After", error.data.retryAfterSeconds);
  // RFC 9110, section 15.5.16: which content codings would have been read.
  if (typeof error.data.acceptEncoding === "string") response.setHeader("Accept-Encoding", error.data.acceptEncoding);
  sendBody(response, problem.status, "application/problem+json", JSON.stringify(problem));
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  sendBody(response, status, "application/json; charset=utf-8", JSON.stringify(value));
}

export function sendBody(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}

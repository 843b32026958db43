import type { ServerResponse } from "node:http";
import { toProblem } from "../contracts/problem.ts";
import type { Failure } from "../errors.ts";

const LINGER_MS = 5000;
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
  if (response.req.complete || response.shouldKeepAlive) response.end(body);
  else endAfterUpload(response, body);
}

/**
 * A connection that ends with the answer is closed at once, and what the client still sends then destroys the answer
 * on its way: so what comes is read and dropped first, for a while.
 */
function endAfterUpload(response: ServerResponse, body: string | Uint8Array): void {
  response.write(body);
  const end = () => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, LINGER_MS);
  response.req.once("end", end).once("close", end).resume();
}

/** Sends answers: problems, JSON and other bodies, whole and with their length. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Failure } from "../../errors.ts";
import { awaitsContinue } from "../connections/expect-continue.ts";
import { endAfterUpload } from "../connections/unread-upload.ts";
import { type Body, type ContentCoding, chooseCoding, compressed } from "./answer-coding.ts";
import { clientProblem } from "./base-path.ts";
import { digestField, entityTag, isCurrent, sha256Of } from "./conditional.ts";

const CHALLENGE = 'Bearer realm="sightline"';
const INFERENCE_PROTOCOL = /^\/v2(\/|\?|$)/;
/**
 * Without a charset, which the type does not define (RFC 8259, section 11): generated clients compare the whole value.
 */
export const JSON_TYPE = "application/json";

/** Default delay: soon, but not a busy loop. */
const RETRY_AFTER_SECONDS = 1;

export function sendProblem(response: ServerResponse, error: Failure, requestId?: string): void {
  // Clients of the Open Inference Protocol expect the member `error`.
  const described = clientProblem(response.req, error, requestId);
  const forInference = INFERENCE_PROTOCOL.test(response.req.url ?? "") && { error: described.detail };
  const problem = { ...described, ...forInference };
  const { retryAfterSeconds } = error.data;
  if (retryAfterSeconds !== undefined) response.setHeader("Retry-After", Math.max(1, Math.ceil(retryAfterSeconds)));
  // Lists the supported content codings (RFC 9110, section 15.5.16).
  if (typeof error.data.acceptEncoding === "string") response.setHeader("Accept-Encoding", error.data.acceptEncoding);
  // Required by RFC 6750, section 3.
  if (problem.status === 401)
    response.setHeader(
      "WWW-Authenticate",
      `${CHALLENGE}${error.type === "KEY_INVALID" ? ', error="invalid_token"' : ""}`,
    );
  sendWhole(response, problem.status, "application/problem+json", JSON.stringify(problem));
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  sendBody(response, status, JSON_TYPE, JSON.stringify(value));
}

/**
 * Sends an answer with a key or a secret. It is never compressed: somebody who can put text of their own into such
 * answers could guess the rest from their compressed lengths (BREACH).
 */
export function sendSecret(response: ServerResponse, value: unknown, status = 200): void {
  sendWhole(response, status, JSON_TYPE, JSON.stringify(value));
}

/** Sends a body, compressed if the client asks for it and the body is long enough. */
export function sendBody(response: ServerResponse, status: number, type: string, body: Body): void {
  const coding = codingOf(response, type, body.length);
  if (coding) inCoding(coding, response, body, (coded) => sendWhole(response, status, type, coded));
  else sendWhole(response, status, type, body);
}

/**
 * Sends an answer that rarely changes, with a strong `ETag` and its digest, or 304 if the client has it.
 * @param sha256 Hash of the body.
 * @throws PRECONDITION_FAILED
 */
export function sendStable(response: ServerResponse, type: string, body: Body, sha256 = sha256Of(body)): void {
  const coding = codingOf(response, type, body.length);
  if (sendUnchanged(response, entityTag(sha256, coding))) return;
  const send = (content: Body, digest: Buffer) => {
    response.setHeader("Repr-Digest", digestField(digest));
    sendWhole(response, 200, type, content);
  };
  if (coding) inCoding(coding, response, body, (coded) => send(coded, sha256Of(coded)));
  else send(body, sha256);
}

/**
 * Answers HEAD where `sendStable` answers GET, for a body that is not compressed. The body itself is not needed.
 * @param sha256 Hash of the body.
 * @throws PRECONDITION_FAILED
 */
export function sendDescription(response: ServerResponse, bytes: number, sha256: Buffer): void {
  if (sendUnchanged(response, entityTag(sha256))) return;
  response.setHeader("Repr-Digest", digestField(sha256));
  response.writeHead(200, { "Content-Length": bytes }).end();
}

/**
 * Answers 304 if the client has the answer with this tag.
 * @returns whether the client has it.
 * @throws PRECONDITION_FAILED
 */
export function sendUnchanged(response: ServerResponse, tag: string): boolean {
  const isKnown = isCurrent(response.req.headers, tag);
  response.setHeader("ETag", tag);
  if (isKnown) response.writeHead(304).end();
  return isKnown;
}

/** The coding of an answer; undefined if it is sent as it is. @param bytes Length of the body, or an estimate of it. */
export function codingOf(response: ServerResponse, type: string, bytes: number): ContentCoding | undefined {
  const { coding, isNegotiated } = chooseCoding(response.req.headers, type, bytes);
  if (isNegotiated) response.appendHeader("Vary", "Accept-Encoding");
  return coding;
}

/** Compresses the body and sends it, even if the client has gone, since the audit log records answers that begin. */
function inCoding(
  coding: ContentCoding,
  response: ServerResponse,
  body: Body,
  send: (coded: Uint8Array) => void,
): void {
  const sendCoded = (coded: Uint8Array) => {
    response.setHeader("Content-Encoding", coding);
    send(coded);
  };
  compressed(body, coding).then(sendCoded, (error: Error) => response.destroy(error));
}

function sendWhole(response: ServerResponse, status: number, type: string, body: Body): void {
  // `Retry-After` is optional by RFC 6585 and RFC 9110, but without it clients retry at once.
  if ((status === 503 || status === 429) && !response.hasHeader("Retry-After"))
    response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
  // A client that was not asked for its body may send it or not, so nothing can follow on the connection.
  if (awaitsContinue(response.req) || mayLoseNext(response.req)) response.setHeader("Connection", "close");
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) });
  const staysOpen = response.shouldKeepAlive && response.getHeader("Connection") !== "close";
  if (response.req.complete || staysOpen) {
    response.end(body);
    return;
  }
  // An answer to HEAD has no body, so its headers must be flushed.
  if (response.req.method === "HEAD") response.flushHeaders();
  else response.write(body);
  endAfterUpload(response);
}

/**
 * Whether Node would drop the next request. If a request has `Upgrade` and the connection is not upgraded, Node drops
 * everything that it has read together with the end of the body. That happens only to a client that was answered before
 * that end.
 */
function mayLoseNext({ complete, headers }: IncomingMessage): boolean {
  return !complete && headers.upgrade !== undefined;
}

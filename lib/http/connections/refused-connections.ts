/**
 * Problem details that end a connection: for input that Node's HTTP parser rejects before it becomes a request, and for
 * requests that are refused without being carried out.
 */
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { config } from "../../config.ts";
import { toProblem } from "../../contracts/problem.ts";
import { type Failure, failure } from "../../errors.ts";
import { SECURITY_HEADERS, setSecurityHeaders } from "../access/browser-guard.ts";
import { sendProblem } from "../gateway/reply.ts";
import { unsupportedVersion } from "../gateway/request-target.ts";

type ParserError = Error & { readonly code?: string; readonly reason?: string; readonly rawPacket?: Buffer };

/** A request line (RFC 9112, section 3) with a method unknown to the parser, such as one in lower case. */
const REQUEST_LINE = /^[\w!#$%&'*+.^`|~-]+ \S+ HTTP\/1\.[01]\r?\n/;
/** Time to read the response before the connection is closed. */
const LINGER_MS = 1_000;

/**
 * @param unfinished The responses of a connection that are not complete, in the order of their requests.
 * @param onRefused Called for each refused connection.
 */
export function answerRefused(
  server: Server,
  unfinished: (connection: Duplex) => readonly ServerResponse[],
  onRefused: (problem: Failure) => void,
): void {
  server.on("clientError", (error: ParserError, connection) => {
    // The connection has its answer already, and each further packet is another error.
    if (connection.writableEnded) return;
    const responses = connection.writable ? unfinished(connection) : [];
    const last = responses.findLast(({ req }) => req.complete);
    if (last) {
      closeAfter(last, connection);
      return;
    }
    // The client has disconnected, or the request that cannot be read further has an answer already.
    if (!connection.writable || responses.some(({ headersSent }) => headersSent)) {
      connection.destroy();
      return;
    }
    const problem = problemOf(error);
    onRefused(problem);
    refuse(connection, problem);
  });
  server.on("connect", (_request: IncomingMessage, connection: Duplex) => {
    const last = unfinished(connection).at(-1);
    if (last) {
      // Node has given up the connection and removed its listeners.
      connection.on("error", () => {}).resume();
      closeAfter(last, connection);
      return;
    }
    const problem = failure("METHOD_NOT_IMPLEMENTED", "This service is no proxy.");
    onRefused(problem);
    refuse(connection, problem);
  });
}

/** RATE_LIMITED for a request that follows too many unanswered ones on its connection. */
export function tooManyWaiting(): Failure {
  const detail = "Too many requests of this connection wait for their answers. Read these before you send more.";
  return failure("RATE_LIMITED", detail, { retryAfterSeconds: 1 });
}

/** Answers a request that follows too many unanswered ones. The answer is the connection's last one. */
export function refuseBehindOthers(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("Connection", "close");
  request.resume();
  setSecurityHeaders(response);
  sendProblem(response, tooManyWaiting());
}

/** Makes the answer to a complete request the last one of the connection, because unreadable input follows it. */
function closeAfter(response: ServerResponse, connection: Duplex): void {
  if (!response.shouldKeepAlive) return;
  response.shouldKeepAlive = false;
  // Node ends the connection by itself, but not if the headers were sent before.
  response.once("finish", () => connection.end());
}

function problemOf({ code, reason, message, rawPacket }: ParserError): Failure {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return failure(
        "HEADERS_TOO_LARGE",
        "The request line and the headers have more than 16 KiB, or there are more than 1,000 headers.",
      );
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return failure("MALFORMED_REQUEST", "The chunk extensions are too large.");
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return failure("HEADERS_TIMEOUT", "The headers did not arrive in time.");
    case "HPE_INVALID_EOF_STATE":
      return failure("MALFORMED_REQUEST", "The client closed the connection before the end of its request.");
    case "HPE_INVALID_VERSION":
      // Other reasons mean that the text is no version at all.
      if (reason === "Invalid HTTP version") return unsupportedVersion();
      break;
    // The first bytes of HTTP/2.
    case "HPE_PAUSED_H2_UPGRADE":
      return unsupportedVersion();
    case "HPE_INVALID_METHOD":
      if (REQUEST_LINE.test(rawPacket?.toString("latin1", 0, 4096) ?? ""))
        return failure("METHOD_NOT_IMPLEMENTED", "The method is not known.");
  }
  return failure("MALFORMED_REQUEST", `The request is not HTTP/1.1: ${reason ?? message}.`);
}

function refuse(connection: Duplex, error: Failure): void {
  const problem = toProblem(error);
  // The headers are not known, including those of proxies.
  const body = JSON.stringify({ ...problem, type: config.basePath + problem.type });
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    "Content-Type: application/problem+json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `Date: ${new Date().toUTCString()}`,
    ...SECURITY_HEADERS.map(([name, value]) => `${name}: ${value}`),
    "Connection: close",
  ];
  connection.on("error", () => {});
  connection.end(`${head.join("\r\n")}\r\n\r\n${body}`);
  // Closing at once could reset the connection before the response arrives. Further input is dropped.
  connection.resume();
  setTimeout(() => connection.destroy(), LINGER_MS).unref();
}

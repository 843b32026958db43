/**
 * `Expect: 100-continue` (RFC 9110, section 10.1.1): the client is asked for the body only when a route begins to read
 * it, so that a refused request is never sent.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { failure } from "../../errors.ts";
import type { RequestHandler } from "./request-order.ts";

const waiting = new WeakSet<IncomingMessage>();

/** Whether the client still waits to be asked for the body. */
export function awaitsContinue(request: IncomingMessage): boolean {
  return waiting.has(request);
}

export function continueOnRead(server: Server, handle: RequestHandler): void {
  // Without a listener, Node answers 100 at once.
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    waiting.add(request);
    const read = request._read;
    request._read = (size) => {
      request._read = read;
      if (!response.headersSent) {
        waiting.delete(request);
        response.writeContinue();
      }
      read.call(request, size);
    };
    handle(request, response);
  });
  // Without a listener, Node answers 417 with no body. It looks for `100-continue` anywhere in the header.
  server.on("checkExpectation", (request: IncomingMessage, response: ServerResponse) => {
    if (unmet(request)) waiting.add(request);
    handle(request, response);
  });
}

/** An empty list expects nothing. @throws EXPECTATION_FAILED for any expectation except `100-continue` */
export function requireExpectation(request: IncomingMessage): void {
  if (unmet(request)) throw failure("EXPECTATION_FAILED", "The only expectation that can be met is 100-continue.");
}

function unmet({ headers: { expect = "" } }: IncomingMessage): boolean {
  const expected = expect.split(",").map((member) => member.trim().toLowerCase());
  return expected.some((member) => member !== "" && member !== "100-continue");
}

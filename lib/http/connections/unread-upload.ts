/**
 * The rest of an upload that is answered before it is complete. To close the connection at once could reset it before
 * the answer arrives, and many clients read the answer only after they have sent everything. So the rest is read and
 * dropped, for a limited time.
 */
import type { IncomingMessage, ServerResponse } from "node:http";

const LINGER_MS = 5_000;

/** For an answer that is sent whole, on a connection that stays open. */
export function dropRest(request: IncomingMessage): void {
  if (request.complete) return;
  request.resume();
  setTimeout(() => request.complete || request.destroy(), LINGER_MS).unref();
}

/** Ends the answer, and with it the connection, once the upload has ended. Its body must be written before. */
export function endAfterUpload(response: ServerResponse): void {
  const end = () => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, LINGER_MS);
  response.req.once("end", end).once("close", end).resume();
}

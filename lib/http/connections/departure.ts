import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { failure } from "../../errors.ts";

/** Pause before each look at a connection whose client has ended its side. */
const LOOK_MS = 500;
/** A client that has closed the connection refuses what the first look sends. The second look notices the refusal. */
const LOOKS = 2;

/** A client that has gone looks like one that only ended its side of the connection, so both count as gone. */
export function isGone(socket: Socket): boolean {
  return !socket.readable;
}

/** Calls back when the client goes, or at once if it has gone. @returns a function that removes the listeners */
export function onDeparture(socket: Socket, callback: () => void): () => void {
  socket.once("end", callback).once("close", callback);
  // A connection that was closed before emits no event.
  if (isGone(socket)) callback();
  return () => {
    socket.off("end", callback).off("close", callback);
  };
}

/**
 * A signal that is aborted once the client cannot get the answer any more. A client that closes the connection looks
 * like one that ends only its side, and still waits, until something is sent to it. So it is sent 100 (Continue), which
 * a client ignores that did not ask for it (RFC 9110, section 15.2.1).
 */
export function departureOf(response: ServerResponse): AbortSignal {
  const { socket, httpVersionMinor } = response.req;
  const departure = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const look = (count: number) => {
    if (response.headersSent || count > LOOKS) return;
    response.writeContinue();
    timer = setTimeout(look, LOOK_MS, count + 1);
  };
  const lookLater = () => {
    timer = setTimeout(look, LOOK_MS, 1);
  };
  const end = () => {
    socket.off("end", lookLater);
    clearTimeout(timer);
    if (!response.writableFinished)
      departure.abort(failure("IMAGE_TIMEOUT", "The client did not wait for the answer."));
  };
  // A client of HTTP/1.0 knows no interim answers.
  if (httpVersionMinor > 0) socket.once("end", lookLater);
  if (httpVersionMinor > 0 && isGone(socket)) lookLater();
  response.once("close", end);
  if (response.destroyed) end();
  return departure.signal;
}

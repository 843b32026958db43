import type { Socket } from "node:net";

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

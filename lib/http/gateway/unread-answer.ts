/** Answers that their client does not read. They are held in memory until they are sent, however large they are. */
import type { ServerResponse } from "node:http";
import { Socket } from "node:net";

/** Longer than a short loss of the network, in which nothing arrives either. */
export const UNREAD_MS = 30_000;

/**
 * Closes the connection if there is something to send, and nothing of it could be sent for `unreadMs`, which is noticed
 * within twice that time. An answer that is not there yet, such as that of a long poll, may take longer. Calls of gRPC
 * come through a stream inside the process: their clients are not known here.
 */
export function closeIfUnread(response: ServerResponse, unreadMs = UNREAD_MS): void {
  // Of a request that was sent before the last one was answered, the response has no socket yet.
  const { socket } = response.req;
  if (!(socket instanceof Socket)) return;
  // Node calls this if no byte has come or gone since the last time it looked.
  response.setTimeout(unreadMs, () => {
    if (socket.writableLength > 0) response.destroy();
  });
}

/**
 * Closes connections whose clients do not read their answers. Answers stay in memory until they are sent, however large
 * they are.
 */
import type { ServerResponse } from "node:http";
import { Socket } from "node:net";

/** Longer than a short loss of the network, during which nothing arrives either. */
export const UNREAD_MS = 30_000;

/**
 * Closes the connection if there is data to send and none of it could be sent for `unreadMs`. That is noticed within
 * twice the time. An answer that has not begun, such as that of a long poll, may take longer. gRPC calls come through a
 * stream inside the process, so their clients are not known here.
 */
export function closeIfUnread(response: ServerResponse, unreadMs = UNREAD_MS): void {
  // If a request was sent before the previous one was answered, its response has no socket yet.
  const { socket } = response.req;
  if (!(socket instanceof Socket)) return;
  // Node calls this if no byte has been sent or received since the previous check.
  response.setTimeout(unreadMs, () => {
    if (socket.writableLength > 0) response.destroy();
  });
}

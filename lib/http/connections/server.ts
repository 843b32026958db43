import { createServer, type Server } from "node:http";
import { Server as NetServer } from "node:net";
import { continueOnRead } from "./expect-continue.ts";
import type { RequestHandler } from "./request-order.ts";

/**
 * How long a connection stays open without a request. Proxies such as nginx and load balancers of clouds keep theirs
 * for 60 s. If the service closed a connection first, a request that is sent at the same moment would be lost.
 */
const KEEP_ALIVE_MS = 75_000;

/**
 * The gateway's HTTP server.
 * @param isShared Whether other processes listen on the same port.
 */
export function createGatewayServer(handle: RequestHandler, isShared: boolean): Server {
  // The gateway checks the Host header, so that a missing one is answered with problem details.
  const server = createServer({ requireHostHeader: false, keepAliveTimeout: KEEP_ALIVE_MS }, handle);
  continueOnRead(server, handle);
  answerHalfClosed(server);
  if (isShared) sharePort(server);
  // Long uploads are legal; stalled ones time out (UPLOAD_IDLE_TIMEOUT_MS).
  server.requestTimeout = 0;
  return server;
}

/**
 * A client may end its side of the connection after its last request, and still read the answers (RFC 9112, section
 * 9.6). The undocumented property of Node makes the connection end after the answers and not before.
 */
function answerHalfClosed(server: Server): void {
  Object.assign(server, { httpAllowHalfOpen: true });
}

/**
 * Sets the options for sharing the port, because moleculer-web passes only port and host. The kernel spreads
 * connections over all processes that listen with them (Linux).
 */
function sharePort(server: Server): void {
  const listen = (port: number, host: string, listening: () => void) =>
    NetServer.prototype.listen.call(server, { port, host, reusePort: true }, listening);
  Object.assign(server, { listen });
}

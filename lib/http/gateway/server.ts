import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Server as NetServer } from "node:net";
import { continueOnRead } from "./expect-continue.ts";

/**
 * The gateway's HTTP server.
 * @param isShared Whether other processes listen on the same port.
 */
export function createGatewayServer(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  isShared: boolean,
): Server {
  // The gateway checks the Host header, so that a missing one is answered with problem details.
  const server = createServer({ requireHostHeader: false }, handle);
  continueOnRead(server, handle);
  if (isShared) sharePort(server);
  // Long uploads are legal; stalled ones time out (UPLOAD_IDLE_TIMEOUT_MS).
  server.requestTimeout = 0;
  return server;
}

/** moleculer-web passes port and host only. The kernel spreads connections over all that listen so (Linux). */
function sharePort(server: Server): void {
  const listen = (port: number, host: string, listening: () => void) =>
    NetServer.prototype.listen.call(server, { port, host, reusePort: true }, listening);
  Object.assign(server, { listen });
}

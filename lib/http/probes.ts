import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { Middleware, ServiceBroker } from "moleculer";
import { config } from "../config.ts";
import { sendJson } from "./reply.ts";

/**
 * Lets whoever runs the processes ask one of them how it is, on a port of its own: detectors and jobs have no other.
 * It says nothing about other nodes; for the service as a whole ask the gateway.
 *
 * `/healthz` answers while the event loop turns. `/readyz` answers 503 until all services of the node have started,
 * while it is cut off from the others, and from the moment it is told to stop.
 */
export function answerProbes(port: number): Middleware {
  let server: Server | undefined;
  let hasStarted = false;

  function status({ started, transit }: ServiceBroker): string {
    if (!started) return hasStarted ? "stopping" : "starting";
    return transit && !transit.connected ? "disconnected" : "ready";
  }

  function answer(url: string | undefined, broker: ServiceBroker): [body: object, status?: number] {
    if (url === "/healthz") return [{ status: "ok" }];
    if (url !== "/readyz") return [{ status: "unknown" }, 404];
    const node = status(broker);
    return [{ status: node }, node === "ready" ? 200 : 503];
  }

  return {
    name: "AnswerProbes",
    async starting(broker) {
      if (port === 0) return;
      server = createServer(({ url }, response) => sendJson(response, ...answer(url, broker)));
      server.listen(port, config.host);
      await once(server, "listening");
    },
    async started() {
      hasStarted = true;
    },
    async stopped() {
      server?.close();
      server?.closeAllConnections();
    },
  };
}

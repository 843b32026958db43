import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { Middleware, ServiceBroker } from "moleculer";
import { config } from "../../config.ts";
import { ClientConnections } from "../../limits/client-connections.ts";
import { registry } from "../../telemetry/metrics.ts";
import { setSecurityHeaders } from "../access/browser-guard.ts";
import { listenFault } from "../connections/listen-fault.ts";
import { RefusalLog } from "../connections/refusal-log.ts";
import { refuseBehindOthers, tooManyWaiting } from "../connections/refused-connections.ts";
import { RequestOrder } from "../connections/request-order.ts";
import { sendBody, sendJson } from "../gateway/reply.ts";

/** Maximum connections to the probes. They are few, and must be answered even if others open many connections. */
const MAX_CONNECTIONS = 20;

/**
 * Health probes of one process, on a port of its own, since detector and job nodes have no HTTP server otherwise. They
 * cover this node only; the gateway's probes cover the whole service.
 *
 * `/metrics` has this process's metrics. `/healthz` answers while the event loop runs. `/readyz` answers 503 until all
 * services of the node have started, while it is disconnected from the cluster, and once shutdown begins.
 */
export function answerProbes(port: number): Middleware {
  let server: Server | undefined;
  let isStopping = false;

  function status({ started, transit }: ServiceBroker): string {
    if (isStopping) return "stopping";
    if (!started) return "starting";
    // Not the transit's own `connected`, which stays true while the transporter reconnects.
    return transit && !transit.tx.connected ? "disconnected" : "ready";
  }

  async function answer(url: string | undefined, broker: ServiceBroker, response: ServerResponse): Promise<void> {
    switch (url) {
      case "/healthz":
        return sendJson(response, { status: "ok" });
      case "/readyz": {
        const node = status(broker);
        return sendJson(response, { status: node }, node === "ready" ? 200 : 503);
      }
      case "/metrics":
        return sendBody(response, 200, registry.contentType, await registry.metrics());
      default:
        return sendJson(response, { status: "unknown" }, 404);
    }
  }

  return {
    name: "AnswerProbes",
    created(broker) {
      const stop = broker.stop.bind(broker);
      // Not the `stopping` hook, which runs only after the gateway has drained.
      broker.stop = () => {
        isStopping = true;
        return stop();
      };
    },
    async starting(broker) {
      if (port === 0) return;
      const logger = broker.getLogger("sightline");
      const connections = new ClientConnections(MAX_CONNECTIONS, "HEALTH_PORT", logger);
      const refusals = new RefusalLog(logger);
      // Node would have all requests that it has read of a connection answered at once, and keep the answers.
      const order = new RequestOrder({ refuse: refuseBehindOthers, onDropped: () => refusals.add(tooManyWaiting()) });
      const handleInOrder = order.inOrder(({ url }, response) => {
        setSecurityHeaders(response);
        answer(url, broker, response).catch(() => response.destroy());
      });
      server = createServer((request, response) => {
        connections.count(response);
        handleInOrder(request, response);
      });
      connections.follow(server);
      const { host } = config;
      server.listen(port, host);
      await once(server, "listening").catch((error) =>
        broker.fatal(listenFault(error, { host, port }, "HEALTH_PORT"), error, true),
      );
    },
    async stopped() {
      server?.close();
      server?.closeAllConnections();
    },
  };
}

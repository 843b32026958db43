/** The part of the service `api` that serves gRPC, on a port of its own. */
import type { ServiceSchema } from "moleculer";
import { config } from "../config.ts";
import { listenFault } from "../http/connections/listen-fault.ts";
import type { Gateway } from "../http/gateway/gateway-request.ts";
import { GatewayClient } from "./gateway-client.ts";
import type { GrpcServer } from "./server.ts";

type GrpcGateway = Gateway & { grpc?: GrpcServer };

export const grpc: ServiceSchema = {
  name: "grpc",

  async started(this: unknown) {
    const gateway = this as GrpcGateway;
    const { host, grpcPort: port, maxJsonBytes: maxMessageBytes, processes } = config;
    if (port === 0) return;
    // Imported only where gRPC is enabled, because the library takes time to load.
    const { GrpcServer: Server } = await import("./server.ts");
    const client = new GatewayClient(gateway.server);
    const server = await Server.listen({
      ...{ host, port, maxMessageBytes, client, gateway, connections: gateway.connections },
      isShared: processes > 1,
    }).catch((error): never => {
      gateway.broker.fatal(listenFault(error, { host, port }, "GRPC_PORT"), error, true);
      throw error;
    });
    gateway.grpc = server;
    gateway.draining.signal.addEventListener("abort", () => void server.drain());
    gateway.logger.info({ host, port }, "gRPC listens");
  },

  async stopped(this: unknown) {
    await (this as GrpcGateway).grpc?.close();
  },
};

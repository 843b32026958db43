import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { BrokerOptions } from "moleculer";
import { config } from "./lib/config.ts";
import { validateParams } from "./lib/contracts/validation.ts";
import { drainGateway } from "./lib/http/draining.ts";
import { nodeMetadata } from "./lib/monitor/nodes.ts";

const brokerOptions: BrokerOptions = {
  namespace: "sightline",
  nodeID: `${hostname()}-${randomUUID().slice(0, 8)}`,
  metadata: nodeMetadata(),
  logger: { type: "Pino", options: { pino: { options: { level: config.logLevel } } } },
  logLevel: config.logLevel,
  // Actions declare TypeBox schemas; see validateParams.
  validator: false,
  // Stopping a service waits for the calls it is working on.
  tracking: { enabled: true, shutdownTimeout: config.shutdownTimeoutMs },
  retryPolicy: {
    enabled: true,
    retries: 2,
    delay: 20,
    factor: 2,
    maxDelay: 500,
    // Work lost with its thread can be done again; a full or late service must not be asked more often.
    check: (error) => "type" in error && error.type === "WORKER_LOST",
  },
  middlewares: [validateParams, drainGateway],
};

export default brokerOptions;

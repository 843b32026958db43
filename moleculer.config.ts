import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { BrokerOptions } from "moleculer";
import { balanceDetectors } from "./lib/balancing/detector-calls.ts";
import { config } from "./lib/config.ts";
import { validateParams } from "./lib/contracts/validation.ts";
import { drain } from "./lib/http/draining.ts";
import { clusterOptions } from "./lib/transport/broker-options.ts";
import { retryPolicy } from "./lib/transport/retrying.ts";

// moleculer-runner reads this variable too, as names of files.
if (config.services.length > 0)
  process.env.SERVICES = config.services.map((name) => `services/${name}.service.ts`).join(",");

const brokerOptions: BrokerOptions = {
  namespace: "sightline",
  nodeID: `${hostname()}-${randomUUID().slice(0, 8)}`,
  logger: { type: "Pino", options: { pino: { options: { level: config.logLevel } } } },
  logLevel: config.logLevel,
  // Actions declare TypeBox schemas; see validateParams.
  validator: false,
  // Stopping a service waits for the calls it is working on.
  tracking: { enabled: true, shutdownTimeout: config.shutdownTimeoutMs },
  retryPolicy,
  middlewares: [validateParams, drain, balanceDetectors(config) as never],
  ...clusterOptions(config),
};

export default brokerOptions;

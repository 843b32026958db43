import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { type BrokerOptions, Loggers, ServiceBroker } from "moleculer";
import { balanceDetectors } from "./lib/balancing/detector-calls.ts";
import { config } from "./lib/config.ts";
import { validateParams } from "./lib/contracts/validation.ts";
import { createPrivately } from "./lib/folders/private-folder.ts";
import { drain } from "./lib/http/gateway/draining.ts";
import { answerProbes } from "./lib/http/routes/health-probes.ts";
import { nodeMetadata } from "./lib/monitor/nodes.ts";
import { variablesOf } from "./lib/process/option-variables.ts";
import { announceStart } from "./lib/process/start-messages.ts";
import { stopWithSupervisor } from "./lib/process/stop-when-orphaned.ts";
import { ignoreOutputErrors, logOutput } from "./lib/telemetry/log-output.ts";
import { QuietConsole, QuietPino } from "./lib/telemetry/quiet-logger.ts";
import { formatEntry } from "./lib/telemetry/text-log.ts";
import { traceCalls, traceIds } from "./lib/telemetry/tracing.ts";
import { clusterOptions } from "./lib/transport/broker-options.ts";
import { errorsOfCalls } from "./lib/transport/failures.ts";
import { retryAtSameNode, retryPolicy } from "./lib/transport/retrying.ts";
import { endTimedOutCalls } from "./lib/transport/timed-out-calls.ts";
import { visibleText } from "./lib/visible-text.ts";
import packageJson from "./package.json" with { type: "json" };

createPrivately();
ignoreOutputErrors();

const { otlpEndpoint: endpoint, tracePercent: samplePercent } = config;
const tracing = endpoint ? [traceCalls({ endpoint, samplePercent, version: packageJson.version })] : [];

// moleculer-runner reads this variable too, but as names of files.
if (config.services.length > 0)
  process.env.SERVICES = config.services.map((name) => `services/${name}.service.ts`).join(",");

const isText = config.logFormat === "text" || (config.logFormat === "auto" && process.stdout.isTTY);

const pinoOptions = {
  level: config.logLevel,
  mixin: traceIds,
  // JSON escapes only C0 control characters, and the log may be viewed in a terminal.
  hooks: { streamWrite: visibleText },
};

/** The framework's own messages are shown with the level `debug`. */
function brokerLogger() {
  const isVerbose = ["debug", "trace"].includes(config.logLevel);
  const text = { level: config.logLevel, formatter: formatEntry as never };
  if (isText) return new (isVerbose ? Loggers.Console : QuietConsole)(text);
  const json = { level: config.logLevel, pino: { options: pinoOptions, destination: logOutput() } } as never;
  return new (isVerbose ? Loggers.Pino : QuietPino)(json);
}

const brokerOptions: BrokerOptions = {
  namespace: config.clusterName,
  nodeID: `${hostname()}-${randomUUID().slice(0, 8)}`,
  metadata: nodeMetadata(),
  logger: brokerLogger(),
  logLevel: config.logLevel,
  // Actions declare TypeBox schemas; see validateParams.
  validator: false,
  // Stopping a service waits for its calls in flight.
  tracking: { enabled: true, shutdownTimeout: config.shutdownTimeoutMs },
  retryPolicy,
  // Must be first, next to the handlers of actions.
  middlewares: [
    errorsOfCalls,
    endTimedOutCalls,
    retryAtSameNode,
    ...tracing,
    validateParams,
    drain,
    answerProbes(config.processIndex === 0 ? config.healthPort : 0),
    stopWithSupervisor(config.supervisorPid, config.processSocket ? dirname(config.processSocket) : undefined),
    announceStart(),
    balanceDetectors(config) as never,
  ],
  ...clusterOptions(config),
};

// Only our own settings count: NAMESPACE, which other programs use, would separate this node from the rest of its cluster.
for (const name of [ServiceBroker.defaultOptions, brokerOptions].flatMap((options) => variablesOf(options)))
  delete process.env[name];

export default brokerOptions;

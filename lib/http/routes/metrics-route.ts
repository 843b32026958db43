import type { ServerResponse } from "node:http";
import { detectorNodes } from "../../balancing/detectors.ts";
import { config } from "../../config.ts";
import { call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { joinMetrics, metricsOfProcess, registry } from "../../telemetry/metrics.ts";
import type { GatewayRequest } from "../gateway/gateway.ts";
import { sendBody } from "../gateway/reply.ts";

/** A process that does not answer in time is left out. */
const WITHIN_MS = 1_000;

/**
 * `GET /metrics`: the metrics of this process. Where several processes share the port, those of all: a scraper cannot
 * choose which one answers.
 */
export async function metricsRoute(request: GatewayRequest, response: ServerResponse): Promise<void> {
  const metrics = config.processes > 1 ? await metricsOfAll(request) : await registry.metrics();
  sendBody(response, 200, registry.contentType, metrics);
}

async function metricsOfAll({ $ctx }: GatewayRequest): Promise<string> {
  const { broker } = $ctx;
  const others = detectorNodes(broker).filter((nodeID) => nodeID !== broker.nodeID);
  const asked = others.map((nodeID) =>
    call($ctx, actions.detector.metrics, {}, { nodeID, timeout: WITHIN_MS, retries: 0 }),
  );
  const answers = await Promise.allSettled(asked);
  const ofOthers = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  return joinMetrics([await metricsOfProcess(), ...ofOthers]);
}

import type { ServerResponse } from "node:http";
import { answersOf, toNode } from "../../balancing/ask-nodes.ts";
import { detectorNodes } from "../../balancing/detectors.ts";
import { config } from "../../config.ts";
import { call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { joinMetrics, metricsOfProcess, registry } from "../../telemetry/metrics.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { sendBody } from "../gateway/reply.ts";

/**
 * `GET /metrics`: the metrics of this process. If several processes share the port, the answer has the metrics of all,
 * since a scraper cannot choose which one answers.
 */
export async function metricsRoute(request: GatewayRequest, response: ServerResponse): Promise<void> {
  const metrics = config.processes > 1 ? await metricsOfAll(request) : await registry.metrics();
  sendBody(response, 200, registry.contentType, metrics);
}

async function metricsOfAll({ $ctx }: GatewayRequest): Promise<string> {
  const { broker } = $ctx;
  const others = detectorNodes(broker).filter((nodeID) => nodeID !== broker.nodeID);
  const asked = others.map((nodeID) => call($ctx, actions.detector.metrics, {}, toNode(nodeID)));
  const ofOthers = await answersOf(asked);
  return joinMetrics([await metricsOfProcess(), ...ofOthers]);
}

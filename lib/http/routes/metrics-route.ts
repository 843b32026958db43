import type { IncomingMessage, ServerResponse } from "node:http";
import { registry } from "../../telemetry/metrics.ts";
import { sendBody } from "../gateway/reply.ts";

/** `GET /metrics`: the metrics of this process. */
export async function metricsRoute(_request: IncomingMessage, response: ServerResponse): Promise<void> {
  sendBody(response, 200, registry.contentType, await registry.metrics());
}

/** `/v1/models`. */
import type { ServerResponse } from "node:http";
import { allModels, modelNamed } from "../../balancing/detector-models.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { JSON_TYPE, sendStable } from "../gateway/reply.ts";

/**
 * The answer is the same for every key. It is `private` all the same, because shared caches cannot see the key that the
 * request needs.
 */
function send(response: ServerResponse, value: object): void {
  response.setHeader("Cache-Control", "private, no-cache");
  sendStable(response, JSON_TYPE, JSON.stringify(value));
}

async function list({ $ctx }: GatewayRequest, response: ServerResponse): Promise<void> {
  send(response, { items: await allModels($ctx) });
}

async function get({ $ctx, $params }: GatewayRequest, response: ServerResponse): Promise<void> {
  send(response, await modelNamed($ctx, $params.name ?? ""));
}

export const modelRoutes = { "GET v1/models": list, "GET v1/models/:name": get };

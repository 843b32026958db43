/** `/v1/models`. */
import type { ServerResponse } from "node:http";
import { allModels, modelNamed } from "../../balancing/detector-models.ts";
import type { GatewayRequest } from "../gateway/gateway.ts";
import { sendJson } from "../gateway/reply.ts";

async function list({ $ctx }: GatewayRequest, response: ServerResponse): Promise<void> {
  sendJson(response, { items: await allModels($ctx) });
}

async function get({ $ctx, $params }: GatewayRequest, response: ServerResponse): Promise<void> {
  sendJson(response, await modelNamed($ctx, $params.name ?? ""));
}

export const modelRoutes = { "GET v1/models": list, "GET v1/models/:name": get };

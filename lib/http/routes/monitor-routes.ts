/** `/v1/nodes` and `/v1/statistics`. */
import type { ServerResponse } from "node:http";
import { call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import type { GatewayRequest } from "../gateway/gateway.ts";
import { sendJson } from "../gateway/reply.ts";

async function nodes({ $ctx }: GatewayRequest, response: ServerResponse): Promise<void> {
  sendJson(response, { items: await call($ctx, actions.monitor.nodes) });
}

async function statistics({ $ctx }: GatewayRequest, response: ServerResponse): Promise<void> {
  sendJson(response, await call($ctx, actions.monitor.statistics));
}

export const monitorRoutes = { "GET v1/nodes": nodes, "GET v1/statistics": statistics };

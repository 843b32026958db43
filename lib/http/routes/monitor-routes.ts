/** `/v1/nodes`, `/v1/statistics` and `/v1/activity`. */
import type { ServerResponse } from "node:http";
import { call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { ActivityQuery } from "../../contracts/monitor.ts";
import type { GatewayRequest } from "../gateway/gateway.ts";
import { sendJson } from "../gateway/reply.ts";
import { querying } from "./job-routes.ts";

async function nodes({ $ctx }: GatewayRequest, response: ServerResponse): Promise<void> {
  sendJson(response, { items: await call($ctx, actions.monitor.nodes) });
}

async function statistics({ $ctx }: GatewayRequest, response: ServerResponse): Promise<void> {
  sendJson(response, await call($ctx, actions.monitor.statistics));
}

const activity = querying(ActivityQuery, async ({ $ctx }, response, query) => {
  sendJson(response, await call($ctx, actions.monitor.activity, query));
});

export const monitorRoutes = {
  "GET v1/nodes": nodes,
  "GET v1/statistics": statistics,
  "GET v1/activity": activity,
};

/** `/v1/nodes`, `/v1/statistics` and `/v1/activity`. */
import type { ServerResponse } from "node:http";
import { call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { ActivityQuery } from "../../contracts/monitor.ts";
import { readableOwnerOf } from "../../sessions/owner.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { mayUse } from "../gateway/guard.ts";
import { querying } from "../gateway/query.ts";
import { sendJson } from "../gateway/reply.ts";

async function nodes({ $ctx }: GatewayRequest, response: ServerResponse): Promise<void> {
  sendJson(response, { items: await call($ctx, actions.monitor.nodes) });
}

async function statistics(request: GatewayRequest, response: ServerResponse): Promise<void> {
  const { $ctx } = request;
  const owner = statisticsOwner(request);
  const { monitor } = actions;
  const read = owner === undefined ? call($ctx, monitor.statistics) : call($ctx, monitor.ownerStatistics, { owner });
  sendJson(response, await read);
}

/** The owner whose jobs the request may count; undefined, which stands for all, for those who watch the service. */
function statisticsOwner({ $identity, $ctx }: GatewayRequest): string | null | undefined {
  // An admin key may act for one owner.
  const isWatcher = !$identity || (!$identity.scopes.includes("admin") && mayUse($identity, ["metrics"]));
  return isWatcher ? undefined : readableOwnerOf($ctx);
}

const activity = querying(ActivityQuery, async ({ $ctx }, response, query) => {
  sendJson(response, await call($ctx, actions.monitor.activity, query));
});

export const monitorRoutes = {
  "GET v1/nodes": nodes,
  "GET v1/statistics": statistics,
  "GET v1/activity": activity,
};

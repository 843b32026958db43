/** `/v1/nodes`, `/v1/statistics` and `/v1/activity`. */
import type { ServerResponse } from "node:http";
import { call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { ActivityQuery } from "../../contracts/monitor.ts";
import { EVERYBODY, type OwnerScope, readableScopeOf } from "../../sessions/owner.ts";
import { mayUse } from "../access/guard.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { querying } from "../gateway/query.ts";
import { sendJson } from "../gateway/reply.ts";

async function nodes({ $ctx }: GatewayRequest, response: ServerResponse): Promise<void> {
  sendJson(response, { items: await call($ctx, actions.monitor.nodes) });
}

async function statistics(request: GatewayRequest, response: ServerResponse): Promise<void> {
  const { $ctx } = request;
  const owner = countableScopeOf(request);
  const { monitor } = actions;
  const read = owner === EVERYBODY ? call($ctx, monitor.statistics) : call($ctx, monitor.ownerStatistics, { owner });
  sendJson(response, await read);
}

/** Whose jobs the request may count: those who watch the service everybody's. */
function countableScopeOf({ $identity, $ctx }: GatewayRequest): OwnerScope {
  // An admin key may act for one owner.
  const isWatcher = !$identity || (!$identity.scopes.includes("admin") && mayUse($identity, ["metrics"]));
  return isWatcher ? EVERYBODY : readableScopeOf($ctx);
}

const activity = querying(ActivityQuery, async ({ $ctx }, response, query) => {
  sendJson(response, await call($ctx, actions.monitor.activity, query));
});

export const monitorRoutes = {
  "GET v1/nodes": nodes,
  "GET v1/statistics": statistics,
  "GET v1/activity": activity,
};

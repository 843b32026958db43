/** `/v1/webhooks/deliveries`. */
import { call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { DeliveriesQuery, DeliveryId } from "../../contracts/delivery.ts";
import { matches } from "../../contracts/matching.ts";
import { failure } from "../../errors.ts";
import { querying } from "../gateway/query.ts";
import { sendJson } from "../gateway/reply.ts";
import type { Route } from "../gateway/route.ts";

const list = querying(DeliveriesQuery, async (request, response, query) => {
  sendJson(response, await call(request.$ctx, actions.events.deliveries, query));
});

const retry: Route = async ({ $ctx, $params: { id = "" } }, response) => {
  if (!matches(DeliveryId, id)) throw failure("DELIVERY_NOT_FOUND", "There is no such delivery.");
  sendJson(response, await call($ctx, actions.events.retryDelivery, { id }), 202);
};

export const deliveryRoutes: Record<string, Route> = {
  "GET v1/webhooks/deliveries": list,
  "POST v1/webhooks/deliveries/:id/retry": retry,
};

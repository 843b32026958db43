/** `/v1/erasures`. */
import type { ServerResponse } from "node:http";
import { config } from "../../config.ts";
import { call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { NewErasure } from "../../contracts/erasure.ts";
import { failure } from "../../errors.ts";
import { ownerOf } from "../../sessions/owner.ts";
import { requireScope } from "../access/guard.ts";
import { setLocation } from "../gateway/base-path.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { sendJson } from "../gateway/reply.ts";
import type { Route } from "../gateway/route.ts";
import { readJsonValue } from "../upload/json-body.ts";

const bounds = { maxItems: 10, maxNumbers: 10 };
const RETRY_AFTER_SECONDS = "1";

/** Erases the owner named in the body or, if none is named, the owner of the key. */
async function erase(request: GatewayRequest, response: ServerResponse): Promise<void> {
  const { $ctx, $service } = request;
  const whose = await readJsonValue(request, config, { form: NewErasure, bounds });
  if (whose.key !== undefined && whose.owner !== undefined)
    throw failure("INVALID_OPTION", "Name a key or an owner, not both.");
  const isOfAnother = whose.key !== undefined || whose.owner !== undefined;
  // Required because everything that the owner has is erased, including data that was made with other keys.
  for (const scope of isOfAnother ? (["admin"] as const) : (["sessions", "jobs", "collections"] as const))
    requireScope(request, scope);
  const target = isOfAnother ? whose : { owner: requiredOwner(request) };
  // The key of this request is about to become invalid.
  $service.identities.unwatch(response);
  const receipt = await call($ctx, actions.keys.erase, target);
  setLocation(response, `/v1/erasures/${receipt.id}`);
  if (receipt.state === "running") response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
  sendJson(response, receipt, receipt.state === "done" ? 200 : 202);
}

/** @throws INVALID_OPTION for an admin key that acts for nobody. */
function requiredOwner({ $ctx }: GatewayRequest): string {
  const owner = ownerOf($ctx);
  if (owner === null) throw failure("INVALID_OPTION", "What belongs to nobody is not erased by one request.");
  return owner;
}

async function get({ $ctx, $params: { id = "" } }: GatewayRequest, response: ServerResponse): Promise<void> {
  if (id.length > 64) throw failure("ERASURE_NOT_FOUND", "There is no such erasure.");
  sendJson(response, await call($ctx, actions.keys.erasure, { id }));
}

export const erasureRoutes: Record<string, Route> = {
  "POST v1/erasures": erase,
  "GET v1/erasures/:id": get,
};

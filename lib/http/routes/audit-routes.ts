/** `/v1/audit`. */
import { call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { AuditQuery } from "../../contracts/audit.ts";
import { querying } from "../gateway/query.ts";
import { sendJson } from "../gateway/reply.ts";
import type { Route } from "../gateway/route.ts";

const list = querying(AuditQuery, async ({ $ctx }, response, query) => {
  sendJson(response, await call($ctx, actions.keys.audit, query));
});

export const auditRoutes: Record<string, Route> = { "GET v1/audit": list };

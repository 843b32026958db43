/** `/v1/audit`. */
import type { ServerResponse } from "node:http";
import { call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { AuditQuery } from "../../contracts/audit.ts";
import { parse } from "../../contracts/validation.ts";
import type { GatewayRequest } from "../gateway/gateway.ts";
import type { Route } from "../gateway/guard.ts";
import { sendJson } from "../gateway/reply.ts";

async function list({ $ctx, query }: GatewayRequest, response: ServerResponse): Promise<void> {
  sendJson(response, await call($ctx, actions.keys.audit, parse(AuditQuery, query)));
}

export const auditRoutes: Record<string, Route> = { "GET v1/audit": list };

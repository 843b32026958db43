/** Resolves a request's key to its session id and stores it in the call's `meta`, where every action finds it. */
import type { ServerResponse } from "node:http";
import { config } from "../../config.ts";
import { call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { failure } from "../../errors.ts";
import { keyOf } from "../../sessions/keys.ts";
import type { GatewayRequest } from "./gateway.ts";
import { RateLimit } from "./rate-limit.ts";

export type Route = (request: GatewayRequest, response: ServerResponse) => Promise<void>;

const requests = new RateLimit(config.requestsPerMinute);

/**
 * Wraps a route to require a valid key, or to allow requests without one unless `needsKey`.
 * @throws SESSION_KEY_INVALID, RATE_LIMITED
 */
export function guarded(route: Route, needsKey = config.requireKey): Route {
  return async (request, response) => {
    const key = keyOf(request.headers);
    if (key !== undefined) {
      const owner = await call(request.$ctx, actions.sessions.identify, { key });
      Object.assign(request.$ctx.meta, { owner });
      await requests.count(owner, response);
    } else if (needsKey) {
      throw failure("SESSION_KEY_INVALID", "Send a session's key in the header key; GET /session hands one out.");
    }
    await route(request, response);
  };
}

/** Guards all routes of a table. */
export function guardedRoutes(routes: Readonly<Record<string, Route>>, needsKey?: boolean): Record<string, Route> {
  return Object.fromEntries(Object.entries(routes).map(([path, route]) => [path, guarded(route, needsKey)]));
}

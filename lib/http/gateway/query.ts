/** Query parameters. A route of this service's own API accepts only those of its schema. */
import type { ServerResponse } from "node:http";
import { type Static, type TSchema, Type } from "typebox";
import { parse } from "../../contracts/validation.ts";
import type { GatewayRequest } from "./gateway-request.ts";
import type { Route } from "./route.ts";

/**
 * Routes of the service's own API. Paths of other protocols and documents ignore unknown parameters, because their
 * clients may send some of their own.
 */
const OWN_API = /^[A-Z]+ (?:v1\/|process$)/;
const None = Type.Object({}, { additionalProperties: false });

/**
 * A route with query parameters. The query is checked before the route does anything.
 * @throws INVALID_OPTION for a query that does not match the schema.
 */
export function querying<T extends TSchema>(
  query: T,
  answer: (request: GatewayRequest, response: ServerResponse, query: Static<T>) => Promise<void>,
): Route {
  const route: Route = (request, response) => answer(request, response, parse(query, request.query));
  return Object.assign(route, { query });
}

/** Wraps a route without query parameters to throw INVALID_OPTION for any. */
export function requiringKnownQuery(route: Route, name: string): Route {
  return route.query || !OWN_API.test(name) ? route : querying(None, route);
}

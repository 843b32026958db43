/** Refuses query parameters that a route of this service's own API does not take. */
import { Type } from "typebox";
import { parse } from "../../contracts/validation.ts";
import type { Route } from "./guard.ts";

/** Paths of other protocols and documents ignore what they do not know: their clients may send parameters of their own. */
const OWN_API = /^[A-Z]+ (?:v1\/|process$)/;
const None = Type.Object({}, { additionalProperties: false });

/** Routes with parameters, each of which parses its query by a schema that allows no others. */
const withParameters: ReadonlySet<string> = new Set([
  "POST process",
  "POST v1/jobs",
  "GET v1/jobs",
  "GET v1/jobs/:id/results",
  "GET v1/jobs/:id/export",
  "GET v1/jobs/:id/events",
  "GET v1/events",
  "GET v1/dead-letters",
  "GET v1/webhooks/deliveries",
  "DELETE v1/webhook-secrets",
  "GET v1/collections",
  "POST v1/collections/:name/faces",
  "GET v1/collections/:name/faces",
  "POST v1/collections/:name/search",
  "GET v1/activity",
  "GET v1/keys",
  "GET v1/audit",
]);

/** Wraps a route to throw INVALID_OPTION for a parameter that it does not take. */
export function requiringKnownQuery(route: Route, name: string): Route {
  if (!OWN_API.test(name) || withParameters.has(name)) return route;
  return async (request, response) => {
    parse(None, request.query);
    await route(request, response);
  };
}

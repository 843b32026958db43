/** Checks `If-Match` of requests that change something. */
import { failure } from "../../errors.ts";
import { isAny } from "./conditional.ts";
import type { Route } from "./route.ts";

/**
 * Wraps a route that changes something. Nothing that can be changed has an `ETag`, so `If-Match` cannot name it; `*` is
 * met by whatever is there (RFC 9110, section 13.1.1).
 * @param name Name of the route, which begins with its method.
 */
export function requiringMatch(route: Route, name: string): Route {
  if (name.startsWith("GET ")) return route;
  return async (request, response) => {
    if (!isAny(request.headers["if-match"] ?? "*"))
      throw failure("PRECONDITION_FAILED", "What is there has no ETag that If-Match could name. Nothing was changed.");
    await route(request, response);
  };
}

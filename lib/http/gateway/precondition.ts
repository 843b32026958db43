/** Checks `If-Match` and `If-None-Match` of requests that change something. */
import { failure } from "../../errors.ts";
import { isAny } from "./conditional.ts";
import type { Route } from "./route.ts";

/**
 * Wraps a route that changes something. Nothing that can be changed has an `ETag`, so neither header can name one. `*`
 * stands for whatever is there: it meets `If-Match`, and breaks `If-None-Match` (RFC 9110, sections 13.1.1 and 13.1.2).
 * @param name Name of the route, which begins with its method.
 * @param isThere Whether something is there: what the request deletes, or what `GET` of the same path reads.
 */
export function requiringMatch(route: Route, name: string, isThere: boolean): Route {
  if (name.startsWith("GET ")) return route;
  return async (request, response) => {
    const { "if-match": wanted = "*", "if-none-match": unwanted = "" } = request.headers;
    if (!isAny(wanted))
      throw failure("PRECONDITION_FAILED", "What is there has no ETag that If-Match could name. Nothing was changed.");
    if (isThere && isAny(unwanted))
      throw failure(
        "PRECONDITION_FAILED",
        "If-None-Match: * holds only if nothing exists at this path. Nothing was changed.",
      );
    await route(request, response);
  };
}

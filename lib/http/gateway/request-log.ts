import type { ServerResponse } from "node:http";
import type { Logger } from "moleculer";
import { httpRequests } from "../../telemetry/metrics.ts";
import type { RoutedRequest } from "./routed-request.ts";

/** Measures the request, and logs it when it ends. */
export function recordRequest(request: RoutedRequest, response: ServerResponse, logger: Logger): void {
  const startedAt = performance.now();
  response.once("close", () => {
    const { method } = request;
    const path = loggedPath(request);
    const durationMs = Math.round((performance.now() - startedAt) * 1000) / 1000;
    // An unsent response has the status with which it would begin.
    const status = response.headersSent ? response.statusCode : "none";
    httpRequests.observe({ method: method ?? "", route: routeOf(request), status }, durationMs / 1000);
    const requestId = response.getHeader("X-Request-ID");
    logger.debug({ requestId, method, path, status, durationMs }, "Request");
  });
}

/** Known routes only: arbitrary client paths must not become metric series. */
export function routeOf({ $alias }: RoutedRequest): string {
  return $alias ? `/${$alias.path}` : "none";
}

/** Without the query: its parameters may be secrets, such as the token in a `callbackUrl`. */
function loggedPath({ originalUrl, url }: RoutedRequest): string | undefined {
  return (originalUrl ?? url)?.split(/[?#]/, 1)[0];
}

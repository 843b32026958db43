/** Routes of the HTTP API. `docs/openapi.json` describes it. */
import type { ServerResponse } from "node:http";
import { availableParallelism } from "node:os";
import type { ServiceSchema } from "moleculer";
import { requireModels } from "../lib/balancing/detector-models.ts";
import { config, serviceNames } from "../lib/config.ts";
import { call } from "../lib/contracts/action.ts";
import { actions } from "../lib/contracts/actions.ts";
import { ProcessQuery } from "../lib/contracts/process.ts";
import { grpc } from "../lib/grpc/service.ts";
import { recorded } from "../lib/http/access/audit.ts";
import { guarded } from "../lib/http/access/guard.ts";
import { requireOwnBasePath } from "../lib/http/gateway/base-path.ts";
import { gateway } from "../lib/http/gateway/gateway.ts";
import type { GatewayRequest } from "../lib/http/gateway/gateway-request.ts";
import { requiringMatch } from "../lib/http/gateway/precondition.ts";
import { querying, requiringKnownQuery } from "../lib/http/gateway/query.ts";
import { readiness } from "../lib/http/gateway/readiness.ts";
import { sendJson } from "../lib/http/gateway/reply.ts";
import type { Route } from "../lib/http/gateway/route.ts";
import { accessOfRoute } from "../lib/http/routes/access.ts";
import { auditRoutes } from "../lib/http/routes/audit-routes.ts";
import { auditedRoutes } from "../lib/http/routes/audited.ts";
import { collectionRoutes } from "../lib/http/routes/collection-routes.ts";
import { compatibilityRoutes } from "../lib/http/routes/compatibility-routes.ts";
import { deliveryRoutes } from "../lib/http/routes/delivery-routes.ts";
import { erasureRoutes } from "../lib/http/routes/erasure-routes.ts";
import { eventRoutes } from "../lib/http/routes/event-routes.ts";
import { exportRoutes } from "../lib/http/routes/export-route.ts";
import { imageRoutes } from "../lib/http/routes/image-route.ts";
import { inferenceRoutes, inferenceServerRoutes } from "../lib/http/routes/inference-routes.ts";
import { jobRoutes } from "../lib/http/routes/job-routes.ts";
import { keyRoutes } from "../lib/http/routes/key-routes.ts";
import { metricsRoute } from "../lib/http/routes/metrics-route.ts";
import { modelRoutes } from "../lib/http/routes/model-routes.ts";
import { monitorRoutes } from "../lib/http/routes/monitor-routes.ts";
import { problemRoutes } from "../lib/http/routes/problem-routes.ts";
import { type ImageRequest, type ProcessRouteSettings, processRoute } from "../lib/http/routes/process-route.ts";
import { repositoryRoutes } from "../lib/http/routes/repository-routes.ts";
import { sessionRoutes } from "../lib/http/routes/session-routes.ts";
import { staticRoutes } from "../lib/http/routes/static-routes.ts";
import { webhookSecretRoutes } from "../lib/http/routes/webhook-secret-routes.ts";

type Next = (error: unknown) => void;

const LEAST_IN_FLIGHT_PER_REQUEST = 16;
/**
 * Maximum images of a request that are processed concurrently: enough to keep every core of a detector busy, but few
 * enough to leave capacity for other requests.
 */
const MAX_IN_FLIGHT_PER_REQUEST = Math.max(LEAST_IN_FLIGHT_PER_REQUEST, 2 * availableParallelism());
/**
 * If processes share the port, the first images of a request stay in this one, whose threads are a few of the cores.
 * The others begin once it is known how long the first ones take: slow ones go to all processes.
 */
const FIRST_IN_FLIGHT_PER_REQUEST = config.processes > 1 ? LEAST_IN_FLIGHT_PER_REQUEST : MAX_IN_FLIGHT_PER_REQUEST;

const DEPENDENCY_POLL_MS = 100;

async function alive(_request: GatewayRequest, response: ServerResponse): Promise<void> {
  sendJson(response, { status: "ok" });
}

async function ready(request: GatewayRequest, response: ServerResponse): Promise<void> {
  sendJson(response, await readiness(request));
}

/**
 * Wraps a route: it refuses unknown parameters and conditions that are not met, and is guarded and recorded according
 * to the tables of access and of the audit log.
 */
function protectedRoute(name: string, route: Route): Route {
  const isThere = name.startsWith("DELETE ") || Object.hasOwn(routes, name.replace(/^\w+/, "GET"));
  const checked = requiringMatch(requiringKnownQuery(route, name), name, isThere);
  return recorded(guarded(checked, accessOfRoute(name)), auditedRoutes[name]);
}

/** Adapts a route to moleculer-web. */
function answering(route: Route) {
  return (request: GatewayRequest, response: ServerResponse, next: Next) => {
    route(request, response).catch(next);
  };
}

function mapped<T>(named: Readonly<Record<string, Route>>, of: (name: string, route: Route) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(named).map(([name, route]) => [name, of(name, route)]));
}

const processImages = querying(ProcessQuery, (request, response, query) => {
  const { $ctx, $service } = request;
  const processImage = ({ signal, ...image }: ImageRequest) =>
    $service.activity.counted(call($ctx, actions.detector.detect, image, { signal }));
  const requireReady: ProcessRouteSettings["requireReady"] = (models, options) => requireModels($ctx, models, options);
  const inFlight = { firstInFlight: FIRST_IN_FLIGHT_PER_REQUEST, maxInFlight: MAX_IN_FLIGHT_PER_REQUEST };
  return processRoute(request, response, query, { limits: config, ...inFlight, requireReady, processImage });
});

const routes: Readonly<Record<string, Route>> = {
  "GET ping": alive,
  "GET healthz": alive,
  "GET readyz": ready,
  "GET metrics": metricsRoute,
  "POST process": processImages,
  ...jobRoutes,
  ...exportRoutes,
  ...eventRoutes,
  ...imageRoutes,
  ...modelRoutes,
  ...inferenceServerRoutes,
  ...repositoryRoutes,
  ...inferenceRoutes,
  ...monitorRoutes,
  ...problemRoutes,
  ...compatibilityRoutes,
  ...collectionRoutes,
  ...sessionRoutes,
  ...keyRoutes,
  ...erasureRoutes,
  ...auditRoutes,
  ...webhookSecretRoutes,
  ...deliveryRoutes,
};
requireOwnBasePath(Object.keys({ ...routes, ...staticRoutes }));

const api: ServiceSchema = {
  name: "api",
  mixins: [gateway, grpc],
  // The kernel gives each of several processes its connections as soon as it listens, so it must know all services by
  // then.
  dependencies: config.processes > 1 ? serviceNames.filter((name) => name !== "api") : [],

  settings: {
    $dependencyInterval: DEPENDENCY_POLL_MS,
    ip: config.host,
    port: config.port,
    routes: [
      {
        path: "/",
        mappingPolicy: "restrict",
        bodyParsers: false,
        // Paths are case-sensitive (RFC 3986, section 6.2.2.1), as they are in the rules of proxies.
        pathToRegexpOptions: { sensitive: true },
        // The gateway reads the path's parameters unmerged.
        mergeParams: false,
        aliases: {
          ...mapped(routes, (name, route) => answering(protectedRoute(name, route))),
          // Pages, which contain no user's data.
          ...mapped(staticRoutes, (_name, route) => answering(route)),
        },
      },
    ],
  } as ServiceSchema["settings"] & object,
};

export default api;

/** Access rules: one entry for each route. A route without an entry keeps the service from starting. */
import type { Scope } from "../../sessions/scopes.ts";
import type { RouteAccess } from "../access/guard.ts";

const all: RouteAccess = { scopes: [], withoutKey: "all" };
const probe: RouteAccess = { ...all, isProbe: true };
const anyKey: RouteAccess = { scopes: [], withoutKey: "open" };
const needs = (...scopes: Scope[]): RouteAccess => ({ scopes, withoutKey: "open" });
const ofSession = (...scopes: Scope[]): RouteAccess => ({ scopes, withoutKey: "none", isOfSession: true });
const opensSession: RouteAccess = { scopes: ["sessions"], withoutKey: "sessions" };
const admin: RouteAccess = { scopes: ["admin"], withoutKey: "none" };

const readsJobs = needs("jobs", "read-only");
const readsCollections = needs("collections", "read-only");

/** Access by method and path, which name the routes. */
export const routeAccess: Readonly<Record<string, RouteAccess>> = {
  "GET ping": probe,
  "GET healthz": probe,
  "GET readyz": probe,
  "GET problems": all,
  "GET problems/:code": all,
  "GET metrics": { ...needs("metrics"), isProbe: true },
  "GET v1/nodes": needs("metrics"),
  // Without `metrics`, the statistics cover the key's owner only.
  "GET v1/statistics": needs("metrics", "jobs", "read-only"),
  "GET v1/activity": needs("metrics"),
  "GET v1/whoami": anyKey,
  "POST v1/sign-in": all,
  "POST v1/sign-out": all,

  "POST process": needs("process"),
  "POST v1/compare": needs("process"),
  "GET v1/models": anyKey,
  "GET v1/models/:name": anyKey,
  "GET v2": all,
  "GET v2/health/live": probe,
  "GET v2/health/ready": probe,
  "GET v2/models/:name": anyKey,
  "GET v2/models/:name/versions/:version": anyKey,
  "GET v2/models/:name/ready": anyKey,
  "GET v2/models/:name/versions/:version/ready": anyKey,
  "GET v2/models/:name/config": anyKey,
  "GET v2/models/:name/versions/:version/config": anyKey,
  "GET v2/models/stats": needs("metrics"),
  "GET v2/models/:name/stats": needs("metrics"),
  "GET v2/models/:name/versions/:version/stats": needs("metrics"),
  "POST v2/repository/index": anyKey,
  "POST v2/repository/models/:name/load": admin,
  "POST v2/repository/models/:name/unload": admin,
  "POST v2/models/:name/infer": needs("process"),
  "POST v2/models/:name/versions/:version/infer": needs("process"),

  "POST v1/jobs": needs("jobs"),
  "GET v1/jobs": readsJobs,
  "GET v1/jobs/:id": readsJobs,
  "DELETE v1/jobs/:id": needs("jobs"),
  "POST v1/jobs/:id/images": needs("jobs"),
  "POST v1/jobs/:id/execute": needs("jobs"),
  "POST v1/jobs/:id/cancel": needs("jobs"),
  "POST v1/jobs/:id/retry": needs("jobs"),
  "GET v1/jobs/:id/results": readsJobs,
  "GET v1/jobs/:id/export": readsJobs,
  "GET v1/jobs/:id/events": readsJobs,
  "GET v1/jobs/:id/images/:index/picture": readsJobs,
  "GET v1/events": readsJobs,
  "GET v1/dead-letters": readsJobs,
  "GET v1/webhooks/deliveries": readsJobs,
  "POST v1/webhooks/deliveries/:id/retry": needs("jobs"),
  "POST v1/webhook-secrets": needs("jobs"),
  "GET v1/webhook-secrets": readsJobs,
  "DELETE v1/webhook-secrets": needs("jobs"),
  "POST uploadfile": needs("jobs"),
  "GET face_encoding/:id": readsJobs,
  "GET stats": readsJobs,
  "GET bonus": readsJobs,

  "GET session": opensSession,
  "POST session": opensSession,
  "DELETE session": ofSession("sessions"),
  "POST encode": ofSession("sessions"),
  "GET summary": ofSession("sessions", "read-only"),

  "POST v1/collections": needs("collections"),
  "GET v1/collections": readsCollections,
  "GET v1/collections/:name": readsCollections,
  "DELETE v1/collections/:name": needs("collections"),
  "POST v1/collections/:name/faces": needs("collections"),
  "GET v1/collections/:name/faces": readsCollections,
  "DELETE v1/collections/:name/faces/:id": needs("collections"),
  "POST v1/collections/:name/search": readsCollections,

  "POST v1/erasures": { scopes: ["sessions"], withoutKey: "none" },
  "GET v1/erasures/:id": all,

  "GET v1/audit": admin,
  "POST v1/keys": admin,
  "GET v1/keys": admin,
  "GET v1/keys/:id": admin,
  "DELETE v1/keys/:id": admin,
};

/** @throws Error for a route without an entry. */
export function accessOfRoute(route: string): RouteAccess {
  const access = Object.hasOwn(routeAccess, route) ? routeAccess[route] : undefined;
  if (!access) throw new Error(`${route} has no entry in lib/http/routes/access.ts.`);
  return access;
}

/** The API document, its pages and the dashboard, served from our own packages, without a CDN. */
import { dashboardRoutes } from "./dashboard-routes.ts";
import { docsRoutes } from "./docs-routes.ts";
import { sendDocument } from "./document-route.ts";
import { type FileHandler, redirect } from "./static-file.ts";

export const staticRoutes: Record<string, FileHandler> = {
  "GET /": async (_request, response) => redirect(response, 302, "/docs"),
  "GET openapi.json": sendDocument,
  ...docsRoutes,
  ...dashboardRoutes,
};

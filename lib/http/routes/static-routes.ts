/** The API document, its viewer and the dashboard, served from our own packages, without a CDN. */
import { fileURLToPath } from "node:url";
import { dashboardRoutes } from "./dashboard-routes.ts";
import { sendDocument } from "./document-route.ts";
import { type FileHandler, file, page, redirect } from "./static-file.ts";

const redocScript = fileURLToPath(import.meta.resolve("redoc/bundles/redoc.standalone.js"));

/** The viewer sets styles from its script, draws with data URLs, and searches in a worker that it makes itself. */
const viewerHeaders = {
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src blob:",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "Cross-Origin-Opener-Policy": "same-origin",
};

const fromRoot = (path: string) => new URL(`../../../${path}`, import.meta.url);

export const staticRoutes: Record<string, FileHandler> = {
  "GET /": async (_request, response) => redirect(response, 302, "/docs"),
  "GET openapi.json": sendDocument,
  "GET docs": page("/docs", fromRoot("web/docs.html"), viewerHeaders),
  "GET docs/redoc.js": file(redocScript),
  ...dashboardRoutes,
};

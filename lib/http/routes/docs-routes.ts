/** Pages of the API: its reference, by Redoc, and the page for trying its operations. */
import { globSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ownPageHeaders, pageHeaders } from "./page-headers.ts";
import { type FileHandler, file, page } from "./static-file.ts";

const folder = fileURLToPath(new URL("../../../web/docs/", import.meta.url));
const redoc = fileURLToPath(import.meta.resolve("redoc/bundles/redoc.standalone.js"));

/** Redoc sets styles from its script, draws with data URLs, and searches in a worker that it creates itself. */
const referenceHeaders = pageHeaders({
  "script-src": "'self'",
  "worker-src": "blob:",
  "style-src": "'self' 'unsafe-inline'",
  "img-src": "'self' data:",
  "connect-src": "'self'",
});

/**
 * Removes Redoc's logo, which is of another site that the page may not contact. No option removes it, but Redoc hides a
 * logo that cannot be loaded, and this makes its address invalid.
 */
function withoutLogo(script: Buffer): Buffer {
  return Buffer.from(script.toString().replace("https://cdn.redoc.ly/redoc/logo-mini.svg", "data:,"));
}

export const docsRoutes: Record<string, FileHandler> = {
  "GET docs": page("/docs", join(folder, "index.html"), referenceHeaders),
  "GET docs/try": page("/docs/try", join(folder, "try.html"), ownPageHeaders),
  "GET docs/redoc.js": file(redoc, {}, withoutLogo),
  ...Object.fromEntries(
    globSync("*.{js,css}", { cwd: folder }).map((name) => [`GET docs/${name}`, file(join(folder, name))]),
  ),
};

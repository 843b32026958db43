/** The dashboard: files of `web/dashboard` and of two libraries, served from our own packages, without a CDN. */
import { globSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type FileHandler, file, page } from "./static-file.ts";

/** Same-origin scripts, styles and requests only. Images also from `blob:`, for files chosen in the page. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const headers = { "Content-Security-Policy": CONTENT_SECURITY_POLICY, "Cross-Origin-Opener-Policy": "same-origin" };

const folder = fileURLToPath(new URL("../../../web/dashboard/", import.meta.url));
// Node resolves lit-html to its server build; the browser build is next to it.
const litHtml = new URL("../", import.meta.resolve("lit-html"));
const lit = (name: string) => [`lit-html/${name}`, new URL(name, litHtml)] as const;

const libraries: readonly (readonly [name: string, file: URL])[] = [
  lit("lit-html.js"),
  lit("directive.js"),
  lit("directive-helpers.js"),
  lit("directives/repeat.js"),
  ["uplot/uplot.js", new URL(import.meta.resolve("uplot/dist/uPlot.esm.js"))],
  ["uplot/uplot.css", new URL(import.meta.resolve("uplot/dist/uPlot.min.css"))],
];

const route = (path: string | URL): FileHandler => file(path, headers);

export const dashboardRoutes: Record<string, FileHandler> = {
  "GET dashboard": page("/dashboard", join(folder, "index.html"), headers),
  ...Object.fromEntries(
    globSync("**/*.{js,css,svg}", { cwd: folder }).map((name) => [`GET dashboard/${name}`, route(join(folder, name))]),
  ),
  ...Object.fromEntries(libraries.map(([name, path]) => [`GET dashboard/vendor/${name}`, route(path)])),
};

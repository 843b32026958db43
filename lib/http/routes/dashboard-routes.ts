/** The dashboard: files of `web/dashboard` and of two libraries, served from our own packages, without a CDN. */
import { globSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ownPageHeaders } from "./page-headers.ts";
import { type FileHandler, file, page } from "./static-file.ts";

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

const route = (path: string | URL): FileHandler => file(path, ownPageHeaders);

const names = globSync("**/*.{js,css,svg}", { cwd: folder }).sort();

/** The only script that is no module: it runs before the page is drawn. */
const PLAIN_SCRIPT = "theme.js";
const modules = [...names, ...libraries.map(([name]) => `vendor/${name}`)].filter(
  (name) => name.endsWith(".js") && name !== PLAIN_SCRIPT,
);

/**
 * Names all modules in the page. A browser would otherwise find them in each other, one round trip after another, which
 * takes seconds on slow networks.
 */
function preloadModules(content: Buffer): Buffer {
  const links = modules.map((name) => `    <link rel="modulepreload" href="dashboard/${name}" />\n`);
  return Buffer.from(content.toString().replace("  </head>", `${links.join("")}  </head>`));
}

export const dashboardRoutes: Record<string, FileHandler> = {
  "GET dashboard": page("/dashboard", join(folder, "index.html"), ownPageHeaders, preloadModules),
  ...Object.fromEntries(names.map((name) => [`GET dashboard/${name}`, route(join(folder, name))])),
  ...Object.fromEntries(libraries.map(([name, path]) => [`GET dashboard/vendor/${name}`, route(path)])),
};

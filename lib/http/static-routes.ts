/** The API document and the page that shows it, from our own packages: no other site is asked. */
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { sendBody } from "./reply.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const HTML = "text/html; charset=utf-8";
const redocScript = fileURLToPath(import.meta.resolve("redoc/bundles/redoc.standalone.js"));

function file(path: string | URL, type: string): Handler {
  let content: Buffer | undefined;
  return (_request, response) => {
    content ??= readFileSync(path);
    sendBody(response, 200, type, content);
  };
}

const fromRoot = (path: string) => new URL(`../../${path}`, import.meta.url);

export const staticRoutes: Record<string, Handler> = {
  "GET /": (_request, response) => {
    response.writeHead(302, { Location: "/docs" }).end();
  },
  "GET openapi.json": file(fromRoot("docs/openapi.json"), "application/json; charset=utf-8"),
  "GET docs": file(fromRoot("web/docs.html"), HTML),
  "GET docs/redoc.js": file(redocScript, "text/javascript; charset=utf-8"),
};

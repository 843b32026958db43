/** `/problems`: the pages to which the `type` of a problem leads. HTML for people, JSON for programs. */
import type { ServerResponse } from "node:http";
import type { ProblemKind } from "../../contracts/problem.ts";
import { advice } from "../../error-advice.ts";
import { definitions, type ErrorCode, failure, isErrorCode } from "../../errors.ts";
import { clientPath } from "../gateway/base-path.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { type Offers, preferred } from "../gateway/negotiation.ts";
import { JSON_TYPE, sendStable } from "../gateway/reply.ts";
import { ownPageHeaders } from "./page-headers.ts";

const FORMS: Offers<"json" | "page"> = [
  ["application/json", "json"],
  ["text/html", "page"],
];
const REPEAT =
  "The same request may succeed later. If the answer has the header Retry-After, wait that many seconds first.";
const CHANGE = "The same request will be answered in the same way, unless something else changes first.";
const REPORT = "The service is at fault. Its log has the request's id and the cause.";

const STYLES = ["/dashboard/styles/colors.css", "/dashboard/styles/base.css", "/docs/problems.css"];

const codes = Object.keys(definitions) as ErrorCode[];

function kindOf(request: GatewayRequest, code: ErrorCode): ProblemKind {
  const { title, status, ...definition } = definitions[code];
  const isRetryable = "retryable" in definition;
  return { type: clientPath(request, `/problems/${code}`), title, status, code, isRetryable, advice: advice[code] };
}

async function list(request: GatewayRequest, response: ServerResponse): Promise<void> {
  const items = codes.map((code) => kindOf(request, code));
  send(request, response, { items }, () => {
    const rows = items.map(
      ({ type, title, status, code }) => `<tr><td>${status}<td><a href="${type}">${code}</a><td>${title}`,
    );
    return page(request, "Problems", `<table><tr><th>Status<th>Code<th>Meaning\n${rows.join("\n")}\n</table>`);
  });
}

async function get(request: GatewayRequest, response: ServerResponse): Promise<void> {
  const { code = "" } = request.$params;
  if (!isErrorCode(code)) throw failure("NOT_FOUND", "There is no such kind of problem.");
  const kind = kindOf(request, code);
  send(request, response, kind, () => {
    const repeating = kind.isRetryable ? REPEAT : kind.status === 500 ? REPORT : CHANGE;
    const links = [
      `<a href="${clientPath(request, "/problems")}">All problems</a>`,
      `<a href="${clientPath(request, "/docs")}">The API</a>`,
    ];
    const status = `Status ${kind.status}. The <code>detail</code> of the answer says more.`;
    const paragraphs = [`${kind.title}.`, status, withCode(kind.advice), repeating, links.join(" · ")];
    return page(request, code, paragraphs.map((text) => `<p>${text}</p>`).join("\n"));
  });
}

function send(request: GatewayRequest, response: ServerResponse, value: object, html: () => string): void {
  response.appendHeader("Vary", "Accept");
  const form = preferred(request.headers.accept, FORMS);
  // The page has no user's data, so caches may keep it, but must revalidate it each time, like other pages.
  response.setHeader("Cache-Control", "no-cache");
  if (form === "json") sendStable(response, JSON_TYPE, JSON.stringify(value));
  else {
    for (const [name, header] of Object.entries(ownPageHeaders)) response.setHeader(name, header);
    sendStable(response, "text/html; charset=utf-8", html());
  }
}

/** Shows text in backticks as code. */
function withCode(text: string): string {
  return text.replaceAll(/`([^`]+)`/g, "<code>$1</code>");
}

/** All text comes from the tables of errors, or is a path without special characters of HTML. */
function page(request: GatewayRequest, title: string, content: string): string {
  const web = (path: string) => clientPath(request, path);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Sightline</title>
<link rel="icon" href="${web("/dashboard/logo.svg")}" type="image/svg+xml">
${STYLES.map((path) => `<link rel="stylesheet" href="${web(path)}">`).join("\n")}
<script src="${web("/dashboard/theme.js")}"></script>
<main>
<h1>${title}</h1>
${content}
</main>
</html>
`;
}

export const problemRoutes = { "GET problems": list, "GET problems/:code": get };

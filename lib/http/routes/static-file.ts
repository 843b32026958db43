/** A file of the service's own packages, kept in memory. */
import { readFile, stat } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { extname } from "node:path";
import { setLocation } from "../gateway/base-path.ts";
import { sha256Of } from "../gateway/conditional.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { sendStable } from "../gateway/reply.ts";

export type FileHandler = (request: GatewayRequest, response: ServerResponse) => Promise<void>;
type Headers = Readonly<Record<string, string>>;

interface Content {
  readonly body: Buffer;
  readonly sha256: Buffer;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};

/**
 * Serves a file with its type by extension. Clients ask each time whether theirs is current, so they see a new version
 * at once.
 * @param change Makes the served content from the file's content.
 * @throws PRECONDITION_FAILED
 */
export function file(path: string | URL, headers: Headers = {}, change = (content: Buffer) => content): FileHandler {
  const type = types[extname(path instanceof URL ? path.pathname : path)];
  if (type === undefined) throw new Error(`The type of ${path} is not known.`);
  const read = contentOf(path, change);
  return async (_request, response) => {
    const { body, sha256 } = await read();
    response.setHeader("Cache-Control", "no-cache");
    for (const [header, value] of Object.entries(headers)) response.setHeader(header, value);
    sendStable(response, type, body, sha256);
  };
}

/** Serves a page with relative links. With a slash at the end of its path they would lead elsewhere. */
export function page(
  path: string,
  place: string | URL,
  headers: Headers,
  change?: (content: Buffer) => Buffer,
): FileHandler {
  const send = file(place, headers, change);
  return async (request, response) => {
    const { originalUrl: url } = request;
    if (url.startsWith(`${path}/`)) redirect(response, 308, path + (/\?.*/.exec(url)?.[0] ?? ""));
    else await send(request, response);
  };
}

export function redirect(response: ServerResponse, status: 302 | 308, path: string): void {
  setLocation(response, path);
  response.writeHead(status, { "Content-Length": 0 }).end();
}

/** Reads a file again only when it has changed. */
function contentOf(path: string | URL, change: (content: Buffer) => Buffer): () => Promise<Content> {
  let known: (Content & { readonly version: string }) | undefined;
  return async () => {
    const { mtimeMs, size } = await stat(path);
    const version = `${mtimeMs} ${size}`;
    if (known?.version !== version) {
      const body = change(await readFile(path));
      known = { version, body, sha256: sha256Of(body) };
    }
    return known;
  };
}

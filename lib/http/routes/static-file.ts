/** A file of the service's own packages, kept in memory. */
import { readFile, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname } from "node:path";
import { sha256Of } from "../gateway/conditional.ts";
import { sendStable } from "../gateway/reply.ts";

export type FileHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

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
 * @throws PRECONDITION_FAILED
 */
export function file(path: string | URL, headers: Readonly<Record<string, string>> = {}): FileHandler {
  const type = types[extname(path instanceof URL ? path.pathname : path)];
  if (type === undefined) throw new Error(`The type of ${path} is not known.`);
  const read = contentOf(path);
  return async (_request, response) => {
    const { body, sha256 } = await read();
    response.setHeader("Cache-Control", "no-cache");
    for (const [header, value] of Object.entries(headers)) response.setHeader(header, value);
    sendStable(response, type, body, sha256);
  };
}

/** Reads a file again only when it has changed. */
function contentOf(path: string | URL): () => Promise<Content> {
  let known: (Content & { readonly version: string }) | undefined;
  return async () => {
    const { mtimeMs, size } = await stat(path);
    const version = `${mtimeMs} ${size}`;
    if (known?.version !== version) {
      const body = await readFile(path);
      known = { version, body, sha256: sha256Of(body) };
    }
    return known;
  };
}

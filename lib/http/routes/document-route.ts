/** `/openapi.json`: the API document, with the path under which the client reaches the service. */
import { readFileSync } from "node:fs";
import { LRUCache } from "lru-cache";
import { basePathOf } from "../gateway/base-path.ts";
import { sha256Of } from "../gateway/conditional.ts";
import { JSON_TYPE, sendStable } from "../gateway/reply.ts";
import type { FileHandler } from "./static-file.ts";

const document = readFileSync(new URL("../../../docs/openapi.json", import.meta.url), "utf8");
/**
 * The server's URL is replaced as text: parsing and writing the document would take much longer, and clients can ask
 * for any path.
 */
const SERVER = /(?<="servers": \[\s*\{\s*"url": )"\/"/;

/** Documents by base path. */
const documents = new LRUCache<string, { readonly body: Buffer; readonly sha256: Buffer }>({
  max: 4,
  memoMethod: (basePath) => {
    const body = Buffer.from(document.replace(SERVER, JSON.stringify(basePath || "/")));
    return { body, sha256: sha256Of(body) };
  },
});

export const sendDocument: FileHandler = async (request, response) => {
  const { body, sha256 } = documents.memo(basePathOf(request));
  response.setHeader("Cache-Control", "no-cache");
  sendStable(response, JSON_TYPE, body, sha256);
};

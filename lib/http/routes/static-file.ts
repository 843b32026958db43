import type { IncomingMessage, ServerResponse } from "node:http";
import { basename, dirname } from "node:path";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import send from "send";
import { failure } from "../../errors.ts";

export type FileHandler = (request: IncomingMessage, response: ServerResponse, next: (error: unknown) => void) => void;

const LINGER_MS = 5000;

/**
 * Answers with a file: with its type by its extension, an `ETag` and `Last-Modified`, and 304 where the client has it
 * (RFC 9110, section 13). What clients have they ask about again, so that they see the next version at once.
 * @throws PRECONDITION_FAILED, by `next`.
 */
export function file(path: string | URL, headers: Record<string, string> = {}): FileHandler {
  const place = path instanceof URL ? fileURLToPath(path) : path;
  const root = dirname(place);
  const name = encodeURIComponent(basename(place));
  return async (request, response, next) => {
    // On a connection that ends with the answer, what the client still sends would destroy the answer on its way.
    if (!request.complete && !response.shouldKeepAlive)
      await finished(request.resume(), { signal: AbortSignal.timeout(LINGER_MS) }).catch(() => {});
    // It asks for the comparison (RFC 9111, section 5.2.1.4), and not for the whole file, as send takes it.
    delete request.headers["cache-control"];
    response.setHeader("Cache-Control", "no-cache");
    for (const [header, value] of Object.entries(headers)) response.setHeader(header, value);
    send(request, name, { root, index: false, cacheControl: false, acceptRanges: false })
      .on("error", (error: { status?: number }) => {
        if (error.status !== 412) return next(error);
        next(failure("PRECONDITION_FAILED", "The file is not the one that If-Match or If-Unmodified-Since name."));
      })
      .pipe(response);
  };
}

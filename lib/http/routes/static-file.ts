import type { IncomingMessage, ServerResponse } from "node:http";
import { basename, dirname } from "node:path";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import send from "send";
import { failure } from "../../errors.ts";

export type FileHandler = (request: IncomingMessage, response: ServerResponse, next: (error: unknown) => void) => void;

const LINGER_MS = 5000;

/**
 * Serves a file with its type by extension, `ETag` and `Last-Modified`, and answers 304 if the client has it (RFC 9110,
 * section 13). Clients revalidate each time, so they see a new version at once.
 * @throws PRECONDITION_FAILED, by `next`.
 */
export function file(path: string | URL, headers: Record<string, string> = {}): FileHandler {
  const place = path instanceof URL ? fileURLToPath(path) : path;
  const root = dirname(place);
  const name = encodeURIComponent(basename(place));
  return async (request, response, next) => {
    // Without keep-alive, data the client is still sending could reset the connection before the response arrives.
    if (!request.complete && !response.shouldKeepAlive)
      await finished(request.resume(), { signal: AbortSignal.timeout(LINGER_MS) }).catch(() => {});
    // A request's `no-cache` asks for revalidation (RFC 9111, section 5.2.1.4); `send` would send the whole file.
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

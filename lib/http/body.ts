import type { IncomingMessage } from "node:http";
import { failure } from "../errors.ts";
import type { UploadLimits } from "./uploaded-image.ts";

/** The client went away before its request was complete: there is nobody to answer. */
export class ClientGone extends Error {
  constructor() {
    super("The client went away before its request was complete.");
    this.name = "ClientGone";
  }
}

/**
 * The chunks of a request body, as fast as they are taken.
 * @throws REQUEST_TOO_LARGE, UPLOAD_TIMEOUT; ClientGone.
 */
export async function* chunksOf(
  request: IncomingMessage,
  { maxRequestBytes, uploadIdleTimeoutMs }: Pick<UploadLimits, "maxRequestBytes" | "uploadIdleTimeoutMs">,
): AsyncGenerator<Buffer, void, void> {
  const tooLarge = () => {
    const detail = `The request body has more than ${maxRequestBytes} bytes.`;
    return failure("REQUEST_TOO_LARGE", detail, { maxRequestBytes });
  };
  if (Number(request.headers["content-length"] ?? 0) > maxRequestBytes) throw tooLarge();

  // The socket must outlive the iterator: an answer to a body that was not read to its end is still sent on it.
  const chunks = request.iterator({ destroyOnReturn: false });
  let bytes = 0;
  try {
    for (;;) {
      const { done, value: chunk } = await nextInTime(chunks, uploadIdleTimeoutMs);
      if (done) return;
      bytes += chunk.length;
      if (bytes > maxRequestBytes) throw tooLarge();
      yield chunk;
    }
  } catch (error) {
    throw request.destroyed && !request.complete ? new ClientGone() : error;
  } finally {
    // Lets go of the body, so that the gateway can drop what still comes. Not awaited: after a time-out it never ends.
    chunks.return?.().catch(() => {});
  }
}

/** All of a body that is held in memory, as JSON is. @throws as `chunksOf` does. */
export async function jsonBody(
  request: IncomingMessage,
  { maxRequestBytes, maxJsonBytes, uploadIdleTimeoutMs }: UploadLimits,
): Promise<Buffer> {
  const limits = { maxRequestBytes: Math.min(maxRequestBytes, maxJsonBytes), uploadIdleTimeoutMs };
  const chunks: Buffer[] = [];
  for await (const chunk of chunksOf(request, limits)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Not a race with one promise of all time-outs: that would hold on to every chunk until the body is over. */
function nextInTime<T>(items: AsyncIterator<T>, timeoutMs: number): Promise<IteratorResult<T>> {
  return new Promise((resolve, reject) => {
    const expire = () => reject(failure("UPLOAD_TIMEOUT", `Nothing arrived for ${timeoutMs} ms.`));
    const timer = setTimeout(expire, timeoutMs);
    items
      .next()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

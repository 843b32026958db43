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

  let isIdle = false;
  request.setTimeout(uploadIdleTimeoutMs, () => {
    isIdle = true;
    request.destroy();
  });
  let bytes = 0;
  try {
    // The socket must outlive the iterator: an answer to a body that was not read to its end is still sent on it.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += chunk.length;
      if (bytes > maxRequestBytes) throw tooLarge();
      yield chunk;
    }
  } catch (error) {
    if (isIdle) throw failure("UPLOAD_TIMEOUT", `Nothing arrived for ${uploadIdleTimeoutMs} ms.`);
    if (request.destroyed && !request.complete) throw new ClientGone();
    throw error;
  }
}

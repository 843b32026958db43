/** Reads and decodes a request body within its limits. */
import type { IncomingMessage } from "node:http";
import { type Failure, failure } from "../../errors.ts";
import { ArrivingBody, type MinUploadRate } from "./arriving-body.ts";
import { codingOf, decoded, isTransferDecoded } from "./content-coding.ts";
import type { UploadAccount } from "./upload-memory.ts";

export interface BodyLimits extends MinUploadRate {
  readonly maxRequestBytes: number;
  readonly maxImageBytes?: number;
}

export interface BodyReading {
  /** Accounts for the memory of the chunks that the reader keeps. */
  readonly account?: UploadAccount;
  /** Called with the bytes as sent, before decoding. */
  readonly onSent?: (chunk: Buffer) => void;
}

/**
 * The decoded chunks of a request body, read only as fast as they are consumed. Limits apply to the decoded bytes and
 * to the bytes as sent.
 * @throws REQUEST_TOO_LARGE, UPLOAD_TIMEOUT, OVERLOADED, TRANSFER_CODING_NOT_IMPLEMENTED; UNSUPPORTED_MEDIA_TYPE for
 * the content coding, MALFORMED_REQUEST for damage to it; ClientGone.
 */
export async function* chunksOf(
  request: IncomingMessage,
  limits: BodyLimits,
  { account, onSent }: BodyReading = {},
): AsyncGenerator<Buffer, void, void> {
  const { maxRequestBytes, maxImageBytes = maxRequestBytes } = limits;
  const tooLarge = () => requestTooLarge(maxRequestBytes);
  requireKnownTransfer(request);
  const coding = codingOf(request.headers);
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > maxRequestBytes) throw tooLarge();
  const windowBytes = coding?.windowBytes ?? 0;
  // Checked before reading, so that an upload that cannot fit is rejected before it is sent.
  await account?.room(Math.min(announced, maxImageBytes) + windowBytes);

  const arriving = new ArrivingBody(request, limits);
  account?.readFrom(arriving, windowBytes);
  const sent = onSent ? observed(arriving, onSent) : arriving;
  const chunks: AsyncIterator<Buffer, void> = coding
    ? decoded(withinLimit(sent, maxRequestBytes, tooLarge), coding)
    : sent;
  let bytes = 0;
  try {
    for (;;) {
      const { done, value: chunk } = await chunks.next();
      if (done) return;
      bytes += chunk.length;
      if (bytes > maxRequestBytes) throw tooLarge();
      if (account) await account.room(chunk.length);
      yield chunk;
    }
  } finally {
    await chunks.return?.();
    arriving.release();
  }
}

export function hasNoBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0;
}

function requireKnownTransfer({ headers }: IncomingMessage): void {
  if (isTransferDecoded(headers)) return;
  const detail = `The Transfer-Encoding ${headers["transfer-encoding"]?.slice(0, 100)} is not supported; use a Content-Encoding instead.`;
  throw failure("TRANSFER_CODING_NOT_IMPLEMENTED", detail);
}

function observed(chunks: AsyncIterator<Buffer, void>, observe: (chunk: Buffer) => void): AsyncIterator<Buffer, void> {
  return {
    async next() {
      const result = await chunks.next();
      if (!result.done) observe(result.value);
      return result;
    },
  };
}

/** Limits the bytes. A compressed body may be larger than its content. */
function withinLimit(chunks: AsyncIterator<Buffer, void>, maxBytes: number, tooLarge: () => Error) {
  let bytes = 0;
  return observed(chunks, (chunk) => {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge();
  });
}

export function requestTooLarge(maxRequestBytes: number): Failure {
  const detail = `The request has more than ${maxRequestBytes} bytes.`;
  return failure("REQUEST_TOO_LARGE", detail, { maxRequestBytes });
}

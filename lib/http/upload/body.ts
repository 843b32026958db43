/** Reads and decodes a request body within its limits. */
import type { IncomingMessage } from "node:http";
import { type Failure, failure } from "../../errors.ts";
import { isGone } from "../connections/departure.ts";
import { ArrivingBody, ClientGone, type MinUploadRate } from "./arriving-body.ts";
import { codingOf, decoded, isTransferDecoded } from "./content-coding.ts";
import type { UploadAccount } from "./upload-memory.ts";

const MiB = 2 ** 20;
/**
 * Bytes that a compressed body may decode to for each that was sent, beyond those of the largest image: a kilobyte of
 * brotli can decode to a gigabyte, which takes seconds. Images and JSON become less than ten times smaller.
 */
const MOST_DECODED_PER_BYTE = 100;

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
 * @throws REQUEST_TOO_LARGE, UPLOAD_TIMEOUT, OVERLOADED; UNSUPPORTED_MEDIA_TYPE for
 * the content coding, MALFORMED_REQUEST for damage to it; ClientGone.
 */
export async function* chunksOf(
  request: IncomingMessage,
  limits: BodyLimits,
  { account, onSent }: BodyReading = {},
): AsyncGenerator<Buffer, void, void> {
  const { maxRequestBytes, maxImageBytes = maxRequestBytes } = limits;
  const tooLarge = () => requestTooLarge(maxRequestBytes);
  const coding = codingOf(request.headers);
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > maxRequestBytes) throw tooLarge();
  const windowBytes = coding?.windowBytes ?? 0;
  // Checked before reading, so that an upload that cannot fit is rejected before it is sent.
  await account?.room(Math.min(announced, maxImageBytes) + windowBytes);

  const arriving = new ArrivingBody(request, limits);
  account?.readFrom(arriving, windowBytes);
  const sent = onSent ? observed(arriving, onSent) : arriving;
  let sentBytes = 0;
  const countSent = (chunk: Buffer) => {
    sentBytes += chunk.length;
    // A compressed body may be larger than its content.
    if (sentBytes > maxRequestBytes) throw tooLarge();
  };
  const chunks: AsyncIterator<Buffer, void> = coding ? decoded(observed(sent, countSent), coding) : sent;
  let bytes = 0;
  try {
    for (;;) {
      const { done, value: chunk } = await chunks.next();
      if (done) return;
      bytes += chunk.length;
      const beyondImage = bytes - maxImageBytes - MiB;
      if (coding && beyondImage > 0) {
        // Nothing else ends the decoding of what has arrived already. Up to one image it goes on, since the client may
        // have ended only its side of the connection, and still wait for the answer.
        if (isGone(request.socket)) throw new ClientGone();
        if (beyondImage > MOST_DECODED_PER_BYTE * sentBytes) throw decodesToTooMuch();
      }
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

/** @throws TRANSFER_CODING_NOT_IMPLEMENTED */
export function requireKnownTransfer({ headers }: IncomingMessage): void {
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

function decodesToTooMuch(): Failure {
  const detail = `The body decodes to more than ${MOST_DECODED_PER_BYTE} times its size.`;
  return failure("REQUEST_TOO_LARGE", detail);
}

export function requestTooLarge(maxRequestBytes: number): Failure {
  const detail = `The request has more than ${maxRequestBytes} bytes.`;
  return failure("REQUEST_TOO_LARGE", detail, { maxRequestBytes });
}

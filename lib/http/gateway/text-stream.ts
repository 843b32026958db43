/** Answers of unknown length that are sent as their texts are made. */
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type ContentCoding, compressor } from "./answer-coding.ts";

interface Sending {
  readonly coding: ContentCoding | undefined;
  /** Ends the answer, for example on shutdown. */
  readonly signal: AbortSignal;
}

/**
 * Sends texts as they are made, and makes no more than the client reads. If one cannot be made, the connection is
 * closed, so that the client sees that the file is incomplete.
 * @throws what making a text throws, but nothing if the client has gone or the service ends.
 */
export async function sendTexts(
  response: ServerResponse,
  texts: AsyncIterable<string>,
  { coding, signal }: Sending,
): Promise<void> {
  try {
    await pipeline([Readable.from(texts), ...(coding ? [compressor(coding)] : []), response], { signal });
  } catch (error) {
    const hasClientGone = (error as NodeJS.ErrnoException).code === "ERR_STREAM_PREMATURE_CLOSE";
    if (!hasClientGone && !signal.aborted) throw error;
  }
}

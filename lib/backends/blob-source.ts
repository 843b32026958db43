/** The bytes of a blob as an upload gets them. */
import { imageTooLarge } from "../errors.ts";
import type { BlobSource } from "../ports/blob-store.ts";

/** The blob, if it is given in one piece. */
export function wholeBlob(source: BlobSource): Uint8Array | undefined {
  return Array.isArray(source) && source.length === 1 ? (source[0] as Uint8Array) : undefined;
}

/** The source, limited in size. @throws IMAGE_TOO_LARGE past `maxBytes` */
export async function* limited(source: BlobSource, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw imageTooLarge(maxBytes);
    yield chunk;
  }
}

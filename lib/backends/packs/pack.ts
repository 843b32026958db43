/** Small blobs in one message or object, each with a header before it. */
import { BLOB_HEADER_BYTES, blobHeader, readBlobHeader } from "../blob-header.ts";

/** A pack of these blobs, which are given by their hashes. */
export function packOf(blobs: ReadonlyMap<string, Uint8Array>): Buffer {
  return Buffer.concat([...blobs].flatMap(([sha256, blob]) => [blobHeader(sha256, blob.length), blob]));
}

/** A copy of the blob in a buffer of exact size; undefined if the pack does not contain all of it. */
export function blobOfPack(pack: Uint8Array, sha256: string): Buffer | undefined {
  const bytes = Buffer.from(pack.buffer, pack.byteOffset, pack.byteLength);
  for (let at = 0; at + BLOB_HEADER_BYTES <= bytes.length; ) {
    const header = readBlobHeader(bytes, at);
    const start = at + BLOB_HEADER_BYTES;
    const end = start + header.length;
    if (header.sha256 === sha256) return exactly(bytes.subarray(start, end), header.length);
    at = end;
  }
  return undefined;
}

function exactly(bytes: Uint8Array, length: number): Buffer | undefined {
  if (bytes.length !== length) return undefined;
  const copy = Buffer.alloc(length);
  copy.set(bytes);
  return copy;
}

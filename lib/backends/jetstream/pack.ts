/**
 * Small blobs in one message. Each is preceded by its SHA-256 (32 bytes) and its length (4 bytes, big-endian), as in the
 * files of `files/blob-pack.ts`.
 */

export const PACK_HEADER_BYTES = 36;
const LENGTH_AT = 32;

/** The message with these blobs, by their hashes. */
export function packOf(blobs: ReadonlyMap<string, Uint8Array>): Buffer {
  const parts = [...blobs].flatMap(([sha256, blob]) => {
    const header = Buffer.alloc(PACK_HEADER_BYTES);
    header.write(sha256, "hex");
    header.writeUInt32BE(blob.length, LENGTH_AT);
    return [header, blob];
  });
  return Buffer.concat(parts);
}

/** A copy of the blob in a buffer of exact size; undefined if the message does not have it whole. */
export function blobOfPack(pack: Uint8Array, sha256: string): Buffer | undefined {
  const message = Buffer.from(pack.buffer, pack.byteOffset, pack.byteLength);
  const hash = Buffer.from(sha256, "hex");
  for (let at = 0; at + PACK_HEADER_BYTES <= message.length; ) {
    const start = at + PACK_HEADER_BYTES;
    const end = start + message.readUInt32BE(at + LENGTH_AT);
    if (hash.equals(message.subarray(at, at + hash.length))) return exactly(message.subarray(start, end), end - start);
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

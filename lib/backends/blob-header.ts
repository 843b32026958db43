/**
 * Size of the header before each of several blobs that are stored together: SHA-256 (32 bytes), length (4, big-endian).
 */

export const BLOB_HEADER_BYTES = 36;
const LENGTH_AT = 32;

export function blobHeader(sha256: string, length: number): Buffer {
  const header = Buffer.alloc(BLOB_HEADER_BYTES);
  header.write(sha256, "hex");
  header.writeUInt32BE(length, LENGTH_AT);
  return header;
}

/** @param at Offset at which the header begins. */
export function readBlobHeader(bytes: Buffer, at = 0): { readonly sha256: string; readonly length: number } {
  return { sha256: bytes.toString("hex", at, at + LENGTH_AT), length: bytes.readUInt32BE(at + LENGTH_AT) };
}

import type { BlobSource } from "../../ports/blob-store.ts";

/** Rechunks the source into pieces of this size; the last may be smaller. */
export async function* pieces(source: BlobSource, pieceBytes: number): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    for (let start = 0; start < chunk.length; ) {
      const part = chunk.subarray(start, start + pieceBytes - bytes);
      parts.push(part);
      bytes += part.length;
      start += part.length;
      if (bytes < pieceBytes) continue;
      yield joined(parts);
      parts = [];
      bytes = 0;
    }
  }
  if (bytes > 0) yield joined(parts);
}

function joined(parts: Uint8Array[]): Uint8Array {
  const [first] = parts;
  return parts.length === 1 && first ? first : Buffer.concat(parts);
}

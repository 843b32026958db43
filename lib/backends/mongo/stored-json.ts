import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Binary } from "mongodb";
import { parseStored } from "./failure.ts";

/** JSON as it is stored: as text, or compressed if the text is long. */
export type StoredJson = string | Buffer | Binary;

/**
 * Maximum characters of uncompressed text. Shorter text gains little from compression, and is easier to read in the
 * database's shell.
 */
const MAX_PLAIN = 1024;
/**
 * Compression level. The results and events of a parcel repeat their field names, so this level reduces them to an
 * eighth.
 */
const LEVEL = 1;

export function storedJson(value: unknown): string | Buffer {
  return storedText(JSON.stringify(value));
}

/** Like `storedJson`, for a value that is JSON already. */
export function storedText(text: string): string | Buffer {
  return text.length <= MAX_PLAIN ? text : deflateRawSync(text, { level: LEVEL });
}

/** Joins the parts of a value, given in order. */
export function joined(parts: readonly StoredJson[]): StoredJson {
  const [first] = parts;
  return first !== undefined && parts.length === 1 ? first : Buffer.concat(parts.map(bytesOf));
}

/** @throws STORE_CORRUPT */
export function parseStoredJson<T>(stored: StoredJson, place: string): T {
  return parseStored(typeof stored === "string" ? stored : inflated(stored), place);
}

function bytesOf(stored: StoredJson): Uint8Array {
  if (typeof stored === "string") return Buffer.from(stored);
  return stored instanceof Uint8Array ? stored : stored.value();
}

/** Decompresses stored JSON. Damaged data gives an empty text, which is no JSON. */
function inflated(stored: Buffer | Binary): string {
  try {
    return inflateRawSync(bytesOf(stored)).toString();
  } catch {
    return "";
  }
}

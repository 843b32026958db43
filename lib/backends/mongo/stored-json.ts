import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Binary } from "mongodb";
import { parseStored } from "./failure.ts";

/** JSON as it is stored: as text, or compressed if that is long. */
export type StoredJson = string | Buffer | Binary;

/** Characters. Shorter text gains little, and is easier to look at in the database's shell. */
const MAX_PLAIN = 1024;
/** The results and events of a parcel repeat their field names: this level makes an eighth of them. */
const LEVEL = 1;

export function storedJson(value: unknown): string | Buffer {
  return storedText(JSON.stringify(value));
}

/** The same for a value that is JSON already. */
export function storedText(text: string): string | Buffer {
  return text.length <= MAX_PLAIN ? text : deflateRawSync(text, { level: LEVEL });
}

/** The value of which these are the parts, in order. */
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

/** Empty, which is no JSON, if it is damaged. */
function inflated(stored: Buffer | Binary): string {
  try {
    return inflateRawSync(bytesOf(stored)).toString();
  } catch {
    return "";
  }
}

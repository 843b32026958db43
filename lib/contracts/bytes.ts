import { type Static, Type } from "typebox";
import { failure } from "../errors.ts";

/**
 * A file's bytes; base64 text stands in for them where a call is typed by hand, as in the REPL.
 * JSON Schema has no type for bytes, so `toBuffer` is what checks.
 */
export const Bytes = Type.Unsafe<Uint8Array | string>({});
export type Bytes = Static<typeof Bytes>;

/** @throws INVALID_OPTION */
export function toBuffer(bytes: Bytes): Buffer {
  if (bytes instanceof Uint8Array) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (typeof bytes === "string") return Buffer.from(bytes, "base64");
  throw failure("INVALID_OPTION", "The image must be bytes, or text in base64.");
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Buffer.from skips what is not base64; damaged text must not become a damaged image. */
export function isBase64(text: string): boolean {
  return BASE64.test(text) && text.length % 4 !== 1;
}

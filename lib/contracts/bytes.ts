import { type Static, Type } from "typebox";
import { failure } from "../errors.ts";
import { readBase64 } from "./base64.ts";

/**
 * A file's bytes, or base64 text for calls that are typed by hand, as in the REPL. JSON Schema has no type for bytes,
 * so `toBuffer` validates them.
 */
export const Bytes = Type.Unsafe<Uint8Array | string>({});
export type Bytes = Static<typeof Bytes>;

export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}

/** @throws INVALID_OPTION, UNDECODABLE_IMAGE */
export function toBuffer(bytes: Bytes): Buffer {
  if (isBytes(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (typeof bytes === "string") {
    const file = readBase64(bytes);
    if (file instanceof Error) throw file;
    return file;
  }
  throw failure("INVALID_OPTION", "The image must be bytes, or text in base64.");
}

/**
 * Conditional requests for answers that stay the same (RFC 9110, section 13). Caches must not store most of them
 * (`no-store`), but a client may keep what it has read and ask whether it is still current.
 */
import { hash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { failure } from "../../errors.ts";
import type { ContentCoding } from "./answer-coding.ts";

const TAGS = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;

export function sha256Of(body: string | Uint8Array): Buffer {
  return hash("sha256", body, "buffer");
}

/**
 * A strong validator: different codings of one content have different ones.
 * @param sha256 Hash of the content without a coding.
 */
export function entityTag(sha256: Buffer, coding?: ContentCoding): string {
  return `"${sha256.toString("base64url")}${coding ? `-${coding}` : ""}"`;
}

/** A value of `Repr-Digest` (RFC 9530). @param sha256 Hash of the content as it is sent, with its coding. */
export function digestField(sha256: Buffer): string {
  return `sha-256=:${sha256.toString("base64")}:`;
}

/** Whether the answer depends on what the client already has. */
export function isConditional(headers: IncomingHttpHeaders): boolean {
  return headers["if-match"] !== undefined || headers["if-none-match"] !== undefined;
}

/**
 * Whether the client has the answer with this strong tag already.
 * @throws PRECONDITION_FAILED if the client wants only another answer.
 */
export function isCurrent(headers: IncomingHttpHeaders, tag: string): boolean {
  const wanted = headers["if-match"];
  if (wanted !== undefined && !isAny(wanted) && !tagsIn(wanted).includes(tag))
    throw failure("PRECONDITION_FAILED", "What is there is not what If-Match names.");
  const known = headers["if-none-match"];
  if (known === undefined) return false;
  // A weak comparison (RFC 9110, section 13.1.2): proxies that compress answers make their tags weak.
  return isAny(known) || tagsIn(known).some((one) => one.replace(/^W\//, "") === tag);
}

/** Whether `If-Match` or `If-None-Match` is for whatever there is. */
export function isAny(field: string): boolean {
  return field.trim() === "*";
}

function tagsIn(field: string): string[] {
  return field.match(TAGS) ?? [];
}

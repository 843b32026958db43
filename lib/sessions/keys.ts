/** Session keys: issued once, never stored, recognized by their hash. */
import { createHmac, randomBytes, randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { failure } from "../errors.ts";
import type { SessionStore } from "../ports/session-store.ts";

// Some clients keep the quotes around the key in examples.
const KEY = /^'?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})'?$/i;
const BEARER = /^Bearer +/i;
const SECRET_BYTES = 32;

/** 122 random bits. */
export const newKey = (): string => randomUUID();

/** Keyed hash: without the secret, a copy of the store does not help to guess keys. */
export function hashOf(secret: Uint8Array, key: string): string {
  return createHmac("sha256", secret).update(key.toLowerCase()).digest("hex");
}

/** The configured secret, or the one generated at the first start. */
export async function openSecret(store: SessionStore, configured: string): Promise<Uint8Array> {
  return configured ? Buffer.from(configured) : store.secret(randomBytes(SECRET_BYTES));
}

/**
 * The key of a request, from `key`, `x-api-key` or `Authorization: Bearer`; undefined if there is none.
 * @throws SESSION_KEY_INVALID if it cannot be a key.
 */
export function keyOf(headers: IncomingHttpHeaders): string | undefined {
  const { authorization } = headers;
  const bearer = authorization && BEARER.test(authorization) ? authorization.replace(BEARER, "") : undefined;
  const given = headers.key ?? headers["x-api-key"] ?? bearer;
  if (given === undefined) return undefined;
  const key = typeof given === "string" ? KEY.exec(given.trim())?.[1] : undefined;
  if (!key) throw unknownKey();
  return key;
}

export function unknownKey() {
  return failure("SESSION_KEY_INVALID", "The key is unknown. GET /session hands out a new one.");
}

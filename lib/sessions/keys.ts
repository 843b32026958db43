/** Client keys and session keys. They are handed out once, never stored, and recognized by their hash. */
import { createHmac, randomBytes, randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { type Failure, failure, isFailure } from "../errors.ts";
import type { SessionStore } from "../ports/session-store.ts";

const SECRET_BYTES = 32;
const KEY_BYTES = 32;
/** Prefix by which scanners for secrets find keys in code and logs. */
const PREFIX = "sl_";
const HINT_LENGTH = PREFIX.length + 4;
// A session key. Some clients keep the quotes around the key in examples.
const SESSION_KEY = /^'?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})'?$/i;
const KEY = /^[\x21-\x7e]{1,256}$/;
const BEARER = /^Bearer +(\S+)$/i;

/** A new session key, with 122 random bits. */
export const newSessionKey = (): string => randomUUID();

/** A new client key, with 256 random bits. */
export const newKey = (): string => PREFIX + randomBytes(KEY_BYTES).toString("base64url");

/** Derives a client key from a seed, the same key each time. The secret is that of the hashes of keys. */
export function keyOfSeed(secret: Uint8Array, seed: string): string {
  return PREFIX + createHmac("sha256", secret).update(`seed:${seed}`).digest("base64url");
}

/** The first characters of a key, by which people recognize it. */
export const hintOf = (key: string): string => key.slice(0, HINT_LENGTH);

/** Keyed hash: without the secret, a copy of the store does not help to guess keys. */
export function hashOfSessionKey(secret: Uint8Array, key: string): string {
  return createHmac("sha256", secret).update(key.toLowerCase()).digest("hex");
}

/** Like `hashOfSessionKey`. No text is both a client key and a session key. */
export function hashOfKey(secret: Uint8Array, key: string): string {
  return createHmac("sha256", secret).update(`key:${key}`).digest("hex");
}

/** The configured secret, or the one generated at the first start. */
export async function openSecret(store: Pick<SessionStore, "secret">, configured: string): Promise<Uint8Array> {
  return configured ? Buffer.from(configured) : store.secret(randomBytes(SECRET_BYTES));
}

/** The key of a request, by its kind. */
export interface Credential {
  /** `sign-in`: a token in a browser's cookie. */
  readonly kind: "session" | "client" | "sign-in";
  readonly key: string;
}

/**
 * The key of a request, from `key`, `x-api-key` or `Authorization: Bearer`; undefined if it has none of these headers.
 * @throws KEY_REQUIRED if they are empty, as of a script without the key: nobody's request must not become of it.
 * KEY_INVALID for another scheme than Bearer, and for different keys.
 */
export function credentialOf(headers: IncomingHttpHeaders): Credential | undefined {
  const { authorization, key: ownHeader, "x-api-key": apiKey } = headers;
  const sent = [ownHeader, apiKey, authorization].filter((value) => value !== undefined);
  if (sent.length === 0) return undefined;
  const given = [ownHeader, apiKey].map((value) => String(value ?? "").trim());
  if (authorization?.trim()) {
    const key = BEARER.exec(authorization.trim())?.[1];
    if (key === undefined) throw invalidKey("Of the schemes of Authorization, only Bearer is supported.");
    given.push(key);
  }
  const [key, ...others] = new Set(given.filter((value) => value !== ""));
  if (key === undefined)
    throw failure("KEY_REQUIRED", "The header of the key is empty. Send a key in it, or leave it out.");
  if (others.length > 0) throw invalidKey("The headers have different keys.");
  const ofSession = SESSION_KEY.exec(key)?.[1];
  if (ofSession) return { kind: "session", key: ofSession };
  return { kind: "client", key };
}

/** Whether the text can be a key. */
export const isKey = (text: string): boolean => KEY.test(text);

export function invalidKey(detail = "The key is unknown."): Failure {
  return failure("KEY_INVALID", detail);
}

/** The failure of work that was begun before its owner was erased. */
export function ownerErased(): Failure {
  return invalidKey("The owner was erased.");
}

export function unknownSession(): Failure {
  return failure("SESSION_KEY_INVALID", "The key is unknown. GET /session hands out a new one.");
}

/** Whether the error says that a key is wrong, rather than that it could not be looked up. */
export function isOfKey(error: unknown): boolean {
  return isFailure(error) && (error.type === "KEY_INVALID" || error.type === "SESSION_KEY_INVALID");
}

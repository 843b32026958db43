/** Client keys: creates, identifies, lists and revokes them. */
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import type { Creation } from "../contracts/creation.ts";
import type { CreatedKey, Key, KeyPage, KeysQuery, NewKey, SignIn } from "../contracts/key.ts";
import { failure } from "../errors.ts";
import { pageOf } from "../page.ts";
import type { Backends } from "../ports/backends.ts";
import type { StoredKey } from "../ports/key-store.ts";
import { OWNER_OF_KEYS } from "../ports/session-store.ts";
import { nowTimestamp, utc } from "../time/timestamp.ts";
import { abridged } from "../visible-text.ts";
import { hashOfKey, hintOf, invalidKey, keyOfSeed, newKey } from "./keys.ts";
import { FIRST_ADMIN, isErased } from "./owner.ts";
import type { Identity } from "./scopes.ts";

/** Stands for the id of ADMIN_KEY, which is not stored. */
const CONFIGURED = "ADMIN_KEY";
const CONFIGURED_ADMIN: Identity = { owner: FIRST_ADMIN, scopes: ["admin"], keyId: CONFIGURED, isSession: false };
/** How long a browser stays signed in. */
const SIGN_IN_SECONDS = 12 * 3600;
const SIGN_IN = /^([\w-]{1,64})\.(\d{1,12})\.([\w-]{43})$/;
const DEFAULT_LIMIT = 100;

export const WITHOUT_ADMIN =
  "There is no admin key any more: all were revoked or have expired, so nobody can make keys. Start the service with ADMIN_KEY to have one again.";

type KeyBackends = Pick<Backends, "keys" | "sessions" | "ownerData">;

export class KeyManager {
  readonly #backends: KeyBackends;
  readonly #secret: Uint8Array;
  readonly #adminHash: Buffer | undefined;

  /** @param adminKey The configured key, or empty. */
  constructor(backends: KeyBackends, secret: Uint8Array, adminKey: string) {
    this.#backends = backends;
    this.#secret = secret;
    this.#adminHash = adminKey ? Buffer.from(hashOfKey(secret, adminKey)) : undefined;
  }

  /**
   * Makes an admin key at the first call.
   * @returns the key, which cannot be retrieved again; undefined if one is configured, or was made before.
   */
  async prepare(): Promise<string | undefined> {
    await this.#openSession(FIRST_ADMIN);
    if (this.#adminHash) return undefined;
    const key = newKey();
    const isNew = await this.#backends.keys.insert(hashOfKey(this.#secret, key), {
      id: FIRST_ADMIN,
      owner: FIRST_ADMIN,
      name: "first admin",
      scopes: ["admin"],
      hint: hintOf(key),
      createdAt: nowTimestamp(),
    });
    return isNew ? key : undefined;
  }

  /** Whether anybody may create keys. */
  async hasAdmin(): Promise<boolean> {
    if (this.#adminHash) return true;
    const limit = 1_000;
    for (let after: string | undefined; ; ) {
      const page = await this.#backends.keys.list({ limit, ...(after !== undefined && { after }) });
      if (page.some((key) => key.scopes.includes("admin") && whyInvalid(key) === undefined)) return true;
      if (page.length < limit) return false;
      after = page.at(-1)?.id;
    }
  }

  /** Reads the store each time, so that a revocation counts at once. @throws KEY_INVALID */
  async identify(key: string): Promise<Identity> {
    const hash = hashOfKey(this.#secret, key);
    if (this.#adminHash && timingSafeEqual(Buffer.from(hash), this.#adminHash)) return CONFIGURED_ADMIN;
    return identityOf(requireValid(await this.#backends.keys.findByHash(hash)));
  }

  /**
   * A token that a browser uses in place of the key. It expires soon, and is invalid as soon as the key is. Nothing is
   * stored.
   * @throws KEY_INVALID
   */
  async signIn(key: string): Promise<SignIn> {
    const { keyId = "" } = await this.identify(key);
    const until = String(Math.floor(Date.now() / 1000) + SIGN_IN_SECONDS);
    return { token: `${keyId}.${until}.${this.#signatureOf(keyId, until)}`, maxAgeSeconds: SIGN_IN_SECONDS };
  }

  /** @throws KEY_INVALID */
  async identifySignIn(token: string): Promise<Identity> {
    const [, keyId = "", until = "", signature = ""] = SIGN_IN.exec(token) ?? [];
    const isOurs = timingSafeEqual(hashed(signature), hashed(this.#signatureOf(keyId, until)));
    if (!isOurs || Number(until) * 1000 <= Date.now()) throw invalidKey("The sign-in has expired.");
    if (keyId === CONFIGURED) return CONFIGURED_ADMIN;
    return identityOf(requireValid(await this.#backends.keys.get(keyId)));
  }

  /** That of ADMIN_KEY depends on the key itself: with another one, nobody stays signed in. */
  #signatureOf(keyId: string, until: string): string {
    const ofKey = keyId === CONFIGURED ? (this.#adminHash ?? "none") : "";
    return createHmac("sha256", this.#secret).update(`sign-in:${keyId}:${until}:${ofKey}`).digest("base64url");
  }

  /** What a session stores about the key that opens it. Another ADMIN_KEY counts as another key. */
  openerOf(keyId: string): string {
    return keyId === CONFIGURED ? `${CONFIGURED} ${this.#adminHash}` : keyId;
  }

  /** What the sessions of an owner may store besides the ids of its stored keys. */
  openersOf(owner: string): string[] {
    return owner === FIRST_ADMIN && this.#adminHash ? [this.openerOf(CONFIGURED)] : [];
  }

  /** The holder of the key that opened a session. @throws KEY_INVALID */
  async identityOf(opener: string): Promise<Identity> {
    if (this.#adminHash && opener === this.openerOf(CONFIGURED)) return CONFIGURED_ADMIN;
    return identityOf(requireValid(await this.#backends.keys.get(opener)));
  }

  /** The owner of the key that opened a session, even if the key is no longer valid; undefined if it is gone. */
  async ownerOf(opener: string): Promise<string | undefined> {
    if (this.openersOf(FIRST_ADMIN).includes(opener)) return FIRST_ADMIN;
    return (await this.#backends.keys.get(opener))?.owner;
  }

  /**
   * @param creation Makes the key only once, even if it was revoked since, and gives the same text each time.
   * @throws INVALID_OPTION, KEY_NOT_FOUND
   */
  async create({ name, scopes, expiresAt, sharesWith, limits }: NewKey, creation?: Creation): Promise<CreatedKey> {
    const id = creation?.id ?? randomUUID();
    const key = creation ? keyOfSeed(this.#secret, creation.seed) : newKey();
    const before = creation && (await this.#backends.keys.get(id));
    if (before) return { ...view(before), key };
    const now = nowTimestamp();
    const until = expiresAt === undefined ? undefined : utc("expiresAt", expiresAt);
    if (until !== undefined && until <= now) throw failure("INVALID_OPTION", "expiresAt has passed.");
    const owner = sharesWith === undefined ? randomUUID() : (await this.get(sharesWith)).owner;
    const stored: StoredKey = {
      id,
      owner,
      name,
      scopes,
      hint: hintOf(key),
      ...(limits && { limits }),
      createdAt: now,
      ...(until !== undefined && { expiresAt: until }),
    };
    if (sharesWith === undefined) await this.#openSession(owner);
    if (!(await this.#backends.keys.insert(hashOfKey(this.#secret, key), stored)))
      throw new Error("A key of this id exists.");
    if (sharesWith !== undefined && (await isErased(this.#backends.sessions, owner))) {
      await this.#backends.ownerData.removeKeys({ owner, keyIds: [id] });
      throw notFound(sharesWith);
    }
    // Another request of the same creation may have been faster.
    return { ...(creation ? await this.get(id) : view(stored)), key };
  }

  /** Lists all keys, including revoked and expired ones. */
  async list({ limit = DEFAULT_LIMIT, cursor }: KeysQuery): Promise<KeyPage> {
    const keys = await this.#backends.keys.list({ limit: limit + 1, ...(cursor && { after: cursor }) });
    return pageOf(keys.map(view), limit, ({ id }) => id);
  }

  /** @throws KEY_NOT_FOUND */
  async get(id: string): Promise<Key> {
    const key = await this.#backends.keys.get(id);
    if (!key) throw notFound(id);
    return view(key);
  }

  /** @throws KEY_NOT_FOUND */
  async revoke(id: string): Promise<void> {
    if (!(await this.#backends.keys.revoke(id, nowTimestamp()))) throw notFound(id);
  }

  /** Stores the owner as a session, which `POST /encode` needs. No key has such a hash. */
  #openSession(owner: string): Promise<void> {
    return this.#backends.sessions.insert(`${OWNER_OF_KEYS}${owner}`, { id: owner, createdAt: nowTimestamp() });
  }
}

/** A hash, so that texts of any length have the same length. */
function hashed(text: string): Buffer {
  return createHmac("sha256", "length").update(text).digest();
}

/** @throws KEY_INVALID for a key that is unknown, expired or revoked. */
function requireValid(key: StoredKey | undefined): StoredKey {
  if (!key) throw invalidKey();
  const reason = whyInvalid(key);
  if (reason !== undefined) throw invalidKey(reason);
  return key;
}

function whyInvalid({ revokedAt, expiresAt }: StoredKey): string | undefined {
  if (revokedAt !== undefined) return "The key was revoked.";
  return expiresAt !== undefined && expiresAt <= nowTimestamp() ? "The key has expired." : undefined;
}

function identityOf({ id: keyId, owner, scopes, limits }: StoredKey): Identity {
  return { owner, scopes, keyId, isSession: false, ...(limits && { limits }) };
}

function view({ scopes, ...key }: StoredKey): Key {
  return { ...key, scopes: [...scopes] };
}

function notFound(id: string) {
  return failure("KEY_NOT_FOUND", `There is no key ${abridged(id)}.`);
}

/** Client operations on sessions: open one, encode images into it, read it, erase it. */
import { randomUUID } from "node:crypto";
import type { Creation } from "../contracts/creation.ts";
import type { KnownEncoding } from "../encoding/encoding.ts";
import { failure } from "../errors.ts";
import type { Session, SessionStore } from "../ports/session-store.ts";
import { nowTimestamp } from "../time/timestamp.ts";
import type { KeyManager } from "./key-manager.ts";
import { hashOfSessionKey, newSessionKey, unknownSession } from "./keys.ts";
import { allows, type Identity, sessionScopes } from "./scopes.ts";

const MAX_IMAGES = 5;
const MAX_FACES = 6;

/** The use of a key is recorded at most once in this part of the time after which the session ends. */
const PART_OF_IDLE_TIME = 1 / 20;

type Keys = Pick<KeyManager, "openerOf" | "identityOf" | "ownerOf">;

export class SessionManager {
  readonly #store: SessionStore;
  readonly #keys: Keys;
  readonly #secret: Uint8Array;
  readonly #recordUseAfterMs: number;

  /** @param maxIdleMs Time without use after which `SessionSweep` ends sessions. 0 means never. */
  constructor(store: SessionStore, keys: Keys, secret: Uint8Array, maxIdleMs: number) {
    this.#store = store;
    this.#keys = keys;
    this.#secret = secret;
    this.#recordUseAfterMs = maxIdleMs === 0 ? Number.POSITIVE_INFINITY : maxIdleMs * PART_OF_IDLE_TIME;
  }

  /**
   * @param openedBy Id of the key that opens the session, if any.
   * @returns the session's key, which cannot be retrieved again.
   */
  async open(openedBy?: string): Promise<string> {
    const key = newSessionKey();
    const now = nowTimestamp();
    const opener = openedBy !== undefined && { openedBy: this.#keys.openerOf(openedBy) };
    const session = { id: randomUUID(), createdAt: now, usedAt: now, ...opener };
    await this.#store.insert(hashOfSessionKey(this.#secret, key), session);
    return key;
  }

  /** Identifies the session. It allows no more than the key that opened it. @throws SESSION_KEY_INVALID, KEY_INVALID */
  async identify(key: string): Promise<Identity> {
    const session = await this.#store.find(hashOfSessionKey(this.#secret, key));
    if (!session || !(await this.#recordUse(session))) throw unknownSession();
    const { id: owner, openedBy } = session;
    if (openedBy === undefined) return { owner, scopes: sessionScopes, isSession: true };
    const opener = await this.#keys.identityOf(openedBy);
    const scopes = sessionScopes.filter((scope) => allows(opener, [scope]));
    return { ...opener, owner, account: opener.owner, scopes, isSession: true };
  }

  /** The `account` of the session with this id, whatever its keys allow. Undefined if there is no such session. */
  async accountOf(sessionId: string): Promise<string | undefined> {
    const openedBy = await this.#store.openerOf(sessionId);
    return openedBy === undefined ? undefined : this.#keys.ownerOf(openedBy);
  }

  /** @returns false if the session has just ended. */
  async #recordUse({ id, usedAt }: Session): Promise<boolean> {
    if (usedAt === undefined || Date.now() - Date.parse(usedAt) < this.#recordUseAfterMs) return true;
    return this.#store.use(id, nowTimestamp());
  }

  /** @throws SESSION_FULL */
  async requireRoom(sessionId: string): Promise<void> {
    if ((await this.#store.countImages(sessionId)) >= MAX_IMAGES) throw full();
  }

  /** Call it when an image arrives, and pass the result to `add`. */
  erasedAt(sessionId: string): Promise<string | null | undefined> {
    return this.#store.erasedAt(sessionId);
  }

  /**
   * Adds an image, unless the session was erased while it was encoded. Then the request counts as made before the
   * erasure.
   * @param erasedAt The result of `erasedAt` when the image arrived.
   * @param creation Makes repeated requests add the image only once.
   * @throws NO_FACE, TOO_MANY_FACES, SESSION_FULL
   */
  async add(
    sessionId: string,
    { sha256, faces }: KnownEncoding,
    erasedAt: string | null | undefined,
    creation?: Creation,
  ): Promise<void> {
    if (faces.length === 0) throw failure("NO_FACE", "No face was found in the image.");
    if (faces.length > MAX_FACES) {
      const detail = `${faces.length} faces were found in the image; at most ${MAX_FACES} are taken.`;
      throw failure("TOO_MANY_FACES", detail, { faces: faces.length, maxFaces: MAX_FACES });
    }
    const encodings = faces.map(({ encoding }) => encoding);
    const image = {
      ...{ sha256, encodings, ...(creation && { creation: creation.id }) },
      ...(erasedAt !== undefined && { erasedAt }),
    };
    if (await this.#store.addImage(sessionId, image, MAX_IMAGES)) return;
    if ((await this.#store.erasedAt(sessionId)) === erasedAt) throw full();
  }

  /** The session's encodings, in the order of upload. */
  async summary(sessionId: string) {
    const images = await this.#store.images(sessionId);
    return {
      image_encodings: images.map(({ encodings }) => ({ faces: encodings.map((encoding) => ({ encoding })) })),
    };
  }

  erase(sessionId: string): Promise<void> {
    return this.#store.erase(sessionId, nowTimestamp());
  }
}

function full() {
  const detail = `The session holds ${MAX_IMAGES} images already; DELETE /session empties it.`;
  return failure("SESSION_FULL", detail, { maxPictures: MAX_IMAGES });
}

/** Client operations on sessions: open one, encode images into it, read it, erase it. */
import { randomUUID } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { KnownEncoding } from "../encoding/cached-encoder.ts";
import { failure } from "../errors.ts";
import type { SessionStore } from "../ports/session-store.ts";
import { nowTimestamp } from "../time.ts";
import { hashOf, newKey, unknownKey } from "./keys.ts";

const MAX_IMAGES = 5;
const MAX_FACES = 6;
/** Capacity of the cache of sessions. */
const KNOWN_SESSIONS = 10_000;

export class SessionManager {
  readonly #store: SessionStore;
  readonly #secret: Uint8Array;
  readonly #known = new LRUCache<string, string>({ max: KNOWN_SESSIONS });

  constructor(store: SessionStore, secret: Uint8Array) {
    this.#store = store;
    this.#secret = secret;
  }

  /** @returns the key; it cannot be retrieved again. */
  async open(): Promise<string> {
    const key = newKey();
    await this.#store.insert(hashOf(this.#secret, key), { id: randomUUID(), createdAt: nowTimestamp() });
    return key;
  }

  /** @returns the session's id. @throws SESSION_KEY_INVALID */
  async identify(key: string): Promise<string> {
    const hash = hashOf(this.#secret, key);
    // A key belongs to its session forever, so cache entries never become stale.
    const known = this.#known.get(hash);
    if (known) return known;
    const session = await this.#store.find(hash);
    if (!session) throw unknownKey();
    this.#known.set(hash, session.id);
    return session.id;
  }

  /** @throws SESSION_FULL */
  async requireRoom(sessionId: string): Promise<void> {
    if ((await this.#store.countImages(sessionId)) >= MAX_IMAGES) throw full();
  }

  /** @throws NO_FACE, TOO_MANY_FACES, SESSION_FULL */
  async add(sessionId: string, { sha256, faces }: KnownEncoding): Promise<void> {
    if (faces.length === 0) throw failure("NO_FACE", "No face was found in the image.");
    if (faces.length > MAX_FACES) {
      const detail = `${faces.length} faces were found in the image; at most ${MAX_FACES} are taken.`;
      throw failure("TOO_MANY_FACES", detail, { faces: faces.length, maxFaces: MAX_FACES });
    }
    const image = { sha256, encodings: faces.map(({ encoding }) => encoding) };
    if (!(await this.#store.addImage(sessionId, image, MAX_IMAGES))) throw full();
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

/**
 * An encoder that never makes the same encoding twice: what is known comes from memory or the store, and what is asked
 * for several times at the same moment is made once.
 *
 * Nobody learns from an answer that somebody else has sent the same image. The encoding is the same whoever made it,
 * its timings are those of when it was made, and who has not sent the image before gets the answer no sooner than
 * making it took.
 */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import type { ImageReference } from "../contracts/image-source.ts";
import type { Backends } from "../ports/backends.ts";
import type { CachedEncoding } from "../ports/encoding-cache.ts";
import * as metrics from "../telemetry/metrics.ts";
import { nowTimestamp } from "../time.ts";
import { asFailure } from "../transport/failures.ts";
import type { Encoder, EncoderModel, EncoderRequest, Encoding } from "./encoding.ts";

/** Who asks: a session, or "" for all who have none. */
export interface HeldRequest extends EncoderRequest {
  readonly holder: string;
}

export interface KnownEncoding extends Encoding {
  readonly sha256: string;
  readonly model: string;
}

interface Recent {
  readonly entry: CachedEncoding;
  /** Those of whom it is known that they hold the entry. */
  readonly holders: Set<string>;
}

interface Wanted {
  readonly key: string;
  readonly version: string;
}

type Found = { readonly entry: CachedEncoding; readonly source: "computed" | "store" };

const MEMORY_BYTES = 64 * 2 ** 20;
/** Of an entry, and of a face with its vector, in memory; roughly. */
const ENTRY_BYTES = 1024;
const FACE_BYTES = 1536;
/** Of a session's id in a set. */
const HOLDER_BYTES = 96;

export class CachedEncoder {
  readonly #encoder: Encoder;
  readonly #backends: Pick<Backends, "encodings" | "sessions">;
  readonly #inFlight = new Map<string, Promise<Found>>();
  readonly #recent: LRUCache<string, Recent>;

  /** @param memoryBytes For the encodings that are kept in memory. */
  constructor(encoder: Encoder, backends: Pick<Backends, "encodings" | "sessions">, memoryBytes = MEMORY_BYTES) {
    this.#encoder = encoder;
    this.#backends = backends;
    this.#recent = new LRUCache({
      maxSize: memoryBytes,
      sizeCalculation: ({ entry, holders }) =>
        ENTRY_BYTES + FACE_BYTES * entry.encoding.faces.length + HOLDER_BYTES * holders.size,
    });
  }

  model(): Promise<EncoderModel> {
    return this.#encoder.model();
  }

  /** @throws what `Encoder.encode` throws, STORAGE_FULL */
  async encode(image: Buffer | ImageReference, request: HeldRequest): Promise<KnownEncoding> {
    const { holder, options } = request;
    const sha256 = Buffer.isBuffer(image) ? createHash("sha256").update(image).digest("hex") : image.sha256;
    const model = await this.#encoder.model();
    const key = keyOf(sha256, model, options);
    const recent = this.#recent.get(key);
    if (recent?.holders.has(holder)) {
      metrics.encodings.inc({ source: "memory" });
      return known(recent.entry, sha256, model);
    }
    const entry = await this.#held({ key, version: model.version }, image, request);
    return known(entry, sha256, model);
  }

  /** The encoding of an image that this holder has sent before; undefined for any other, whoever has sent it. */
  async known(sha256: string, holder: string): Promise<KnownEncoding | undefined> {
    const model = await this.#encoder.model();
    const key = keyOf(sha256, model, undefined);
    if (!(await this.#backends.encodings.isHeld(key, holder))) return undefined;
    const entry = this.#recent.get(key)?.entry ?? (await this.#backends.encodings.get(key));
    if (!entry) return undefined;
    metrics.encodings.inc({ source: "store" });
    return known(entry, sha256, model);
  }

  /** Lets go of all that the holder has sent; what nobody else has sent is gone. */
  async releaseAll(holder: string): Promise<void> {
    await this.#backends.encodings.releaseAll(holder);
    this.forget(holder);
  }

  /** Drops from memory what the holder held, as after another node has let go of it. */
  forget(holder: string): void {
    for (const [key, { holders }] of this.#recent.entries()) if (holders.has(holder)) this.#recent.delete(key);
  }

  /** Finds the encoding or makes it, for the holder to hold. */
  async #held(wanted: Wanted, image: Buffer | ImageReference, request: HeldRequest): Promise<CachedEncoding> {
    const { key } = wanted;
    const { holder } = request;
    const { encodings, sessions } = this.#backends;
    const startedAt = performance.now();
    const since = nowTimestamp();
    const flying = this.#inFlight.get(key);
    const make = () => this.#findOrMake(wanted, image, request);
    const flight = flying?.catch((error) => (isImageGone(error) ? make() : Promise.reject(error))) ?? make();
    if (!flying) {
      this.#inFlight.set(key, flight);
      const land = () => this.#inFlight.delete(key);
      flight.then(land, land);
    }
    const { entry, source } = await flight;
    const isMaker = !flying && source === "computed";
    metrics.encodings.inc({ source: flying ? "shared" : source });
    if (entry.encoding.version !== wanted.version) return entry;
    const heldBefore = isMaker || (await encodings.hold(key, holder, nowTimestamp()));
    if (!heldBefore) {
      const tooSoonMs = entry.computeMs - (performance.now() - startedAt);
      if (tooSoonMs > 0) await sleep(tooSoonMs);
    }
    // A session that was erased meanwhile keeps nothing of before.
    if (holder !== "" && (await sessions.wasErasedSince(holder, since))) await encodings.release(key, holder);
    else this.#remember(key, entry, holder);
    return entry;
  }

  async #findOrMake({ key, version }: Wanted, image: Buffer | ImageReference, request: HeldRequest): Promise<Found> {
    const { encodings } = this.#backends;
    const stored = await encodings.get(key);
    if (stored) return { entry: stored, source: "store" };
    const startedAt = performance.now();
    const { options, priority, suspect } = request;
    const marked = suspect ? { priority, suspect } : { priority };
    const encoding = await this.#encoder.encode(image, { ...marked, ...(options && { options }) });
    const entry = { encoding, computeMs: performance.now() - startedAt };
    // What another version made, the detector having been replaced just now, is not this key's.
    if (encoding.version === version) await encodings.put(key, entry, request.holder, nowTimestamp());
    return { entry, source: "computed" };
  }

  #remember(key: string, entry: CachedEncoding, holder: string): void {
    const recent = this.#recent.get(key) ?? { entry, holders: new Set() };
    recent.holders.add(holder);
    // The cache keeps the size that it first calculated of an object, and this one has grown.
    this.#recent.delete(key);
    this.#recent.set(key, recent);
  }
}

/** Stands for the image's content, the model, its version and the options. */
function keyOf(sha256: string, { name, version }: EncoderModel, options: HeldRequest["options"] = {}): string {
  const sorted = Object.entries(options).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${sha256}.${name}.${version}.${sorted.length === 0 ? "" : JSON.stringify(sorted)}`;
}

function known({ encoding }: CachedEncoding, sha256: string, { name }: EncoderModel): KnownEncoding {
  return { ...encoding, sha256, model: name };
}

/** The same image may be there for another request, which brought its bytes or has it in another job. */
function isImageGone(error: unknown): boolean {
  return asFailure(error).type === "PICTURE_GONE";
}

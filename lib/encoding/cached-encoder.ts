/**
 * Caches encodings in memory and in the store, and merges concurrent requests for the same encoding.
 *
 * Neither an answer nor the metrics must reveal that another owner has sent the same image. The encoding does not
 * depend on the requester, its timings are those of its computation, and an owner that has not sent the image before
 * waits as long as the computation took, and is counted as if it had been made again.
 */
import { hash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import type { ImageReference } from "../contracts/image-source.ts";
import type { Backends } from "../ports/backends.ts";
import type { CachedEncoding } from "../ports/encoding-cache.ts";
import { wasErasedSince } from "../sessions/was-erased-since.ts";
import * as metrics from "../telemetry/metrics.ts";
import { nowTimestamp } from "../time/timestamp.ts";
import { asFailure } from "../transport/failures.ts";
import type { Encoder, EncoderModel, EncoderRequest, KnownEncoding } from "./encoding.ts";

/** The requester: a session, or "" for all requests without one. */
export interface OwnedRequest extends EncoderRequest {
  readonly owner: string;
}

interface Recent {
  readonly entry: CachedEncoding;
  /** Owners of the entry, as far as known here. */
  readonly owners: Set<string>;
  /** Until this time by `performance.now`, the store is not asked again. Asking it records that the entry is used. */
  readonly until: number;
}

interface Wanted {
  readonly key: string;
  readonly version: string;
}

type Found = { readonly entry: CachedEncoding; readonly source: "computed" | "store" };

/** A search that others may join. */
interface Search {
  readonly priority: EncoderRequest["priority"];
  readonly found: Promise<Found>;
}

const MEMORY_BYTES = 64 * 2 ** 20;
const MEMORY_MS = 60_000;
/** Approximate memory of an entry, of a face without its vector, and of a number of the vector. */
const ENTRY_BYTES = 1024;
const FACE_BYTES = 512;
const NUMBER_BYTES = 8;
/** Memory of a session's id in a set. */
const OWNER_BYTES = 96;

export class CachedEncoder {
  readonly #encoder: Encoder;
  readonly #backends: Pick<Backends, "encodings" | "sessions">;
  readonly #inFlight = new Map<string, Search>();
  readonly #recent: LRUCache<string, Recent>;

  /** @param memoryBytes Limit of the in-memory cache. */
  constructor(encoder: Encoder, backends: Pick<Backends, "encodings" | "sessions">, memoryBytes = MEMORY_BYTES) {
    this.#encoder = encoder;
    this.#backends = backends;
    this.#recent = new LRUCache({
      maxSize: memoryBytes,
      sizeCalculation: ({ entry, owners }) => memoryOf(entry) + OWNER_BYTES * owners.size,
    });
  }

  model(): Promise<EncoderModel> {
    return this.#encoder.model();
  }

  /** @throws what `Encoder.encode` throws, STORAGE_FULL */
  async encode(image: Buffer | ImageReference, request: OwnedRequest): Promise<KnownEncoding> {
    const { owner, options } = request;
    const sha256 = Buffer.isBuffer(image) ? hash("sha256", image) : image.sha256;
    const model = await this.#encoder.model();
    const key = keyOf(sha256, model, options);
    const recent = this.#recent.get(key);
    if (recent?.owners.has(owner) && performance.now() < recent.until) {
      metrics.encodings.inc({ source: "memory" });
      return known(recent.entry, sha256, model);
    }
    const entry = await this.#obtain({ key, version: model.version }, image, request);
    return known(entry, sha256, model);
  }

  /** The encoding of an image that this owner has sent before; undefined for all other images. */
  async known(sha256: string, owner: string): Promise<KnownEncoding | undefined> {
    const model = await this.#encoder.model();
    const key = keyOf(sha256, model, undefined);
    if (!(await this.#backends.encodings.hasOwner(key, owner))) return undefined;
    const recent = this.#recent.get(key);
    const entry = recent?.entry ?? (await this.#backends.encodings.get(key));
    if (!entry) return undefined;
    // What memory has because of others must not be told.
    metrics.encodings.inc({ source: recent?.owners.has(owner) ? "memory" : "store" });
    return known(entry, sha256, model);
  }

  /** Evicts the owner's entries from memory, after they were released in the store. */
  forget(owner: string): void {
    for (const [key, { owners }] of this.#recent.entries()) if (owners.has(owner)) this.#recent.delete(key);
  }

  /** Finds or computes the encoding and records the owner. */
  async #obtain(wanted: Wanted, image: Buffer | ImageReference, request: OwnedRequest): Promise<CachedEncoding> {
    const { key } = wanted;
    const { owner, priority } = request;
    const { encodings, sessions } = this.#backends;
    const startedAt = performance.now();
    const since = nowTimestamp();
    const make = () => this.#findOrMake(wanted, image, request);
    const joined = this.#joinable(key, priority);
    let isShared = joined !== undefined;
    const retry = (error: unknown) => {
      if (!isOfRequest(error)) throw error;
      isShared = false;
      return make();
    };
    const { entry, source } = await (joined?.catch(retry) ?? this.#share(key, { priority, found: make() }));
    const isMaker = !isShared && source === "computed";
    // Nobody owns an encoding of a version that was replaced just now.
    const isOwnable = entry.encoding.version === wanted.version;
    const ownedBefore = isOwnable && !isMaker && (await encodings.addOwner(key, owner, nowTimestamp()));
    // All other owners have released the entry meanwhile.
    if (ownedBefore === undefined) await encodings.put(key, entry, owner, nowTimestamp());
    if (!isMaker && !ownedBefore) {
      const tooSoonMs = entry.computeMs - (performance.now() - startedAt);
      if (tooSoonMs > 0) await sleep(tooSoonMs);
      this.#encoder.countAgain?.(entry.encoding);
    }
    metrics.encodings.inc({ source: !ownedBefore ? "computed" : isShared ? "shared" : source });
    if (!isOwnable) return entry;
    // A session erased in the meantime must keep nothing.
    if (owner !== "" && (await wasErasedSince(sessions, owner, since))) await encodings.release(key, owner);
    else this.#remember(key, entry, owner);
    return entry;
  }

  /** The search in progress, unless it may take longer than one of this priority would. */
  #joinable(key: string, priority: EncoderRequest["priority"]): Promise<Found> | undefined {
    const search = this.#inFlight.get(key);
    const isSlow = search?.priority === "bulk" && priority === "interactive" && !this.#encoder.ignoresPriority;
    return isSlow ? undefined : search?.found;
  }

  /** Lets others join the search until it has ended. */
  #share(key: string, search: Search): Promise<Found> {
    this.#inFlight.set(key, search);
    const end = () => {
      // One of a higher priority may have taken its place.
      if (this.#inFlight.get(key) === search) this.#inFlight.delete(key);
    };
    search.found.then(end, end);
    return search.found;
  }

  async #findOrMake({ key, version }: Wanted, image: Buffer | ImageReference, request: OwnedRequest): Promise<Found> {
    const { encodings } = this.#backends;
    const stored = await encodings.get(key);
    if (stored) return { entry: stored, source: "store" };
    const startedAt = performance.now();
    const { owner, suspect, ...plain } = request;
    const encoding = await this.#encoder.encode(image, suspect ? { ...plain, suspect } : plain);
    const entry = { encoding, computeMs: performance.now() - startedAt };
    // If the detector was replaced just now, the encoding has another version and does not belong to this key.
    if (encoding.version === version) await encodings.put(key, entry, owner, nowTimestamp());
    return { entry, source: "computed" };
  }

  #remember(key: string, entry: CachedEncoding, owner: string): void {
    const owners = this.#recent.get(key)?.owners ?? new Set();
    owners.add(owner);
    // The cache computes an entry's size on insertion, and this entry has grown.
    this.#recent.delete(key);
    this.#recent.set(key, { entry, owners, until: performance.now() + MEMORY_MS });
  }
}

function memoryOf({ encoding: { faces } }: CachedEncoding): number {
  return faces.reduce((sum, { encoding }) => sum + FACE_BYTES + NUMBER_BYTES * encoding.length, ENTRY_BYTES);
}

/** What is stored with a vector. It is a part of the keys, so entries of an earlier form are computed again. */
const FORM = "quality";

/** Identifies the image's content, the model, its version and the options. */
function keyOf(sha256: string, { name, version }: EncoderModel, options: OwnedRequest["options"] = {}): string {
  const sorted = Object.entries(options).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${sha256}.${name}.${version}.${FORM}.${sorted.length === 0 ? "" : JSON.stringify(sorted)}`;
}

function known({ encoding }: CachedEncoding, sha256: string, { name }: EncoderModel): KnownEncoding {
  return { ...encoding, sha256, model: name };
}

/**
 * Whether another request for the same image may succeed: it may have the image in its body or in another job, and have
 * another turn. That an image takes too long is told to all, so that it does not occupy a thread for each of them.
 */
function isOfRequest(error: unknown): boolean {
  return ["PICTURE_GONE", "STORE_CORRUPT", "STORE_UNAVAILABLE", "OVERLOADED"].includes(asFailure(error).type);
}

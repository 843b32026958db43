/**
 * Admission of requests by time: a request is admitted if the images ahead of it leave it inside the longest wait.
 *
 * Every admitted request reserves the images that it is expected to have in work at a time. Time is work, which is a
 * number of images times the recent thread time of one, divided by the rate at which work gets done. All of it is of
 * the detectors that can do the request: see `DetectorSet`.
 *
 *   wait of a client = (work of all + work of this client + work of the request) / rate
 *
 * The work of the client counts twice. Together the clients thus never reserve more than fits in the longest wait, so
 * each image is in time in whatever order they are taken. And a client alone reserves at most half of that, each of n
 * busy clients an (n + 1)th: there is always room for one more. (The rule is the dynamic threshold of shared-memory
 * switches with the factor 1: Choudhury and Hahne, IEEE/ACM Transactions on Networking 6(2), 1998.)
 *
 * When the rate falls, what was admitted before may fill more than the longest wait. Clients have turns, so that does
 * not delay a client with little work. It is admitted even then
 * - if it has no work yet, and that of all is done in one and a half times the longest wait;
 * - or if its turn comes soon: as clients have equal turns, it waits for its own work and at most as
 *   much of each other.
 *
 * A client that gives up sooner than that has a shorter longest wait: see `Patience`.
 */
import { LRUCache } from "lru-cache";
import { type Detector, DetectorSet } from "./detector-set.ts";
import { Patience } from "./patience.ts";
import { RecentAverage } from "./recent-average.ts";

/** Thread time of an image before one was measured, in milliseconds. */
const FIRST_GUESS_MS = 5;
/** Largest part of the longest wait that one request reserves. */
const LARGEST_RESERVE = 1 / 4;
/** A client without work is admitted if all work is done within this many longest waits. */
const FIRST = 3 / 2;
/** A turn that comes within this part of the longest wait comes soon. */
const SOON = 1 / 8;
/** Kinds of images whose thread time is kept. */
const MAX_KINDS = 256;

export interface AdmissionRequest {
  /** The client, which shares the detectors with others: a session, or an address. */
  readonly client: string;
  /** Images of one kind take about the same time: the kind is the list of models. */
  readonly kind: string;
  /** Images expected to be in work at a time. */
  readonly images: number;
  /** Detectors that can do the work. */
  readonly detectors: readonly Detector[];
}

/** Outcome of an image: its thread time in milliseconds, if known, or `failed` if the service is at fault. */
export type Ended = { readonly threadMs?: number | undefined } | "failed";

export type Admitted = { readonly request: AdmittedRequest } | { readonly retryAfterMs: number };

export class Admission {
  readonly #maxWaitMs: number;
  readonly #now: () => number;
  /** By their detectors. */
  readonly #sets = new Map<string, DetectorSet>();
  readonly #imageMs = new LRUCache<string, RecentAverage>({ max: MAX_KINDS });
  readonly #patience: Patience;

  /** @param now A monotonic clock in milliseconds. */
  constructor(maxWaitMs: number, now = () => performance.now()) {
    this.#maxWaitMs = maxWaitMs;
    this.#now = now;
    this.#patience = new Patience(now);
  }

  /** Estimated time until all detectors have done the work of all admitted requests, in milliseconds. */
  get waitMs(): number {
    return Math.max(0, ...this.#sets.values().map((set) => set.work / set.workPerMs(this.#now())));
  }

  /**
   * @returns the request, which the caller must close in any case, or the estimated time until it would be admitted.
   */
  admit(request: AdmissionRequest): Admitted {
    const set = this.#setOf(request.detectors);
    const retryAfterMs = this.#retryAfterMs(request, set);
    if (retryAfterMs !== undefined) return { retryAfterMs };
    return { request: new AdmittedRequest(this, set, { ...request, images: this.#reserved(request, set) }) };
  }

  /** Estimated time until the request would be admitted; undefined if it would be admitted now. */
  retryAfterMs(request: AdmissionRequest): number | undefined {
    return this.#retryAfterMs(request, this.#setOf(request.detectors));
  }

  /** The client has left without an answer, this long after its request was admitted. */
  gaveUp(client: string, waitedMs: number): void {
    this.#patience.gaveUp(client, waitedMs);
  }

  /** Recent thread time of an image of the kind, in milliseconds. */
  imageMs(kind: string): number {
    return this.#imageMs.get(kind)?.value ?? FIRST_GUESS_MS;
  }

  /** For `AdmittedRequest`: whether one more image of the client would still be in time. */
  hasRoom({ client, kind }: AdmissionRequest, set: DetectorSet): boolean {
    return this.#waitOf(client, this.imageMs(kind), set) <= this.#maxWaitMs;
  }

  /** For `AdmittedRequest`: an image is handed to the detectors. */
  begin(set: DetectorSet): void {
    set.begin(this.#now());
  }

  /** For `AdmittedRequest`: an image has ended. @param ended Undefined for an image that took no detector's time. */
  end(kind: string, ended: Ended | undefined, set: DetectorSet): void {
    if (ended !== "failed" && ended?.threadMs !== undefined) this.#averageOf(kind).add(ended.threadMs);
    const workMs = ended === "failed" ? 0 : ended && this.imageMs(kind);
    set.end(workMs, this.#now());
  }

  #setOf(detectors: readonly Detector[]): DetectorSet {
    const key = detectors
      .map(({ id, threads }) => `${id}:${threads}`)
      .toSorted()
      .join();
    const known = this.#sets.get(key);
    if (known) return known;
    for (const [other, set] of this.#sets) if (set.isUnused(this.#now())) this.#sets.delete(other);
    const set = new DetectorSet(detectors, this.#sets);
    this.#sets.set(key, set);
    return set;
  }

  #retryAfterMs(request: AdmissionRequest, set: DetectorSet): number | undefined {
    const { client, kind } = request;
    const workMs = this.#reserved(request, set) * this.imageMs(kind);
    const maxWaitMs = Math.min(this.#maxWaitMs, this.#patience.limitMs(client));
    const lateMs = this.#waitOf(client, workMs, set) - maxWaitMs;
    const isSoon = this.#turnOf(client, workMs, set) <= SOON * maxWaitMs;
    // With nothing ahead of it, a request is never too late, however long its images take. Without a detector, the
    // request fails for that reason.
    const isFirst = set.workOf(client) === 0 && lateMs <= (FIRST - 1) * maxWaitMs;
    if (lateMs <= 0 || isFirst || isSoon || set.work === 0 || set.threads === 0) return undefined;
    return lateMs / shareOfDrain(client, set);
  }

  /** Estimated wait of a new request of the client, its own work included, in milliseconds. */
  #waitOf(client: string, workMs: number, set: DetectorSet): number {
    return (set.work + set.workOf(client) + workMs) / set.workPerMs(this.#now());
  }

  /** Time until a request of the client is done if every other client has as much work, in milliseconds. */
  #turnOf(client: string, workMs: number, set: DetectorSet): number {
    const ownBefore = set.workOf(client);
    const own = ownBefore + workMs;
    const clients = set.clients + (ownBefore > 0 ? 0 : 1);
    return (clients * own) / set.workPerMs(this.#now());
  }

  /** Images that the request reserves. */
  #reserved({ kind, images }: AdmissionRequest, set: DetectorSet): number {
    const most = (this.#maxWaitMs * set.workPerMs(this.#now()) * LARGEST_RESERVE) / this.imageMs(kind);
    return Math.max(1, Math.min(images, Math.floor(most)));
  }

  #averageOf(kind: string): RecentAverage {
    let average = this.#imageMs.get(kind);
    if (!average) {
      average = new RecentAverage(FIRST_GUESS_MS);
      this.#imageMs.set(kind, average);
    }
    return average;
  }
}

export class AdmittedRequest {
  readonly #admission: Admission;
  readonly #set: DetectorSet;
  readonly #request: AdmissionRequest;
  #reservedMs = 0;
  #inWork = 0;
  #ended = 0;
  #isClosed = false;

  constructor(admission: Admission, set: DetectorSet, request: AdmissionRequest) {
    this.#admission = admission;
    this.#set = set;
    this.#request = request;
    this.#update();
  }

  /**
   * Images that the request may have in work now: those that it has reserved, and more while there is room. A request
   * at its limit is not read on.
   */
  limit(most: number): number {
    return this.#admission.hasRoom(this.#request, this.#set) ? most : Math.min(most, this.#request.images);
  }

  begin(): void {
    this.#inWork += 1;
    this.#admission.begin(this.#set);
    this.#update();
  }

  /** @param ended Undefined for an image that took no detector's time. */
  end(ended: Ended | undefined): void {
    this.#inWork -= 1;
    this.#ended += 1;
    this.#admission.end(this.#request.kind, ended, this.#set);
    this.#update();
  }

  /** No more images of the request follow. */
  close(): void {
    this.#isClosed = true;
    this.#update();
  }

  /** Reserves the remaining part of the expected images, at least one until the end. */
  #update(): void {
    const expected = this.#isClosed ? 0 : Math.max(1, this.#request.images - this.#ended);
    const workMs = Math.max(this.#inWork, expected) * this.#admission.imageMs(this.#request.kind);
    this.#set.reserve(this.#request.client, workMs - this.#reservedMs);
    this.#reservedMs = workMs;
  }
}

/**
 * How many times as fast as all work is done the wait of a client shrinks: its own work counts twice in its wait, and
 * clients with work have equal turns.
 */
function shareOfDrain(client: string, set: DetectorSet): number {
  return set.workOf(client) > 0 ? 1 + 1 / set.clients : 1;
}

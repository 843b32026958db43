/**
 * Admission of requests by time: a request is admitted if the images ahead of it leave it inside the longest wait.
 *
 * Every admitted request reserves the images that it is expected to have in work at a time. Time is work, which is a
 * number of images times the recent thread time of one, divided by the rate at which work gets done.
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
 */
import { LRUCache } from "lru-cache";
import { RecentAverage } from "./recent-average.ts";
import { WorkRate } from "./work-rate.ts";

/** Thread time of an image before one was measured, in milliseconds. */
const FIRST_GUESS_MS = 5;
/** Images in work per thread from which on the threads are never idle: one runs, one was sent ahead, one waits. */
const SATURATED_PER_THREAD = 3;
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
  /** Threads of the detectors that can do the work. */
  readonly threads: number;
}

/** Outcome of an image: its thread time in milliseconds, if known, or `failed` if the service is at fault. */
export type Ended = { readonly threadMs?: number | undefined } | "failed";

export type Admitted = { readonly request: AdmittedRequest } | { readonly retryAfterMs: number };

export class Admission {
  readonly #maxWaitMs: number;
  readonly #now: () => number;
  readonly #rate = new WorkRate();
  readonly #imageMs = new LRUCache<string, RecentAverage>({ max: MAX_KINDS });
  readonly #workOfClients = new Map<string, number>();
  #work = 0;
  #inWork = 0;
  #threads = 1;

  /** @param now A monotonic clock in milliseconds. */
  constructor(maxWaitMs: number, now = () => performance.now()) {
    this.#maxWaitMs = maxWaitMs;
    this.#now = now;
  }

  /** Estimated time until the work of all admitted requests is done, in milliseconds. */
  get waitMs(): number {
    return this.#work / this.#workPerMs(this.#threads);
  }

  /** Estimated wait of a new request of the client, its own work included, in milliseconds. */
  waitOf(client: string, workMs: number, threads: number): number {
    return (this.#work + (this.#workOfClients.get(client) ?? 0) + workMs) / this.#workPerMs(threads);
  }

  /**
   * @returns the request, which the caller must close in any case, or the estimated time until it would be admitted.
   */
  admit(request: AdmissionRequest): Admitted {
    this.#threads = request.threads;
    const retryAfterMs = this.retryAfterMs(request);
    if (retryAfterMs !== undefined) return { retryAfterMs };
    return { request: new AdmittedRequest(this, { ...request, images: this.#reserved(request) }) };
  }

  /** Estimated time until the request would be admitted; undefined if it would be admitted now. */
  retryAfterMs(request: AdmissionRequest): number | undefined {
    const { client, kind, threads } = request;
    const workMs = this.#reserved(request) * this.imageMs(kind);
    const lateMs = this.waitOf(client, workMs, threads) - this.#maxWaitMs;
    const isSoon = this.#turnOf(client, workMs, threads) <= SOON * this.#maxWaitMs;
    // With nothing ahead of it, a request is never too late, however long its images take. Without a detector, the
    // request fails for that reason.
    const isFirst = !this.#workOfClients.has(client) && lateMs <= (FIRST - 1) * this.#maxWaitMs;
    if (lateMs <= 0 || isFirst || isSoon || this.#work === 0 || threads === 0) return undefined;
    return lateMs / this.#shareOfDrain(client);
  }

  /** Recent thread time of an image of the kind, in milliseconds. */
  imageMs(kind: string): number {
    return this.#imageMs.get(kind)?.value ?? FIRST_GUESS_MS;
  }

  /** Whether one more image of the client would still be in time. */
  hasRoom({ client, kind, threads }: AdmissionRequest): boolean {
    return this.waitOf(client, this.imageMs(kind), threads) <= this.#maxWaitMs;
  }

  /** For `AdmittedRequest`: a change of what a client has reserved. */
  reserve(client: string, workMs: number): void {
    const own = (this.#workOfClients.get(client) ?? 0) + workMs;
    // Smaller values are rounding errors of floating-point sums.
    if (own > 1e-6) this.#workOfClients.set(client, own);
    else this.#workOfClients.delete(client);
    this.#work = this.#workOfClients.size === 0 ? 0 : this.#work + workMs;
  }

  /** For `AdmittedRequest`: an image is handed to the detectors. */
  begin(): void {
    this.#inWork += 1;
    this.#observe();
  }

  /** For `AdmittedRequest`: an image has ended. @param ended Undefined for an image that took no detector's time. */
  end(kind: string, ended: Ended | undefined): void {
    if (ended === "failed") this.#rate.done(0, this.#now());
    else if (ended) {
      if (ended.threadMs !== undefined) this.#averageOf(kind).add(ended.threadMs);
      this.#rate.done(this.imageMs(kind), this.#now());
    }
    this.#inWork -= 1;
    this.#observe();
  }

  /** Time until a request of the client is done if every other client has as much work, in milliseconds. */
  #turnOf(client: string, workMs: number, threads: number): number {
    const ownBefore = this.#workOfClients.get(client) ?? 0;
    const own = ownBefore + workMs;
    const clients = this.#workOfClients.size + (ownBefore > 0 ? 0 : 1);
    return (clients * own) / this.#workPerMs(threads);
  }

  /**
   * How many times as fast as all work is done the wait of a client shrinks: its own work counts twice in its wait, and
   * clients with work have equal turns.
   */
  #shareOfDrain(client: string): number {
    return this.#workOfClients.has(client) ? 1 + 1 / this.#workOfClients.size : 1;
  }

  /** Images that the request reserves. */
  #reserved({ kind, images, threads }: AdmissionRequest): number {
    const most = (this.#maxWaitMs * this.#workPerMs(threads) * LARGEST_RESERVE) / this.imageMs(kind);
    return Math.max(1, Math.min(images, Math.floor(most)));
  }

  #observe(): void {
    this.#rate.observe(this.#inWork >= SATURATED_PER_THREAD * this.#threads, this.#now());
  }

  #workPerMs(threads: number): number {
    // The measured rate is 0 if every image failed. The number of threads then gives the expected rate.
    return this.#rate.at(this.#now()) || Math.max(1, threads);
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
  readonly #request: AdmissionRequest;
  #reservedMs = 0;
  #inWork = 0;
  #ended = 0;
  #isClosed = false;

  constructor(admission: Admission, request: AdmissionRequest) {
    this.#admission = admission;
    this.#request = request;
    this.#update();
  }

  /**
   * Images that the request may have in work now: those that it has reserved, and more while there is room. A request
   * at its limit is not read on.
   */
  limit(most: number): number {
    return this.#admission.hasRoom(this.#request) ? most : Math.min(most, this.#request.images);
  }

  begin(): void {
    this.#inWork += 1;
    this.#admission.begin();
    this.#update();
  }

  /** @param ended Undefined for an image that took no detector's time. */
  end(ended: Ended | undefined): void {
    this.#inWork -= 1;
    this.#ended += 1;
    this.#admission.end(this.#request.kind, ended);
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
    this.#admission.reserve(this.#request.client, workMs - this.#reservedMs);
    this.#reservedMs = workMs;
  }
}

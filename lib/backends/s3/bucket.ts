/** A bucket of S3 or a compatible service: objects by key, each request repeated until it is answered. */
import { hash } from "node:crypto";
import { AwsV4Signer } from "aws4fetch";
import { ExponentialBackoff, handleWhen, retry } from "cockatiel";
import type { Credentials } from "./credentials.ts";
import { exchange } from "./exchange.ts";
import { asS3Failure, isMissing, isNotImplemented, isPassing, isRefusal, S3Error, WRONG_CLOCK } from "./failure.ts";
import { isWhole, LIST, LIST_OF_VERSIONS, type Listing, parseListing } from "./listing.ts";

export interface BucketOptions {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly credentials: () => Promise<Credentials>;
  /** How long an unanswered request is repeated, in milliseconds. */
  readonly retryForMs?: number;
  /** Longest time of an attempt in which nothing is sent or received, in milliseconds. */
  readonly idleTimeoutMs?: number;
  /** Rate of both directions together below which an attempt is given up after twice `idleTimeoutMs`. */
  readonly minBytesPerSecond?: number;
}

/** The same time as for requests to NATS. */
const RETRY_FOR_MS = 12_500;
const IDLE_TIMEOUT_MS = 5_000;
/** The share of each of 100 concurrent transfers over a link of 10 Mbit/s. */
const MIN_BYTES_PER_SECOND = 10_000;
const backoff = new ExponentialBackoff({ initialDelay: 100, maxDelay: 2_000 });
const NO_BYTES = Buffer.alloc(0);
const NO_BYTES_SHA256 = hash("sha256", NO_BYTES);

interface S3Request {
  readonly method: "GET" | "PUT" | "DELETE";
  readonly key?: string;
  readonly query?: Query;
  readonly body?: Uint8Array;
  /** SHA-256 of the body, which the service verifies. */
  readonly sha256?: string;
  /** The XML element that a complete answer contains. */
  readonly element?: string;
}

interface S3Answer {
  /** The answer's body in a buffer of exact size. */
  readonly body: Buffer;
  /** The service's clock, in milliseconds since 1970. */
  readonly time: number;
}

type Query = Readonly<Record<string, string>>;
type ListingPage = Listing & Pick<S3Answer, "time">;
/** `list` or `listVersions`. */
type List = (prefix: string, query: Query) => Promise<ListingPage>;

/** All methods throw STORE_UNAVAILABLE, if the service does not answer in time or refuses. */
export class Bucket {
  readonly #options: Required<BucketOptions>;
  readonly #url: string;
  /** Cache of derived signing keys. */
  readonly #signingKeys = new Map<string, ArrayBuffer>();
  readonly #closed = new AbortController();
  /**
   * How far the service's clock is ahead of this machine's. Known only after the service has refused a signature for
   * it.
   */
  #aheadMs = 0;

  constructor(options: BucketOptions) {
    this.#options = {
      retryForMs: RETRY_FOR_MS,
      idleTimeoutMs: IDLE_TIMEOUT_MS,
      minBytesPerSecond: MIN_BYTES_PER_SECOND,
      ...options,
    };
    this.#url = `${options.endpoint.replace(/\/+$/, "")}/${options.bucket}`;
  }

  get name(): string {
    return this.#options.bucket;
  }

  /** Resolves when the object is stored. @param sha256 Hash of the body, in hexadecimal. @throws STORAGE_FULL */
  async put(key: string, body: Uint8Array, sha256: string): Promise<void> {
    await this.#send({ method: "PUT", key, body, sha256 });
  }

  /** The object in a buffer of exact size; undefined if there is none. */
  async get(key: string): Promise<Buffer | undefined> {
    const answer = await this.#find({ method: "GET", key });
    return answer?.body;
  }

  /** @param versionId The version to delete. Without it, a bucket that keeps versions keeps the object. */
  async delete(key: string, versionId?: string): Promise<void> {
    await this.#find({ method: "DELETE", key, ...(versionId !== undefined && { query: { versionId } }) });
  }

  /**
   * A page of the keys that begin with the prefix, in their order.
   * @param query `delimiter` combines all keys that are equal up to it into one entry; `next` of a page continues the
   *   list.
   */
  async list(prefix: string, query: Query = {}): Promise<ListingPage> {
    return this.#list(LIST, { "list-type": "2", prefix, ...query });
  }

  /** Like `list`, but returns all versions of all objects, and the markers of deleted ones. */
  async listVersions(prefix: string, query: Query = {}): Promise<ListingPage> {
    return this.#list(LIST_OF_VERSIONS, { versions: "", prefix, ...query });
  }

  /** All pages of the keys that begin with the prefix, as `list` or `listVersions` gives them. */
  async *pages(list: List, prefix: string, query: Query = {}): AsyncGenerator<ListingPage, void, void> {
    for (let next: Query | undefined = {}; next; ) {
      const page: ListingPage = await list(prefix, { ...query, ...next });
      yield page;
      next = page.next;
    }
  }

  /**
   * Whether deleted objects stay as old versions, or earlier ones may have stayed. Undefined if the service refuses to
   * tell.
   */
  async keepsVersions(): Promise<boolean | undefined> {
    let isImplemented = true;
    const answer = await this.#send({ method: "GET", query: { versioning: "" } }, (error) => {
      isImplemented = !isNotImplemented(error);
      return isRefusal(error);
    });
    if (!answer) return isImplemented ? undefined : false;
    return /<Status>(?:Enabled|Suspended)<\/Status>/.test(answer.body.toString());
  }

  /** Whether the service allows `listVersions` for the prefix. */
  async canListVersions(prefix: string): Promise<boolean> {
    const query = { versions: "", prefix, "max-keys": "1" };
    return (await this.#send({ method: "GET", query, element: LIST_OF_VERSIONS }, isRefusal)) !== undefined;
  }

  /** Ends the requests in flight. */
  close(): void {
    this.#closed.abort();
  }

  async #list(element: string, query: Query): Promise<ListingPage> {
    const { body, time } = await this.#send({ method: "GET", query, element });
    return { ...parseListing(body.toString()), time };
  }

  async #find(request: S3Request): Promise<S3Answer | undefined> {
    return this.#send(request, isMissing);
  }

  #send(request: S3Request): Promise<S3Answer>;
  #send(request: S3Request, isNone: (error: unknown) => boolean): Promise<S3Answer | undefined>;
  async #send(request: S3Request, isNone = (_error: unknown) => false): Promise<S3Answer | undefined> {
    const until = performance.now() + this.#options.retryForMs;
    const again = handleWhen((error) => isPassing(error) && performance.now() < until && !this.#closed.signal.aborted);
    let isLost = false;
    try {
      return await retry(again, { backoff }).execute(() =>
        this.#attempt(request, isLost).catch((error) => {
          isLost = !(error instanceof S3Error);
          throw error;
        }),
      );
    } catch (error) {
      if (isNone(error)) return undefined;
      throw asS3Failure(error);
    }
  }

  /**
   * Signed anew each time: a signature is valid for a few minutes.
   * @param isAlone Whether the request gets a new connection, because the idle ones may all be dead.
   * @throws S3Error, and errors of the connection
   */
  async #attempt(
    { method, key, query, body = NO_BYTES, sha256 = NO_BYTES_SHA256, element }: S3Request,
    isAlone: boolean,
  ): Promise<S3Answer> {
    const { region, credentials, idleTimeoutMs, minBytesPerSecond } = this.#options;
    const url = new URL(key === undefined ? this.#url : `${this.#url}/${key}`);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    const signer = new AwsV4Signer({
      method,
      url: url.href,
      headers: { "X-Amz-Content-Sha256": sha256 },
      service: "s3",
      region,
      cache: this.#signingKeys,
      datetime: new Date(Date.now() + this.#aheadMs).toISOString().replaceAll(/[:-]|\.\d{3}/g, ""),
      ...(await credentials()),
    });
    const { headers } = await signer.sign();
    const answer = await exchange({
      method,
      url,
      headers: Object.fromEntries(headers),
      body,
      idleTimeoutMs,
      minBytesPerSecond,
      isAlone,
      signal: this.#closed.signal,
    });
    const time = Date.parse(answer.headers.date ?? "") || Date.now();
    const isGood = answer.status === 200 || answer.status === 204;
    if (isGood && (element === undefined || isWhole(answer.body.toString(), element)))
      return { body: answer.body, time };
    const error = new S3Error(answer.status, answer.body.toString());
    if (error.code === WRONG_CLOCK) this.#aheadMs = time - Date.now();
    throw error;
  }
}

/** A bucket of S3 or a compatible service: objects by key, each request repeated until it is answered. */
import { hash } from "node:crypto";
import { AwsV4Signer } from "aws4fetch";
import { ExponentialBackoff, handleWhen, retry } from "cockatiel";
import type { Credentials } from "./credentials.ts";
import { exchange } from "./exchange.ts";
import { asS3Failure, isMissing, isPassing, S3Error } from "./failure.ts";
import { type Listing, parseListing } from "./listing.ts";

export interface BucketOptions {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly credentials: () => Promise<Credentials>;
  /** How long a request is repeated that is not answered, in milliseconds. */
  readonly retryForMs?: number;
  /** Longest time in one attempt in which nothing is sent or received, in milliseconds. */
  readonly idleTimeoutMs?: number;
}

/** As long as requests to NATS are repeated. */
const RETRY_FOR_MS = 12_500;
const IDLE_TIMEOUT_MS = 5_000;
const backoff = new ExponentialBackoff({ initialDelay: 100, maxDelay: 2_000 });
const NO_BYTES = Buffer.alloc(0);
const NO_BYTES_SHA256 = hash("sha256", NO_BYTES);

interface S3Request {
  readonly method: "GET" | "PUT" | "DELETE";
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Of the body, which the service compares. */
  readonly sha256?: string;
}

interface S3Answer {
  /** Of exact size. */
  readonly body: Buffer;
  /** The service's clock, in milliseconds since 1970. */
  readonly time: number;
}

type ListingPage = Listing & Pick<S3Answer, "time">;

/** All methods throw STORE_UNAVAILABLE, if the service does not answer in time or refuses. */
export class Bucket {
  readonly #options: Required<BucketOptions>;
  readonly #url: string;
  /** Keys that were derived for signing. */
  readonly #signingKeys = new Map<string, ArrayBuffer>();
  readonly #closed = new AbortController();

  constructor(options: BucketOptions) {
    this.#options = { retryForMs: RETRY_FOR_MS, idleTimeoutMs: IDLE_TIMEOUT_MS, ...options };
    this.#url = `${options.endpoint.replace(/\/+$/, "")}/${options.bucket}`;
  }

  /** Resolves when the object is stored. @param sha256 Of the body, in hexadecimal. @throws STORAGE_FULL */
  async put(key: string, body: Uint8Array, sha256: string): Promise<void> {
    await this.#send({ method: "PUT", key, body, sha256 });
  }

  /** The object in a buffer of exact size; undefined if there is none. */
  async get(key: string): Promise<Buffer | undefined> {
    const answer = await this.#find({ method: "GET", key });
    return answer?.body;
  }

  async delete(key: string): Promise<void> {
    await this.#find({ method: "DELETE", key });
  }

  /**
   * A page of the keys that begin with the prefix, in their order.
   * @param query `delimiter` makes one entry of all keys that are the same up to it; `continuation-token` continues.
   */
  async list(prefix: string, query: Readonly<Record<string, string>> = {}): Promise<ListingPage> {
    const { body, time } = await this.#send({ method: "GET", query: { "list-type": "2", prefix, ...query } });
    return { ...parseListing(body.toString()), time };
  }

  /** All pages of the keys that begin with the prefix, as `list` gives them. */
  async *pages(prefix: string, query: Readonly<Record<string, string>> = {}): AsyncGenerator<ListingPage, void, void> {
    for (let token: string | undefined; ; ) {
      const page = await this.list(prefix, { ...query, ...(token !== undefined && { "continuation-token": token }) });
      yield page;
      if (page.next === undefined) return;
      token = page.next;
    }
  }

  /** Whether objects that are deleted stay as old versions. */
  async keepsVersions(): Promise<boolean> {
    const answer = await this.#send({ method: "GET", query: { versioning: "" } });
    return /<Status>Enabled<\/Status>/.test(answer.body.toString());
  }

  /** Ends the requests in flight. */
  close(): void {
    this.#closed.abort();
  }

  async #find(request: S3Request): Promise<S3Answer | undefined> {
    return this.#send(request, isMissing);
  }

  #send(request: S3Request): Promise<S3Answer>;
  #send(request: S3Request, isNone: (error: unknown) => boolean): Promise<S3Answer | undefined>;
  async #send(request: S3Request, isNone = (_error: unknown) => false): Promise<S3Answer | undefined> {
    const until = performance.now() + this.#options.retryForMs;
    const again = handleWhen((error) => isPassing(error) && performance.now() < until && !this.#closed.signal.aborted);
    try {
      return await retry(again, { backoff }).execute(() => this.#attempt(request));
    } catch (error) {
      if (isNone(error)) return undefined;
      throw asS3Failure(error);
    }
  }

  /** Signed anew each time: a signature is valid for a few minutes. @throws S3Error, and errors of the connection */
  async #attempt({ method, key, query, body = NO_BYTES, sha256 = NO_BYTES_SHA256 }: S3Request): Promise<S3Answer> {
    const { region, credentials, idleTimeoutMs } = this.#options;
    const url = new URL(key === undefined ? this.#url : `${this.#url}/${key}`);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    const signer = new AwsV4Signer({
      method,
      url: url.href,
      headers: { "X-Amz-Content-Sha256": sha256 },
      service: "s3",
      region,
      cache: this.#signingKeys,
      ...(await credentials()),
    });
    const { headers } = await signer.sign();
    const answer = await exchange({
      method,
      url,
      headers: Object.fromEntries(headers),
      body,
      idleTimeoutMs,
      signal: this.#closed.signal,
    });
    if (answer.status !== 200 && answer.status !== 204) throw new S3Error(answer.status, answer.body.toString());
    return { body: answer.body, time: Date.parse(answer.headers.date ?? "") || Date.now() };
  }
}

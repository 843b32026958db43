/** Images that a request names by URL. */
import type { IncomingMessage } from "node:http";
import { type Failure, failure } from "../../errors.ts";
import { onDeparture } from "../connections/departure.ts";
import { ClientGone } from "./arriving-body.ts";
import { requestTooLarge } from "./body.ts";
import { fetchTimeout } from "./fetch-clock.ts";
import { imageFetcher, type TakeMemory } from "./image-fetcher.ts";
import type { UploadAccount } from "./upload-memory.ts";
import { imagesInWords, type UploadLimits } from "./uploaded-image.ts";

/** Maximum images of one request that are being fetched, or were fetched and wait for those before them. */
const AHEAD = 8;

/**
 * Fetches the images. Call `close` to end the fetches. They also end when the client goes away or the time for the
 * whole request is up.
 */
export class UrlImages {
  readonly #account: UploadAccount;
  readonly #limits: UploadLimits;
  readonly #over = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #stopListening: () => void;
  #bytes = 0;

  /**
   * @param count Number of images that are named by URL.
   * @throws IMAGE_URLS_DISABLED, TOO_MANY_IMAGES
   */
  constructor(request: IncomingMessage, account: UploadAccount, limits: UploadLimits, count: number) {
    const { imageUrls, maxImageUrlsPerRequest, imageUrlsTimeoutMs } = limits;
    if (imageUrls === "off")
      throw failure("IMAGE_URLS_DISABLED", "This service takes the bytes of images only: IMAGE_URLS is off.");
    if (count > maxImageUrlsPerRequest)
      throw failure("TOO_MANY_IMAGES", `The request names more than ${imagesInWords(maxImageUrlsPerRequest)} by URL.`, {
        maxImageUrlsPerRequest,
      });
    this.#account = account;
    this.#limits = limits;
    // The body has arrived: only the servers of the images can make the request stand still.
    account.readFrom({ silentMs: 0, giveUp: (error) => this.#over.abort(error) }, 0);
    const late = fetchTimeout(`The images of the request did not arrive within ${imageUrlsTimeoutMs} ms.`);
    this.#timer = setTimeout(() => this.#over.abort(late), imageUrlsTimeoutMs);
    this.#stopListening = onDeparture(request.socket, () => this.#over.abort(new ClientGone()));
  }

  /** @returns the file, for which the caller accounts, or the problem of the image. @throws as `inOrder` does */
  async fetchOne(url: string): Promise<Buffer | Failure> {
    return this.#handOn(await this.#fetch(url));
  }

  /** The file counts as memory of the request until `#handOn`. */
  async #fetch(url: string): Promise<Buffer | Failure> {
    let taken = 0;
    const take: TakeMemory = async (bytes, use) => {
      if (use === "file") this.#bytes += bytes;
      if (this.#bytes > this.#limits.maxRequestBytes) throw requestTooLarge(this.#limits.maxRequestBytes);
      await this.#account.room(bytes);
      taken += bytes;
      this.#account.fetched(bytes);
    };
    let kept = 0;
    try {
      const file = await imageFetcher.fetch(url, this.#account.client, take, this.#over.signal);
      if (!(file instanceof Error)) kept = file.length;
      return file;
    } finally {
      this.#account.fetched(kept - taken);
    }
  }

  #handOn(file: Buffer | Failure): Buffer | Failure {
    if (!(file instanceof Error)) this.#account.fetched(-file.length);
    return file;
  }

  /**
   * Fetches a few images at a time.
   * @returns the files in the order of their URLs, for which the caller accounts, or the problems of the images
   * @throws REQUEST_TOO_LARGE, OVERLOADED; ClientGone
   */
  async *inOrder(urls: readonly string[]): AsyncGenerator<Buffer | Failure, void, void> {
    const ahead: Promise<Buffer | Failure>[] = [];
    try {
      for (const url of urls) {
        if (ahead.length === AHEAD) yield await this.#first(ahead);
        const fetching = this.#fetch(url);
        // The error is thrown when it is the image's turn. Until then it must not count as unhandled.
        fetching.catch(() => {});
        ahead.push(fetching);
      }
      while (ahead.length > 0) yield await this.#first(ahead);
    } finally {
      for (const fetching of ahead) fetching.then((file) => this.#handOn(file)).catch(() => {});
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#stopListening();
    this.#over.abort();
  }

  async #first(ahead: Promise<Buffer | Failure>[]): Promise<Buffer | Failure> {
    const file = await (ahead[0] as Promise<Buffer | Failure>);
    ahead.shift();
    return this.#handOn(file);
  }
}

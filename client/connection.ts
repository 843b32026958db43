/** Common parts of all requests: the address, the key, the signal, and retries. */
import createClient, { type Client } from "openapi-fetch";
import type { paths } from "./api-types.ts";
import { isUnreadable, ServiceProblem, ServiceUnreachable, UnreadableImage } from "./errors.ts";
import { NoImageFile } from "./image-file.ts";
import { pathOf, UnusableName } from "./path.ts";
import { withRetry } from "./retry.ts";
import type { ClientSettings } from "./settings.ts";

/** An answer in the form of openapi-fetch. */
export interface Answer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

type ApiRequest<T> = (api: Client<paths>) => Promise<Answer<T>>;

/** A page of a list. */
interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

const PATIENCE_MS = 60_000;
/** Items per request when a list is read to its end. */
export const PAGE = 1000;

/** Characters that the value of a header cannot have (RFC 9110, section 5.5), or that `fetch` refuses to send. */
const UNSENDABLE = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * Services that have answered, by address. After a lost connection, only requests to these are retried, because another
 * address may be wrong. The set is shared by all clients, because `fetch` has one pool of connections, and a service
 * may close one just when the next client uses it.
 */
const reached = new Set<string>();

export class Connection {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  readonly patienceMs: number;
  readonly #api: Client<paths>;

  /** @throws TypeError if there is no URL, or the key cannot be sent. */
  constructor({ url, key, patienceMs = PATIENCE_MS, signal }: ClientSettings) {
    // Programs in JavaScript, and settings such as environment variables, are not checked before.
    if (typeof url !== "string" || url === "")
      throw new TypeError('The url of the service is missing: new SightlineClient({ url: "http://localhost:8080" }).');
    // A line break at the end, as in a file, is not sent. The key is checked here because the error of `fetch` would
    // show it.
    if (key !== undefined && UNSENDABLE.test(key.trim()))
      throw new TypeError("The key has a character that cannot be sent, such as a line break.");
    this.url = url.replace(/\/+$/, "");
    this.headers = key === undefined ? {} : { "x-api-key": key };
    this.signal = signal;
    this.patienceMs = patienceMs;
    // Redirects are not followed: `fetch` would turn a POST into a GET, and send the key to the other address.
    const common = { baseUrl: this.url, headers: this.headers, pathSerializer: pathOf, redirect: "manual" } as const;
    this.#api = createClient<paths>({ ...common, ...(signal && { signal }) });
  }

  /**
   * @param mayRepeat Whether the request may be sent again if its answer was lost.
   * @throws ServiceProblem if the service refuses, ServiceUnreachable if it does not answer, UnusableName if an id or a
   *   name cannot be part of an address, UnreadableImage if an image's file cannot be read,
   *   NoImageFile if something else was given for an image.
   */
  send<T>(request: ApiRequest<T>, mayRepeat = true): Promise<T> {
    return this.#retried(async () => (await this.#attempt(request, true)) as T, mayRepeat);
  }

  /** As `send`, for requests whose answer has no content. */
  async remove(request: ApiRequest<unknown>, mayRepeat = true): Promise<void> {
    await this.#retried(() => this.#attempt(request, false), mayRepeat);
  }

  #retried<T>(attempt: () => Promise<T>, mayRepeat: boolean): Promise<T> {
    return withRetry(attempt, {
      patienceMs: this.patienceMs,
      signal: this.signal,
      mayRepeat: () => mayRepeat && reached.has(this.url),
    });
  }

  async #attempt<T>(request: ApiRequest<T>, hasContent: boolean): Promise<T | undefined> {
    let answer: Answer<T>;
    try {
      answer = await request(this.#api);
      // A proxy has sent this answer.
      if (hasContent && answer.response.ok && answer.data === undefined) throw new SyntaxError("The answer is empty.");
    } catch (error) {
      this.signal?.throwIfAborted();
      if (error instanceof UnusableName || error instanceof NoImageFile) throw error;
      if (isUnreadable(error)) throw new UnreadableImage(error);
      throw new ServiceUnreachable(this.url, error);
    }
    reached.add(this.url);
    const { data, error, response } = answer;
    if (!response.ok) throw new ServiceProblem(response, error);
    return data;
  }
}

/** The items of a list, fetched page by page. */
export async function* itemsOf<T>(
  page: (from: { cursor?: string }) => Promise<Page<T>>,
  first?: string,
): AsyncGenerator<T, void, void> {
  for (let cursor = first; ; ) {
    const { items, nextCursor } = await page(cursor === undefined ? {} : { cursor });
    yield* items;
    if (nextCursor === undefined) return;
    cursor = nextCursor;
  }
}

/** Client of the public HTTP API, with types from the API document. */
import { setTimeout as sleep } from "node:timers/promises";
import createClient, { type Client } from "openapi-fetch";
import type { components, operations, paths } from "./api-types.ts";
import { ServiceProblem, ServiceUnreachable } from "./errors.ts";
import { followEvents, type JobEvent } from "./event-stream.ts";
import { withRetry } from "./retry.ts";

type Schemas = components["schemas"];
export type Job = Schemas["Job"];
export type JobImage = Schemas["JobImage"];
export type ProcessResult = Schemas["ProcessResult"];
export type Key = Schemas["Key"];
export type KeyScope = Key["scopes"][number];
export type CreatedKey = Schemas["CreatedKey"];
export type NewKey = operations["createKey"]["requestBody"]["content"]["application/json"];
export type NewReceiverSecret = operations["rotateWebhookSecret"]["requestBody"]["content"]["application/json"];
export type CreatedReceiverSecret = Schemas["CreatedReceiverSecret"];
export type ReceiverSecret = Schemas["ReceiverSecret"];
export type AuditEntry = Schemas["AuditEntry"];
export type Erasure = Schemas["Erasure"];
export type NewErasure = operations["erase"]["requestBody"]["content"]["application/json"];
export type WhoAmI = Schemas["WhoAmI"];
export type ResultsPage = Schemas["ResultsPage"];
export type JobQuery = NonNullable<operations["createJob"]["parameters"]["query"]>;
export type JobListQuery = NonNullable<operations["listJobs"]["parameters"]["query"]>;
export type ProcessQuery = NonNullable<operations["process"]["parameters"]["query"]>;

export interface ClientSettings {
  /** The service's base URL. */
  readonly url: string;
  /** Sent as `x-api-key`. */
  readonly key?: string | undefined;
  /** How long to keep trying while the service is at capacity or unreachable, in milliseconds. */
  readonly patienceMs?: number;
  /** Aborts everything in flight. */
  readonly signal?: AbortSignal | undefined;
}

/** A file to send. A blob from `openAsBlob` is read from disk only while it is sent. */
export interface Upload {
  readonly fileName: string;
  readonly content: Blob;
}

interface Answer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

const FINISHED: readonly Job["state"][] = ["succeeded", "partially_failed", "failed", "cancelled"];
const PAGE = 1000;
const ERASURE_POLL_MS = 500;

export function isFinished({ state }: Pick<Job, "state">): boolean {
  return FINISHED.includes(state);
}

/** All methods throw ServiceProblem if the service refuses, ServiceUnreachable if it does not answer. */
export class SightlineClient {
  readonly url: string;
  readonly #api: Client<paths>;
  readonly #headers: Record<string, string>;
  readonly #signal: AbortSignal | undefined;
  readonly #patienceMs: number;
  /** A lost connection is retried only if the service has answered before. */
  #wasReached = false;

  constructor({ url, key, patienceMs = 60_000, signal }: ClientSettings) {
    this.url = url.replace(/\/+$/, "");
    this.#headers = key === undefined ? {} : { "x-api-key": key };
    this.#signal = signal;
    this.#patienceMs = patienceMs;
    this.#api = createClient<paths>({ baseUrl: this.url, headers: this.#headers, ...(signal && { signal }) });
  }

  /** Readiness and threads of the node that answers. */
  async ready(): Promise<{ status: string; threads: number }> {
    return this.#send(() => this.#api.GET("/readyz"));
  }

  /** @returns a receipt for each image, in order. */
  async process(files: readonly Upload[], query: ProcessQuery = {}): Promise<ProcessResult> {
    const options = { params: { query }, ...multipart(files) };
    return this.#send(() => this.#api.POST("/process", options) as Promise<Answer<ProcessResult>>);
  }

  /** The image with its boxes drawn, as PNG. */
  async annotate({ content }: Upload, query: ProcessQuery = {}): Promise<Blob> {
    const headers = { Accept: "image/png", "Content-Type": "application/octet-stream" };
    const body = { body: content as never, bodySerializer: (blob: unknown) => blob };
    return this.#send(
      () =>
        this.#api.POST("/process", { params: { query }, headers, ...body, parseAs: "blob" }) as Promise<Answer<Blob>>,
    );
  }

  /** @param idempotencyKey Allows a request whose answer was lost to be sent again. */
  async createJob(files: readonly Upload[], query: JobQuery = {}, idempotencyKey?: string): Promise<Job> {
    const params = { query, ...(idempotencyKey !== undefined && { header: { "Idempotency-Key": idempotencyKey } }) };
    return this.#send(
      () =>
        files.length === 0
          ? this.#api.POST("/v1/jobs", { params, body: {} })
          : this.#api.POST("/v1/jobs", { params, ...multipart(files) }),
      idempotencyKey !== undefined,
    );
  }

  /** Adds images to a job in state `created`, all or none, and once per key. */
  async addImages(id: string, files: readonly Upload[], idempotencyKey: string): Promise<Job> {
    const params = { path: { id }, header: { "Idempotency-Key": idempotencyKey } };
    return this.#send(() => this.#api.POST("/v1/jobs/{id}/images", { params, ...multipart(files) }));
  }

  async job(id: string): Promise<Job> {
    return this.#send(() => this.#api.GET("/v1/jobs/{id}", { params: { path: { id } } }));
  }

  async executeJob(id: string): Promise<Job> {
    return this.#send(() => this.#api.POST("/v1/jobs/{id}/execute", { params: { path: { id } } }), false);
  }

  async cancelJob(id: string): Promise<Job> {
    return this.#send(() => this.#api.POST("/v1/jobs/{id}/cancel", { params: { path: { id } } }), false);
  }

  async retryJob(id: string): Promise<Job> {
    return this.#send(() => this.#api.POST("/v1/jobs/{id}/retry", { params: { path: { id } } }), false);
  }

  async deleteJob(id: string): Promise<void> {
    await this.#send(() => this.#api.DELETE("/v1/jobs/{id}", { params: { path: { id } } }), false);
  }

  /** Jobs, fetched page by page. */
  async *jobs(query: JobListQuery = {}): AsyncGenerator<Job, void, void> {
    for (let cursor = query.cursor; ; ) {
      const params = { query: { ...query, ...(cursor !== undefined && { cursor }) } };
      const page = await this.#send(() => this.#api.GET("/v1/jobs", { params }));
      yield* page.items;
      if (page.nextCursor === undefined) return;
      cursor = page.nextCursor;
    }
  }

  /** A page of a job's images, once the job has finished or `wait` seconds have passed. */
  async resultsPage(id: string, query: { wait?: number; cursor?: string; limit?: number } = {}): Promise<ResultsPage> {
    const params = { path: { id }, query };
    return this.#send(() => this.#api.GET("/v1/jobs/{id}/results", { params }) as Promise<Answer<ResultsPage>>);
  }

  /** A job's images in upload order, fetched page by page. */
  async *results(id: string): AsyncGenerator<JobImage, void, void> {
    for (let cursor: string | undefined; ; ) {
      const page = await this.resultsPage(id, { limit: PAGE, ...(cursor !== undefined && { cursor }) });
      yield* page.items;
      if (page.nextCursor === undefined) return;
      cursor = page.nextCursor;
    }
  }

  /** Waits until the job has finished. */
  async finished(id: string, onProgress?: (job: Job) => void): Promise<Job> {
    for (;;) {
      await this.resultsPage(id, { limit: 1, wait: onProgress ? 1 : 30 });
      const job = await this.job(id);
      onProgress?.(job);
      if (isFinished(job)) return job;
    }
  }

  /** Events after a sequence as they happen, of one job or of all; reconnects if `onLost` is given. */
  events(settings: {
    after: number;
    jobId?: string | undefined;
    signal?: AbortSignal | undefined;
    onLost?: (error: Error) => void;
  }): AsyncGenerator<JobEvent, void, void> {
    const { jobId, signal = this.#signal, ...rest } = settings;
    const path = jobId === undefined ? "/v1/events" : `/v1/jobs/${encodeURIComponent(jobId)}/events`;
    return followEvents({ ...rest, url: this.url + path, headers: this.#headers, signal });
  }

  /** Creates a key of another client; needs an admin key, as the following do. */
  async createKey(key: NewKey): Promise<CreatedKey> {
    return this.#send(() => this.#api.POST("/v1/keys", { body: key }), false);
  }

  /** All keys, fetched page by page. */
  async *keys(): AsyncGenerator<Key, void, void> {
    for (let cursor: string | undefined; ; ) {
      const params = { query: { limit: PAGE, ...(cursor !== undefined && { cursor }) } };
      const page = await this.#send(() => this.#api.GET("/v1/keys", { params }));
      yield* page.items;
      if (page.nextCursor === undefined) return;
      cursor = page.nextCursor;
    }
  }

  async revokeKey(id: string): Promise<void> {
    await this.#send(() => this.#api.DELETE("/v1/keys/{id}", { params: { path: { id } } }));
  }

  /** Makes a secret for a receiver of webhooks. */
  async rotateWebhookSecret(receiver: NewReceiverSecret): Promise<CreatedReceiverSecret> {
    return this.#send(() => this.#api.POST("/v1/webhook-secrets", { body: receiver }), false);
  }

  /** The receivers that have a secret. */
  async webhookSecrets(): Promise<ReceiverSecret[]> {
    return (await this.#send(() => this.#api.GET("/v1/webhook-secrets"))).items;
  }

  async removeWebhookSecret(origin: string): Promise<void> {
    await this.#send(() => this.#api.DELETE("/v1/webhook-secrets", { params: { query: { origin } } }), false);
  }

  /** The audit log, newest first, fetched page by page. */
  async *audit(): AsyncGenerator<AuditEntry, void, void> {
    for (let cursor: string | undefined; ; ) {
      const params = { query: { limit: PAGE, ...(cursor !== undefined && { cursor }) } };
      const page = await this.#send(() => this.#api.GET("/v1/audit", { params }));
      yield* page.items;
      if (page.nextCursor === undefined) return;
      cursor = page.nextCursor;
    }
  }

  /** Erases all of an owner, by default the client's own. @returns the receipt, once the erasure has ended. */
  async erase(whose: NewErasure = {}): Promise<Erasure> {
    let receipt = await this.#send(() => this.#api.POST("/v1/erasures", { body: whose }) as Promise<Answer<Erasure>>);
    const params = { path: { id: receipt.id } };
    while (receipt.state === "running") {
      await sleep(ERASURE_POLL_MS, undefined, { ...(this.#signal && { signal: this.#signal }) });
      receipt = await this.#send(() => this.#api.GET("/v1/erasures/{id}", { params }));
    }
    return receipt;
  }

  /** Whom the client's key stands for. */
  async whoAmI(): Promise<WhoAmI> {
    return this.#send(() => this.#api.GET("/v1/whoami"));
  }

  async #send<T>(request: () => Promise<Answer<T>>, mayRepeat = true): Promise<T> {
    const settings = { patienceMs: this.#patienceMs, signal: this.#signal };
    return withRetry(() => this.#attempt(request), { ...settings, mayRepeat: () => mayRepeat && this.#wasReached });
  }

  async #attempt<T>(request: () => Promise<Answer<T>>): Promise<T> {
    let answer: Answer<T>;
    try {
      answer = await request();
    } catch (error) {
      this.#signal?.throwIfAborted();
      throw new ServiceUnreachable(this.url, error);
    }
    this.#wasReached = true;
    const { data, error, response } = answer;
    if (!response.ok) throw ServiceProblem.of(response, error);
    return data as T;
  }
}

/** The body is serialised anew for each attempt, from files that are read while they are sent. */
function multipart(files: readonly Upload[]) {
  const form = new FormData();
  for (const { fileName, content } of files) form.append("images", content, fileName);
  return { body: form as never, bodySerializer: (body: unknown) => body as FormData };
}

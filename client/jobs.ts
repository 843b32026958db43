/** Durable jobs. */
import type { components, operations } from "./api-types.ts";
import { type Answer, type Connection, itemsOf, PAGE } from "./connection.ts";
import { newIdempotencyKey } from "./idempotency-key.ts";
import { formOf, type Images, imagesOf } from "./image-file.ts";

export type Job = components["schemas"]["Job"];
export type JobImage = components["schemas"]["JobImage"];
export type DeadLetter = components["schemas"]["DeadLetter"];
export type ResultsPage = components["schemas"]["ResultsPage"];
export type JobQuery = NonNullable<operations["createJob"]["parameters"]["query"]>;
export type JobListQuery = NonNullable<operations["listJobs"]["parameters"]["query"]>;
export type ResultsQuery = NonNullable<operations["listResults"]["parameters"]["query"]>;
export type ExportQuery = NonNullable<operations["exportResults"]["parameters"]["query"]>;

const FINISHED: readonly Job["state"][] = ["succeeded", "partially_failed", "failed", "cancelled"];
/**
 * Seconds that one request waits for the end of a job: less than the 30 seconds that many proxies wait for an answer.
 */
const WAIT_SECONDS = 20;

export function isFinished({ state }: Pick<Job, "state">): boolean {
  return FINISHED.includes(state);
}

export class Jobs {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Creates a job. Answers once the images are stored. The job is executed at once unless `execute` is false.
   * @param idempotencyKey Requests with the same key create one job. It allows a request whose answer was lost to be
   *   sent again, so each call has a new key by default.
   */
  async create(images: Images, query: JobQuery = {}, idempotencyKey = newIdempotencyKey()): Promise<Job> {
    const params = { query, header: { "Idempotency-Key": idempotencyKey } };
    const listed = imagesOf(images);
    return this.#connection.send((api) =>
      listed.length === 0
        ? api.POST("/v1/jobs", { params, body: {} })
        : api.POST("/v1/jobs", { params, ...formOf(listed) }),
    );
  }

  /** Adds images to a job in state `created`: all or none of them, and only once per key. */
  async add(id: string, images: Images, idempotencyKey = newIdempotencyKey()): Promise<Job> {
    const params = { path: { id }, header: { "Idempotency-Key": idempotencyKey } };
    const listed = imagesOf(images);
    return this.#connection.send((api) => api.POST("/v1/jobs/{id}/images", { params, ...formOf(listed) }));
  }

  async get(id: string): Promise<Job> {
    return this.#connection.send((api) => api.GET("/v1/jobs/{id}", { params: { path: { id } } }));
  }

  /** Queues a job in state `created`. */
  async execute(id: string): Promise<Job> {
    return this.#connection.send((api) => api.POST("/v1/jobs/{id}/execute", { params: { path: { id } } }), false);
  }

  /** Starts none of the job's remaining images. */
  async cancel(id: string): Promise<Job> {
    return this.#connection.send((api) => api.POST("/v1/jobs/{id}/cancel", { params: { path: { id } } }), false);
  }

  /** Queues the failed images of a finished job again. */
  async retry(id: string): Promise<Job> {
    return this.#connection.send((api) => api.POST("/v1/jobs/{id}/retry", { params: { path: { id } } }), false);
  }

  async delete(id: string): Promise<void> {
    await this.#connection.remove((api) => api.DELETE("/v1/jobs/{id}", { params: { path: { id } } }), false);
  }

  /** Jobs, the newest first unless the query says otherwise, fetched page by page. */
  list(query: JobListQuery = {}): AsyncGenerator<Job, void, void> {
    return itemsOf(
      (from) => this.#connection.send((api) => api.GET("/v1/jobs", { params: { query: { ...query, ...from } } })),
      query.cursor,
    );
  }

  /** A page of a job's images, once the job has finished or `wait` seconds have passed. */
  async resultsPage(id: string, query: ResultsQuery = {}): Promise<ResultsPage> {
    const params = { path: { id }, query };
    return this.#connection.send((api) => api.GET("/v1/jobs/{id}/results", { params }) as Promise<Answer<ResultsPage>>);
  }

  /** A job's images as they are now, in the order of upload, fetched page by page: all images, or those in a state. */
  results(id: string, query: Pick<ResultsQuery, "state"> = {}): AsyncGenerator<JobImage, void, void> {
    return itemsOf((from) => this.resultsPage(id, { limit: PAGE, ...query, ...from }));
  }

  /** All images of a job in one file: comma-separated values by default, or JSON. */
  async export(id: string, query: ExportQuery = {}): Promise<Blob> {
    const options = { params: { path: { id }, query }, parseAs: "blob" } as const;
    return this.#connection.send((api) => api.GET("/v1/jobs/{id}/export", options) as Promise<Answer<Blob>>);
  }

  /** The file of one of the job's images, as it was sent, while the service still has it. */
  async picture(id: string, index: number): Promise<Blob> {
    const options = { params: { path: { id, index } }, parseAs: "blob" } as const;
    return this.#connection.send(
      (api) => api.GET("/v1/jobs/{id}/images/{index}/picture", options) as Promise<Answer<Blob>>,
    );
  }

  /** Images of all jobs that ran out of attempts, fetched page by page. */
  deadLetters(): AsyncGenerator<DeadLetter, void, void> {
    return itemsOf((from) =>
      this.#connection.send((api) => api.GET("/v1/dead-letters", { params: { query: { limit: PAGE, ...from } } })),
    );
  }

  /** Waits until the job has finished. @param onProgress Called about once a second. */
  async finished(id: string, onProgress?: (job: Job) => void): Promise<Job> {
    for (;;) {
      await this.resultsPage(id, { limit: 1, wait: onProgress ? 1 : WAIT_SECONDS });
      const job = await this.get(id);
      onProgress?.(job);
      if (isFinished(job)) return job;
    }
  }
}

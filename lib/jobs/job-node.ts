/** The parts of a node that looks after jobs, put together, started and stopped in order. */
import type { Config } from "../config.ts";
import type { Detection } from "../contracts/receipt.ts";
import type { Analysis } from "../contracts/results.ts";
import { failure } from "../errors.ts";
import type { Backends } from "../ports/backends.ts";
import { Dispatcher } from "./dispatcher.ts";
import { EventPublisher } from "./event-publisher.ts";
import { isFinished, type Job } from "./job.ts";
import { JobDesk } from "./job-desk.ts";
import { recover } from "./recovery.ts";
import { type RetentionSettings, sweep } from "./retention.ts";
import { viewImage, viewJob } from "./views.ts";
import { WaitingRoom } from "./waiting-room.ts";

export interface JobNodeSettings
  extends RetentionSettings,
    Pick<Config, "dispatchConcurrency" | "maxAttempts" | "maxQueuedImages" | "sweepIntervalMs"> {
  /** Resolves once there is a detector, or the signal is aborted. */
  readonly whenReady: (signal: AbortSignal) => Promise<void>;
  readonly detect: (image: Buffer, options: Job["options"]) => Promise<Detection | Analysis>;
  /** Tells all nodes that a job is over. */
  readonly announce: (jobId: string) => void;
  readonly onError: (error: unknown) => void;
}

const DEFAULT_LIMIT = 100;
const INDEX = /^\d{1,15}$/;

export class JobNode {
  readonly backends: Backends;
  readonly desk: JobDesk;
  readonly dispatcher: Dispatcher;
  readonly waitingRoom = new WaitingRoom();
  readonly #settings: JobNodeSettings;
  readonly #publisher: EventPublisher;
  #sweeper: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> | undefined;

  private constructor(backends: Backends, settings: JobNodeSettings) {
    this.backends = backends;
    this.#settings = settings;
    this.desk = new JobDesk(backends);
    this.#publisher = new EventPublisher(backends.store, backends.log, { onError: settings.onError });
    this.dispatcher = new Dispatcher(backends, {
      concurrency: settings.dispatchConcurrency,
      maxAttempts: settings.maxAttempts,
      whenReady: settings.whenReady,
      detect: settings.detect,
      onJobFinished: ({ id }) => settings.announce(id),
      onError: settings.onError,
    });
  }

  /** Starts what the last process left unfinished before anything new comes in. */
  static async start(backends: Backends, settings: JobNodeSettings): Promise<JobNode> {
    const node = new JobNode(backends, settings);
    const finishIfDone = (jobId: string) => node.dispatcher.finishIfDone(jobId);
    await recover(backends, { maxAttempts: settings.maxAttempts, finishIfDone });
    node.#sweeper = setInterval(() => node.#sweep(), settings.sweepIntervalMs).unref();
    return node;
  }

  /** Finishes the images in hand; what is queued waits for the next start. */
  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    await this.#sweeping;
    await this.dispatcher.close();
    await this.#publisher.close();
    await this.backends.close();
  }

  /** The job as clients see it. @throws JOB_NOT_FOUND */
  async view(id: string) {
    const job = await this.desk.get(id);
    return viewJob(job, await this.backends.store.countImages(id), Date.now());
  }

  async list(request: Parameters<Backends["store"]["listJobs"]>[0]) {
    const { store } = this.backends;
    const { items, cursor } = await store.listJobs(request);
    const views = items.map(async (job) => viewJob(job, await store.countImages(job.id), Date.now()));
    return { items: await Promise.all(views), ...(cursor && { nextCursor: cursor }) };
  }

  /** A page of the job's images, in the order of upload. @throws JOB_NOT_FOUND, INVALID_OPTION */
  async results(id: string, { cursor, limit = DEFAULT_LIMIT }: { cursor?: string; limit?: number }) {
    const { state: jobState } = await this.desk.get(id);
    if (cursor !== undefined && !INDEX.test(cursor))
      throw failure("INVALID_OPTION", "cursor is not one that was handed out.");
    const after = cursor === undefined ? -1 : Number(cursor);
    // One more than asked for tells whether there is a next page.
    const images = await this.backends.store.listImages(id, { after, limit: limit + 1 });
    const items = images.slice(0, limit).map(viewImage);
    return { jobState, items, ...(images.length > limit && { nextCursor: String(items.at(-1)?.index) }) };
  }

  /** Images that were given up, of all jobs. */
  async deadLetters({ cursor, limit = DEFAULT_LIMIT }: { cursor?: string; limit?: number }) {
    const page = await this.backends.store.listDeadLetters({ limit, ...(cursor && { cursor }) });
    const items = page.items.map((image) => ({ jobId: image.jobId, ...viewImage(image) }));
    return { items, ...(page.cursor && { nextCursor: page.cursor }) };
  }

  /** Waits for the job to be over, at most so long. @throws JOB_NOT_FOUND */
  async wait(id: string, waitMs: number) {
    // In this order: a job that ends in between is announced to someone who is there already.
    const announced = this.waitingRoom.wait(id, waitMs);
    if (!isFinished(await this.desk.get(id))) await announced;
    return this.view(id);
  }

  /** @throws OVERLOADED when no more images may be queued. */
  async admit(): Promise<void> {
    const { maxQueuedImages } = this.#settings;
    const waiting = await this.backends.queue.size();
    if (waiting < maxQueuedImages) return;
    const rate = Math.max(this.dispatcher.imagesPerSecond, 1);
    // Room for one job in a hundredth of the queue: it frees up at the rate images are processed.
    const retryAfterSeconds = Math.max(1, Math.ceil((waiting - maxQueuedImages * 0.99) / rate));
    throw failure("OVERLOADED", `${waiting} images of jobs are waiting already.`, { retryAfterSeconds });
  }

  #sweep(): void {
    this.#sweeping ??= sweep(this.backends, this.desk, this.#settings)
      .catch(this.#settings.onError)
      .finally(() => {
        this.#sweeping = undefined;
      });
  }
}

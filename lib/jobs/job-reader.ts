/** Jobs, their images and their dead letters, as clients see them. */
import type { ResultsQuery } from "../contracts/job.ts";
import type { DeadLettersParams } from "../contracts/job-actions.ts";
import { failure } from "../errors.ts";
import type { JobPageRequest, JobStore } from "../ports/job-store.ts";
import type { OwnerScope } from "../sessions/owner.ts";
import type { Clock } from "../time/clock.ts";
import { isFinished, type Job } from "./job.ts";
import { requiredJob } from "./job-manager.ts";
import type { JobWaiters } from "./job-waiters.ts";
import { resultsPage } from "./results-page.ts";
import { viewImage, viewJob } from "./views.ts";

const DEFAULT_LIMIT = 100;
const INDEX = /^\d{1,15}$/;

export class JobReader {
  readonly #store: JobStore;
  readonly #waiters: JobWaiters;
  readonly #clock: Clock;

  constructor(store: JobStore, waiters: JobWaiters, clock: Clock) {
    this.#store = store;
    this.#waiters = waiters;
    this.#clock = clock;
  }

  /** The job as clients see it. @throws JOB_NOT_FOUND */
  async view(id: string) {
    return this.#view(await this.#get(id));
  }

  /** A page of jobs as clients see them. */
  async list(request: JobPageRequest) {
    const { items, ...next } = await this.#store.listJobs(request);
    return { items: await Promise.all(items.map((job) => this.#view(job))), ...next };
  }

  async #view(job: Job) {
    return viewJob(job, job.finalImages ?? (await this.#store.countImages(job.id)), this.#clock.now());
  }

  /** A page of the job's images, in upload order, see `resultsPage`. @throws JOB_NOT_FOUND, INVALID_OPTION */
  async results(id: string, { cursor, limit = DEFAULT_LIMIT, state }: Omit<ResultsQuery, "wait">) {
    const { state: jobState } = await this.#get(id);
    if (cursor !== undefined && !INDEX.test(cursor))
      throw failure("INVALID_OPTION", "cursor is not one that was handed out.");
    const after = cursor === undefined ? -1 : Number(cursor);
    const page = { after, limit, ...(state && { states: [state] }) };
    const { images, isLast } = await resultsPage(this.#store, id, page);
    const items = images.map(viewImage);
    return { jobState, items, ...(!isLast && { nextCursor: String(items.at(-1)?.index) }) };
  }

  /** Images that were given up, across all jobs of the scope. */
  async deadLetters({ cursor, limit = DEFAULT_LIMIT }: DeadLettersParams, owner: OwnerScope) {
    const { items, ...next } = await this.#store.listDeadLetters({ limit, owner, ...(cursor && { cursor }) });
    return { items: items.map((image) => ({ jobId: image.jobId, ...viewImage(image) })), ...next };
  }

  /** Waits up to `waitMs` for the job to finish. @throws JOB_NOT_FOUND */
  async wait(id: string, waitMs: number) {
    // Register before checking, so that a job that finishes in between is not missed.
    using waiting = this.#waiters.enter(id, waitMs);
    if (!isFinished(await this.#get(id))) await waiting.over;
    return this.view(id);
  }

  async #get(id: string): Promise<Job> {
    return requiredJob(await this.#store.getJob(id), id);
  }
}

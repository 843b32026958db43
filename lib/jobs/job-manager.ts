/** Client operations on jobs: create, add images, execute, read, cancel, retry, delete. */
import { type Failure, failure } from "../errors.ts";
import type { Backends } from "../ports/backends.ts";
import type { IdempotencyOutcome } from "../ports/job-store.ts";
import type { Task } from "../ports/task-queue.ts";
import { nowTimestamp } from "../time.ts";
import { jobDeletedEvent } from "./events.ts";
import {
  cancelJob,
  createJob,
  isRetryable,
  type Job,
  type Move,
  type NewImage,
  type NewJob,
  queueJob,
  retryImage,
  retryJob,
} from "./job.ts";

const PAGE = 500;

export interface Submission {
  readonly job: NewJob;
  readonly images: readonly NewImage[];
  readonly execute: boolean;
  readonly idempotency?: IdempotencyOutcome;
}

export class JobManager {
  readonly #backends: Backends;

  constructor(backends: Backends) {
    this.#backends = backends;
  }

  /**
   * @param owner Required owner of the job, null for none; any owner if omitted.
   * @throws JOB_NOT_FOUND
   */
  async get(id: string, owner?: string | null): Promise<Job> {
    const job = await this.#backends.store.getJob(id);
    if (!job || (owner !== undefined && (job.owner ?? null) !== owner)) throw notFound(id);
    return job;
  }

  /** Stores the job with its images; from then on it survives a crash. @throws NO_IMAGE */
  async submit({ job, images, execute, idempotency }: Submission): Promise<Job> {
    if (execute && images.length === 0) throw failure("NO_IMAGE", "A job that is executed needs an image.");
    const created = createJob(job, nowTimestamp());
    const move = execute ? then(created, (next) => queueJob(next, nowTimestamp())) : created;
    await this.#backends.store.insertJob(move, ownedBy(job.owner, images), idempotency);
    if (execute) await this.#pushPending(move.next);
    return move.next;
  }

  /** @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT */
  async addImages(id: string, images: readonly NewImage[], idempotency?: IdempotencyOutcome): Promise<void> {
    const { owner } = await this.get(id);
    await this.#backends.store.addImages(id, ownedBy(owner, images), nowTimestamp(), idempotency);
  }

  /** @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT, NO_IMAGE */
  async execute(id: string): Promise<Job> {
    const { total } = await this.#backends.store.countImages(id);
    const job = await this.#update(id, (current) => {
      if (total === 0) throw failure("NO_IMAGE", "The job has no image.");
      return queueJob(current, nowTimestamp());
    });
    await this.#pushPending(job);
    return job;
  }

  /** Starts no more images of the job, and discards what comes of running ones. @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT */
  async cancel(id: string): Promise<Job> {
    const job = await this.#update(id, (current) => cancelJob(current, nowTimestamp()));
    await this.#dropWork(id);
    return job;
  }

  /**
   * Requeues the failed images of a finished job, except those without a file.
   * @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT
   */
  async retry(id: string): Promise<Job> {
    const retryable: number[] = [];
    for await (const image of this.#images(id, ["failed"])) if (isRetryable(image)) retryable.push(image.index);
    const { total } = await this.#backends.store.countImages(id);
    const job = await this.#update(id, (current) => {
      const move = retryJob(current, total - retryable.length, nowTimestamp());
      if (retryable.length > 0) return move;
      throw failure("JOB_STATE_CONFLICT", "The failed images were refused when they were uploaded.");
    });
    for (const index of retryable)
      await this.#backends.store.updateImage(id, index, (current) =>
        isRetryable(current) ? retryImage(current, job.run, nowTimestamp()) : undefined,
      );
    await this.#pushPending(job);
    return job;
  }

  /** Removes the job with its images and results, whatever its state. @throws JOB_NOT_FOUND */
  async delete(id: string): Promise<void> {
    if (!(await this.#deleteJob(id))) throw notFound(id);
    await this.#dropWork(id);
  }

  /** Like `delete`, for a job that may have been deleted since it was listed. @returns whether it existed. */
  async deleteListed(id: string): Promise<boolean> {
    const isDeleted = await this.#deleteJob(id);
    // Even if the job is gone: whoever deleted it may have crashed before this step.
    await this.#dropWork(id);
    return isDeleted;
  }

  async #deleteJob(id: string): Promise<boolean> {
    return this.#backends.store.deleteJob(id, (job) => jobDeletedEvent(job, nowTimestamp()));
  }

  async #dropWork(id: string): Promise<void> {
    await this.#backends.queue.dropJob(id);
    await this.#backends.blobs.delete(id);
  }

  async #update(id: string, decide: (job: Job) => Move<Job>): Promise<Job> {
    const job = await this.#backends.store.updateJob(id, decide);
    if (!job) throw notFound(id);
    return job;
  }

  async #pushPending(job: Job): Promise<void> {
    const tasks: Task[] = [];
    for await (const { index } of this.#images(job.id, ["pending"])) tasks.push(taskOf(job, index));
    await this.#backends.queue.push(tasks);
  }

  async *#images(jobId: string, states: readonly ("pending" | "failed")[]) {
    for (let after = -1; ; ) {
      const images = await this.#backends.store.listImages(jobId, { after, limit: PAGE, states });
      yield* images;
      const last = images.at(-1);
      if (!last || images.length < PAGE) return;
      after = last.index;
    }
  }
}

function ownedBy(owner: string | undefined, images: readonly NewImage[]): readonly NewImage[] {
  return owner === undefined ? images : images.map((image) => ({ ...image, owner }));
}

function taskOf({ id, priority }: Job, index: number): Task {
  return { jobId: id, index, priority };
}

/** Combines two moves: the state after the second, with the events of both. */
function then<T>(first: Move<T>, second: (next: T) => Move<T>): Move<T> {
  const { next, events } = second(first.next);
  return { next, events: [...first.events, ...events] };
}

function notFound(id: string): Failure {
  return failure("JOB_NOT_FOUND", `There is no job ${id}.`);
}

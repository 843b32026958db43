/** Client operations on jobs: create, add images, execute, read, cancel, retry, delete. */
import { failure, jobNotFound } from "../errors.ts";
import type { Backends } from "../ports/backends.ts";
import type { Completed, IdempotencyOutcome } from "../ports/job-store.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import { type Timestamp, timestampOf } from "../time/timestamp.ts";
import { enqueuePages, imagePages } from "./enqueue.ts";
import { jobDeletedEvent } from "./events.ts";
import { awaitsRetry, isRetryable, type Job, type NewImage, type NewJob } from "./job.ts";
import { cancelJob, createJob, queueJob, retryImage, retryJob, type Transition } from "./transitions.ts";

export interface Submission {
  readonly job: NewJob;
  readonly images: readonly NewImage[];
  readonly execute: boolean;
  readonly idempotency?: IdempotencyOutcome;
}

export class JobManager {
  readonly #backends: Backends;
  readonly #onError: (error: unknown) => void;
  readonly #clock: Clock;
  readonly #enqueueing = new Set<Promise<void>>();
  #isClosing = false;

  /** @param onError Called if not all images of a job could be enqueued; recovery enqueues the rest. */
  constructor(backends: Backends, onError: (error: unknown) => void, clock = systemClock) {
    this.#backends = backends;
    this.#onError = onError;
    this.#clock = clock;
  }

  /** Stops enqueueing. Recovery enqueues the remaining images. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.all(this.#enqueueing);
  }

  /** @throws JOB_NOT_FOUND */
  async get(id: string): Promise<Job> {
    return requiredJob(await this.#backends.store.getJob(id), id);
  }

  /** Stores the job with its images. From then on it survives a crash and a power failure. @throws NO_IMAGE */
  async submit({ job, images, execute, idempotency }: Submission): Promise<Job> {
    if (execute && images.length === 0) throw failure("NO_IMAGE", "A job that is executed needs an image.");
    const created = createJob(job, this.#now());
    const transition = execute ? then(created, (next) => queueJob(next, this.#now())) : created;
    await this.#backends.blobs.sync(job.id);
    await this.#backends.store.insertJob(transition, ownedBy(job.owner, images), idempotency);
    if (execute) await this.#enqueue(transition.next);
    return transition.next;
  }

  /** @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT */
  async addImages(id: string, images: readonly NewImage[], completed: Completed = {}): Promise<void> {
    const { owner } = await this.get(id);
    await this.#backends.blobs.sync(id);
    await this.#backends.store.addImages(id, ownedBy(owner, images), this.#now(), completed);
  }

  /** @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT, NO_IMAGE */
  async execute(id: string): Promise<Job> {
    const { total } = await this.#backends.store.countImages(id);
    const job = await this.#update(id, (current) => {
      if (total === 0) throw failure("NO_IMAGE", "The job has no image.");
      return queueJob(current, this.#now());
    });
    await this.#enqueue(job);
    return job;
  }

  /**
   * Starts no more images of the job, and discards the outcomes of running ones.
   * @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT
   */
  async cancel(id: string): Promise<Job> {
    const { state } = await this.get(id);
    // An earlier request may have failed after the job was cancelled.
    if (state === "cancelled") await this.#dropWork(id);
    const job = await this.#update(id, (current) => cancelJob(current, this.#now()));
    await this.#dropWork(id);
    return job;
  }

  /**
   * Requeues the failed images of a finished job, except those without a file.
   * @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT
   */
  async retry(id: string): Promise<Job> {
    const { store } = this.#backends;
    const parcels = new Set<number>();
    let retryable = 0;
    for await (const images of imagePages(store, id, ["failed"]))
      for (const { parcel } of images.filter(isRetryable)) {
        parcels.add(parcel);
        retryable++;
      }
    const { total } = await store.countImages(id);
    const job = await this.#update(id, (current) => {
      const transition = retryJob(current, total - retryable, this.#now());
      if (retryable > 0) return transition;
      throw failure("JOB_STATE_CONFLICT", "The failed images were refused when they were uploaded.");
    });
    for (const parcel of parcels)
      await store.updateParcel(id, parcel, (images) => {
        const now = this.#now();
        return images.filter((image) => awaitsRetry(job, image)).map((image) => retryImage(image, job.run, now));
      });
    await this.#enqueue(job);
    return job;
  }

  /**
   * Removes the job with its images and results, whatever its state.
   * @throws JOB_NOT_FOUND; remains of the job, which a failed earlier request may have left, are then removed
   */
  async delete(id: string): Promise<void> {
    if (await this.#deleteJob(id)) return this.#dropWork(id);
    // The process that deleted the job may have crashed before the files were removed, which is the last step. For ids
    // that never existed, a look is enough: even if there are none, removing messages from streams is recorded by all
    // servers of a cluster.
    if (await this.#backends.blobs.hasAny(id)) await this.#dropWork(id);
    throw jobNotFound(id);
  }

  /**
   * As `delete`, for a job that may have been deleted since it was listed. Always removes what may be left of it.
   * @returns whether the job existed.
   */
  async deleteListed(id: string): Promise<boolean> {
    const isDeleted = await this.#deleteJob(id);
    // Needed even if the job is gone: the process that deleted it may have crashed before this step.
    await this.#dropWork(id);
    return isDeleted;
  }

  /** Removes a listed job, unless it has been executed or retried since. */
  async deleteUnchanged({ id, revision }: Job): Promise<void> {
    if (await this.#deleteJob(id, (job) => job.revision === revision)) await this.#dropWork(id);
  }

  /**
   * Resolves when the first page of images is enqueued. The other pages follow in the background. Does not fail: the
   * job is stored and will be executed, and a client that gets an error would send its images again.
   */
  async #enqueue(job: Job): Promise<void> {
    const pages = enqueuePages(this.#backends, job, this.#clock);
    await pages.next().catch(this.#onError);
    const rest = this.#enqueueRest(pages).finally(() => this.#enqueueing.delete(rest));
    this.#enqueueing.add(rest);
  }

  async #enqueueRest(pages: AsyncGenerator<number>): Promise<void> {
    try {
      for await (const _ of pages) if (this.#isClosing) return;
    } catch (error) {
      this.#onError(error);
    }
  }

  #now(): Timestamp {
    return timestampOf(this.#clock);
  }

  async #deleteJob(id: string, mayDelete: (job: Job) => boolean = () => true): Promise<boolean> {
    const decide = (job: Job) => (mayDelete(job) ? jobDeletedEvent(job, this.#now()) : undefined);
    return this.#backends.store.deleteJob(id, decide);
  }

  async #dropWork(id: string): Promise<void> {
    await this.#backends.queue.dropJob(id);
    await this.#backends.blobs.delete(id);
  }

  async #update(id: string, decide: (job: Job) => Transition<Job>): Promise<Job> {
    return requiredJob(await this.#backends.store.updateJob(id, decide), id);
  }
}

function ownedBy(owner: string | undefined, images: readonly NewImage[]): readonly NewImage[] {
  return owner === undefined ? images : images.map((image) => ({ ...image, owner }));
}

/** Combines two transitions: the state after the second, with the events of both. */
function then<T>(first: Transition<T>, second: (next: T) => Transition<T>): Transition<T> {
  const { next, events } = second(first.next);
  return { next, events: [...first.events, ...events] };
}

/** @throws JOB_NOT_FOUND */
export function requiredJob(job: Job | undefined, id: string): Job {
  if (!job) throw jobNotFound(id);
  return job;
}

import { failure } from "../../errors.ts";
import { imagesAddedEvent } from "../../jobs/events.ts";
import type { Job, JobImage, NewImage } from "../../jobs/job.ts";
import { createImages } from "../../jobs/parcel.ts";
import type { Completed } from "../../ports/job-store.ts";
import { holding, holds, released } from "./held-bytes.ts";
import { expectUnfenced, type MongoIdempotencyKeys } from "./idempotency-keys.ts";
import type { MongoJobs } from "./jobs.ts";
import { stage } from "./staging.ts";

/** Maximum outcomes of requests in a job's document. Beyond it, outcomes whose claims are complete are removed. */
const MOST_OUTCOMES = 32;

/** Adds images to jobs that are `created`, and counts the bytes of uploads that will add images. See `JobStore`. */
export class ImageAdditions {
  readonly #jobs: MongoJobs;
  readonly #keys: MongoIdempotencyKeys;

  constructor(jobs: MongoJobs, keys: MongoIdempotencyKeys) {
    this.#jobs = jobs;
    this.#keys = keys;
  }

  async add(
    jobId: string,
    images: readonly NewImage[],
    now: string,
    { idempotency, upload }: Completed = {},
  ): Promise<JobImage[]> {
    const added = await this.#jobs.change(jobId, async (job, document) => {
      const { imageCount: first, idempotency: outcomes = [] } = document;
      expectUnfenced(document, idempotency);
      expectCreated(job);
      const counted = upload === undefined ? {} : released(document, upload);
      const others = outcomes.length < MOST_OUTCOMES ? outcomes : await this.#keys.incomplete(outcomes);
      return {
        set: {
          ...counted,
          ...(images.length > 0 && stage(images, { ...document, ...counted })),
          ...(idempotency && { idempotency: [...others, idempotency] }),
        },
        events: images.length > 0 ? [imagesAddedEvent(job, first, images.length, now)] : [],
        result: createImages(jobId, first, images),
      };
    });
    if (!added) throw notFound(jobId);
    if (added.length > 0) await this.#jobs.unstage(jobId);
    if (idempotency) await this.#keys.complete(idempotency, jobId, now);
    return added;
  }

  async hold(jobId: string, upload: string, bytes: number): Promise<void> {
    const isHeld = await this.#jobs.change(jobId, (job, document) => {
      expectCreated(job);
      return { set: holding(document, upload, bytes), events: [], result: true };
    });
    if (!isHeld) throw notFound(jobId);
  }

  async settle(jobId: string, upload: string, stored: number): Promise<void> {
    await this.#jobs.change(jobId, (_, document) => {
      if (!holds(document, upload)) return undefined;
      const set = stored > 0 ? holding(document, upload, stored) : released(document, upload);
      return { set, events: [], result: true };
    });
  }
}

/** @throws JOB_STATE_CONFLICT */
function expectCreated({ state }: Job): void {
  if (state !== "created")
    throw failure("JOB_STATE_CONFLICT", `A job that is ${state} takes no more images.`, { state });
}

function notFound(jobId: string): Error {
  return failure("JOB_NOT_FOUND", `There is no job ${jobId}.`);
}

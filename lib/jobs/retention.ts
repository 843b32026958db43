import { type Clock, systemClock } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Backends } from "../ports/backends.ts";
import type { FinishedJobFilter } from "../ports/job-store.ts";
import type { Timestamp } from "../time.ts";
import type { Job } from "./job.ts";
import type { JobManager } from "./job-manager.ts";
import { needsNoFiles } from "./recovery.ts";
import { giveUpImages } from "./transitions.ts";

const PAGE = 100;
/** States in which images are kept for a retry. In other final states they are removed as soon as the job ends. */
const KEPT_FOR_RETRY = ["partially_failed", "failed"] as const;
/** Interval of the scan for files that a crash left behind. The first sweep scans too. */
const SCAN_EVERY_MS = 24 * 3_600_000;
/**
 * Images without a job count as left over if nothing was stored for this time: an upload in progress stores more often.
 */
const LEFT_AFTER_MS = 24 * 3_600_000;
/** Idempotency window, as documented in the API. */
const IDEMPOTENCY_MS = 24 * 3_600_000;

export type RetentionSettings = Pick<
  Config,
  "imageRetentionMs" | "jobRetentionMs" | "eventRetentionMs" | "auditRetentionMs"
>;

/** Removes expired images, jobs with their results, idempotency keys and events. */
export class Retention {
  readonly #backends: Backends;
  readonly #manager: JobManager;
  readonly #settings: RetentionSettings;
  readonly #clock: Clock;
  /** The last job whose images were removed, in the order of `jobsFinishedBefore`. */
  #last: FinishedJobFilter["after"];
  #scannedAt = Number.NEGATIVE_INFINITY;

  constructor(backends: Backends, manager: JobManager, settings: RetentionSettings, clock = systemClock) {
    this.#backends = backends;
    this.#manager = manager;
    this.#settings = settings;
    this.#clock = clock;
  }

  /** @param now Time of a `RetentionClock`, since a wall clock may be wrong. */
  async sweep(now: number): Promise<void> {
    const { store, log, webhooks } = this.#backends;
    const { jobRetentionMs, imageRetentionMs, eventRetentionMs } = this.#settings;
    const timestampBefore = (milliseconds: number): Timestamp => new Date(now - milliseconds).toISOString();
    for (;;) {
      const jobs = await store.jobsFinishedBefore(timestampBefore(jobRetentionMs), PAGE);
      for (const job of jobs) await this.#manager.deleteUnchanged(job);
      if (jobs.length < PAGE) break;
    }
    await this.#removeAbandoned(timestampBefore(jobRetentionMs));
    await this.#removeFiles(timestampBefore(imageRetentionMs));
    if (this.#clock.steady() - this.#scannedAt > SCAN_EVERY_MS) {
      await this.#removeLeftFiles(timestampBefore(imageRetentionMs), now);
      await store.sweepResults();
      this.#scannedAt = this.#clock.steady();
    }
    while ((await store.sweepIdempotencyKeys(timestampBefore(IDEMPOTENCY_MS))) > 0);
    await webhooks.sweepFailed(timestampBefore(jobRetentionMs));
    await this.#backends.audit.sweep(timestampBefore(this.#settings.auditRetentionMs));
    await this.#backends.rateCounters.sweep();
    await this.#backends.uploads.sweep();
    while ((await log.sweep(timestampBefore(eventRetentionMs))) > 0);
  }

  /** Removes jobs that were created but never executed; they never finish by themselves. */
  async #removeAbandoned(createdBefore: Timestamp): Promise<void> {
    for (;;) {
      const filter = { states: ["created"], createdBefore } as const;
      const { items } = await this.#backends.store.listJobs({ filter, limit: PAGE });
      for (const job of items) await this.#manager.deleteUnchanged(job);
      if (items.length < PAGE) return;
    }
  }

  /** Removes images that were kept for a retry, of jobs whose retention has ended since the last sweep. */
  async #removeFiles(before: Timestamp): Promise<void> {
    const { store } = this.#backends;
    for (;;) {
      const filter = { states: KEPT_FOR_RETRY, ...(this.#last && { after: this.#last }) };
      const [job] = await store.jobsFinishedBefore(before, 1, filter);
      if (!job) return;
      const { id, finishedAt = "" } = job;
      await this.#removeImages(job);
      this.#last = { id, finishedAt };
    }
  }

  /** Removes the images of a failed job, unless it has been retried since it was read. */
  async #removeImages(job: Job): Promise<void> {
    const { store, blobs } = this.#backends;
    const { id, imagesRemoved } = job;
    // After a crash in between, the job already records that its images are removed.
    const isGivenUp = imagesRemoved || (await store.updateJob(id, (current) => giveUpImages(current, job)));
    if (isGivenUp) await blobs.delete(id);
  }

  /** Removes what a crash left behind. Lists all jobs that have images, so it is done rarely. */
  async #removeLeftFiles(before: Timestamp, now: number): Promise<void> {
    const { store, blobs } = this.#backends;
    for await (const jobId of blobs.jobIds()) {
      const job = await store.getJob(jobId);
      const isLeft = job ? needsNoFiles(job) : await blobs.isOlderThan(jobId, LEFT_AFTER_MS, now);
      if (isLeft) await blobs.delete(jobId);
      else if (job?.finishedAt !== undefined && job.finishedAt < before) await this.#removeImages(job);
    }
  }
}

import type { Config } from "../config.ts";
import type { Backends } from "../ports/backends.ts";
import type { FinishedJobFilter } from "../ports/job-store.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import type { Timestamp } from "../time/timestamp.ts";
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
  readonly #onError: (error: unknown, work: string) => void;
  /** The last job whose images were removed, in the order of `jobsFinishedBefore`. */
  #last: FinishedJobFilter["after"];
  /** Ids of jobs before it whose images could not be removed. */
  readonly #unremoved = new Set<string>();
  #scannedAt = Number.NEGATIVE_INFINITY;

  /** @param onError Called with each failure and its name for the log. What failed is done again by a later sweep. */
  constructor(
    backends: Backends,
    manager: JobManager,
    settings: RetentionSettings,
    onError: (error: unknown, work: string) => void,
    clock = systemClock,
  ) {
    this.#backends = backends;
    this.#manager = manager;
    this.#settings = settings;
    this.#onError = onError;
    this.#clock = clock;
  }

  /**
   * Does not fail: what cannot be removed must keep nothing else from being removed.
   * @param now Time of a `RetentionClock`, since a wall clock may be wrong.
   * @param signal Ends the sweep early.
   */
  async sweep(now: number, signal?: AbortSignal): Promise<void> {
    const { store, log, webhooks, audit, rateCounters, uploads } = this.#backends;
    const { jobRetentionMs, imageRetentionMs, eventRetentionMs, auditRetentionMs } = this.#settings;
    const timestampBefore = (milliseconds: number): Timestamp => new Date(now - milliseconds).toISOString();
    const isScanDue = this.#clock.steady() - this.#scannedAt > SCAN_EVERY_MS;
    const steps = {
      "removing expired jobs": () => this.#removeExpired(timestampBefore(jobRetentionMs), signal),
      "removing jobs that were never executed": () => this.#removeAbandoned(timestampBefore(jobRetentionMs), signal),
      "removing expired images": () => this.#removeFiles(timestampBefore(imageRetentionMs), signal),
      ...(isScanDue && {
        "removing images left behind": () => this.#removeLeftFiles(timestampBefore(imageRetentionMs), now, signal),
        "removing results left behind": () => store.sweepResults(),
      }),
      "removing idempotency keys": () => untilNone(() => store.sweepIdempotencyKeys(timestampBefore(IDEMPOTENCY_MS))),
      "removing failed webhooks": () => webhooks.sweepFailed(timestampBefore(jobRetentionMs)),
      "removing audit records": () => audit.sweep(timestampBefore(auditRetentionMs)),
      "removing rate counters": () => rateCounters.sweep(),
      "removing records of uploads": () => uploads.sweep(),
      "removing events": () => untilNone(() => log.sweep(timestampBefore(eventRetentionMs))),
    };
    for (const [work, step] of Object.entries(steps)) {
      if (signal?.aborted) return;
      await this.#try(work, step);
    }
  }

  async #removeExpired(before: Timestamp, signal?: AbortSignal): Promise<void> {
    for (let after: FinishedJobFilter["after"]; !signal?.aborted; ) {
      const jobs = await this.#backends.store.jobsFinishedBefore(before, PAGE, { ...(after && { after }) });
      await this.#deleteJobs(jobs, signal);
      after = placeOf(jobs.at(-1));
      if (jobs.length < PAGE) return;
    }
  }

  /** Removes jobs that were created but never executed; they never finish by themselves. */
  async #removeAbandoned(createdBefore: Timestamp, signal?: AbortSignal): Promise<void> {
    const filter = { states: ["created"], createdBefore } as const;
    for (let cursor: string | undefined; !signal?.aborted; ) {
      const page = await this.#backends.store.listJobs({ filter, limit: PAGE, ...(cursor && { cursor }) });
      await this.#deleteJobs(page.items, signal);
      if (!page.nextCursor) return;
      cursor = page.nextCursor;
    }
  }

  async #deleteJobs(jobs: readonly Job[], signal?: AbortSignal): Promise<void> {
    for (const job of jobs) {
      if (signal?.aborted) return;
      await this.#try(`removing job ${job.id}`, () => this.#manager.deleteUnchanged(job));
    }
  }

  /** Removes images that were kept for a retry, of jobs whose retention has ended since the last sweep. */
  async #removeFiles(before: Timestamp, signal?: AbortSignal): Promise<void> {
    const { store } = this.#backends;
    for (const id of [...this.#unremoved]) {
      if (signal?.aborted) return;
      await this.#removeImages(id, before);
    }
    while (!signal?.aborted) {
      const filter = { states: KEPT_FOR_RETRY, ...(this.#last && { after: this.#last }) };
      const jobs = await store.jobsFinishedBefore(before, PAGE, filter);
      for (const job of jobs) {
        if (signal?.aborted) return;
        // Another node, or this one before its start, removed them. What a crash left is found by the scan.
        if (!job.imagesRemoved) await this.#removeImages(job.id, before, job);
        this.#last = placeOf(job);
      }
      if (jobs.length < PAGE) return;
    }
  }

  /** Removes the images of a failed job, unless it has been retried. If that fails, the next sweep tries again. */
  async #removeImages(id: string, before: Timestamp, found?: Job): Promise<void> {
    const { store, blobs } = this.#backends;
    this.#unremoved.add(id);
    await this.#try(`removing the images of job ${id}`, async () => {
      const job = found ?? (await store.getJob(id));
      if (job?.finishedAt !== undefined && job.finishedAt < before) {
        // If a removal failed after this change, the job already records that its images are removed.
        const isGivenUp = job.imagesRemoved || (await store.updateJob(id, (current) => giveUpImages(current, job)));
        if (isGivenUp) await blobs.delete(id);
      }
      this.#unremoved.delete(id);
    });
  }

  /** Removes what a crash left behind. Lists all jobs that have images, so it is done rarely. */
  async #removeLeftFiles(before: Timestamp, now: number, signal?: AbortSignal): Promise<void> {
    const { store, blobs } = this.#backends;
    for await (const jobId of blobs.jobIds()) {
      if (signal?.aborted) return;
      await this.#try(`removing what is left of job ${jobId}`, async () => {
        const job = await store.getJob(jobId);
        const isLeft = job ? needsNoFiles(job) : await blobs.isOlderThan(jobId, LEFT_AFTER_MS, now);
        if (isLeft) await blobs.delete(jobId);
        else if (job) await this.#removeImages(jobId, before, job);
      });
    }
    this.#scannedAt = this.#clock.steady();
  }

  async #try(work: string, action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#onError(error, work);
    }
  }
}

/** Repeats the removal until it finds nothing. @param remove Returns the number removed. */
async function untilNone(remove: () => Promise<number>): Promise<void> {
  while ((await remove()) > 0);
}

function placeOf(job: Job | undefined): FinishedJobFilter["after"] {
  return job && { id: job.id, finishedAt: job.finishedAt ?? "" };
}

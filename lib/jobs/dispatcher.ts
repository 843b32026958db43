/**
 * Takes tasks from the queue, sends them to a detector and stores the outcome.
 *
 * The queue may deliver a task twice, and the process may die at any line. This is safe because an attempt is recorded
 * before it is dispatched, and every outcome is a compare-and-set on its attempt.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { toProblem } from "../contracts/problem.ts";
import { failure } from "../errors.ts";
import type { Backends } from "../ports/backends.ts";
import type { Lease, Task } from "../ports/task-queue.ts";
import { nowTimestamp } from "../time.ts";
import { type AttemptSettings, Attempts } from "./attempts.ts";
import { backoffMs } from "./backoff.ts";
import {
  attemptsOfRun,
  failImage,
  finalState,
  finishJob,
  isFinished,
  type Job,
  type JobImage,
  startAttempt,
  startJob,
} from "./job.ts";
import { SharedLock } from "./shared-lock.ts";

export interface DispatcherSettings extends AttemptSettings {
  /** Maximum number of job images at detectors at the same time. */
  readonly concurrency: number;
  /** Time after which the queue redelivers a task. Extended while the image is being processed. */
  readonly leaseMs: number;
  /** Resolves once a detector is available or the signal is aborted. */
  readonly whenReady: (signal: AbortSignal) => Promise<void>;
  /**
   * Resolves once a detector can start a suspect at once. Starting the trial process takes a second, in which the node
   * may die for another reason; that must not count as an attempt.
   */
  readonly prepareSuspect: () => Promise<void>;
  readonly onJobFinished: (job: Job) => void;
}

/** Window over which the processing rate is measured. */
const RATE_WINDOW_MS = 10_000;
/** Pause after a fault of the store or the queue. */
const FAULT_PAUSE_MS = 500;
const MAX_BACKOFF_DELIVERIES = 4;

export class Dispatcher {
  readonly #backends: Backends;
  readonly #settings: DispatcherSettings;
  readonly #attempts: Attempts;
  readonly #stopping = new AbortController();
  readonly #lock: SharedLock;
  readonly #workers: Promise<void>[];
  #finishedTimes: number[] = [];

  constructor(backends: Backends, settings: DispatcherSettings) {
    this.#backends = backends;
    this.#settings = settings;
    this.#attempts = new Attempts(backends, settings);
    this.#lock = new SharedLock(settings.concurrency);
    this.#workers = Array.from({ length: settings.concurrency }, () => this.#work());
  }

  /** Recent images per second; 0 if there were none. */
  get imagesPerSecond(): number {
    const since = performance.now() - RATE_WINDOW_MS;
    this.#finishedTimes = this.#finishedTimes.filter((time) => time > since);
    const [first] = this.#finishedTimes;
    if (first === undefined) return 0;
    return (this.#finishedTimes.length * 1000) / Math.max(performance.now() - first, 1000);
  }

  /** Takes no more tasks and waits for those in progress. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#workers);
  }

  async #work(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#settings.whenReady(signal);
        const lease = await this.#backends.queue.take(signal);
        if (!lease) return;
        await this.#holdLease(lease);
      } catch (error) {
        this.#settings.onError(error);
        await sleep(FAULT_PAUSE_MS, undefined, { signal }).catch(() => {});
      }
    }
  }

  /** Ends the lease in any case. A lease that cannot be ended expires, and the task is redelivered. */
  async #holdLease(lease: Lease): Promise<void> {
    const { leaseMs, onError } = this.#settings;
    const extending = setInterval(() => lease.extend().catch(onError), leaseMs / 3);
    const leave = await this.#lock.acquire(lease.task.exclusive === true);
    try {
      if (this.#stopping.signal.aborted) await lease.retry(0);
      else await this.#handle(lease);
    } catch (error) {
      onError(error);
      await lease.retry(FAULT_PAUSE_MS);
    } finally {
      clearInterval(extending);
      leave();
    }
  }

  async #handle(lease: Lease): Promise<void> {
    const { store, queue } = this.#backends;
    const { jobId, parcel: index } = lease.task;
    const job = await store.getJob(jobId);
    if (!job || isFinished(job)) return lease.ack();

    if (lease.delivery > 1) await this.#attempts.takeOver(jobId, index);
    if (lease.task.exclusive) await this.#settings.prepareSuspect();
    const { image, obstacle } = await this.#start(job, lease.task);
    if (obstacle === "in work") return lease.retry(this.#settings.leaseMs);
    if (obstacle === "in company") {
      await queue.push([{ ...lease.task, exclusive: true }]);
      return lease.ack();
    }
    if (image?.state === "running") {
      if (job.state === "queued") await this.#startJob(jobId);
      const next = await this.#attempts.make(job, image);
      if (next?.state === "done") this.#finishedTimes.push(performance.now());
      if (next?.state === "pending") return lease.retry(pauseMs(next, lease.delivery));
    }
    // Before the acknowledgement: if storing fails now, the redelivered task retries it.
    await this.finishIfDone(jobId);
    await lease.ack();
  }

  /**
   * Records the attempt, unless the image needs none, must run alone, or is in progress. In the last case the task was
   * delivered twice and is kept in case the other attempt is lost.
   */
  async #start(job: Job, { parcel: index, exclusive }: Task) {
    const isLate = job.deadline !== undefined && job.deadline < nowTimestamp();
    let obstacle: "in work" | "in company" | undefined;
    const image = await this.#backends.store.updateImage(job.id, index, (current) => {
      obstacle = undefined;
      if (current.state === "running") obstacle = "in work";
      if (current.state !== "pending") return undefined;
      if (isLate) return failImage(current, lateProblem(job), false, nowTimestamp());
      if (current.suspect && !exclusive) obstacle = "in company";
      return obstacle ? undefined : startAttempt(current, nowTimestamp());
    });
    return { image, obstacle };
  }

  async #startJob(jobId: string): Promise<void> {
    const { store } = this.#backends;
    await store.updateJob(jobId, (job) => (job.state === "queued" ? startJob(job, nowTimestamp()) : undefined));
  }

  /** Finishes a job that has no unfinished images. */
  async finishIfDone(jobId: string): Promise<void> {
    const { store, blobs } = this.#backends;
    if (await store.hasUnfinishedImages(jobId)) return;
    const counts = await store.countImages(jobId);
    const finished = await store.updateJob(jobId, (job) =>
      (job.state === "queued" || job.state === "running") && finalState(counts)
        ? finishJob(job, counts, nowTimestamp())
        : undefined,
    );
    if (!finished) return;
    // The images of a partially failed job are kept for a retry; the retention sweep removes them.
    if (finished.state === "succeeded") await blobs.delete(jobId);
    this.#settings.onJobFinished(finished);
  }
}

/** If no attempt counted, for example for lack of a detector, the back-off follows the deliveries, with a low cap. */
function pauseMs(image: JobImage, delivery: number): number {
  return backoffMs(attemptsOfRun(image) || Math.min(delivery, MAX_BACKOFF_DELIVERIES));
}

function lateProblem({ deadline }: Job) {
  return toProblem(failure("DEADLINE_PASSED", `The job's deadline, ${deadline}, has passed.`));
}

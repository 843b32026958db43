/**
 * Takes tasks from the queue to the detector and their outcome to the store.
 *
 * The queue may hand a task out twice and the process may die at any line. What keeps that harmless: an attempt is
 * recorded before it is dispatched, and every outcome is a compare-and-set on the attempt it belongs to.
 */
import { toProblem } from "../contracts/problem.ts";
import type { Detection } from "../contracts/receipt.ts";
import type { Analysis } from "../contracts/results.ts";
import { asFailure, definitions, type ErrorCode, type Failure, failure } from "../errors.ts";
import type { Backends } from "../ports/backends.ts";
import type { Lease } from "../ports/task-queue.ts";
import { backoffMs } from "./backoff.ts";
import { Gate } from "./gate.ts";
import {
  attemptsOfRun,
  completeImage,
  failImage,
  finalState,
  finishJob,
  isFinished,
  type Job,
  type JobImage,
  releaseImage,
  returnImage,
  startAttempt,
  startJob,
} from "./job.ts";
import { nowTimestamp } from "./time.ts";

export interface DispatcherSettings {
  /** Images of jobs that may be with detectors at once. */
  readonly concurrency: number;
  /** Attempts an image gets before it is given up. */
  readonly maxAttempts: number;
  /** Resolves once there is a detector, or the signal is aborted. */
  readonly whenReady: (signal: AbortSignal) => Promise<void>;
  readonly detect: (image: Buffer, options: Job["options"]) => Promise<Detection | Analysis>;
  readonly onJobFinished: (job: Job) => void;
  readonly onError: (error: unknown) => void;
}

/** Images processed per second, over the last few seconds. */
const RATE_WINDOW_MS = 10_000;
/** The detector had no room, or was not there: not the image's fault, and soon over. */
const notTheImages: readonly ErrorCode[] = ["OVERLOADED", "NO_DETECTOR", "SHUTTING_DOWN"];
/** Past this many deliveries the pause before the next grows no more. */
const MAX_BACKOFF_DELIVERIES = 4;
/** A fault of the store or the queue is waited out, not hammered. */
const FAULT_PAUSE_MS = 500;

export class Dispatcher {
  readonly #backends: Backends;
  readonly #settings: DispatcherSettings;
  readonly #stopping = new AbortController();
  readonly #gate = new Gate();
  readonly #workers: Promise<void>[];
  #finishedTimes: number[] = [];

  constructor(backends: Backends, settings: DispatcherSettings) {
    this.#backends = backends;
    this.#settings = settings;
    this.#workers = Array.from({ length: settings.concurrency }, () => this.#work());
  }

  /** Images per second lately; 0 when nothing has been done lately. */
  get imagesPerSecond(): number {
    const since = performance.now() - RATE_WINDOW_MS;
    this.#finishedTimes = this.#finishedTimes.filter((time) => time > since);
    const [first] = this.#finishedTimes;
    if (first === undefined) return 0;
    return (this.#finishedTimes.length * 1000) / Math.max(performance.now() - first, 1000);
  }

  /** Takes no more tasks and waits for those in hand. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#workers);
  }

  async #work(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#settings.whenReady(signal);
      const lease = await this.#backends.queue.take(signal);
      if (!lease) return;
      const leave = await this.#gate.enter(lease.task.alone === true);
      try {
        if (signal.aborted) await lease.retry(0);
        else await this.#handle(lease);
      } catch (error) {
        this.#settings.onError(error);
        await lease.retry(FAULT_PAUSE_MS);
      } finally {
        leave();
      }
    }
  }

  async #handle(lease: Lease): Promise<void> {
    const { store } = this.#backends;
    const { jobId, index } = lease.task;
    const job = await store.getJob(jobId);
    if (!job || isFinished(job)) return lease.ack();

    const isLate = job.deadline !== undefined && job.deadline < nowTimestamp();
    if (lease.delivery > 1) await this.#takeOver(jobId, index);
    const image = await store.updateImage(jobId, index, (current) => {
      if (current.state !== "pending") return undefined;
      return isLate
        ? failImage(current, lateProblem(job), false, nowTimestamp())
        : startAttempt(current, nowTimestamp());
    });
    if (image?.state === "running") {
      if (job.state === "queued") await this.#startJob(jobId);
      const retryInMs = await this.#attempt(job, image, lease.delivery);
      if (retryInMs !== undefined) return lease.retry(retryInMs);
    }
    // Before the task is given away: what cannot be stored now is tried again with the task.
    await this.finishIfDone(jobId);
    await lease.ack();
  }

  /** An image that is still `running` when its task comes again was lost on the way: nobody will end that attempt. */
  async #takeOver(jobId: string, index: number): Promise<void> {
    const { maxAttempts } = this.#settings;
    await this.#backends.store.updateImage(jobId, index, (current) => {
      if (current.state !== "running") return undefined;
      if (attemptsOfRun(current) >= maxAttempts) return failImage(current, lostProblem(), true, nowTimestamp());
      return releaseImage(current, lostProblem(), nowTimestamp());
    });
  }

  async #startJob(jobId: string): Promise<void> {
    const { store } = this.#backends;
    await store.updateJob(jobId, (job) => (job.state === "queued" ? startJob(job, nowTimestamp()) : undefined));
  }

  /** @returns after how many milliseconds the image wants another attempt, if it does. */
  async #attempt(job: Job, image: JobImage, delivery: number): Promise<number | undefined> {
    const outcome = await this.#detect(job, image);
    const { store } = this.#backends;
    const isThisAttempt = ({ state, attempts }: JobImage) => state === "running" && attempts === image.attempts;
    if (!("type" in outcome)) {
      this.#finishedTimes.push(performance.now());
      await store.updateImage(job.id, image.index, (current) =>
        isThisAttempt(current) ? completeImage(current, outcome, nowTimestamp()) : undefined,
      );
      return undefined;
    }
    const wasTried = !notTheImages.includes(outcome.type);
    const isRetryable = definitions[outcome.type].status >= 500;
    const isGivenUp = isRetryable && wasTried && attemptsOfRun(image) >= this.#settings.maxAttempts;
    const problem = toProblem(outcome);
    await store.updateImage(job.id, image.index, (current) => {
      if (!isThisAttempt(current)) return undefined;
      if (!wasTried) return returnImage(current, problem, nowTimestamp());
      if (isRetryable && !isGivenUp) return releaseImage(current, problem, nowTimestamp());
      return failImage(current, problem, isGivenUp, nowTimestamp());
    });
    if (!wasTried) return backoffMs(Math.min(delivery, MAX_BACKOFF_DELIVERIES));
    return isRetryable && !isGivenUp ? backoffMs(attemptsOfRun(image)) : undefined;
  }

  async #detect(job: Job, image: JobImage): Promise<Detection | Analysis | Failure> {
    try {
      const file = await this.#backends.blobs.get(job.id, image.sha256);
      if (!file) return failure("PICTURE_GONE", "The picture is no longer kept.");
      return await this.#settings.detect(file, job.options);
    } catch (error) {
      const known = asFailure(error);
      if (known.type === "INTERNAL_ERROR") this.#settings.onError(error);
      return known;
    }
  }

  /** Ends a job none of whose images is unfinished. */
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
    // The pictures of a job that failed in part are kept, for a retry: the retention sweep removes them.
    if (finished.state === "succeeded") await blobs.delete(jobId);
    this.#settings.onJobFinished(finished);
  }
}

function lostProblem() {
  return toProblem(failure("WORKER_LOST", "What came of the attempt was lost."));
}

function lateProblem({ deadline }: Job) {
  return toProblem(failure("DEADLINE_PASSED", `The job's deadline, ${deadline}, has passed.`));
}

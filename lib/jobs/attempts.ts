/** Attempts at an image: each runs detection and stores the outcome if the attempt is still the current one. */
import { SpanKind } from "@opentelemetry/api";
import { handleWhen, IterableBackoff, retry } from "cockatiel";
import type { ImageReference } from "../contracts/image-source.ts";
import { toProblem } from "../contracts/problem.ts";
import type { Detection } from "../contracts/receipt.ts";
import type { Analysis } from "../contracts/results.ts";
import { definitions, type ErrorCode, type Failure, failure } from "../errors.ts";
import type { Backends } from "../ports/backends.ts";
import * as metrics from "../telemetry/metrics.ts";
import { inSpan } from "../telemetry/tracing.ts";
import { nowTimestamp } from "../time.ts";
import { asFailure } from "../transport/failures.ts";
import { referenceTo } from "./fetch-image.ts";
import {
  attemptsOfRun,
  completeImage,
  failImage,
  isFinished,
  type Job,
  type JobImage,
  loseImage,
  type Move,
  releaseImage,
  returnImage,
  type Timestamp,
} from "./job.ts";

export interface AttemptSettings {
  /** Attempts at an image before it is given up. */
  readonly maxAttempts: number;
  /** @throws PICTURE_GONE if the image's bytes are gone or not yet available. */
  readonly detect: (reference: ImageReference, job: Job, image: JobImage) => Promise<Detection | Analysis>;
  readonly onError: (error: unknown) => void;
}

/** Transient errors that are not the image's fault: no capacity, no detector, or the bytes were out of reach. */
const notTheImages: readonly ErrorCode[] = [
  "OVERLOADED",
  "NO_DETECTOR",
  "SHUTTING_DOWN",
  "ENCODER_UNAVAILABLE",
  "STORE_UNAVAILABLE",
];

/** The images of an unfinished job exist, but a storage server that was away may briefly miss recent writes: retry. */
const REFETCH_PAUSES_MS = [500, 2_000];
const untilFound = retry(
  handleWhen((error) => asFailure(error).type === "PICTURE_GONE"),
  { maxAttempts: REFETCH_PAUSES_MS.length, backoff: new IterableBackoff(REFETCH_PAUSES_MS) },
);

type Outcome = Detection | Analysis | Failure;

export class Attempts {
  readonly #backends: Pick<Backends, "store">;
  readonly #settings: AttemptSettings;

  constructor(backends: Pick<Backends, "store">, settings: AttemptSettings) {
    this.#backends = backends;
    this.#settings = settings;
  }

  /**
   * Ends the attempt of an image that is still `running` when its task is redelivered. The lease expired or the outcome
   * could not be stored, so that nothing else will end the attempt.
   */
  async takeOver(jobId: string, index: number): Promise<void> {
    const lost = failure("NODE_LOST", "What came of the attempt was lost.");
    await this.#store({ jobId, index }, lost, ({ state }) => state === "running");
  }

  /**
   * Makes the attempt that was started last.
   * @returns the image after it: `done`, `failed`, or `pending` for a retry; undefined if the attempt was superseded.
   */
  async make(job: Job, image: JobImage): Promise<JobImage | undefined> {
    const { jobId, index, attempts } = image;
    const attributes = { "sightline.job_id": jobId, "sightline.image_index": index, "sightline.attempt": attempts };
    const span = { attributes, carrier: job };
    const outcome = await inSpan("attempt", SpanKind.CONSUMER, span, () => this.#detect(job, image));
    const isThisAttempt = (now: JobImage) => now.state === "running" && now.attempts === attempts;
    if (!outcome)
      return this.#backends.store.updateImage(jobId, index, (current) =>
        isThisAttempt(current) ? releaseImage(current, undefined, nowTimestamp()) : undefined,
      );
    metrics.attempts.inc({ outcome: "type" in outcome ? outcome.type : "done" });
    return this.#store(image, outcome, isThisAttempt);
  }

  async #store(
    { jobId, index }: Pick<JobImage, "jobId" | "index">,
    outcome: Outcome,
    isMeant: (image: JobImage) => boolean,
  ): Promise<JobImage | undefined> {
    const { maxAttempts } = this.#settings;
    const next = await this.#backends.store.updateImage(jobId, index, (current) =>
      isMeant(current) ? afterAttempt(current, outcome, maxAttempts, nowTimestamp()) : undefined,
    );
    if (next?.state === "pending") metrics.retries.inc();
    if (next?.givenUp) metrics.deadLetters.inc();
    return next;
  }

  async #detect(job: Job, image: JobImage): Promise<Outcome | undefined> {
    try {
      return await this.#detectOnceThere(job, image);
    } catch (error) {
      const known = asFailure(error);
      if (known.type === "INTERNAL_ERROR") this.#settings.onError(error);
      return known;
    }
  }

  /** @returns undefined if the job was cancelled or deleted, with its images, before this one was fetched. */
  async #detectOnceThere(job: Job, image: JobImage): Promise<Detection | Analysis | undefined> {
    const { jobId } = image;
    return untilFound.execute(async () => {
      try {
        return await this.#settings.detect(referenceTo(image), job, image);
      } catch (error) {
        if (asFailure(error).type !== "PICTURE_GONE") throw error;
        const current = await this.#backends.store.getJob(jobId);
        if (!current || isFinished(current)) return undefined;
        throw error;
      }
    });
  }
}

/** The move of an image after an attempt. */
function afterAttempt(image: JobImage, outcome: Outcome, maxAttempts: number, now: Timestamp): Move<JobImage> {
  if (!("type" in outcome)) return completeImage(image, outcome, now);
  const problem = toProblem(outcome);
  // The process that had the image, and possibly others, died or was disconnected.
  if (outcome.type === "NODE_LOST") return loseImage(image, problem, maxAttempts, now);
  if (notTheImages.includes(outcome.type)) return returnImage(image, problem, now);
  // A dead letter, so that the operator learns of it.
  if (outcome.type === "IMAGE_REFUSED") return failImage(image, problem, true, now);
  if (definitions[outcome.type].status < 500) return failImage(image, problem, false, now);
  if (attemptsOfRun(image) < maxAttempts) return releaseImage(image, problem, now);
  return failImage(image, problem, true, now);
}

/** Attempts at images of a parcel: detection runs once for all, and the outcomes are stored in one change. */
import { SpanKind } from "@opentelemetry/api";
import { toProblem } from "../contracts/problem.ts";
import type { Detection } from "../contracts/receipt.ts";
import type { Analysis } from "../contracts/results.ts";
import { definitions, type ErrorCode, type Failure, failure, isFailure } from "../errors.ts";
import type { JobStore } from "../ports/job-store.ts";
import * as metrics from "../telemetry/metrics.ts";
import { inSpan } from "../telemetry/tracing.ts";
import { type Clock, pause } from "../time/clock.ts";
import { type Timestamp, timestampOf } from "../time/timestamp.ts";
import { asFailure } from "../transport/failures.ts";
import { attemptsOfRun, isFinished, type Job, type JobImage } from "./job.ts";
import { completeImage, failImage, loseImage, releaseImage, returnImage, type Transition } from "./transitions.ts";

/** The outcome of an attempt at one image. */
export type Outcome = Detection | Analysis | Failure;

export interface AttemptSettings {
  /** Maximum attempts at an image before it is given up. */
  readonly maxAttempts: number;
  /**
   * Processes images of one parcel, all of which or none are suspects.
   * @returns the outcome of each. PICTURE_GONE if the image's bytes are gone or not yet available.
   * @throws if there is no outcome, for example NODE_LOST. The error counts as the outcome of each image.
   */
  readonly detect: (job: Job, images: readonly JobImage[]) => Promise<readonly Outcome[]>;
  readonly onError: (error: unknown) => void;
  readonly clock: Clock;
}

/** Transient errors that the image did not cause: no capacity, no detector, or the bytes were unreachable. */
const notTheImagesFault: readonly ErrorCode[] = [
  "OVERLOADED",
  "NO_DETECTOR",
  "SHUTTING_DOWN",
  "ENCODER_UNAVAILABLE",
  "STORE_UNAVAILABLE",
];

/** The images of an unfinished job exist, but a storage server that was away may briefly miss recent writes: retry. */
const REFETCH_PAUSES_MS = [500, 2_000];

/**
 * Pauses before outcomes are stored again if the store fails. Without the outcomes, all images would be tried again,
 * each alone: nobody could tell them from those of a node that died.
 */
const STORE_PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000];
/** Errors of a store that may pass soon. */
const outages: readonly ErrorCode[] = ["STORE_UNAVAILABLE", "STORAGE_FULL"];

type OutcomeOf = (image: JobImage) => Outcome | undefined;

export class Attempts {
  readonly #store: JobStore;
  readonly #settings: AttemptSettings;
  readonly #stopping: AbortSignal | undefined;

  /** @param stopping Ends pauses before outcomes are stored again: they are then stored at once or not at all. */
  constructor(store: JobStore, settings: AttemptSettings, stopping?: AbortSignal) {
    this.#store = store;
    this.#settings = settings;
    this.#stopping = stopping;
  }

  /**
   * Ends the attempts at images that are still `running` when the task that made them is redelivered: its lease
   * expired, or the outcomes could not be stored. If its node is alive all the same, its outcomes come too late.
   */
  async takeOver(jobId: string, parcel: number, isLost: (image: JobImage) => boolean): Promise<JobImage[]> {
    const lost = failure("NODE_LOST", "The outcome of the attempt was lost.");
    return (await this.#end(jobId, parcel, (image) => (isLost(image) ? lost : undefined))).moved;
  }

  /**
   * Makes the attempts that were started last.
   * @returns the images afterwards: `done`, `failed`, or `pending` for a retry. Images whose attempt was superseded are
   *   left out.
   */
  async make(job: Job, images: readonly JobImage[]): Promise<JobImage[]> {
    const [first] = images;
    if (!first) return [];
    const { parcel, index, attempts } = first;
    const attributes = {
      "sightline.job_id": job.id,
      "sightline.image_index": index,
      "sightline.images": images.length,
      "sightline.attempt": attempts,
    };
    const span = { attributes, carrier: job };
    const outcomes = await inSpan("attempt", SpanKind.CONSUMER, span, () => this.#detectUntilThere(job, images));
    const attempted = new Map(images.map((image, position) => [image.index, { image, outcome: outcomes[position] }]));
    for (const outcome of outcomes) metrics.attempts.inc({ outcome: labelOf(outcome) });
    return this.#endOrRetry(job.id, parcel, (current) => {
      const { image, outcome } = attempted.get(current.index) ?? {};
      return image?.attempts === current.attempts ? outcome : undefined;
    });
  }

  /** As `#end`, but repeats it for a time while the store is away or has no room. The lease is extended meanwhile. */
  async #endOrRetry(jobId: string, parcel: number, outcomeOf: OutcomeOf): Promise<JobImage[]> {
    const { clock, onError } = this.#settings;
    for (let tries = 0; ; tries++) {
      try {
        const { moved, ended } = await this.#end(jobId, parcel, outcomeOf);
        // A try that failed may have ended them all the same.
        return tries === 0 ? moved : [...moved, ...ended];
      } catch (error) {
        const pauseMs = STORE_PAUSES_MS[tries];
        const mayPass = isFailure(error) && outages.includes(error.type);
        if (!mayPass || pauseMs === undefined || this.#stopping?.aborted) throw error;
        onError(error);
        await pause(clock, pauseMs, this.#stopping);
      }
    }
  }

  /**
   * Ends attempts of running images.
   * @param outcomeOf Returns undefined to leave an image unchanged.
   * @returns the images that were changed, and those with an outcome that were not running any more.
   */
  async #end(jobId: string, parcel: number, outcomeOf: OutcomeOf): Promise<Record<"moved" | "ended", JobImage[]>> {
    const { maxAttempts, clock } = this.#settings;
    let ended: JobImage[] = [];
    const moved = await this.#store.updateParcel(jobId, parcel, (images) => {
      const now = timestampOf(clock);
      ended = images.filter((image) => image.state !== "running" && outcomeOf(image));
      return images
        .filter(({ state }) => state === "running")
        .flatMap((image) => {
          const outcome = outcomeOf(image);
          return outcome ? afterAttempt(image, outcome, maxAttempts, now) : [];
        });
    });
    for (const { state, givenUp } of moved) {
      if (state === "pending") metrics.retries.inc();
      if (givenUp) metrics.deadLetters.inc();
    }
    return { moved, ended };
  }

  /**
   * The outcomes. There are none for a job that was cancelled, which closes its images, or deleted before all of them
   * were fetched.
   */
  async #detectUntilThere(job: Job, images: readonly JobImage[]): Promise<Outcome[]> {
    const outcomes = [...(await this.#detect(job, images))];
    const isGone = (position: number) => isFailure(outcomes[position]) && outcomes[position].type === "PICTURE_GONE";
    for (const pauseMs of REFETCH_PAUSES_MS) {
      const gone = [...images.keys()].filter(isGone);
      if (gone.length === 0) break;
      const current = await this.#store.getJob(job.id);
      if (!current || isFinished(current)) return [];
      await pause(this.#settings.clock, pauseMs);
      const again = gone.map((position) => images[position] as JobImage);
      const found = await this.#detect(job, again);
      for (const [n, position] of gone.entries()) outcomes[position] = found[n] as Outcome;
    }
    return outcomes;
  }

  async #detect(job: Job, images: readonly JobImage[]): Promise<readonly Outcome[]> {
    const { detect, onError } = this.#settings;
    try {
      return await detect(job, images);
    } catch (error) {
      const known = asFailure(error);
      if (known.type === "INTERNAL_ERROR") onError(error);
      return images.map(() => known);
    }
  }
}

function labelOf(outcome: Outcome): string {
  return isFailure(outcome) ? outcome.type : "done";
}

/** The transition of an image after an attempt. */
function afterAttempt(image: JobImage, outcome: Outcome, maxAttempts: number, now: Timestamp): Transition<JobImage> {
  if (!isFailure(outcome)) return completeImage(image, outcome, now);
  const problem = toProblem(outcome);
  // The process that had the image, and possibly others, died or was disconnected.
  if (outcome.type === "NODE_LOST") return loseImage(image, problem, maxAttempts, now);
  if (notTheImagesFault.includes(outcome.type)) return returnImage(image, problem, now);
  // The image becomes a dead letter, so that the operator learns of it.
  if (outcome.type === "IMAGE_REFUSED") return failImage(image, problem, true, now);
  if (definitions[outcome.type].status < 500) return failImage(image, problem, false, now);
  if (attemptsOfRun(image) < maxAttempts) return releaseImage(image, problem, now);
  return failImage(image, problem, true, now);
}

/** Attempts at an image: each is made with a detector, and what came of it is stored if it is still that attempt. */
import { type Problem, toProblem } from "../contracts/problem.ts";
import type { Detection } from "../contracts/receipt.ts";
import { asFailure, definitions, type ErrorCode, type Failure, failure } from "../errors.ts";
import type { Backends } from "../ports/backends.ts";
import { backoffMs } from "./backoff.ts";
import {
  attemptsOfRun,
  completeImage,
  failImage,
  type Job,
  type JobImage,
  loseImage,
  releaseImage,
  returnImage,
} from "./job.ts";
import { nowTimestamp } from "./time.ts";

export interface AttemptSettings {
  /** Attempts an image gets before it is given up. */
  readonly maxAttempts: number;
  readonly detect: (image: Buffer, options: Job["options"]) => Promise<Detection>;
  readonly onError: (error: unknown) => void;
}

/** The detector had no room, or was not there: not the image's fault, and soon over. */
const notTheImages: readonly ErrorCode[] = ["OVERLOADED", "NO_DETECTOR", "SHUTTING_DOWN"];
/** Past this many deliveries the pause before the next grows no more. */
const MAX_BACKOFF_DELIVERIES = 4;

export class Attempts {
  readonly #backends: Pick<Backends, "store" | "blobs">;
  readonly #settings: AttemptSettings;

  constructor(backends: Pick<Backends, "store" | "blobs">, settings: AttemptSettings) {
    this.#backends = backends;
    this.#settings = settings;
  }

  /** An image that is still `running` when its task comes again was lost on the way: nobody will end that attempt. */
  async takeOver(jobId: string, index: number): Promise<void> {
    const problem = toProblem(failure("NODE_LOST", "What came of the attempt was lost."));
    await this.#lose({ jobId, index }, problem, ({ state }) => state === "running");
  }

  /**
   * Makes the attempt that was started last.
   * @returns whether it came to a result, or after how many milliseconds the image wants another attempt, if it does.
   */
  async make(job: Job, image: JobImage, delivery: number): Promise<{ isDone: boolean; retryInMs?: number }> {
    const outcome = await this.#detect(job, image);
    const { store } = this.#backends;
    const isThisAttempt = ({ state, attempts }: JobImage) => state === "running" && attempts === image.attempts;
    if (!("type" in outcome)) {
      await store.updateImage(job.id, image.index, (current) =>
        isThisAttempt(current) ? completeImage(current, outcome, nowTimestamp()) : undefined,
      );
      return { isDone: true };
    }
    const problem = toProblem(outcome);
    if (outcome.type === "NODE_LOST") {
      const next = await this.#lose(image, problem, isThisAttempt);
      return { isDone: false, ...(next?.state === "pending" && { retryInMs: backoffMs(1) }) };
    }
    const wasTried = !notTheImages.includes(outcome.type);
    const isRetryable = definitions[outcome.type].status >= 500;
    const isGivenUp = isRetryable && wasTried && attemptsOfRun(image) >= this.#settings.maxAttempts;
    await store.updateImage(job.id, image.index, (current) => {
      if (!isThisAttempt(current)) return undefined;
      if (!wasTried) return returnImage(current, problem, nowTimestamp());
      if (isRetryable && !isGivenUp) return releaseImage(current, problem, nowTimestamp());
      return failImage(current, problem, isGivenUp, nowTimestamp());
    });
    if (!wasTried) return { isDone: false, retryInMs: backoffMs(Math.min(delivery, MAX_BACKOFF_DELIVERIES)) };
    return { isDone: false, ...(isRetryable && !isGivenUp && { retryInMs: backoffMs(attemptsOfRun(image)) }) };
  }

  /** The process died, or was cut off, that had the image, and others with it. */
  #lose({ jobId, index }: Pick<JobImage, "jobId" | "index">, problem: Problem, isMeant: (image: JobImage) => boolean) {
    const { maxAttempts } = this.#settings;
    return this.#backends.store.updateImage(jobId, index, (current) =>
      isMeant(current) ? loseImage(current, problem, maxAttempts, nowTimestamp()) : undefined,
    );
  }

  async #detect(job: Job, image: JobImage): Promise<Detection | Failure> {
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
}

/** Jobs and their images, and what follows from their states. `transitions.ts` has the changes of state. Pure. */
import type { CallbackMode } from "../contracts/job.ts";
import type { ImageState, JobState } from "../contracts/job-states.ts";
import type { Problem } from "../contracts/problem.ts";
import type { Detection } from "../contracts/receipt.ts";
import type { Analysis } from "../contracts/results.ts";
import type { Timestamp } from "../time/timestamp.ts";

export interface Job {
  readonly id: string;
  readonly state: JobState;
  /** Incremented by every transition; used for compare-and-set. */
  readonly revision: number;
  /** Number of times the job was queued: 0 until executed, then 1, plus one per retry. */
  readonly run: number;
  /** Images that were finished before the run began. The run's rate does not include them. */
  readonly overBefore?: number;
  /**
   * Counts of the job's images, once it has finished. The store records those of a cancelled job, when its images are
   * closed. Absent if the job finished with a version before 0.2, or while the images are being closed.
   */
  readonly finalImages?: ImageCounts;
  /** The job's images were removed, or are about to be: it failed too long ago to be retried. */
  readonly imagesRemoved?: true;
  readonly model: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Priority from 0 to 9; higher ones are served first. */
  readonly priority: number;
  /** Images are not started after this time. */
  readonly deadline?: Timestamp;
  readonly callbackUrl?: string;
  readonly callbackMode?: CallbackMode;
  /** Id of the owning session. */
  readonly owner?: string;
  /** Id under which the bytes of the job's images are counted, if it differs from the owner. */
  readonly account?: string;
  /** The trace of the request that created the job (W3C Trace Context). */
  readonly traceparent?: string;
  readonly createdAt: Timestamp;
  readonly queuedAt?: Timestamp;
  readonly startedAt?: Timestamp;
  readonly finishedAt?: Timestamp;
}

export interface JobImage {
  readonly jobId: string;
  /** Position in the job, ascending in upload order. */
  readonly index: number;
  /** Index of the first image of its parcel; see `parcel.ts`. */
  readonly parcel: number;
  readonly fileName: string | null;
  readonly sha256: string;
  readonly bytes: number;
  /** The pack that has the image in the blob store; absent if the image is stored by itself. Not shown to clients. */
  readonly pack?: string;
  /** Owner of the job. */
  readonly owner?: string;
  readonly state: ImageState;
  readonly revision: number;
  /** Attempts ever started. Recorded before dispatch, so that an attempt that crashes the process counts too. */
  readonly attempts: number;
  /** Attempts that do not count in this run: those of earlier runs and those not caused by the image. */
  readonly attemptsBefore: number;
  /** The job's run that last queued the image. */
  readonly run: number;
  readonly result?: Detection | Analysis;
  readonly problem?: Problem;
  /** The process died while it processed the image, possibly because of it. The next attempt runs alone. */
  readonly suspect?: true;
  /** Dead letter: the image was given up, because its attempts ran out or it was refused. */
  readonly givenUp?: true;
  /** Id of the task of the current attempt, see `Lease`. Absent if a version before 0.2 has started it. */
  readonly task?: string;
  readonly startedAt?: Timestamp;
  readonly finishedAt?: Timestamp;
}

/** Number of a job's images in each state. Counted when asked for, so that it cannot drift; stored at the end only. */
export type ImageCounts = Readonly<Record<ImageState | "total", number>>;

export type NewJob = Pick<Job, "id" | "model"> &
  Partial<
    Pick<
      Job,
      | "options"
      | "labels"
      | "priority"
      | "deadline"
      | "callbackUrl"
      | "callbackMode"
      | "owner"
      | "account"
      | "traceparent"
    >
  >;

/** An image to store. One that was refused on upload has a problem, and an empty hash: its file is not stored. */
export type NewImage = Pick<JobImage, "fileName" | "sha256" | "bytes"> &
  Partial<Pick<JobImage, "pack" | "problem" | "owner">>;

/** The final state of a job with these counts; undefined while an image is unfinished. */
export function finalState({ total, done, failed }: ImageCounts): JobState | undefined {
  if (done + failed < total) return undefined;
  if (failed === 0) return "succeeded";
  return done === 0 ? "failed" : "partially_failed";
}

/** Whether the images of a job are needed, including for a retry. Those of a failed job are kept for a time. */
export function keepsImages({ state }: Pick<Job, "state">): boolean {
  return state !== "succeeded" && state !== "cancelled";
}

export function isFinished({ state }: Pick<Job, "state">): boolean {
  return state !== "created" && state !== "queued" && state !== "running";
}

/** Attempts that count against `maxAttempts`. */
export function attemptsOfRun({ attempts, attemptsBefore }: JobImage): number {
  return attempts - attemptsBefore;
}

/** Whether the image has a file for a retry. An image that was refused on upload has none, and no hash. */
export function isRetryable({ state, sha256 }: JobImage): boolean {
  return state === "failed" && sha256 !== "";
}

/** Whether a retry of the job has not reached this failed image yet. */
export function awaitsRetry(job: Job, image: JobImage): boolean {
  return isRetryable(image) && image.run < job.run && !isFinished(job);
}

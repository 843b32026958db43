/**
 * State machine of a job and its images. Pure: a move takes the current entity and returns the next one with the events
 * that describe the change. Stores write both atomically.
 *
 *   job    created → queued → running → succeeded | partially_failed | failed
 *          created | queued | running → cancelled          partially_failed | failed → queued (retry)
 *   image  pending → running → done | failed
 *          running → pending (attempt lost)   pending → failed (not worth an attempt)   failed → pending (retry)
 */
import type { CallbackMode } from "../contracts/job.ts";
import type { ImageState, JobState } from "../contracts/job-states.ts";
import type { Problem } from "../contracts/problem.ts";
import type { Detection } from "../contracts/receipt.ts";
import type { Analysis } from "../contracts/results.ts";
import { failure } from "../errors.ts";
import type { Timestamp } from "../time.ts";
import { type CloudEvent, imageEvent, jobEvent } from "./events.ts";

const DEFAULT_PRIORITY = 5;

export interface Job {
  readonly id: string;
  readonly state: JobState;
  /** Incremented by every move; used for compare-and-set. */
  readonly revision: number;
  /** Number of times the job was queued: 0 until executed, then 1, plus one per retry. */
  readonly run: number;
  /** Images that were finished before the run began; excluded from its rate. */
  readonly overBefore?: number;
  /** Its images, once it has finished; absent if it was cancelled, or finished with a version before 0.2. */
  readonly finalImages?: ImageCounts;
  /** Its images were removed, or are about to be: it failed too long ago to be retried. */
  readonly imagesRemoved?: true;
  readonly model: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly labels: Readonly<Record<string, string>>;
  /** 0 to 9, higher first. */
  readonly priority: number;
  /** Images are not started after this time. */
  readonly deadline?: Timestamp;
  readonly callbackUrl?: string;
  readonly callbackMode?: CallbackMode;
  /** Id of the owning session. */
  readonly owner?: string;
  /** Id that the bytes of its images are counted under, if not the owner's. */
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
  readonly startedAt?: Timestamp;
  readonly finishedAt?: Timestamp;
}

/** Number of a job's images in each state. Always counted, never stored, so that the numbers cannot drift. */
export type ImageCounts = Readonly<Record<ImageState | "total", number>>;

/** An entity after a move, and the events to store with it. */
export interface Move<T> {
  readonly next: T;
  readonly events: readonly CloudEvent[];
}

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

export function createJob(job: NewJob, now: Timestamp): Move<Job> {
  const defaults = { options: {}, labels: {}, priority: DEFAULT_PRIORITY };
  return withEvent({ ...defaults, ...job, state: "created", revision: 0, run: 0, createdAt: now }, now);
}

/** `created` → `queued`. @throws JOB_STATE_CONFLICT */
export function queueJob(job: Job, now: Timestamp): Move<Job> {
  expectJob(job, ["created"], "executed");
  return moveJob(job, { state: "queued", run: job.run + 1, queuedAt: now }, now);
}

/** `queued` → `running`, with the job's first attempt. @throws JOB_STATE_CONFLICT */
export function startJob(job: Job, now: Timestamp): Move<Job> {
  expectJob(job, ["queued"], "started");
  return moveJob(job, { state: "running", startedAt: now }, now);
}

/** Finishes a job in the state that its counts determine. @throws JOB_STATE_CONFLICT while an image is unfinished. */
export function finishJob(job: Job, counts: ImageCounts, now: Timestamp): Move<Job> {
  expectJob(job, ["queued", "running"], "finished");
  const state = finalState(counts);
  if (!state) throw failure("JOB_STATE_CONFLICT", "The job has images that are not finished.");
  return moveJob(job, { state, finishedAt: endOf(job, now), finalImages: counts }, now, counts);
}

/** Cancels an unfinished job. The store closes its images: see `closeImage`. @throws JOB_STATE_CONFLICT */
export function cancelJob(job: Job, now: Timestamp): Move<Job> {
  expectJob(job, ["created", "queued", "running"], "cancelled");
  return moveJob(job, { state: "cancelled", finishedAt: endOf(job, now) }, now);
}

/** Now, but not before the job was queued: retention counts from here, and the clock of this node may be behind. */
function endOf({ createdAt, queuedAt = createdAt }: Job, now: Timestamp): Timestamp {
  return now > queuedAt ? now : queuedAt;
}

/**
 * Requeues a finished job for its failed images. The job moves first; each failed image follows by `retryImage`. After
 * a crash between the two, recovery finds the remaining images with `awaitsRetry`.
 * @param overBefore Images that are not retried.
 * @throws JOB_STATE_CONFLICT
 */
export function retryJob(job: Job, overBefore: number, now: Timestamp): Move<Job> {
  expectJob(job, ["partially_failed", "failed"], "retried");
  if (job.imagesRemoved)
    throw failure("JOB_STATE_CONFLICT", "The job's images are not kept any more. Send them again, as a new job.", {
      state: job.state,
    });
  const { startedAt: _started, finishedAt: _finished, finalImages: _images, ...rest } = job;
  return moveJob(rest, { state: "queued", run: job.run + 1, overBefore, queuedAt: now }, now);
}

/**
 * Before the images of a failed job are removed, so that it cannot be retried without them. It has no event: nothing
 * that clients are shown changes.
 * @returns undefined if the job was retried since it was read as `seen`.
 */
export function giveUpImages(job: Job, seen: Job): Move<Job> | undefined {
  if (job.revision !== seen.revision) return undefined;
  return { next: { ...job, imagesRemoved: true, revision: job.revision + 1 }, events: [] };
}

/** The final state of a job with these counts; undefined while an image is unfinished. */
export function finalState({ total, done, failed }: ImageCounts): JobState | undefined {
  if (done + failed < total) return undefined;
  if (failed === 0) return "succeeded";
  return done === 0 ? "failed" : "partially_failed";
}

/** Whether the images of a job are needed, also to retry it. Those of a failed one are kept for a time. */
export function keepsImages({ state }: Pick<Job, "state">): boolean {
  return state !== "succeeded" && state !== "cancelled";
}

export function isFinished({ state }: Pick<Job, "state">): boolean {
  return state !== "created" && state !== "queued" && state !== "running";
}

/** An image to store. One that was refused on upload has a problem, and an empty hash: its file is not stored. */
export type NewImage = Pick<JobImage, "fileName" | "sha256" | "bytes"> &
  Partial<Pick<JobImage, "pack" | "problem" | "owner">>;

/** Images are added before a job's first run, so their run is 1. */
export function createImage(jobId: string, index: number, parcel: number, image: NewImage): JobImage {
  const state = image.problem ? "failed" : "pending";
  return { ...image, jobId, index, parcel, run: 1, state, revision: 0, attempts: 0, attemptsBefore: 0 };
}

/** `pending` → `running`; store before dispatching the image. @throws JOB_STATE_CONFLICT */
export function startAttempt(image: JobImage, now: Timestamp): Move<JobImage> {
  expectImage(image, ["pending"], "started");
  return moveImage(image, { state: "running", attempts: image.attempts + 1, startedAt: now }, now);
}

/** `running` → `done`. @throws JOB_STATE_CONFLICT */
export function completeImage(image: JobImage, result: Detection | Analysis, now: Timestamp): Move<JobImage> {
  expectImage(image, ["running"], "completed");
  const { problem: _problem, suspect: _suspect, ...rest } = image;
  return moveImage(rest, { state: "done", result, finishedAt: now }, now);
}

/**
 * `running` → `failed`, or `pending` → `failed` if an attempt is pointless, for example after the deadline.
 * @param givenUp Whether the image becomes a dead letter.
 * @throws JOB_STATE_CONFLICT
 */
export function failImage(image: JobImage, problem: Problem, givenUp: boolean, now: Timestamp): Move<JobImage> {
  expectImage(image, ["running", "pending"], "failed");
  return moveImage(image, { state: "failed", problem, ...(givenUp && { givenUp }), finishedAt: now }, now);
}

/** `running` → `pending`: the attempt was lost, for the given reason if there is one. @throws JOB_STATE_CONFLICT */
export function releaseImage(image: JobImage, problem: Problem | undefined, now: Timestamp): Move<JobImage> {
  expectImage(image, ["running"], "released");
  return moveImage(image, { state: "pending", ...(problem && { problem }) }, now);
}

/**
 * `running` → `pending`, since the job was cancelled: the outcome of the attempt is discarded.
 * @throws JOB_STATE_CONFLICT
 */
export function closeImage(image: JobImage, { finishedAt }: Job): Move<JobImage> {
  return releaseImage(image, undefined, finishedAt as Timestamp);
}

/**
 * `running` → `pending`, without counting the attempt: it never reached a worker, so it says nothing about the image.
 * @throws JOB_STATE_CONFLICT
 */
export function returnImage(image: JobImage, problem: Problem, now: Timestamp): Move<JobImage> {
  expectImage(image, ["running"], "returned");
  return moveImage(image, { state: "pending", problem, attemptsBefore: image.attemptsBefore + 1 }, now);
}

/**
 * `running` → `pending` or `failed`, after the process that had the image died. Images processed together become
 * suspects, since any of them may be the cause. Each suspect is then attempted alone, and only those attempts count.
 * @throws JOB_STATE_CONFLICT
 */
export function loseImage(image: JobImage, problem: Problem, maxAttempts: number, now: Timestamp): Move<JobImage> {
  expectImage(image, ["running"], "lost");
  if (image.suspect && attemptsOfRun(image) >= maxAttempts) return failImage(image, problem, true, now);
  const attemptsBefore = image.attemptsBefore + (image.suspect ? 0 : 1);
  return moveImage(image, { state: "pending", problem, suspect: true, attemptsBefore }, now);
}

/** `failed` → `pending`, with the attempts reset. @throws JOB_STATE_CONFLICT */
export function retryImage(image: JobImage, run: number, now: Timestamp): Move<JobImage> {
  expectImage(image, ["failed"], "retried");
  const {
    problem: _problem,
    givenUp: _givenUp,
    suspect: _suspect,
    startedAt: _started,
    finishedAt: _finished,
    ...rest
  } = image;
  return moveImage(rest, { state: "pending", run, attemptsBefore: image.attempts }, now);
}

/** Attempts that count against `maxAttempts`. */
export function attemptsOfRun({ attempts, attemptsBefore }: JobImage): number {
  return attempts - attemptsBefore;
}

/** Whether it has a file to be tried with again. One that was refused on upload has none, and no hash. */
export function isRetryable({ state, sha256 }: JobImage): boolean {
  return state === "failed" && sha256 !== "";
}

/** Whether a retry of the job has not reached this failed image yet. */
export function awaitsRetry(job: Job, image: JobImage): boolean {
  return isRetryable(image) && image.run < job.run && !isFinished(job);
}

function moveJob(job: Job, change: Partial<Job>, now: Timestamp, counts?: ImageCounts): Move<Job> {
  return withEvent({ ...job, ...change, revision: job.revision + 1 }, now, counts);
}

function withEvent(next: Job, now: Timestamp, counts?: ImageCounts): Move<Job> {
  return { next, events: [jobEvent(next, now, counts)] };
}

function moveImage(image: JobImage, change: Partial<JobImage>, now: Timestamp): Move<JobImage> {
  const next = { ...image, ...change, revision: image.revision + 1 };
  return { next, events: [imageEvent(next, now)] };
}

function expectJob({ state }: Job, allowed: readonly JobState[], verb: string): void {
  if (!allowed.includes(state))
    throw failure("JOB_STATE_CONFLICT", `A job that is ${state} cannot be ${verb}.`, { state });
}

function expectImage({ index, state }: JobImage, allowed: readonly ImageState[], verb: string): void {
  if (!allowed.includes(state))
    throw failure("JOB_STATE_CONFLICT", `Image ${index} is ${state} and cannot be ${verb}.`, { index, state });
}

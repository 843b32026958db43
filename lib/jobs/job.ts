/**
 * A job and its images, and every move they may make. Pure: a move takes the entity as it is and returns it as it
 * will be together with the events that tell of it. Stores write both in one go, or neither.
 *
 *   job    created → queued → running → succeeded | partially_failed | failed
 *          created | queued | running → cancelled          partially_failed | failed → queued (retry)
 *   image  pending → running → done | failed
 *          running → pending (attempt lost)   pending → failed (not worth an attempt)   failed → pending (retry)
 */
import type { ImageState, JobState } from "../contracts/job-states.ts";
import type { Problem } from "../contracts/problem.ts";
import type { Detection } from "../contracts/receipt.ts";
import type { Analysis } from "../contracts/results.ts";
import { failure } from "../errors.ts";
import { type CloudEvent, imageEvent, jobEvent } from "./events.ts";

/** Times are RFC 3339 in UTC, to the millisecond, so their order as text is their order in time. */
export type Timestamp = string;

const DEFAULT_PRIORITY = 5;

export interface Job {
  readonly id: string;
  readonly state: JobState;
  /** Grows by one with every move; what compare-and-set compares. */
  readonly revision: number;
  /** How many times the job was queued: 0 until executed, 1 then, one more for each retry. */
  readonly run: number;
  /** Images that were over already when the run began; they say nothing about its speed. */
  readonly overBefore?: number;
  readonly model: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly labels: Readonly<Record<string, string>>;
  /** 0 to 9, higher first. */
  readonly priority: number;
  /** After this time images are no longer worth starting. */
  readonly deadline?: Timestamp;
  readonly callbackUrl?: string;
  /** The session the job belongs to. */
  readonly owner?: string;
  /** The trace of the request that created the job (W3C Trace Context). */
  readonly traceparent?: string;
  readonly createdAt: Timestamp;
  readonly queuedAt?: Timestamp;
  readonly startedAt?: Timestamp;
  readonly finishedAt?: Timestamp;
}

export interface JobImage {
  readonly jobId: string;
  /** Position in the job; ascending in the order of upload. */
  readonly index: number;
  readonly fileName: string | null;
  readonly sha256: string;
  readonly bytes: number;
  /** Its job's. */
  readonly owner?: string;
  readonly state: ImageState;
  readonly revision: number;
  /** Attempts ever started. An attempt is recorded before it is dispatched, so one that kills us is counted too. */
  readonly attempts: number;
  /** Attempts made before the run the image is in, and those that say nothing about it; see `attemptsOfRun`. */
  readonly attemptsBefore: number;
  /** The job's run that last queued the image. */
  readonly run: number;
  readonly result?: Detection | Analysis;
  readonly problem?: Problem;
  /** The process died while it had the image, possibly of it: its next attempt is made with nothing beside it. */
  readonly suspect?: true;
  /** The image failed for want of attempts, not for what it is: a dead letter. */
  readonly givenUp?: true;
  readonly startedAt?: Timestamp;
  readonly finishedAt?: Timestamp;
}

/** How many images of a job are in each state. Always counted, never kept, so they cannot drift. */
export type ImageCounts = Readonly<Record<ImageState | "total", number>>;

/** An entity after a move, and the events to be stored with it. */
export interface Move<T> {
  readonly next: T;
  readonly events: readonly CloudEvent[];
}

export type NewJob = Pick<Job, "id" | "model"> &
  Partial<Pick<Job, "options" | "labels" | "priority" | "deadline" | "callbackUrl" | "owner" | "traceparent">>;

export function createJob(job: NewJob, now: Timestamp): Move<Job> {
  const defaults = { options: {}, labels: {}, priority: DEFAULT_PRIORITY };
  return jobMove({ ...defaults, ...job, state: "created", revision: 0, run: 0, createdAt: now }, now);
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

/** The end of a job is a function of its counts. @throws JOB_STATE_CONFLICT while an image is unfinished. */
export function finishJob(job: Job, counts: ImageCounts, now: Timestamp): Move<Job> {
  expectJob(job, ["queued", "running"], "finished");
  const state = finalState(counts);
  if (!state) throw failure("JOB_STATE_CONFLICT", "The job has images that are not finished.");
  return moveJob(job, { state, finishedAt: now }, now, counts);
}

/** Ends a job that is not over. Its images stay as they are. @throws JOB_STATE_CONFLICT */
export function cancelJob(job: Job, now: Timestamp): Move<Job> {
  expectJob(job, ["created", "queued", "running"], "cancelled");
  return moveJob(job, { state: "cancelled", finishedAt: now }, now);
}

/**
 * Queues a finished job again for its failed images. The job moves first; each failed image follows by `retryImage`.
 * A crash between the two is mended at the next start: `awaitsRetry` tells the images that did not follow.
 * @param overBefore Images that are not retried.
 * @throws JOB_STATE_CONFLICT
 */
export function retryJob(job: Job, overBefore: number, now: Timestamp): Move<Job> {
  expectJob(job, ["partially_failed", "failed"], "retried");
  const { startedAt: _started, finishedAt: _finished, ...rest } = job;
  return moveJob(rest, { state: "queued", run: job.run + 1, overBefore, queuedAt: now }, now);
}

/** The state in which a job with these counts ends; undefined while an image is unfinished. */
export function finalState({ total, done, failed }: ImageCounts): JobState | undefined {
  if (done + failed < total) return undefined;
  if (failed === 0) return "succeeded";
  return done === 0 ? "failed" : "partially_failed";
}

export function isFinished({ state }: Pick<Job, "state">): boolean {
  return state !== "created" && state !== "queued" && state !== "running";
}

/** An image that was refused when it was uploaded comes with its problem; its hash is empty where it is not known. */
export type NewImage = Pick<JobImage, "fileName" | "sha256" | "bytes"> & Partial<Pick<JobImage, "problem" | "owner">>;

/** Images come before a job's first run, which is therefore theirs. */
export function createImage(jobId: string, index: number, image: NewImage): JobImage {
  const state = image.problem ? "failed" : "pending";
  return { ...image, jobId, index, run: 1, state, revision: 0, attempts: 0, attemptsBefore: 0 };
}

/** `pending` → `running`; to be stored before the image is dispatched. @throws JOB_STATE_CONFLICT */
export function startAttempt(image: JobImage, now: Timestamp): Move<JobImage> {
  expectImage(image, ["pending"], "started");
  return moveImage(image, { state: "running", attempts: image.attempts + 1, startedAt: now }, now);
}

/** `running` → `done`. @throws JOB_STATE_CONFLICT */
export function completeImage(image: JobImage, result: Detection | Analysis, now: Timestamp): Move<JobImage> {
  expectImage(image, ["running"], "completed");
  const { problem: _lost, suspect: _suspect, ...rest } = image;
  return moveImage(rest, { state: "done", result, finishedAt: now }, now);
}

/**
 * `running` → `failed`, or `pending` → `failed` where an attempt is not worth making, as after the deadline.
 * @param givenUp The image ran out of attempts and becomes a dead letter.
 * @throws JOB_STATE_CONFLICT
 */
export function failImage(image: JobImage, problem: Problem, givenUp: boolean, now: Timestamp): Move<JobImage> {
  expectImage(image, ["running", "pending"], "failed");
  return moveImage(image, { state: "failed", problem, ...(givenUp && { givenUp }), finishedAt: now }, now);
}

/** `running` → `pending`: the attempt was lost, for the reason given if there is one. @throws JOB_STATE_CONFLICT */
export function releaseImage(image: JobImage, problem: Problem | undefined, now: Timestamp): Move<JobImage> {
  expectImage(image, ["running"], "released");
  return moveImage(image, { state: "pending", ...(problem && { problem }) }, now);
}

/**
 * `running` → `pending`, as if the attempt had not been made: it never came to a worker, so it says nothing about the
 * image. @throws JOB_STATE_CONFLICT
 */
export function returnImage(image: JobImage, problem: Problem, now: Timestamp): Move<JobImage> {
  expectImage(image, ["running"], "returned");
  return moveImage(image, { state: "pending", problem, attemptsBefore: image.attemptsBefore + 1 }, now);
}

/**
 * `running` → `pending` or `failed`, after the process died that had the image. What was in work together is only
 * suspected, since one image may have taken the others with it; each then gets attempts alone, and only those count.
 * @throws JOB_STATE_CONFLICT
 */
export function loseImage(image: JobImage, problem: Problem, maxAttempts: number, now: Timestamp): Move<JobImage> {
  expectImage(image, ["running"], "lost");
  if (image.suspect && attemptsOfRun(image) >= maxAttempts) return failImage(image, problem, true, now);
  const attemptsBefore = image.attemptsBefore + (image.suspect ? 0 : 1);
  return moveImage(image, { state: "pending", problem, suspect: true, attemptsBefore }, now);
}

/** `failed` → `pending`, with all attempts to be had again. @throws JOB_STATE_CONFLICT */
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

/** What counts against `maxAttempts`. */
export function attemptsOfRun({ attempts, attemptsBefore }: JobImage): number {
  return attempts - attemptsBefore;
}

/** An image that was refused when it was uploaded has no file to try again with. */
export function isRetryable({ state, sha256 }: JobImage): boolean {
  return state === "failed" && sha256 !== "";
}

/** A failed image that a retry of its job has yet to reach. */
export function awaitsRetry(job: Job, image: JobImage): boolean {
  return isRetryable(image) && image.run < job.run && !isFinished(job);
}

function moveJob(job: Job, change: Partial<Job>, now: Timestamp, counts?: ImageCounts): Move<Job> {
  return jobMove({ ...job, ...change, revision: job.revision + 1 }, now, counts);
}

function jobMove(next: Job, now: Timestamp, counts?: ImageCounts): Move<Job> {
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

/**
 * State machine of a job and its images. Pure: a transition takes the current entity and returns the next one with the
 * events that describe the change. Stores write both atomically.
 *
 *   job    created → queued → running → succeeded | partially_failed | failed
 *          created | queued | running → cancelled          partially_failed | failed → queued (retry)
 *   image  pending → running → done | failed
 *          running → pending (attempt lost)   pending → failed (not worth an attempt)   failed → pending (retry)
 */
import { DEFAULT_PRIORITY, type ImageState, type JobState } from "../contracts/job-states.ts";
import type { Problem } from "../contracts/problem.ts";
import type { Detection } from "../contracts/receipt.ts";
import type { Analysis } from "../contracts/results.ts";
import { failure } from "../errors.ts";
import type { Timestamp } from "../time/timestamp.ts";
import { type CloudEvent, imageEvent, jobEvent } from "./events.ts";
import {
  attemptsOfRun,
  finalState,
  type ImageCounts,
  type Job,
  type JobImage,
  type NewImage,
  type NewJob,
} from "./job.ts";

/** An entity after a transition, and the events to store with it. */
export interface Transition<T> {
  readonly next: T;
  readonly events: readonly CloudEvent[];
}

export function createJob(job: NewJob, now: Timestamp): Transition<Job> {
  const defaults = { options: {}, labels: {}, priority: DEFAULT_PRIORITY };
  return withEvent({ ...defaults, ...job, state: "created", revision: 0, run: 0, createdAt: now }, now);
}

/** `created` → `queued`. @throws JOB_STATE_CONFLICT */
export function queueJob(job: Job, now: Timestamp): Transition<Job> {
  expectExecutable(job);
  return transitionOfJob(job, { state: "queued", run: job.run + 1, queuedAt: now }, now);
}

/** Checks that a job may be executed. @throws JOB_STATE_CONFLICT */
export function expectExecutable(job: Job): void {
  expectJob(job, ["created"], "executed");
}

/** `queued` → `running`, with the job's first attempt. @throws JOB_STATE_CONFLICT */
export function startJob(job: Job, now: Timestamp): Transition<Job> {
  expectJob(job, ["queued"], "started");
  return transitionOfJob(job, { state: "running", startedAt: now }, now);
}

/** Finishes a job in the state that its counts determine. @throws JOB_STATE_CONFLICT while an image is unfinished. */
export function finishJob(job: Job, counts: ImageCounts, now: Timestamp): Transition<Job> {
  expectJob(job, ["queued", "running"], "finished");
  const state = finalState(counts);
  if (!state) throw failure("JOB_STATE_CONFLICT", "The job has images that are not finished.");
  return transitionOfJob(job, { state, finishedAt: endOf(job, now), finalImages: counts }, now, counts);
}

/** Cancels an unfinished job. The store closes its images: see `closeImage`. @throws JOB_STATE_CONFLICT */
export function cancelJob(job: Job, now: Timestamp): Transition<Job> {
  expectJob(job, ["created", "queued", "running"], "cancelled");
  return transitionOfJob(job, { state: "cancelled", finishedAt: endOf(job, now) }, now);
}

/** Now, but not before the job was queued: retention counts from here, and the clock of this node may be behind. */
function endOf({ createdAt, queuedAt = createdAt }: Job, now: Timestamp): Timestamp {
  return now > queuedAt ? now : queuedAt;
}

/**
 * Requeues a finished job for its failed images. The job changes first; each failed image follows by `retryImage`.
 * After a crash between the two, recovery finds the remaining images with `awaitsRetry`.
 * @param overBefore Images that are not retried.
 * @throws JOB_STATE_CONFLICT
 */
export function retryJob(job: Job, overBefore: number, now: Timestamp): Transition<Job> {
  expectRetryable(job);
  const { startedAt: _started, finishedAt: _finished, finalImages: _images, ...rest } = job;
  return transitionOfJob(rest, { state: "queued", run: job.run + 1, overBefore, queuedAt: now }, now);
}

/** Checks that a job may be retried, as far as the job tells. @throws JOB_STATE_CONFLICT */
export function expectRetryable(job: Job): void {
  expectJob(job, ["partially_failed", "failed"], "retried");
  if (job.imagesRemoved)
    throw failure("JOB_STATE_CONFLICT", "The job's images are not kept any more. Send them again, as a new job.", {
      state: job.state,
    });
}

/**
 * Before the images of a failed job are removed, so that it cannot be retried without them. It has no event: nothing
 * that clients are shown changes.
 * @returns undefined if the job was retried since it was read as `seen`.
 */
export function giveUpImages(job: Job, seen: Job): Transition<Job> | undefined {
  if (job.revision !== seen.revision) return undefined;
  return { next: { ...job, imagesRemoved: true, revision: job.revision + 1 }, events: [] };
}

/** Images are added before a job's first run, so their run is 1. */
export function createImage(jobId: string, index: number, parcel: number, image: NewImage): JobImage {
  const state = image.problem ? "failed" : "pending";
  return { ...image, jobId, index, parcel, run: 1, state, revision: 0, attempts: 0, attemptsBefore: 0 };
}

/**
 * `pending` → `running`; store before dispatching the image.
 * @param task Id of the task, see `Lease`.
 * @throws JOB_STATE_CONFLICT
 */
export function startAttempt(image: JobImage, now: Timestamp, task?: string): Transition<JobImage> {
  expectImage(image, ["pending"], "started");
  const ofTask = task === undefined ? {} : { task };
  return transitionOfImage(image, { state: "running", attempts: image.attempts + 1, startedAt: now, ...ofTask }, now);
}

/** `running` → `done`. @throws JOB_STATE_CONFLICT */
export function completeImage(image: JobImage, result: Detection | Analysis, now: Timestamp): Transition<JobImage> {
  expectImage(image, ["running"], "completed");
  const { problem: _problem, suspect: _suspect, ...rest } = image;
  return transitionOfImage(rest, { state: "done", result, finishedAt: now }, now);
}

/**
 * `running` → `failed`, or `pending` → `failed` if an attempt is pointless, for example after the deadline.
 * @param givenUp Whether the image becomes a dead letter.
 * @throws JOB_STATE_CONFLICT
 */
export function failImage(image: JobImage, problem: Problem, givenUp: boolean, now: Timestamp): Transition<JobImage> {
  expectImage(image, ["running", "pending"], "failed");
  return transitionOfImage(image, { state: "failed", problem, ...(givenUp && { givenUp }), finishedAt: now }, now);
}

/** `running` → `pending`: the attempt was lost, for the given reason if there is one. @throws JOB_STATE_CONFLICT */
export function releaseImage(image: JobImage, problem: Problem | undefined, now: Timestamp): Transition<JobImage> {
  expectImage(image, ["running"], "released");
  return transitionOfImage(image, { state: "pending", ...(problem && { problem }) }, now);
}

/**
 * `running` → `pending`, since the job was cancelled: the outcome of the attempt is discarded.
 * @throws JOB_STATE_CONFLICT
 */
export function closeImage(image: JobImage, { finishedAt }: Job): Transition<JobImage> {
  return releaseImage(image, undefined, finishedAt as Timestamp);
}

/**
 * `running` → `pending`, without counting the attempt: it never reached a worker, so it says nothing about the image.
 * @throws JOB_STATE_CONFLICT
 */
export function returnImage(image: JobImage, problem: Problem, now: Timestamp): Transition<JobImage> {
  expectImage(image, ["running"], "returned");
  return transitionOfImage(image, { state: "pending", problem, attemptsBefore: image.attemptsBefore + 1 }, now);
}

/**
 * `running` → `pending` or `failed`, after the process that had the image died. Images processed together become
 * suspects, since any of them may be the cause. Each suspect is then attempted alone, and only those attempts count.
 * @throws JOB_STATE_CONFLICT
 */
export function loseImage(
  image: JobImage,
  problem: Problem,
  maxAttempts: number,
  now: Timestamp,
): Transition<JobImage> {
  expectImage(image, ["running"], "lost");
  if (image.suspect && attemptsOfRun(image) >= maxAttempts) return failImage(image, problem, true, now);
  const attemptsBefore = image.attemptsBefore + (image.suspect ? 0 : 1);
  return transitionOfImage(image, { state: "pending", problem, suspect: true, attemptsBefore }, now);
}

/** `failed` → `pending`, with the attempts reset. @throws JOB_STATE_CONFLICT */
export function retryImage(image: JobImage, run: number, now: Timestamp): Transition<JobImage> {
  expectImage(image, ["failed"], "retried");
  const {
    problem: _problem,
    givenUp: _givenUp,
    suspect: _suspect,
    startedAt: _started,
    finishedAt: _finished,
    ...rest
  } = image;
  return transitionOfImage(rest, { state: "pending", run, attemptsBefore: image.attempts }, now);
}

function transitionOfJob(job: Job, change: Partial<Job>, now: Timestamp, counts?: ImageCounts): Transition<Job> {
  return withEvent({ ...job, ...change, revision: job.revision + 1 }, now, counts);
}

function withEvent(next: Job, now: Timestamp, counts?: ImageCounts): Transition<Job> {
  return { next, events: [jobEvent(next, now, counts)] };
}

function transitionOfImage(image: JobImage, change: Partial<JobImage>, now: Timestamp): Transition<JobImage> {
  const { task: _task, ...rest } = image;
  const next = { ...rest, ...change, revision: image.revision + 1 };
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

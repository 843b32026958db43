/**
 * Takes tasks from the queue, sends the images of their parcels to a detector and stores the outcomes.
 *
 * The queue may deliver a task twice, and the process may die at any line. This is safe because attempts are recorded
 * before they are dispatched, and every outcome is a compare-and-set on its attempt.
 */
import { toProblem } from "../contracts/problem.ts";
import { type ErrorCode, failure } from "../errors.ts";
import type { Backends } from "../ports/backends.ts";
import type { Lease } from "../ports/task-queue.ts";
import { backoffMs } from "../time/backoff.ts";
import { every, pause } from "../time/clock.ts";
import { timestampOf } from "../time/timestamp.ts";
import { type AttemptSettings, Attempts } from "./attempts.ts";
import { isRetryUnderWay } from "./enqueue.ts";
import { ImageRoom, type TakenRoom } from "./image-room.ts";
import { attemptsOfRun, finalState, isFinished, type Job, type JobImage } from "./job.ts";
import { Pace } from "./pace.ts";
import { MAX_PARCEL_IMAGES } from "./parcel.ts";
import { needsNoFiles } from "./recovery.ts";
import { Retries } from "./retries.ts";
import { SharedLock } from "./shared-lock.ts";
import { belongsTo, tasksFor } from "./tasks.ts";
import { Throughput } from "./throughput.ts";
import { failImage, finishJob, startAttempt, startJob } from "./transitions.ts";

export interface DispatcherSettings extends AttemptSettings {
  /** Maximum number of job images at detectors at the same time. */
  readonly concurrency: number;
  /**
   * Tasks in work at the same time, if that many parcels have room: parcels of large or slow images have few images,
   * and each goes to one detector. Without it, as many tasks as whole parcels have room.
   */
  readonly tasks?: number;
  /** Time after which the queue redelivers a task. Extended while its images are being processed. */
  readonly leaseMs: number;
  /** Resolves once a detector is available or the signal is aborted. */
  readonly whenReady: (signal: AbortSignal) => Promise<void>;
  /**
   * Whether a detector has the models of the job, as far as known; true by default. Without one, its tasks wait, and no
   * attempt is made: each would store two changes of each image.
   */
  readonly isServed?: (job: Job) => boolean;
  /**
   * Resolves once a detector can start a suspect at once. Starting the trial process takes a second, in which the node
   * may die for another reason. That must not count as an attempt.
   */
  readonly prepareSuspect: () => Promise<void>;
  readonly onJobFinished: (job: Job) => void;
}

/** The images of a task whose attempts were recorded, and the state of the task's other images. */
interface Claim {
  readonly images: readonly JobImage[];
  /** Suspects that wait for a task of their own. */
  readonly suspects: readonly JobImage[];
  /** Number of images that could be claimed next. */
  readonly left: number;
}

/** Pause after a fault of the store or the queue. */
const FAULT_PAUSE_MS = 500;
/** Bounds of the delay of a task whose images are tried again. */
const BACKOFF = { firstMs: 250, maxMs: 60_000 };
/** Errors of detectors that are there and soon have room, or leave. The delay after them stays short. */
const brief: readonly string[] = ["OVERLOADED", "SHUTTING_DOWN"] satisfies ErrorCode[];
const BRIEF_BACKOFF = { firstMs: 250, maxMs: 2_000 };
/** Bounds of the delay of a task for which there is no detector. One that starts is to be used soon. */
const UNSERVED_BACKOFF = { firstMs: 250, maxMs: 10_000 };

export class Dispatcher {
  readonly #backends: Backends;
  readonly #settings: DispatcherSettings;
  readonly #attempts: Attempts;
  readonly #pace = new Pace();
  readonly #throughput = new Throughput();
  readonly #stopping = new AbortController();
  readonly #room: ImageRoom;
  readonly #lock: SharedLock;
  readonly #workers: Promise<void>[];

  constructor(backends: Backends, settings: DispatcherSettings) {
    this.#backends = backends;
    this.#settings = settings;
    this.#attempts = new Attempts(backends.store, settings, this.#stopping.signal);
    const { concurrency, tasks = 1 } = settings;
    const wholeParcels = Math.ceil(concurrency / MAX_PARCEL_IMAGES);
    const workers = Math.max(wholeParcels, Math.min(tasks, concurrency));
    this.#room = new ImageRoom(concurrency, Math.floor(concurrency / wholeParcels));
    this.#lock = new SharedLock(workers);
    this.#workers = Array.from({ length: workers }, () => this.#work());
  }

  /** Recent images per second; 0 if there were none. */
  get imagesPerSecond(): number {
    return this.#throughput.imagesPerSecond(this.#settings.clock.steady());
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
        // Without room here, the task is left to other nodes.
        using room = await this.#room.take();
        if (signal.aborted) return;
        const lease = await this.#backends.queue.take(signal);
        if (!lease) return;
        await this.#holdLease(lease, room);
      } catch (error) {
        this.#settings.onError(error);
        await pause(this.#settings.clock, FAULT_PAUSE_MS, signal);
      }
    }
  }

  /** Ends the lease in any case. A lease that cannot be ended expires, and the task is redelivered. */
  async #holdLease(lease: Lease, room: TakenRoom): Promise<void> {
    const { leaseMs, onError, clock } = this.#settings;
    const stopExtending = every(clock, leaseMs / 3, () => lease.extend().catch(onError));
    const leave = await this.#lock.acquire(lease.task.exclusive === true);
    try {
      if (this.#stopping.signal.aborted) await lease.retry(0);
      else await this.#handle(lease, room);
    } catch (error) {
      onError(error);
      await lease.retry(FAULT_PAUSE_MS);
    } finally {
      stopExtending();
      leave();
    }
  }

  async #handle(lease: Lease, room: TakenRoom): Promise<void> {
    const { store, queue, blobs } = this.#backends;
    const { task, delivery } = lease;
    const job = await store.getJob(task.jobId);
    if (!job || isFinished(job)) {
      // Whoever finished, cancelled or deleted the job may have died before this step.
      if (needsNoFiles(job)) await blobs.delete(task.jobId);
      return lease.ack();
    }

    const isRedelivered = delivery > 1;
    const isOfTask = belongsTo(task, job.run);
    // Attempts of another task for the same images are alive, or end with that task.
    const isLost = (image: JobImage) => isOfTask(image) && (image.task ?? lease.id) === lease.id;
    const lost = isRedelivered ? await this.#attempts.takeOver(job.id, task.parcel, isLost) : [];
    const isServed = this.#settings.isServed?.(job) ?? true;
    if (task.exclusive && isServed) await this.#settings.prepareSuspect();
    const retries = new Retries(task, lost);
    let waits = false;
    for (let isFirst = true, left = task.images; left > 0; isFirst = false) {
      const claim = await this.#claim(job, lease, retries, isServed ? room.images : 0);
      waits = !isServed && claim.left > 0;
      // Adds suspects without a task: the process crashed between the change that made them suspects and the push of
      // their tasks. Not while the task waits, since it would add them each time.
      if (isRedelivered && !waits) retries.add(claim.suspects);
      if (claim.images.length === 0) break;
      room.shrink(claim.images.length);
      if (isFirst && job.state === "queued") await this.#startJob(job.id);
      retries.add(await this.#attempt(job, claim.images));
      left = claim.left;
      // The task is returned so that other jobs get their turn, unless images of this parcel wait for their retry.
      if (left > 0 && retries.later.length === 0) {
        await queue.push([...tasksFor(job, retries.alone), { ...task, images: left }]);
        return lease.ack();
      }
    }
    if (retries.alone.length > 0) await queue.push(tasksFor(job, retries.alone));
    if (retries.later.length > 0) return lease.retry(this.#pauseMs(retries.later, delivery));
    if (waits) return lease.retry(backoffMs(delivery, this.#settings.clock.random(), UNSERVED_BACKOFF));
    // Must precede the acknowledgement: if storing fails now, the redelivered task retries it.
    await this.finishIfDone(job.id);
    await lease.ack();
  }

  /** Records attempts at images of the task: as many as there is room for, and as can be processed in a short time. */
  async #claim(job: Job, { task, id }: Lease, retries: Retries, room: number): Promise<Claim> {
    const isLate = job.deadline !== undefined && job.deadline < timestampOf(this.#settings.clock);
    const most = Math.min(room, this.#pace.imagesAtOnce(job));
    let claim: Omit<Claim, "images"> = { suspects: [], left: 0 };
    const moved = await this.#backends.store.updateParcel(job.id, task.parcel, (images) => {
      const now = timestampOf(this.#settings.clock);
      const ofTask = images.filter(belongsTo(task, job.run));
      const pending = ofTask.filter((image) => image.state === "pending" && !retries.has(image));
      const suspects = images.filter(({ state, suspect, run }) => state === "pending" && suspect && run === job.run);
      if (isLate) {
        claim = { suspects: [], left: 0 };
        return pending.map((image) => failImage(image, lateProblem(job), false, now));
      }
      claim = { suspects: task.exclusive ? [] : suspects, left: Math.max(0, pending.length - most) };
      return pending.slice(0, most).map((image) => startAttempt(image, now, id));
    });
    return { ...claim, images: moved.filter(({ state }) => state === "running") };
  }

  /** @returns the images after the attempt. */
  async #attempt(job: Job, images: readonly JobImage[]): Promise<JobImage[]> {
    const { clock } = this.#settings;
    const startedAt = clock.steady();
    const after = await this.#attempts.make(job, images);
    // Images that came back without an attempt say nothing about the time that others take.
    const before = new Map(images.map(({ index, attemptsBefore }) => [index, attemptsBefore]));
    const attempted = after.filter(({ index, attemptsBefore }) => attemptsBefore === before.get(index)).length;
    if (attempted > 0) this.#pace.note(job, attempted, clock.steady() - startedAt);
    const done = after.filter(({ state }) => state === "done").length;
    if (done > 0) this.#throughput.note(done, clock.steady());
    return after;
  }

  async #startJob(jobId: string): Promise<void> {
    const { store } = this.#backends;
    const now = timestampOf(this.#settings.clock);
    await store.updateJob(jobId, (job) => (job.state === "queued" ? startJob(job, now) : undefined));
  }

  /** Finishes a job that has no unfinished images, and none that a retry has not reached yet. */
  async finishIfDone(jobId: string): Promise<void> {
    const { store, blobs } = this.#backends;
    if (await store.hasUnfinishedImages(jobId)) return;
    const before = await store.getJob(jobId);
    if (!before || (await isRetryUnderWay(store, before))) return;
    const counts = await store.countImages(jobId);
    // Within a run, a finished image stays finished, so the counts are valid unless another run has begun.
    const finished = await store.updateJob(jobId, (job) =>
      (job.state === "queued" || job.state === "running") && job.run === before.run && finalState(counts)
        ? finishJob(job, counts, timestampOf(this.#settings.clock))
        : undefined,
    );
    if (!finished) return;
    // Called before the images are removed, which may take long or fail.
    this.#settings.onJobFinished(finished);
    // The images of a partially failed job are kept for a retry; the retention sweep removes them.
    if (finished.state === "succeeded") await blobs.delete(jobId);
  }

  /** If no attempt counted, for example because a store was away, the back-off follows the deliveries. */
  #pauseMs(images: readonly JobImage[], delivery: number): number {
    const random = this.#settings.clock.random();
    const counted = Math.max(...images.map(attemptsOfRun));
    if (counted > 0) return backoffMs(counted, random, BACKOFF);
    const isBrief = images.every(({ problem }) => problem && brief.includes(problem.code));
    return backoffMs(delivery, random, isBrief ? BRIEF_BACKOFF : BACKOFF);
  }
}

function lateProblem({ deadline }: Job) {
  return toProblem(failure("DEADLINE_PASSED", `The job's deadline, ${deadline}, has passed.`));
}

/** Wires the components of a job node and starts and stops them in order. */
import { type Clock, systemClock } from "../clock.ts";
import type { Config } from "../config.ts";
import type { ResultsQuery } from "../contracts/job.ts";
import type { DeadLettersParams } from "../contracts/job-actions.ts";
import { failure } from "../errors.ts";
import { Housekeeping } from "../leadership/housekeeping.ts";
import { LeaderLease } from "../leadership/leader-lease.ts";
import { ActivityRecorder } from "../monitor/activity-recorder.ts";
import { ActivityTally } from "../monitor/activity-tally.ts";
import { oldestWaiting } from "../monitor/oldest-waiting.ts";
import type { Backends } from "../ports/backends.ts";
import type { Owner, OwnerScope } from "../sessions/owner.ts";
import { oldestJobSeconds, queueDepth, queueOldestSeconds } from "../telemetry/metrics.ts";
import type { AttemptSettings } from "./attempts.ts";
import { Dispatcher } from "./dispatcher.ts";
import { EventPublisher, type EventPublisherOptions } from "./event-publisher.ts";
import { isFinished, type Job } from "./job.ts";
import { JobManager } from "./job-manager.ts";
import { JobWaiters } from "./job-waiters.ts";
import { Recovery, type RecoverySettings, removeOrphans } from "./recovery.ts";
import { resultsPage } from "./results-page.ts";
import { Retention, type RetentionSettings } from "./retention.ts";
import { StorageQuota } from "./storage-quota.ts";
import { viewImage, viewJob } from "./views.ts";

export interface JobRuntimeSettings
  extends RetentionSettings,
    Pick<
      Config,
      | "dispatchConcurrency"
      | "maxAttempts"
      | "maxQueuedImages"
      | "maxQueuedImagesPerOwner"
      | "sweepIntervalMs"
      | "leaseMs"
      | "imageTimeoutMs"
    > {
  /** Minimum number of tasks in work at the same time: see `DispatcherSettings`. */
  readonly dispatchTasks?: number;
  /** Resolves once a detector is available or the signal is aborted. */
  readonly whenReady: (signal: AbortSignal) => Promise<void>;
  /** See `DispatcherSettings`. */
  readonly prepareSuspect: () => Promise<void>;
  /** See `AttemptSettings`. */
  readonly detect: AttemptSettings["detect"];
  /** Notifies all nodes that a job has finished. */
  readonly announce: (jobId: string) => void;
  /** See `EventPublisherOptions`. */
  readonly onPublished?: EventPublisherOptions["onPublished"];
  /** Called when background work fails, with its name for the log. */
  readonly onError: (error: unknown, work: string) => void;
  readonly clock?: Clock;
  /** Polling interval of the publisher for events stored by other nodes. */
  readonly publishPollMs?: number;
}

const DEFAULT_LIMIT = 100;
/** When staged jobs are executed depends on their clients, so it cannot be estimated. */
const STAGED_RETRY_SECONDS = 60;
const INDEX = /^\d{1,15}$/;

export class JobRuntime {
  readonly backends: Backends;
  readonly manager: JobManager;
  readonly dispatcher: Dispatcher;
  readonly quota: StorageQuota;
  readonly waiters: JobWaiters;
  readonly #settings: JobRuntimeSettings;
  readonly #clock: Clock;
  readonly #publisher: EventPublisher;
  readonly #activity: ActivityRecorder;
  readonly #history: ActivityTally;
  readonly #housekeeping: Housekeeping;

  private constructor(backends: Backends, settings: JobRuntimeSettings) {
    this.backends = backends;
    this.#settings = settings;
    const { leaseMs, maxAttempts, clock = systemClock, publishPollMs = 50 } = settings;
    const onErrorOf = (work: string) => (error: unknown) => settings.onError(error, work);
    this.#clock = clock;
    this.waiters = new JobWaiters(clock);
    this.manager = new JobManager(backends, onErrorOf("enqueueing tasks"), clock);
    this.quota = new StorageQuota(backends, settings.imageRetentionMs);
    this.dispatcher = new Dispatcher(backends, {
      concurrency: settings.dispatchConcurrency,
      ...(settings.dispatchTasks !== undefined && { tasks: settings.dispatchTasks }),
      maxAttempts,
      leaseMs,
      whenReady: settings.whenReady,
      prepareSuspect: settings.prepareSuspect,
      detect: settings.detect,
      onJobFinished: ({ id }) => settings.announce(id),
      onError: onErrorOf("dispatching tasks"),
      clock,
    });
    this.#activity = new ActivityRecorder(backends.activity, onErrorOf("saving the activity"), clock);
    this.#history = new ActivityTally(backends.history, "jobs", 900, onErrorOf("saving the activity"), clock);
    this.#publisher = new EventPublisher(backends.store, backends.log, {
      onError: onErrorOf("publishing events"),
      onAppended: (appended) => {
        this.#activity.add(appended);
        this.#history.addEvents(appended.events);
      },
      ...(settings.onPublished && { onPublished: settings.onPublished }),
      lease: new LeaderLease(backends.leaderLeases, "publish-events", clock),
      clock,
      ...(backends.isShared && { pollMs: publishPollMs }),
    });
    const { sweepIntervalMs } = settings;
    const { retentionClock } = backends;
    // On every node of a cluster, not only on the one that removes: tells the operator of a clock that is wrong.
    if (backends.isShared) retentionClock.now().catch(onErrorOf("reading the clocks"));
    const retention = new Retention(backends, this.manager, settings, clock);
    const runSweep = async () => retention.sweep(await retentionClock.now());
    const recovery = this.#recovery({ lostAfterMs: leaseMs + settings.imageTimeoutMs, idleAfterMs: leaseMs / 2 });
    const chores = [
      { lease: "retention", everyMs: sweepIntervalMs, run: runSweep },
      { lease: "recovery", everyMs: leaseMs, run: () => recovery.run() },
    ];
    this.#housekeeping = new Housekeeping(backends.leaderLeases, chores, settings.onError, clock);
    queueDepth.follow(() => backends.queue.size());
    oldestJobSeconds.follow(() => this.#oldestJobSeconds());
    queueOldestSeconds.follow(() => this.#queueOldestSeconds());
  }

  /** Starts a node. A single node first recovers what the last process left unfinished. */
  static async start(backends: Backends, settings: JobRuntimeSettings): Promise<JobRuntime> {
    let node: JobRuntime | undefined;
    try {
      node = new JobRuntime(backends, settings);
      if (backends.isShared) return node;
      await removeOrphans(backends);
      await node.#recovery({ lostAfterMs: 0, idleAfterMs: 0 }).run();
      return node;
    } catch (error) {
      // The caller gets no instance that it could close.
      await (node ?? backends).close();
      throw error;
    }
  }

  /** Completes the images in progress. Queued ones wait for another node or the next start. */
  async close(): Promise<void> {
    await this.#housekeeping.close();
    await this.manager.close();
    await this.dispatcher.close();
    await this.#publisher.close();
    await this.#activity.close();
    await this.#history.close();
    await this.backends.close();
  }

  /** Age of the oldest queued or running job; 0 if there is none. */
  async #oldestJobSeconds(): Promise<number> {
    const sort = { by: "createdAt", descending: false } as const;
    const filter = { states: ["queued", "running"] } as const;
    const { items } = await this.backends.store.listJobs({ filter, sort, limit: 1 });
    return items[0] ? (this.#clock.now() - Date.parse(items[0].createdAt)) / 1000 : 0;
  }

  /** Time that the longest-waiting image has waited; 0 if none waits. */
  async #queueOldestSeconds(): Promise<number> {
    const oldest = (await this.backends.queue.size()) > 0 ? await oldestWaiting(this.backends.store) : undefined;
    return oldest === undefined ? 0 : Math.max(0, (this.#clock.now() - Date.parse(oldest)) / 1000);
  }

  #recovery(times: Pick<RecoverySettings, "lostAfterMs" | "idleAfterMs">): Recovery {
    const finishIfDone = (jobId: string) => this.dispatcher.finishIfDone(jobId);
    const { maxAttempts } = this.#settings;
    return new Recovery(this.backends, { maxAttempts, finishIfDone, clock: this.#clock, ...times });
  }

  /** The job as clients see it. @throws JOB_NOT_FOUND */
  async view(id: string) {
    return this.#view(await this.manager.get(id));
  }

  async list(request: Parameters<Backends["store"]["listJobs"]>[0]) {
    const { items, cursor } = await this.backends.store.listJobs(request);
    const views = items.map((job) => this.#view(job));
    return { items: await Promise.all(views), ...(cursor && { nextCursor: cursor }) };
  }

  async #view(job: Job) {
    return viewJob(job, job.finalImages ?? (await this.backends.store.countImages(job.id)), this.#clock.now());
  }

  /** A page of the job's images, in upload order, see `resultsPage`. @throws JOB_NOT_FOUND, INVALID_OPTION */
  async results(id: string, { cursor, limit = DEFAULT_LIMIT, state }: Omit<ResultsQuery, "wait">) {
    const { state: jobState } = await this.manager.get(id);
    if (cursor !== undefined && !INDEX.test(cursor))
      throw failure("INVALID_OPTION", "cursor is not one that was handed out.");
    const after = cursor === undefined ? -1 : Number(cursor);
    const page = { after, limit, ...(state && { states: [state] }) };
    const { images, isLast } = await resultsPage(this.backends.store, id, page);
    const items = images.map(viewImage);
    return { jobState, items, ...(!isLast && { nextCursor: String(items.at(-1)?.index) }) };
  }

  /** Images that were given up, across all jobs of the scope. */
  async deadLetters({ cursor, limit = DEFAULT_LIMIT }: DeadLettersParams, owner: OwnerScope) {
    const page = await this.backends.store.listDeadLetters({ limit, owner, ...(cursor && { cursor }) });
    const items = page.items.map((image) => ({ jobId: image.jobId, ...viewImage(image) }));
    return { items, ...(page.cursor && { nextCursor: page.cursor }) };
  }

  /** Waits up to `waitMs` for the job to finish. @throws JOB_NOT_FOUND */
  async wait(id: string, waitMs: number) {
    // Register before checking, so that a job that finishes in between is not missed.
    using waiting = this.waiters.enter(id, waitMs);
    if (!isFinished(await this.manager.get(id))) await waiting.over;
    return this.view(id);
  }

  /**
   * Admits images of an owner that are executed at once. @param owner `null` for images without an owner.
   * @throws OVERLOADED, QUOTA_EXCEEDED
   */
  async admit(owner: Owner): Promise<void> {
    const { maxQueuedImages } = this.#settings;
    await this.#admitOwner(owner);
    const waiting = await this.backends.queue.size();
    if (waiting < maxQueuedImages) return;
    // Retry once the queue has drained to 99 % of its limit, at the current processing rate.
    const retryAfterSeconds = this.#secondsFor(waiting - maxQueuedImages * 0.99);
    throw failure("OVERLOADED", `${waiting} images of jobs are waiting already.`, { retryAfterSeconds });
  }

  /**
   * Admits images that wait to be executed. They count together with the images in the queue, and a job counts as one
   * image more, so that they need no more room than executed ones. Images that are executed at once do not wait for
   * them.
   * @throws OVERLOADED, QUOTA_EXCEEDED
   */
  async admitStaged(owner: Owner): Promise<void> {
    const { store, queue } = this.backends;
    await this.#admitOwner(owner);
    const { jobs, images } = await store.countImagesOfJobs({ states: ["created"] });
    if (jobs + images + (await queue.size()) < this.#settings.maxQueuedImages) return;
    const detail = `${jobs} jobs with ${images} images wait to be executed. Execute, cancel or delete some of them first.`;
    throw failure("OVERLOADED", detail, { retryAfterSeconds: STAGED_RETRY_SECONDS });
  }

  /** Limits each owner, so that none takes all the room. Clients without an owner cannot be told apart: no limit. */
  async #admitOwner(owner: Owner): Promise<void> {
    if (owner === null) return;
    const { maxQueuedImagesPerOwner: most } = this.#settings;
    const states = ["created", "queued", "running"] as const;
    const { images } = await this.backends.store.countImagesOfJobs({ states, owner });
    if (images < most) return;
    const detail = `Your unfinished jobs have ${images} images already; ${most} are allowed.`;
    throw failure("QUOTA_EXCEEDED", detail, { retryAfterSeconds: this.#secondsFor(images - most * 0.99) });
  }

  /** Seconds that processing this many images takes at the current rate, at least 1. */
  #secondsFor(images: number): number {
    return Math.max(1, Math.ceil(images / Math.max(this.dispatcher.imagesPerSecond, 1)));
  }
}

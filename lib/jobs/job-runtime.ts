/** Wires the components of a job node and starts and stops them in order. */
import type { Config } from "../config.ts";
import { Housekeeping } from "../leadership/housekeeping.ts";
import { LeaderLease } from "../leadership/leader-lease.ts";
import { ActivityRecorder } from "../monitor/activity-recorder.ts";
import { ActivityTally } from "../monitor/activity-tally.ts";
import { oldestWaiting } from "../monitor/oldest-waiting.ts";
import type { Backends } from "../ports/backends.ts";
import { oldestJobSeconds, queueDepth, queueOldestSeconds } from "../telemetry/metrics.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import type { AttemptSettings } from "./attempts.ts";
import { Dispatcher } from "./dispatcher.ts";
import { EventPublisher, type EventPublisherOptions } from "./event-publisher.ts";
import { IdempotencyKeys } from "./idempotency-keys.ts";
import type { Job } from "./job.ts";
import { JobAdmission, type JobAdmissionSettings } from "./job-admission.ts";
import { JobManager } from "./job-manager.ts";
import { JobReader } from "./job-reader.ts";
import { JobWaiters } from "./job-waiters.ts";
import { Recovery, type RecoverySettings, removeOrphans } from "./recovery.ts";
import { Retention, type RetentionSettings } from "./retention.ts";
import { StorageQuota } from "./storage-quota.ts";

export interface JobRuntimeSettings
  extends RetentionSettings,
    JobAdmissionSettings,
    Pick<Config, "dispatchConcurrency" | "maxAttempts" | "sweepIntervalMs" | "leaseMs" | "imageTimeoutMs"> {
  /** Minimum number of tasks in work at the same time: see `DispatcherSettings`. */
  readonly dispatchTasks?: number;
  /** Whether other processes have gateways, whose uploads go on when this node is restarted. */
  readonly hasOtherGateways?: boolean;
  /** Resolves once a detector is available or the signal is aborted. */
  readonly whenReady: (signal: AbortSignal) => Promise<void>;
  /** See `DispatcherSettings`. */
  readonly isServed?: (job: Job) => boolean;
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

export class JobRuntime {
  readonly backends: Backends;
  readonly manager: JobManager;
  readonly reader: JobReader;
  readonly dispatcher: Dispatcher;
  readonly admission: JobAdmission;
  readonly idempotencyKeys: IdempotencyKeys;
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
    this.reader = new JobReader(backends.store, this.waiters, clock);
    this.idempotencyKeys = new IdempotencyKeys(backends.store);
    this.quota = new StorageQuota(backends, settings.imageRetentionMs);
    this.dispatcher = new Dispatcher(backends, {
      concurrency: settings.dispatchConcurrency,
      ...(settings.dispatchTasks !== undefined && { tasks: settings.dispatchTasks }),
      maxAttempts,
      leaseMs,
      whenReady: settings.whenReady,
      ...(settings.isServed && { isServed: settings.isServed }),
      prepareSuspect: settings.prepareSuspect,
      detect: settings.detect,
      onJobFinished: ({ id }) => settings.announce(id),
      onError: onErrorOf("dispatching tasks"),
      clock,
    });
    this.admission = new JobAdmission(backends, () => this.dispatcher.imagesPerSecond, settings);
    const onError = onErrorOf("saving the activity");
    this.#activity = new ActivityRecorder(backends.activity, onError, clock);
    this.#history = new ActivityTally(backends.history, { kind: "jobs", bucketSeconds: 900, onError, clock });
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
    // Runs on every node of a cluster, not only on the one that removes data, and tells the operator of a wrong clock.
    if (backends.isShared) retentionClock.now().catch(onErrorOf("reading the clocks"));
    const retention = new Retention(backends, this.manager, settings, settings.onError, clock);
    const runSweep = async (signal: AbortSignal) => retention.sweep(await retentionClock.now(), signal);
    const recovery = this.#recovery({ lostAfterMs: leaseMs + settings.imageTimeoutMs, idleAfterMs: leaseMs / 2 });
    const chores = [
      { lease: "retention", everyMs: sweepIntervalMs, run: runSweep },
      { lease: "recovery", everyMs: leaseMs, run: (signal: AbortSignal) => recovery.run(signal) },
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
      // With other gateways, an upload may be in progress. The retention sweep then removes what is old enough.
      if (!settings.hasOtherGateways) await removeOrphans(backends, settings.onError);
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
    const { maxAttempts, onError } = this.#settings;
    return new Recovery(this.backends, { maxAttempts, finishIfDone, onError, clock: this.#clock, ...times });
  }
}

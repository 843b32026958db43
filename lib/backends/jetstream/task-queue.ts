import { headers, type JsMsg, type Subscription } from "nats";
import pMap from "p-map";
import type { Lease, Task, TaskQueue } from "../../ports/task-queue.ts";
import { Takers } from "../takers.ts";
import type { JetStreamConnection } from "./connection.ts";
import { jetStreamCode } from "./failure.ts";
import { type JobBacklog, JobBacklogs, MAX_JOBS } from "./job-backlogs.ts";
import { JobConsumers } from "./job-consumers.ts";
import { isJobId } from "./streams.ts";
import { leaseOf } from "./task-lease.ts";
import { countTasks, newsOf, type TaskNews } from "./task-news.ts";

export interface TaskQueueOptions {
  /** Time a consumer has to end or extend a lease. */
  readonly leaseMs: number;
  /** Polling interval for tasks that are not announced: expired leases, lost notifications. */
  readonly pollMs: number;
}

/** A delayed task's due time, in milliseconds since 1970. */
const NOT_BEFORE = "Sightline-Not-Before";
const PUBLISHES_IN_FLIGHT = 256;
const NEWS_PER_MESSAGE = 1000;
/** Pause after an error. */
const FAULT_PAUSE_MS = 500;
/** Polling takes at most a tenth of the time. */
const POLL_SHARE = 10;
/** Initial polling interval for jobs beyond `MAX_JOBS`; backs off while none is found. */
const MIN_POLL_MS = 20;

/**
 * The task queue on a JetStream work queue. Tasks are pulled only while a taker waits; the choice of the job to pull
 * from makes the turns. Nodes announce new tasks to each other, and each also polls.
 */
export class JetStreamTaskQueue implements TaskQueue {
  readonly #jetstream: JetStreamConnection;
  readonly #options: TaskQueueOptions;
  readonly #consumers: JobConsumers;
  readonly #backlogs = new JobBacklogs();
  readonly #takers = new Takers();
  #asking = new Set<Promise<void>>();
  readonly #delays = new Set<NodeJS.Timeout>();
  readonly #news: Subscription;
  readonly #stopWatching: () => void;
  #poll: NodeJS.Timeout | undefined;
  #pollDueAt = 0;
  #polling: Promise<void> | undefined;
  #overflowPauseMs = MIN_POLL_MS;
  #lookedUpTo = 0;
  #isFaulty = false;
  #isClosed = false;

  private constructor(jetstream: JetStreamConnection, options: TaskQueueOptions) {
    this.#jetstream = jetstream;
    this.#options = options;
    this.#consumers = new JobConsumers(jetstream, options.leaseMs);
    this.#news = jetstream.connection.subscribe(`${jetstream.prefix}.pushed`, {
      callback: (error, message) => {
        if (!error) this.#hear(message.json<TaskNews[]>());
      },
    });
    this.#stopWatching = jetstream.onReconnect(() => {
      // Responses to earlier requests will not arrive.
      this.#asking = new Set();
      this.#polling = undefined;
      this.#pollIn(0);
    });
  }

  static async open(jetstream: JetStreamConnection, options: TaskQueueOptions): Promise<JetStreamTaskQueue> {
    const queue = new JetStreamTaskQueue(jetstream, options);
    await queue.#look();
    return queue;
  }

  async push(tasks: readonly Task[], delayMs = 0): Promise<void> {
    const dueAt = Date.now() + delayMs;
    const news = newsOf(tasks);
    try {
      const publish = async (task: Task) => {
        const subject = `${this.#jetstream.prefix}.tasks.${task.priority}.${task.jobId}`;
        const delayed = headers();
        if (delayMs > 0) delayed.set(NOT_BEFORE, String(dueAt));
        await this.#jetstream.publish(subject, JSON.stringify(task), { headers: delayed });
      };
      await pMap(tasks, publish, { concurrency: PUBLISHES_IN_FLIGHT });
    } finally {
      if (delayMs > 0) this.#later(delayMs, () => this.#hear(news));
      else this.#tell(news);
    }
  }

  async take(signal?: AbortSignal): Promise<Lease | undefined> {
    if (this.#isClosed || signal?.aborted) return undefined;
    const lease = this.#takers.wait(signal);
    this.#serve();
    return lease;
  }

  async size(): Promise<number> {
    const stream = await this.#jetstream.find(() =>
      this.#jetstream.manager.streams.info(this.#jetstream.stream("tasks")),
    );
    return stream?.state.messages ?? 0;
  }

  async hasTasks(jobId: string): Promise<boolean> {
    return isJobId(jobId) && (await countTasks(this.#jetstream, jobId)).length > 0;
  }

  async dropJob(jobId: string): Promise<void> {
    if (!isJobId(jobId)) return;
    const filter = `${this.#jetstream.prefix}.tasks.*.${jobId}`;
    await this.#jetstream.find(() =>
      this.#jetstream.manager.streams.purge(this.#jetstream.stream("tasks"), { filter }),
    );
    this.#backlogs.dropJob(jobId);
    await this.#consumers.dropJob(jobId);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopWatching();
    this.#news.unsubscribe();
    clearTimeout(this.#poll);
    for (const timer of this.#delays) clearTimeout(timer);
    this.#takers.dismiss();
    // Tasks in flight are returned to the queue on arrival.
    await Promise.all([...this.#asking, this.#polling]);
  }

  /** Pulls as many tasks as there are takers. */
  #serve(): void {
    const asked = this.#asking;
    while (this.#isReady && asked.size < this.#takers.size) {
      const backlog = this.#backlogs.next();
      if (!backlog) {
        if (this.#backlogs.takeOverflow()) this.#pollOverflow();
        return;
      }
      const asking: Promise<void> = this.#ask(backlog)
        .catch(() => {
          if (asked === this.#asking) this.#pause();
        })
        .finally(() => {
          asked.delete(asking);
          this.#serve();
        });
      asked.add(asking);
    }
  }

  get #isReady(): boolean {
    // A request buffered while disconnected would, once sent, lease a task without a taker.
    return !this.#isClosed && !this.#isFaulty && this.#jetstream.isConnected;
  }

  async #ask(backlog: JobBacklog): Promise<void> {
    const { priority, jobId, news } = backlog;
    const consumer = await this.#consumers.open(priority, jobId);
    const askedAt = performance.now();
    try {
      // Deprecated, but the only call that returns at once. Its replacement waits a second or more if there is no task,
      // and meanwhile this taker could not be given another job's task.
      const message = await this.#jetstream.client.pull(this.#jetstream.stream("tasks"), consumer);
      this.#receive(backlog, message, askedAt + this.#options.leaseMs);
    } catch (error) {
      const code = jetStreamCode(error);
      if (code === "404") return this.#backlogs.rest(backlog, news);
      this.#consumers.lose(priority, jobId);
      if (code !== "503") throw error;
      // The consumer is gone, as after a server restart: ask the job again with a new one.
      this.#backlogs.add(priority, jobId, 1);
    }
  }

  #receive({ priority, jobId }: JobBacklog, message: JsMsg, expiresAt: number): void {
    const news: TaskNews[] = [[priority, jobId, 1]];
    const remainingMs = Number(message.headers?.get(NOT_BEFORE) || 0) - Date.now();
    this.#overflowPauseMs = MIN_POLL_MS;
    if (remainingMs > 0) {
      message.nak(remainingMs);
      this.#later(remainingMs, () => this.#hear(news));
    } else if (this.#takers.size > 0) {
      const onRetry = (delayMs: number) => this.#later(delayMs, () => this.#tell(news));
      this.#takers.give(leaseOf(this.#jetstream, message, { leaseMs: this.#options.leaseMs, expiresAt, onRetry }));
    } else {
      message.nak(0);
      this.#tell(news);
    }
  }

  #tell(news: readonly TaskNews[]): void {
    this.#hear(news);
    if (this.#jetstream.connection.isClosed()) return;
    for (let start = 0; start < news.length; start += NEWS_PER_MESSAGE)
      this.#jetstream.connection.publish(
        `${this.#jetstream.prefix}.pushed`,
        JSON.stringify(news.slice(start, start + NEWS_PER_MESSAGE)),
      );
  }

  #hear(news: readonly TaskNews[]): void {
    for (const [priority, jobId, count] of news) this.#backlogs.add(priority, jobId, count);
    this.#serve();
  }

  #later(delayMs: number, act: () => void): void {
    if (this.#isClosed) return;
    const timer = setTimeout(() => {
      this.#delays.delete(timer);
      act();
    }, delayMs);
    this.#delays.add(timer.unref());
  }

  #pause(): void {
    this.#isFaulty = true;
    this.#pollIn(FAULT_PAUSE_MS);
  }

  #pollOverflow(): void {
    this.#pollIn(this.#overflowPauseMs);
    this.#overflowPauseMs = Math.min(2 * this.#overflowPauseMs, this.#options.pollMs);
  }

  /** Schedules the next poll, unless one is due sooner. */
  #pollIn(delayMs: number): void {
    const dueAt = performance.now() + delayMs;
    if (this.#isClosed || (this.#poll && this.#pollDueAt <= dueAt)) return;
    clearTimeout(this.#poll);
    this.#pollDueAt = dueAt;
    this.#poll = setTimeout(() => {
      this.#poll = undefined;
      if (!this.#jetstream.isConnected) return this.#pollIn(FAULT_PAUSE_MS);
      const polling = this.#look()
        .catch(() => {
          if (polling === this.#polling) this.#pause();
        })
        .finally(() => {
          if (polling === this.#polling) this.#polling = undefined;
        });
      this.#polling = polling;
    }, delayMs).unref();
  }

  /** Finds the jobs with unfinished tasks, including leased ones, and releases the consumers of all others. */
  async #look(): Promise<void> {
    const startedAt = performance.now();
    const counts = await countTasks(this.#jetstream, "*");
    const known = new Set(counts.map(([priority, jobId]) => `${priority}.${jobId}`));
    await this.#consumers.retain((priority, jobId) => known.has(`${priority}.${jobId}`), startedAt);
    this.#backlogs.takeOverflow();
    // Rotates the start: more jobs than can take turns may have only leased tasks.
    const start = this.#lookedUpTo % Math.max(counts.length, 1);
    for (const news of [...counts.slice(start), ...counts.slice(0, start)]) this.#backlogs.set(...news);
    this.#lookedUpTo = start + MAX_JOBS;
    this.#isFaulty = false;
    this.#pollIn(Math.max(this.#options.pollMs, POLL_SHARE * (performance.now() - startedAt)));
    this.#serve();
  }
}

import type { JsMsg } from "nats";
import pMap from "p-map";
import type { Lease, Task, TaskQueue } from "../../ports/task-queue.ts";
import { isId } from "../id.ts";
import { Takers } from "../takers.ts";
import { type Announcement, Announcements, announcementsOf } from "./announcements.ts";
import type { JetStreamConnection } from "./connection.ts";
import { Delays } from "./delays.ts";
import { isEmpty, jetStreamCode, refusalOf } from "./failure.ts";
import { adoptFormerTasks } from "./former-tasks.ts";
import { JobLanes } from "./job-lanes.ts";
import { type LaneBacklog, LaneBacklogs } from "./lane-backlogs.ts";
import { LaneConsumers } from "./lane-consumers.ts";
import { jobFilter, taskSubject } from "./lanes.ts";
import { PollTimer } from "./poll-timer.ts";
import { TaskCounts } from "./task-counts.ts";
import { leaseOf } from "./task-lease.ts";
import { taskOf, unknownSubject } from "./task-message.ts";
import { UnreadableTasks } from "./unreadable-tasks.ts";

export interface TaskQueueOptions {
  /** Time a consumer has to end or extend a lease. */
  readonly leaseMs: number;
  /** Polling interval for tasks that are not announced: expired leases, lost notifications. */
  readonly pollMs: number;
  /** Called with a sentence that says why tasks wait, once for each reason, or that messages cannot be read. */
  readonly onNotice: (notice: string) => void;
}

const PUBLISHES_IN_FLIGHT = 256;
/** Pause after an error. */
const FAULT_PAUSE_MS = 500;
/** Delay before a message that cannot be read is delivered again, perhaps to another node. */
const UNREADABLE_DELAY_MS = 30_000;
/** Polling takes at most a tenth of the time. */
const POLL_SHARE = 10;
/** Longer polling intervals where tasks have too many subjects to list them: each poll then takes eleven requests. */
const GUESS_FACTOR = 5;

/**
 * The task queue on a JetStream work queue. Tasks are pulled only while a taker waits. Owners take turns by the choice
 * of the lane to pull from. Nodes announce new tasks to each other, and each also polls.
 *
 * An owner's tasks are in at most four lanes and two for small jobs. Another owner's tasks wait for one task of each
 * lane at a time, and for all tasks before them in their own lane. As long as few owners have many tasks, there are
 * hardly any. An owner's jobs in different lanes take turns, those in the same lane do not.
 */
export class JetStreamTaskQueue implements TaskQueue {
  readonly #jetstream: JetStreamConnection;
  readonly #options: TaskQueueOptions;
  readonly #consumers: LaneConsumers;
  readonly #counts: TaskCounts;
  readonly #backlogs = new LaneBacklogs();
  readonly #jobLanes = new JobLanes(this.#backlogs);
  readonly #takers = new Takers();
  #asking = new Set<Promise<void>>();
  readonly #delays = new Delays();
  readonly #announcements: Announcements;
  readonly #stopWatching: () => void;
  readonly #pollTimer = new PollTimer(() => this.#pollNow());
  #polling: Promise<void> | undefined;
  readonly #refusals = new Set<string>();
  readonly #unreadable: UnreadableTasks;
  readonly #formerUnreadable: UnreadableTasks;
  /** The unknown subject that was named last. */
  #named: string | undefined;
  #isFaulty = false;
  #isClosed = false;

  private constructor(jetstream: JetStreamConnection, options: TaskQueueOptions) {
    this.#jetstream = jetstream;
    this.#options = options;
    this.#unreadable = new UnreadableTasks(options.onNotice, false);
    this.#formerUnreadable = new UnreadableTasks(options.onNotice, true);
    this.#consumers = new LaneConsumers(jetstream, options.leaseMs);
    this.#counts = new TaskCounts(jetstream);
    this.#announcements = new Announcements(jetstream, (announced) => {
      for (const [priority, lane, tasks] of announced) this.#backlogs.addPushed(priority, lane, tasks);
      this.#expect(announced);
    });
    this.#stopWatching = jetstream.onReconnect(() => {
      // Responses to earlier requests will not arrive.
      this.#asking = new Set();
      this.#backlogs.forgetAsked();
      this.#polling = undefined;
      this.#pollTimer.in(0);
    });
  }

  static async open(jetstream: JetStreamConnection, options: TaskQueueOptions): Promise<JetStreamTaskQueue> {
    const queue = new JetStreamTaskQueue(jetstream, options);
    try {
      await queue.#look();
      return queue;
    } catch (error) {
      await queue.close();
      throw error;
    }
  }

  async push(tasks: readonly Task[]): Promise<void> {
    const lanes = this.#jobLanes.assign(tasks);
    const announcements = announcementsOf(lanes);
    try {
      const publish = async ([task, lane]: readonly [Task, number]) => {
        const subject = taskSubject(this.#jetstream.prefix, lane, task);
        await this.#jetstream.publish(subject, JSON.stringify(task));
      };
      const assigned = lanes.flatMap(({ lane, tasks: each }) => each.map((task) => [task, lane] as const));
      await pMap(assigned, publish, { concurrency: PUBLISHES_IN_FLIGHT });
    } finally {
      this.#announce(announcements);
    }
  }

  async take(signal?: AbortSignal): Promise<Lease | undefined> {
    if (this.#isClosed || signal?.aborted) return undefined;
    const lease = this.#takers.wait(signal);
    this.#serve();
    return lease;
  }

  async size(): Promise<number> {
    return this.#counts.images();
  }

  jobsWithTasks(): Promise<Set<string>> {
    return this.#counts.jobs();
  }

  async dropJob(jobId: string): Promise<void> {
    if (!isId(jobId)) return;
    const filter = jobFilter(this.#jetstream.prefix, jobId);
    await this.#jetstream.find(() =>
      this.#jetstream.manager.streams.purge(this.#jetstream.stream("tasks"), { filter }),
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopWatching();
    this.#announcements.close();
    this.#pollTimer.close();
    this.#delays.close();
    this.#takers.dismiss();
    // Tasks in flight are returned to the queue on arrival.
    await Promise.all([...this.#asking, this.#polling]);
  }

  /** Pulls as many tasks as there are takers. */
  #serve(): void {
    const asked = this.#asking;
    while (this.#isReady && asked.size < this.#takers.size) {
      const backlog = this.#backlogs.next();
      if (!backlog) return;
      const asking: Promise<void> = this.#ask(backlog)
        .catch((error) => {
          this.#report(error);
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

  async #ask(backlog: LaneBacklog): Promise<void> {
    const { priority, lane, announcements } = backlog;
    try {
      const consumer = await this.#consumers.open(priority, lane);
      const askedAt = performance.now();
      // Deprecated, but the only call that returns at once. Its replacement waits a second or more if there is no task,
      // and meanwhile this taker could not be given another lane's task.
      const message = await this.#jetstream.client.pull(this.#jetstream.stream("tasks"), consumer);
      const { pending, deliveryCount } = message.info;
      this.#backlogs.received(backlog, { announcements, pending, isRedelivered: deliveryCount > 1 });
      const task = taskOf(message);
      if (task) this.#receive(backlog, message, task, askedAt + this.#options.leaseMs);
      else this.#leave(message);
    } catch (error) {
      if (isEmpty(error)) return this.#backlogs.rest(backlog, announcements);
      this.#backlogs.failed(backlog);
      this.#consumers.lose(priority, lane);
      if (jetStreamCode(error) !== "503") throw error;
      // The consumer is gone, for example after a server restart: ask the lane again with a new one.
      this.#backlogs.expect(priority, lane);
    }
  }

  #receive({ priority, lane }: LaneBacklog, message: JsMsg, task: Task, expiresAt: number): void {
    const lease = leaseOf(this.#jetstream, message, {
      task,
      leaseMs: this.#options.leaseMs,
      expiresAt,
      onRetry: (delayMs) => this.#delays.add(delayMs, () => this.#announce([announcement])),
    });
    const announcement: Announcement = [priority, lane, 1, task.images];
    if (this.#takers.size > 0) {
      this.#takers.give(lease);
    } else {
      message.nak(0);
      this.#announce([announcement]);
    }
  }

  /** The message is not removed: it may be of a later version, whose nodes are being started. */
  #leave(message: JsMsg): void {
    message.nak(UNREADABLE_DELAY_MS);
    if (message.info.deliveryCount === 1) this.#unreadable.add(message);
  }

  #announce(announcements: readonly Announcement[]): void {
    this.#expect(announcements);
    this.#announcements.send(announcements);
  }

  #expect(announcements: readonly Announcement[]): void {
    for (const [priority, lane, tasks, images] of announcements) {
      this.#backlogs.add(priority, lane, tasks);
      this.#counts.announced(tasks, images);
    }
    this.#serve();
  }

  #report(error: unknown): void {
    const refusal = refusalOf(error);
    if (refusal === undefined || this.#refusals.has(refusal)) return;
    this.#refusals.add(refusal);
    this.#options.onNotice(`Tasks wait, because NATS refuses what the queue needs: ${refusal}`);
  }

  /** Names one unknown subject at a time, however many there are: the next one once the first is gone. */
  #noteUnknown(subjects: readonly string[]): void {
    const [first] = subjects;
    if (first === undefined || subjects.includes(this.#named ?? "")) return;
    this.#named = first;
    this.#options.onNotice(unknownSubject(this.#jetstream.stream("tasks"), first, subjects.length - 1));
  }

  #pause(): void {
    this.#isFaulty = true;
    this.#pollTimer.in(FAULT_PAUSE_MS);
  }

  #pollNow(): void {
    if (!this.#jetstream.isConnected) {
      this.#pollTimer.in(FAULT_PAUSE_MS);
      return;
    }
    const polling = this.#look()
      .catch(() => {
        if (polling === this.#polling) this.#pause();
      })
      .finally(() => {
        if (polling === this.#polling) this.#polling = undefined;
      });
    this.#polling = polling;
  }

  /** Finds the lanes with unfinished tasks, including leased ones. */
  async #look(): Promise<void> {
    const startedAt = performance.now();
    const { lanes, isExact, hasFormer, unknown } = await this.#counts.overview();
    this.#noteUnknown(unknown);
    for (const { priority, lane } of lanes) this.#backlogs.expect(priority, lane);
    if (isExact) this.#backlogs.setDepths(lanes);
    if (hasFormer) {
      const push = (tasks: readonly Task[]) => this.push(tasks);
      await adoptFormerTasks(this.#jetstream, push, (message) => this.#formerUnreadable.add(message));
    }
    this.#isFaulty = false;
    const pollMs = isExact ? this.#options.pollMs : GUESS_FACTOR * this.#options.pollMs;
    this.#pollTimer.in(Math.max(pollMs, POLL_SHARE * (performance.now() - startedAt)));
    this.#serve();
  }
}

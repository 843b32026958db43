/**
 * Queue of tasks for the threads: round-robin among the clients of a priority, FIFO within a client.
 *
 * While tasks are short, a thread gets a second task in advance (see `VisionThreads`). Until it starts, it counts as
 * waiting. It is taken back if a task of higher priority arrives, or to avoid head-of-line blocking behind a slow task.
 */
import { RecentAverage } from "../admission/recent-average.ts";
import { type Priority, priorities } from "../contracts/priority.ts";
import { PriorityQueue } from "./priority-queue.ts";
import type { PoolTask, TimeLimit, WorkerAnswer } from "./task.ts";
import { processTime } from "./task-slots.ts";
import { type Sent, TASKS_PER_THREAD, type VisionThreads } from "./threads.ts";

export interface QueuedTask {
  readonly task: PoolTask;
  readonly priority: Priority;
  /** See `RunSettings`. */
  readonly client?: string | undefined;
  readonly timeLimit: TimeLimit;
}

/** A task that was sent to a thread. */
export interface Run<T extends QueuedTask> extends Sent {
  readonly item: T;
  /** Time on the clock of `processTime`. */
  readonly sentAt: number;
  isTakenBack?: true;
}

export interface ThreadQueueSettings<T extends QueuedTask> {
  /** Called before the task's answer is known. `onOver` is called once it is known or the task was taken back. */
  readonly onSent: (run: Run<T>) => void;
  readonly onOver: (run: Run<T>) => void;
  readonly onAnswer: (item: T, answer: WorkerAnswer, begunAt: number) => void;
  /** Called if the worker failed, its thread died, or the task could not be sent. */
  readonly onLost: (item: T, error: unknown) => void;
}

type Threads = Pick<VisionThreads, "count" | "send">;

/** Threads get a second task only while tasks take less time than this, because sent tasks are no longer ordered. */
const SHORT_MS = 10;
/**
 * A second task that has not started after the time of two tasks is stuck behind a slow one. Taking it back sooner
 * would send every second image twice, as the task before it takes the time of one.
 */
const STUCK_TASKS = 2;
const STUCK_MS = { atLeast: 5, atMost: STUCK_TASKS * SHORT_MS };
const FIRST_GUESS_MS = 5;
/** Number of tasks after which the time of an earlier one counts little. */
const RECENT_TASKS = 20;

export class ThreadQueue<T extends QueuedTask> {
  readonly #threads: Threads;
  readonly #settings: ThreadQueueSettings<T>;
  readonly #waiting = new PriorityQueue<T>();
  /** Tasks that were sent and are unanswered, except those taken back. */
  readonly #running = new Set<Run<T>>();
  /**
   * Tasks that were sent while all threads already had a task, oldest first. Tasks that have started are dropped when
   * they are found, so that a look at the oldest costs the same for any number of threads.
   */
  readonly #behind: Record<Priority, Set<Run<T>>> = { interactive: new Set(), bulk: new Set() };
  /** Number of tasks taken back that their thread has not reached yet. */
  #takenBack = 0;
  /** Tasks whose thread died before they started. */
  readonly #lost = new WeakSet<T>();
  #stuckTimer: NodeJS.Timeout | undefined;
  readonly #serviceMs = new RecentAverage(FIRST_GUESS_MS, RECENT_TASKS);

  constructor(threads: Threads, settings: ThreadQueueSettings<T>) {
    this.#threads = threads;
    this.#settings = settings;
  }

  get load(): { readonly running: number; readonly waiting: number } {
    const running = Math.min(this.#running.size, this.#threads.count);
    return { running, waiting: this.#waiting.size + this.#running.size - running };
  }

  /** As `load.waiting`, of the tasks of the priority. */
  waitingOf(priority: Priority): number {
    return this.#waiting.sizeOf(priority) + this.#oldestBehind(priority).length;
  }

  /** Moving average of the time a task occupies a thread, in milliseconds. */
  get serviceMs(): number {
    return this.#serviceMs.value;
  }

  get running(): T[] {
    return [...this.#running].map(({ item }) => item);
  }

  push(item: T): void {
    this.#waiting.push(item, item.priority, item.client);
    if (item.priority === "interactive") this.#takeBack(this.#oldestBehind("bulk"));
    this.#dispatch();
  }

  /** @returns whether the task was removed before it started. */
  remove(item: T): boolean {
    this.#takeBack(this.#allBehind().filter((run) => run.item === item));
    return this.#waiting.remove(item);
  }

  /** Removes and returns all tasks that have not started. */
  clear(): T[] {
    this.#takeBack(this.#allBehind());
    return this.#waiting.drain();
  }

  close(): void {
    clearTimeout(this.#stuckTimer);
  }

  /** Tasks sent to busy threads before the given time that have not started, oldest first. */
  #oldestBehind(priority: Priority, before = Number.POSITIVE_INFINITY): Run<T>[] {
    const behind = this.#behind[priority];
    const runs: Run<T>[] = [];
    for (const run of behind) {
      if (run.begunAt !== undefined) behind.delete(run);
      else if (run.sentAt < before) runs.push(run);
      else break;
    }
    return runs;
  }

  #allBehind(before?: number): Run<T>[] {
    return priorities.flatMap((priority) => this.#oldestBehind(priority, before));
  }

  #dispatch(): void {
    const threads = this.#threads.count;
    const most = this.serviceMs < SHORT_MS ? threads * TASKS_PER_THREAD : threads;
    // A task taken back occupies its thread's slot until the thread reaches it.
    while (this.#running.size < most && this.#running.size + this.#takenBack < threads * TASKS_PER_THREAD) {
      const item = this.#waiting.shift();
      if (!item) return;
      this.#send(item);
    }
  }

  #send(item: T): void {
    try {
      const sent = this.#threads.send(item.task, item.timeLimit);
      void this.#follow(Object.assign(sent, { item, sentAt: processTime() }));
    } catch (error) {
      // Sending fails if there is no memory for a copy of the task's file.
      this.#settings.onLost(item, error);
    }
  }

  async #follow(run: Run<T>): Promise<void> {
    const { onSent, onAnswer } = this.#settings;
    const { item } = run;
    if (this.#running.size + this.#takenBack >= this.#threads.count) this.#behind[item.priority].add(run);
    this.#running.add(run);
    onSent(run);
    try {
      const answer = await run.answer;
      const { begunAt = run.sentAt } = run;
      if (answer) {
        this.#serviceMs.add(processTime() - begunAt);
        onAnswer(item, answer, begunAt);
      }
    } catch (error) {
      if (!run.isTakenBack) this.#lose(run, error);
    }
    this.#end(run);
    if (run.isTakenBack) this.#takenBack--;
    this.#takeBackStuck();
    this.#dispatch();
  }

  /** A task whose thread died on the preceding task is sent once more. */
  #lose({ item, begunAt }: Run<T>, error: unknown): void {
    if (begunAt === undefined && !this.#lost.has(item)) {
      this.#lost.add(item);
      this.#waiting.unshift(item, item.priority);
    } else this.#settings.onLost(item, error);
  }

  #end(run: Run<T>): void {
    this.#settings.onOver(run);
    this.#running.delete(run);
    this.#behind[run.item.priority].delete(run);
  }

  /** Puts tasks that have not started back to the front of the queue. @param runs Oldest first. */
  #takeBack(runs: readonly Run<T>[]): void {
    for (const run of runs.filter((run) => run.takeBack()).reverse()) {
      run.isTakenBack = true;
      this.#takenBack++;
      this.#end(run);
      this.#waiting.unshift(run.item, run.item.priority);
    }
  }

  get #stuckMs(): number {
    return Math.min(Math.max(STUCK_TASKS * this.serviceMs, STUCK_MS.atLeast), STUCK_MS.atMost);
  }

  /** Moves tasks stuck behind a slow one to the next free thread. */
  #takeBackStuck(): void {
    this.#takeBack(this.#allBehind(processTime() - this.#stuckMs));
    if (this.#stuckTimer || priorities.every((priority) => this.#behind[priority].size === 0)) return;
    this.#stuckTimer = setTimeout(() => {
      this.#stuckTimer = undefined;
      this.#takeBackStuck();
      this.#dispatch();
    }, this.#stuckMs);
  }
}

/**
 * Queue of tasks for the threads: FIFO within a priority.
 *
 * While tasks are short, a thread gets a second task in advance (see `VisionThreads`). Until it starts, it counts as
 * waiting. It is taken back if a task of higher priority arrives, or to avoid head-of-line blocking behind a slow task.
 */

import type { Priority } from "../contracts/priority.ts";
import { PriorityQueue } from "./priority-queue.ts";
import type { TensorTask, TimeLimit, VisionTask, WorkerAnswer } from "./task.ts";
import { processTime } from "./task-slots.ts";
import { type Sent, TASKS_PER_THREAD, type VisionThreads } from "./threads.ts";

export interface QueuedTask {
  readonly task: VisionTask | TensorTask;
  readonly priority: Priority;
  readonly timeLimit: TimeLimit;
}

/** A task that was sent to a thread. */
export interface Run<T extends QueuedTask> extends Sent {
  readonly item: T;
  /** On the clock of `processTime`. */
  readonly sentAt: number;
  /** Sent while all threads already had a task. */
  readonly isBehind: boolean;
  isTakenBack?: true;
}

export interface ThreadQueueSettings<T extends QueuedTask> {
  readonly threads: number;
  /** `onSent` is called before the task's answer is known; `onOver` once it is known or the task was taken back. */
  readonly onSent: (run: Run<T>) => void;
  readonly onOver: (run: Run<T>) => void;
  readonly onAnswer: (item: T, answer: WorkerAnswer, begunAt: number) => void;
  /** The worker failed or its thread died. */
  readonly onLost: (item: T, error: unknown) => void;
}

/** Threads get a second task only while tasks take less than this, as sent tasks are no longer ordered. */
const SHORT_MS = 10;
/** A task not started this long after it was sent is stuck behind a slow one. */
const STUCK_MS = 5;
const FIRST_GUESS_MS = 5;

export class ThreadQueue<T extends QueuedTask> {
  readonly #threads: VisionThreads;
  readonly #settings: ThreadQueueSettings<T>;
  readonly #waiting = new PriorityQueue<T>();
  /** Sent and unanswered, except tasks taken back. */
  readonly #running = new Set<Run<T>>();
  /** Number of tasks taken back that their thread has not reached yet. */
  #takenBack = 0;
  /** Tasks whose thread died before they started. */
  readonly #lost = new WeakSet<T>();
  #stuckTimer: NodeJS.Timeout | undefined;
  #serviceMs = FIRST_GUESS_MS;

  constructor(threads: VisionThreads, settings: ThreadQueueSettings<T>) {
    this.#threads = threads;
    this.#settings = settings;
  }

  get load(): { readonly running: number; readonly waiting: number } {
    const running = Math.min(this.#running.size, this.#settings.threads);
    return { running, waiting: this.#waiting.size + this.#running.size - running };
  }

  /** Moving average of the time a task occupies a thread, in milliseconds. */
  get serviceMs(): number {
    return this.#serviceMs;
  }

  get running(): T[] {
    return [...this.#running].map(({ item }) => item);
  }

  push(item: T): void {
    this.#waiting.push(item, item.priority);
    if (item.priority === "interactive") this.#takeBack((run) => run.item.priority === "bulk");
    this.#dispatch();
  }

  /** @returns whether the task was removed before it started. */
  remove(item: T): boolean {
    this.#takeBack((run) => run.item === item);
    return this.#waiting.remove(item);
  }

  /** Removes and returns all tasks that have not started. */
  clear(): T[] {
    this.#takeBack(() => true);
    const items: T[] = [];
    for (let item = this.#waiting.shift(); item; item = this.#waiting.shift()) items.push(item);
    return items;
  }

  close(): void {
    clearTimeout(this.#stuckTimer);
  }

  /** Sent to a busy thread and not started. */
  get #behind(): Run<T>[] {
    return [...this.#running].filter(({ isBehind, begunAt }) => isBehind && begunAt === undefined);
  }

  #dispatch(): void {
    const { threads } = this.#settings;
    const most = this.#serviceMs < SHORT_MS ? threads * TASKS_PER_THREAD : threads;
    // A task taken back occupies its thread's slot until the thread reaches it.
    while (this.#running.size < most && this.#running.size + this.#takenBack < threads * TASKS_PER_THREAD) {
      const item = this.#waiting.shift();
      if (!item) return;
      void this.#send(item);
    }
  }

  async #send(item: T): Promise<void> {
    const { onSent, onOver, onAnswer } = this.#settings;
    const sent = this.#threads.send(item.task, item.timeLimit);
    const isBehind = this.#running.size + this.#takenBack >= this.#settings.threads;
    const run: Run<T> = Object.assign(sent, { item, sentAt: processTime(), isBehind });
    this.#running.add(run);
    onSent(run);
    try {
      const answer = await run.answer;
      const { begunAt = run.sentAt } = run;
      if (answer) {
        this.#serviceMs += (processTime() - begunAt - this.#serviceMs) / 20;
        onAnswer(item, answer, begunAt);
      }
    } catch (error) {
      if (!run.isTakenBack) this.#lose(run, error);
    }
    onOver(run);
    this.#running.delete(run);
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

  /** Takes back matching tasks that have not started and puts them at the front of the queue. */
  #takeBack(isWanted: (run: Run<T>) => boolean): void {
    const runs = this.#behind.filter((run) => isWanted(run) && run.takeBack());
    for (const run of runs.reverse()) {
      run.isTakenBack = true;
      this.#takenBack++;
      this.#settings.onOver(run);
      this.#running.delete(run);
      this.#waiting.unshift(run.item, run.item.priority);
    }
  }

  /** Moves tasks stuck behind a slow one to the next free thread. */
  #takeBackStuck(): void {
    if (this.#running.size === 0) return;
    const latest = processTime() - STUCK_MS;
    this.#takeBack(({ sentAt }) => sentAt < latest);
    if (this.#stuckTimer || this.#behind.length === 0) return;
    this.#stuckTimer = setTimeout(() => {
      this.#stuckTimer = undefined;
      this.#takeBackStuck();
      this.#dispatch();
    }, STUCK_MS);
  }
}

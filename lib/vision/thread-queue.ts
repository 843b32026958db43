/**
 * Tasks on their way to threads: first come, first served within a priority.
 *
 * A thread gets a second task while it works on one, see `VisionThreads`, but only while tasks are short. Until a task has
 * begun it counts as waiting: it is taken back where another must come before it, or where the task before it takes
 * long.
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
  /** By `processTime`. */
  readonly sentAt: number;
  /** All threads had a task already. */
  readonly isBehind: boolean;
  isTakenBack?: true;
}

export interface ThreadQueueSettings<T extends QueuedTask> {
  readonly threads: number;
  /** Called before the answer of a task is known, and when it is known or the task was taken back. */
  readonly onSent: (run: Run<T>) => void;
  readonly onOver: (run: Run<T>) => void;
  readonly onAnswer: (item: T, answer: WorkerAnswer, begunAt: number) => void;
  /** The worker failed, or its thread is gone. */
  readonly onLost: (item: T, error: unknown) => void;
}

/** A thread is sent a second task only while tasks take less than this: what was sent is no longer in order. */
const SHORT_MS = 10;
/** A task that has not begun so long after it was sent is behind one that takes long. */
const STUCK_MS = 5;
const FIRST_GUESS_MS = 5;

export class ThreadQueue<T extends QueuedTask> {
  readonly #threads: VisionThreads;
  readonly #settings: ThreadQueueSettings<T>;
  readonly #waiting = new PriorityQueue<T>();
  /** Sent and not answered, without those that were taken back. */
  readonly #running = new Set<Run<T>>();
  /** How many were taken back whose thread has not heard of it yet. */
  #takenBack = 0;
  /** Those that were sent to a thread that was gone before they began. */
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

  /** Moving average of the time a task keeps a thread busy, in milliseconds. */
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

  /** @returns whether the task had not begun, and will not. */
  remove(item: T): boolean {
    this.#takeBack((run) => run.item === item);
    return this.#waiting.remove(item);
  }

  /** Takes out all that has not begun. */
  clear(): T[] {
    this.#takeBack(() => true);
    const items: T[] = [];
    for (let item = this.#waiting.shift(); item; item = this.#waiting.shift()) items.push(item);
    return items;
  }

  close(): void {
    clearTimeout(this.#stuckTimer);
  }

  /** Sent, but not begun. */
  get #behind(): Run<T>[] {
    return [...this.#running].filter(({ isBehind, begunAt }) => isBehind && begunAt === undefined);
  }

  #dispatch(): void {
    const { threads } = this.#settings;
    const most = this.#serviceMs < SHORT_MS ? threads * TASKS_PER_THREAD : threads;
    // What was taken back holds its place in the threads until they get to it.
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

  /** A task whose thread was lost with the one before it is sent to another. */
  #lose({ item, begunAt }: Run<T>, error: unknown): void {
    if (begunAt === undefined && !this.#lost.has(item)) {
      this.#lost.add(item);
      this.#waiting.unshift(item, item.priority);
    } else this.#settings.onLost(item, error);
  }

  /** Puts tasks that are behind others back to the front. */
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

  /** What is behind a task that takes long goes on in the next thread that is free. */
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

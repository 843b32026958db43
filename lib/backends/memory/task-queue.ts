import { randomUUID } from "node:crypto";
import type { Lease, Task, TaskQueue } from "../../ports/task-queue.ts";
import { Takers } from "../takers.ts";
import { taskKey, WaitingTasks } from "./waiting-tasks.ts";

interface Leased {
  readonly task: Task;
  delivery: number;
  expiresAt: number;
}

/** In-memory task queue of one process. A waiting task is not added twice. */
export class MemoryTaskQueue implements TaskQueue {
  readonly #leaseMs: number;
  readonly #waiting = new WaitingTasks();
  readonly #delayed = new Map<NodeJS.Timeout, Task>();
  /** Leased tasks in order of expiry, since all leases have the same duration. */
  readonly #leased = new Set<Leased>();
  readonly #deliveries = new Map<string, number>();
  /** Ids of the leases, by the tasks that were pushed. */
  readonly #ids = new WeakMap<Task, string>();
  readonly #takers = new Takers();
  #expiry: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** @param leaseMs Time a consumer has to end or extend a lease. */
  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  async push(tasks: readonly Task[]): Promise<void> {
    for (const task of tasks) {
      const pushed = { ...task };
      this.#ids.set(pushed, randomUUID());
      this.#waiting.push(pushed);
    }
    this.#serve();
  }

  async take(signal?: AbortSignal): Promise<Lease | undefined> {
    if (this.#isClosed || signal?.aborted) return undefined;
    const task = this.#waiting.shift();
    return task ? this.#lease(task) : this.#takers.wait(signal);
  }

  async size(): Promise<number> {
    let images = this.#waiting.images;
    for (const task of this.#delayed.values()) images += task.images;
    for (const { task } of this.#leased) images += task.images;
    return images;
  }

  async jobsWithTasks(): Promise<Set<string>> {
    const taken = [...this.#delayed.values(), ...Array.from(this.#leased, ({ task }) => task)];
    return new Set([...this.#waiting.jobs(), ...taken.map(({ jobId }) => jobId)]);
  }

  async dropJob(jobId: string): Promise<void> {
    this.#waiting.dropJob(jobId);
    for (const [timer, task] of this.#delayed) {
      if (task.jobId !== jobId) continue;
      clearTimeout(timer);
      this.#delayed.delete(timer);
    }
    for (const leased of this.#leased) if (leased.task.jobId === jobId) this.#leased.delete(leased);
    for (const key of this.#deliveries.keys()) if (key.startsWith(`${jobId}/`)) this.#deliveries.delete(key);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#expiry);
    for (const timer of this.#delayed.keys()) clearTimeout(timer);
    this.#delayed.clear();
    this.#takers.dismiss();
  }

  #serve(): void {
    while (this.#takers.size > 0) {
      const task = this.#waiting.shift();
      if (!task) return;
      this.#takers.give(this.#lease(task));
    }
  }

  #lease(task: Task): Lease {
    const key = keyOf(task);
    const delivery = (this.#deliveries.get(key) ?? 0) + 1;
    const leased: Leased = { task, delivery, expiresAt: 0 };
    this.#startLease(leased);
    return {
      task,
      id: this.#ids.get(task) ?? "",
      delivery,
      ack: async () => {
        if (this.#leased.delete(leased)) this.#deliveries.delete(key);
      },
      extend: async () => {
        if (this.#leased.delete(leased)) this.#startLease(leased);
      },
      retry: async (delayMs) => {
        if (!this.#leased.delete(leased)) return;
        this.#deliveries.set(key, delivery);
        if (this.#isClosed) return;
        if (delayMs > 0) return this.#delay(task, delayMs);
        this.#waiting.push(task);
        this.#serve();
      },
    };
  }

  #startLease(leased: Leased): void {
    leased.expiresAt = performance.now() + this.#leaseMs;
    this.#leased.add(leased);
    this.#watchExpiry();
  }

  /** Starts a single timer, for the lease that expires first. */
  #watchExpiry(): void {
    if (this.#expiry || this.#isClosed) return;
    const [first] = this.#leased;
    if (!first) return;
    const remainingMs = Math.max(0, first.expiresAt - performance.now());
    this.#expiry = setTimeout(() => {
      this.#expiry = undefined;
      this.#expire();
      this.#watchExpiry();
    }, remainingMs);
    // Only work in progress should keep the process alive, not this timer.
    this.#expiry.unref();
  }

  #expire(): void {
    const now = performance.now();
    for (const leased of this.#leased) {
      if (leased.expiresAt > now) break;
      this.#leased.delete(leased);
      this.#deliveries.set(keyOf(leased.task), leased.delivery);
      this.#waiting.push(leased.task);
    }
    this.#serve();
  }

  #delay(task: Task, delayMs: number): void {
    const timer = setTimeout(() => {
      this.#delayed.delete(timer);
      this.#waiting.push(task);
      this.#serve();
    }, delayMs);
    this.#delayed.set(timer, task);
  }
}

function keyOf(task: Task): string {
  return `${task.jobId}/${taskKey(task)}`;
}

import type { Task } from "../../ports/task-queue.ts";
import { RoundRobin } from "../../round-robin.ts";

/**
 * Waiting tasks, in order of service: higher priorities first, round-robin among jobs of equal priority, first in,
 * first out within a job.
 */
export class RoundRobinQueue {
  /** By priority. */
  readonly #queues = new Map<number, RoundRobin<string, number, Task>>();
  #priorities: number[] = [];

  get size(): number {
    let size = 0;
    for (const queue of this.#queues.values()) size += queue.size;
    return size;
  }

  /** Ignores a task that is already waiting. */
  push(task: Task): void {
    let queue = this.#queues.get(task.priority);
    if (!queue) {
      queue = new RoundRobin();
      this.#queues.set(task.priority, queue);
      this.#priorities = [...this.#queues.keys()].sort((a, b) => b - a);
    }
    queue.push(task.jobId, task.index, task);
  }

  shift(): Task | undefined {
    for (const priority of this.#priorities) {
      const task = this.#queues.get(priority)?.shift();
      if (task) return task;
    }
    return undefined;
  }

  hasJob(jobId: string): boolean {
    for (const queue of this.#queues.values()) if (queue.has(jobId)) return true;
    return false;
  }

  dropJob(jobId: string): void {
    for (const queue of this.#queues.values()) queue.drop(jobId);
  }
}

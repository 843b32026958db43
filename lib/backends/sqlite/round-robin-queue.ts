import type { Task } from "../../ports/task-queue.ts";

/**
 * Waiting tasks, in order of service: higher priorities first, round-robin among jobs of equal priority, first in,
 * first out within a job.
 */
export class RoundRobinQueue {
  /** By priority, then by job. A served job moves to the end of its map. */
  readonly #lines = new Map<number, Map<string, Map<number, Task>>>();
  #priorities: number[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Ignores a task that is already waiting. */
  push(task: Task): void {
    let jobs = this.#lines.get(task.priority);
    if (!jobs) {
      jobs = new Map();
      this.#lines.set(task.priority, jobs);
      this.#priorities = [...this.#lines.keys()].sort((a, b) => b - a);
    }
    let tasks = jobs.get(task.jobId);
    if (!tasks) {
      tasks = new Map();
      jobs.set(task.jobId, tasks);
    }
    if (tasks.has(task.index)) return;
    tasks.set(task.index, task);
    this.#size += 1;
  }

  shift(): Task | undefined {
    for (const priority of this.#priorities) {
      const jobs = this.#lines.get(priority);
      for (const [jobId, tasks] of jobs ?? []) {
        jobs?.delete(jobId);
        for (const [index, task] of tasks) {
          tasks.delete(index);
          if (tasks.size > 0) jobs?.set(jobId, tasks);
          this.#size -= 1;
          return task;
        }
      }
    }
    return undefined;
  }

  hasJob(jobId: string): boolean {
    for (const jobs of this.#lines.values()) if (jobs.has(jobId)) return true;
    return false;
  }

  dropJob(jobId: string): void {
    for (const jobs of this.#lines.values()) {
      this.#size -= jobs.get(jobId)?.size ?? 0;
      jobs.delete(jobId);
    }
  }
}

import type { Task } from "../../ports/task-queue.ts";

/**
 * Tasks that wait, in the order in which they are due: higher priorities first, jobs of equal priority in turns,
 * first come, first served within a job.
 */
export class RoundRobinQueue {
  /** By priority, then by job. A job that had its turn goes to the end of its map. */
  readonly #lines = new Map<number, Map<string, Map<number, Task>>>();
  #priorities: number[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** A task that waits already is left where it is. */
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

import { RoundRobin } from "../../concurrency/round-robin.ts";
import type { Task } from "../../ports/task-queue.ts";

/**
 * Waiting tasks, in order of service: higher priorities first. Owners of equal priority take turns, an owner's jobs
 * take turns, and a job's tasks are first in, first out. A job without an owner takes turns like an owner.
 */
export class WaitingTasks {
  /** Turns of the owners, by priority. */
  readonly #turns = new Map<number, OwnerTurns>();
  #priorities: number[] = [];

  /** Number of images that the tasks stand for. */
  get images(): number {
    let images = 0;
    for (const turns of this.#turns.values()) images += turns.images;
    return images;
  }

  /** Ignores a task that is already waiting. */
  push(task: Task): void {
    let turns = this.#turns.get(task.priority);
    if (!turns) {
      turns = new OwnerTurns();
      this.#turns.set(task.priority, turns);
      this.#priorities = [...this.#turns.keys()].sort((a, b) => b - a);
    }
    turns.push(task);
  }

  shift(): Task | undefined {
    for (const priority of this.#priorities) {
      const task = this.#turns.get(priority)?.shift();
      if (task) return task;
    }
    return undefined;
  }

  /** Ids of the jobs that have tasks. A job with tasks of several priorities comes more than once. */
  *jobs(): Iterable<string> {
    for (const turns of this.#turns.values()) yield* turns.jobs();
  }

  dropJob(jobId: string): void {
    for (const turns of this.#turns.values()) turns.dropJob(jobId);
  }
}

/** Identifies a task within its job. */
export function taskKey({ parcel, image }: Task): string {
  return image === undefined ? `${parcel}` : `${parcel}/${image}`;
}

/** Tasks of one priority. */
class OwnerTurns {
  /** Tasks by owner, in the order of service. A served owner moves to the end. */
  readonly #owners = new Map<string, RoundRobin<string, string, Task>>();
  /** The owner of each job that has tasks. */
  readonly #ownerOfJob = new Map<string, string>();
  images = 0;

  push(task: Task): void {
    const { jobId } = task;
    // The prefix keeps a job without an owner apart from a session of the same id.
    const owner = this.#ownerOfJob.get(jobId) ?? (task.owner === undefined ? `job ${jobId}` : `owner ${task.owner}`);
    const jobs = this.#owners.get(owner) ?? new RoundRobin<string, string, Task>();
    const before = jobs.size;
    jobs.push(jobId, taskKey(task), task);
    if (jobs.size > before) this.images += task.images;
    this.#owners.set(owner, jobs);
    this.#ownerOfJob.set(jobId, owner);
  }

  shift(): Task | undefined {
    for (const [owner, jobs] of this.#owners) {
      const task = jobs.shift();
      if (!task) continue;
      this.images -= task.images;
      this.#owners.delete(owner);
      if (jobs.size > 0) this.#owners.set(owner, jobs);
      if (!jobs.has(task.jobId)) this.#ownerOfJob.delete(task.jobId);
      return task;
    }
    return undefined;
  }

  jobs(): Iterable<string> {
    return this.#ownerOfJob.keys();
  }

  dropJob(jobId: string): void {
    const owner = this.#ownerOfJob.get(jobId);
    const jobs = owner === undefined ? undefined : this.#owners.get(owner);
    if (owner === undefined || !jobs) return;
    for (const { images } of jobs.drop(jobId)) this.images -= images;
    if (jobs.size === 0) this.#owners.delete(owner);
    this.#ownerOfJob.delete(jobId);
  }
}

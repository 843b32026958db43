import { RoundRobin } from "../concurrency/round-robin.ts";
import { type Priority, priorities } from "../contracts/priority.ts";

/**
 * Tasks waiting for a thread: higher priorities first, round-robin among the clients of a priority, FIFO within a
 * client. Clients with few tasks do not wait for a round. Removal is by identity, for the few that time out.
 */
export class PriorityQueue<T> {
  readonly #waiting: Record<Priority, RoundRobin<string, T, T>> = {
    interactive: new RoundRobin({ sparseFirst: true }),
    bulk: new RoundRobin(),
  };
  /** Tasks put back at the front. */
  readonly #returned: Record<Priority, T[]> = { interactive: [], bulk: [] };

  get size(): number {
    return priorities.reduce((sum, priority) => sum + this.sizeOf(priority), 0);
  }

  /** Number of tasks of the priority. */
  sizeOf(priority: Priority): number {
    return this.#waiting[priority].size + this.#returned[priority].length;
  }

  /** @param client Tasks without a client share the turns of a single one. */
  push(task: T, priority: Priority, client = ""): void {
    this.#waiting[priority].push(client, task, task);
  }

  /** Puts a removed task back in front of all others of its priority. */
  unshift(task: T, priority: Priority): void {
    this.#returned[priority].unshift(task);
  }

  /** Removes and returns the next task, if any. */
  shift(): T | undefined {
    for (const priority of priorities) {
      const task = this.#returned[priority].shift() ?? this.#waiting[priority].shift();
      if (task !== undefined) return task;
    }
    return undefined;
  }

  /** Removes and returns all tasks in their order. */
  drain(): T[] {
    const tasks: T[] = [];
    for (let task = this.shift(); task; task = this.shift()) tasks.push(task);
    return tasks;
  }

  /** @returns whether the task was still waiting. */
  remove(task: T): boolean {
    return priorities.some((priority) => {
      const returned = this.#returned[priority];
      const index = returned.indexOf(task);
      if (index < 0) return this.#waiting[priority].remove(task);
      returned.splice(index, 1);
      return true;
    });
  }
}

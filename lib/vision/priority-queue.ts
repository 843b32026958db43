import { type Priority, priorities } from "../contracts/priority.ts";

/**
 * Tasks waiting for a thread: FIFO within a priority, higher priorities first. Deliberately small: a set per priority,
 * and removal by identity for the few that time out.
 */
export class PriorityQueue<T> {
  readonly #lines: Record<Priority, Set<T>> = { interactive: new Set(), bulk: new Set() };
  /** Tasks put back at the front. */
  readonly #returned: Record<Priority, T[]> = { interactive: [], bulk: [] };

  get size(): number {
    return priorities.reduce((sum, priority) => sum + this.#lines[priority].size + this.#returned[priority].length, 0);
  }

  push(task: T, priority: Priority): void {
    this.#lines[priority].add(task);
  }

  /** Puts a removed task back in front of all others of its priority. */
  unshift(task: T, priority: Priority): void {
    this.#returned[priority].unshift(task);
  }

  /** Removes and returns the next task, if any. */
  shift(): T | undefined {
    for (const priority of priorities) {
      const returned = this.#returned[priority].shift();
      if (returned !== undefined) return returned;
      const line = this.#lines[priority];
      for (const task of line) {
        line.delete(task);
        return task;
      }
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
      if (index < 0) return this.#lines[priority].delete(task);
      returned.splice(index, 1);
      return true;
    });
  }
}

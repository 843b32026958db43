import { type Priority, priorities } from "../contracts/priority.ts";

/**
 * Tasks that wait for a thread: first come, first served within a priority, higher priorities first.
 * Small on purpose: an array per priority, and removal by identity for the few that run out of time.
 */
export class PriorityQueue<T> {
  readonly #lines: Record<Priority, Set<T>> = { interactive: new Set(), bulk: new Set() };
  /** Those that were next before, and are so again. */
  readonly #returned: Record<Priority, T[]> = { interactive: [], bulk: [] };

  get size(): number {
    return priorities.reduce((sum, priority) => sum + this.#lines[priority].size + this.#returned[priority].length, 0);
  }

  push(task: T, priority: Priority): void {
    this.#lines[priority].add(task);
  }

  /** Puts a task that was taken out back to where it was: before all others of its priority. */
  unshift(task: T, priority: Priority): void {
    this.#returned[priority].unshift(task);
  }

  /** Takes out the task that is next, if there is one. */
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

  /** Returns whether the task was still waiting. */
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

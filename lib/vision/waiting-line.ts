/**
 * Tasks that wait for a thread: first come, first served within a priority, higher priorities first.
 * Small on purpose: an array per priority, and removal by identity for the few that run out of time.
 */
export const priorities = ["interactive", "bulk"] as const;
export type Priority = (typeof priorities)[number];

export class WaitingLine<T> {
  readonly #lines: Record<Priority, Set<T>> = { interactive: new Set(), bulk: new Set() };

  get size(): number {
    return this.#lines.interactive.size + this.#lines.bulk.size;
  }

  push(task: T, priority: Priority): void {
    this.#lines[priority].add(task);
  }

  /** Takes out the task that is next, if there is one. */
  shift(): T | undefined {
    for (const priority of priorities) {
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
    return priorities.some((priority) => this.#lines[priority].delete(task));
  }
}

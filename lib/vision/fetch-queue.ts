/**
 * Images that came as references. Their bytes are fetched shortly before a thread is free for them: only a few images
 * that wait are held in memory, however many there are.
 */
import type { Priority } from "../contracts/priority.ts";
import { PriorityQueue } from "./priority-queue.ts";

interface FetchQueueSettings<T> {
  /** Items that may be held at once: being fetched, or fetched and not yet released. */
  readonly maxHeld: number;
  readonly fetch: (item: T) => Promise<Uint8Array>;
  /** Told of each item that was fetched; it is held until it is released. */
  readonly onFetched: (item: T, file: Uint8Array) => void;
  /** Told of each item that could not be fetched. */
  readonly onFailed: (item: T, error: unknown) => void;
}

export class FetchQueue<T> {
  readonly #settings: FetchQueueSettings<T>;
  readonly #waiting = new PriorityQueue<T>();
  /** Not those that were given up meanwhile. */
  readonly #fetching = new Set<T>();
  readonly #held = new Set<T>();

  constructor(settings: FetchQueueSettings<T>) {
    this.#settings = settings;
  }

  /** Items whose bytes are not here yet. */
  get size(): number {
    return this.#waiting.size + this.#fetching.size;
  }

  push(item: T, priority: Priority): void {
    this.#waiting.push(item, priority);
    this.#fill();
  }

  /** The item no longer waits with its bytes. No error for one that was never here. */
  release(item: T): void {
    if (this.#held.delete(item)) this.#fill();
  }

  /** Gives up the item. @returns whether its bytes were not here yet. */
  remove(item: T): boolean {
    return this.#waiting.remove(item) || this.#fetching.delete(item);
  }

  /** Gives up all items whose bytes are not here yet, and returns them. */
  removeAll(): T[] {
    const removed = [...this.#fetching];
    this.#fetching.clear();
    for (let item = this.#waiting.shift(); item; item = this.#waiting.shift()) removed.push(item);
    return removed;
  }

  #fill(): void {
    while (this.#held.size < this.#settings.maxHeld) {
      const item = this.#waiting.shift();
      if (!item) return;
      this.#held.add(item);
      this.#fetching.add(item);
      void this.#fetch(item);
    }
  }

  async #fetch(item: T): Promise<void> {
    const { fetch, onFetched, onFailed } = this.#settings;
    try {
      const file = await fetch(item);
      if (this.#fetching.delete(item)) return onFetched(item, file);
    } catch (error) {
      if (this.#fetching.delete(item)) onFailed(item, error);
    }
    this.release(item);
  }
}

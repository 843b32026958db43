/**
 * Images given as references. Their bytes are fetched shortly before a thread is free, so that only a few waiting
 * images are in memory, however many are queued.
 */
import type { Priority } from "../contracts/priority.ts";
import { PriorityQueue } from "./priority-queue.ts";

/** An item with its priority. */
interface Prioritized {
  readonly priority: Priority;
}

interface FetchQueueSettings<T> {
  /** Maximum number of items that occupy a slot: being fetched, or fetched and not yet released. */
  readonly maxSlots: number;
  readonly fetch: (item: T) => Promise<Uint8Array>;
  /** Called for each fetched item, which keeps its slot until released. */
  readonly onFetched: (item: T, file: Uint8Array) => void;
  /** Called for each item whose fetch failed. */
  readonly onFailed: (item: T, error: unknown) => void;
}

export class FetchQueue<T extends Prioritized> {
  readonly #settings: FetchQueueSettings<T>;
  readonly #waiting = new PriorityQueue<T>();
  /** Items that are being fetched, without removed ones. */
  readonly #fetching = new Set<T>();
  readonly #slots = new Set<T>();

  constructor(settings: FetchQueueSettings<T>) {
    this.#settings = settings;
  }

  /** Number of items whose bytes have not arrived. */
  get size(): number {
    return this.#waiting.size + this.#fetching.size;
  }

  /** As `size`, of the items of the priority. */
  sizeOf(priority: Priority): number {
    const fetching = [...this.#fetching].filter((item) => item.priority === priority);
    return this.#waiting.sizeOf(priority) + fetching.length;
  }

  /** @param client See `RunSettings`. */
  push(item: T, client?: string): void {
    this.#waiting.push(item, item.priority, client);
    this.#fill();
  }

  /** Releases the item's slot. Does nothing for an unknown item. */
  release(item: T): void {
    if (this.#slots.delete(item)) this.#fill();
  }

  /** Removes the item. @returns whether its bytes had not arrived. */
  remove(item: T): boolean {
    return this.#waiting.remove(item) || this.#fetching.delete(item);
  }

  /** Removes and returns all items whose bytes have not arrived. */
  removeAll(): T[] {
    const removed = [...this.#fetching, ...this.#waiting.drain()];
    this.#fetching.clear();
    return removed;
  }

  #fill(): void {
    while (this.#slots.size < this.#settings.maxSlots) {
      const item = this.#waiting.shift();
      if (!item) return;
      this.#slots.add(item);
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

/**
 * Memory budget for the images in progress, shared by the threads of a process. A thread whose image does not fit
 * blocks until others release memory. Threads are served in the order in which they came, so that a large image does
 * not wait for ever while small ones take what becomes free.
 */
import { processTime } from "./task-slots.ts";

const [FREE_BYTES, CHANGES, TICKETS] = [0, 1, 2];
const COUNTS = 3;
/** In place of a ticket where no thread waits. */
const NOBODY = 0n;
/** A thread that dies while it waits wakes no other. They look after this time whether its deadline has passed. */
const POLL_MS = 50;

export class MemoryBudget {
  readonly #totalBytes: number;
  /** The free bytes, the number of changes, on which threads wait, and the number of tickets. */
  readonly #counts: BigInt64Array;
  /** The tickets of the threads that wait, in no order. Lower ones are served first. */
  readonly #tickets: BigInt64Array;
  /** The deadlines of these threads, on the clock of `processTime`. A ticket does not count after its deadline. */
  readonly #deadlines: BigInt64Array;

  /** @param shared Created by `MemoryBudget.create`. */
  constructor(shared: SharedArrayBuffer, totalBytes: number) {
    this.#totalBytes = totalBytes;
    this.#counts = new BigInt64Array(shared, 0, COUNTS);
    const threads = (shared.byteLength / BigInt64Array.BYTES_PER_ELEMENT - COUNTS) / 2;
    this.#tickets = new BigInt64Array(shared, this.#counts.byteLength, threads);
    this.#deadlines = new BigInt64Array(shared, this.#counts.byteLength + this.#tickets.byteLength, threads);
  }

  /** Creates the memory shared by so many threads. */
  static create(totalBytes: number, threads: number): SharedArrayBuffer {
    const shared = new SharedArrayBuffer((COUNTS + 2 * threads) * BigInt64Array.BYTES_PER_ELEMENT);
    new BigInt64Array(shared)[FREE_BYTES] = BigInt(totalBytes);
    return shared;
  }

  /**
   * Blocks the thread until those that came before it have been served and there is room, or until the timeout expires.
   * An image that exceeds the whole budget takes all of it and so runs alone.
   * @returns a handle that releases the memory, or undefined after a timeout.
   */
  take(bytes: number, timeoutMs: number): Disposable | undefined {
    const taken = BigInt(Math.min(Math.ceil(bytes), this.#totalBytes));
    const deadline = processTime() + timeoutMs;
    const ticket = Atomics.add(this.#counts, TICKETS, 1n) + 1n;
    try {
      for (;;) {
        // Read first: the wait ends at once if anything has changed since.
        const changes = Atomics.load(this.#counts, CHANGES);
        if (this.#isNext(ticket) && this.#subtract(taken)) return this.#reservation(taken);
        const leftMs = deadline - processTime();
        if (leftMs <= 0) return undefined;
        this.#queue(ticket, deadline);
        Atomics.wait(this.#counts, CHANGES, changes, Math.min(leftMs, POLL_MS));
      }
    } finally {
      this.#leave(ticket);
    }
  }

  #isNext(ticket: bigint): boolean {
    return this.#tickets.every((other, index) => other === NOBODY || other >= ticket || this.#isOver(index));
  }

  #isOver(index: number): boolean {
    return Atomics.load(this.#deadlines, index) < processTime();
  }

  /** @returns false if there is less. */
  #subtract(bytes: bigint): boolean {
    for (;;) {
      const free = Atomics.load(this.#counts, FREE_BYTES);
      if (free < bytes) return false;
      if (Atomics.compareExchange(this.#counts, FREE_BYTES, free, free - bytes) === free) return true;
    }
  }

  /** There is a place for each thread. Those of dead threads become free after their deadlines. */
  #queue(ticket: bigint, deadline: number): void {
    if (this.#tickets.includes(ticket)) return;
    const index = this.#tickets.findIndex((other, index) => other === NOBODY || this.#isOver(index));
    const former = this.#tickets[index];
    if (former === undefined || Atomics.compareExchange(this.#tickets, index, former, ticket) !== former) return;
    Atomics.store(this.#deadlines, index, BigInt(Math.ceil(deadline)));
  }

  #leave(ticket: bigint): void {
    const index = this.#tickets.indexOf(ticket);
    if (index < 0) return;
    Atomics.compareExchange(this.#tickets, index, ticket, NOBODY);
    this.#announce();
  }

  #reservation(bytes: bigint): Disposable {
    return {
      [Symbol.dispose]: () => {
        Atomics.add(this.#counts, FREE_BYTES, bytes);
        this.#announce();
      },
    };
  }

  /** Wakes all threads that wait. */
  #announce(): void {
    Atomics.add(this.#counts, CHANGES, 1n);
    Atomics.notify(this.#counts, CHANGES);
  }
}

/**
 * Memory budget for the images in progress, shared by the threads of a process. A thread whose image does not fit
 * blocks until others release memory. Threads are served in the order in which they came, so that a large image does
 * not wait for ever while small ones take what becomes free.
 */
import { threadId } from "node:worker_threads";
import { processTime } from "./task-slots.ts";

const [FREE_BYTES, CHANGES, TICKETS] = [0, 1, 2];
const COUNTS = 3;
/** Arrays with a place for each thread. */
const ARRAYS = 4;
/** In place of a ticket where no thread waits, and of a holder where no thread has the place. */
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
  /** The threads that have memory, in no order. */
  readonly #holders: BigInt64Array;
  /** The bytes that these threads have. */
  readonly #held: BigInt64Array;

  /** @param shared Created by `MemoryBudget.create`. */
  constructor(shared: SharedArrayBuffer, totalBytes: number) {
    this.#totalBytes = totalBytes;
    this.#counts = new BigInt64Array(shared, 0, COUNTS);
    const threads = (shared.byteLength / BigInt64Array.BYTES_PER_ELEMENT - COUNTS) / ARRAYS;
    const placesAt = (index: number) =>
      new BigInt64Array(shared, (COUNTS + index * threads) * BigInt64Array.BYTES_PER_ELEMENT, threads);
    this.#tickets = placesAt(0);
    this.#deadlines = placesAt(1);
    this.#holders = placesAt(2);
    this.#held = placesAt(3);
  }

  /** Creates the memory shared by so many threads. */
  static create(totalBytes: number, threads: number): SharedArrayBuffer {
    const shared = new SharedArrayBuffer((COUNTS + ARRAYS * threads) * BigInt64Array.BYTES_PER_ELEMENT);
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

  /** Gives back the memory of threads that have died. @param living Ids of all threads that may have memory. */
  giveBackOfDead(living: readonly number[]): void {
    const alive = new Set(living.map(holderOf));
    for (const [place, holder] of this.#holders.entries()) {
      if (holder === NOBODY || alive.has(holder)) continue;
      const bytes = Atomics.exchange(this.#held, place, 0n);
      Atomics.store(this.#holders, place, NOBODY);
      this.#giveBack(bytes);
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
    const place = this.#ownPlace();
    Atomics.add(this.#held, place, bytes);
    return {
      [Symbol.dispose]: () => {
        if (Atomics.sub(this.#held, place, bytes) === bytes) Atomics.store(this.#holders, place, NOBODY);
        this.#giveBack(bytes);
      },
    };
  }

  /** The place of this thread among those that have memory. There is one for each thread. */
  #ownPlace(): number {
    const own = holderOf(threadId);
    const known = this.#holders.indexOf(own);
    if (known >= 0) return known;
    return this.#holders.findIndex((_, place) => Atomics.compareExchange(this.#holders, place, NOBODY, own) === NOBODY);
  }

  #giveBack(bytes: bigint): void {
    Atomics.add(this.#counts, FREE_BYTES, bytes);
    this.#announce();
  }

  /** Wakes all threads that wait. */
  #announce(): void {
    Atomics.add(this.#counts, CHANGES, 1n);
    Atomics.notify(this.#counts, CHANGES);
  }
}

/** The main thread has the id 0. */
function holderOf(threadId: number): bigint {
  return BigInt(threadId + 1);
}

/**
 * Memory budget for the images in progress, shared by the threads of a process. A thread whose image does not fit
 * blocks until others release memory.
 */

/** Unit of accounting. A 32-bit count of units reaches 2 TiB. */
const UNIT_BYTES = 1024;
/** Polling interval while waiting: a wake-up may have gone to another thread. */
const POLL_MS = 50;

export class MemoryBudget {
  readonly #free: Int32Array;
  readonly #totalUnits: number;

  /** @param shared Created by `MemoryBudget.create`. */
  constructor(shared: SharedArrayBuffer, totalBytes: number) {
    this.#free = new Int32Array(shared);
    this.#totalUnits = unitsOf(totalBytes);
  }

  /** Creates the memory shared by the threads. */
  static create(totalBytes: number): SharedArrayBuffer {
    const shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    new Int32Array(shared)[0] = unitsOf(totalBytes);
    return shared;
  }

  /**
   * Blocks the thread until there is room or the timeout expires. An image that exceeds the whole budget takes all of
   * it and so runs alone.
   * @returns a handle that releases the memory, or undefined after a timeout.
   */
  take(bytes: number, timeoutMs: number): Disposable | undefined {
    const units = Math.min(unitsOf(bytes), this.#totalUnits);
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const free = Atomics.load(this.#free, 0);
      if (free >= units) {
        if (Atomics.compareExchange(this.#free, 0, free, free - units) === free) return this.#reservation(units);
        continue;
      }
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return undefined;
      Atomics.wait(this.#free, 0, free, Math.min(leftMs, POLL_MS));
    }
  }

  #reservation(units: number): Disposable {
    return {
      [Symbol.dispose]: () => {
        Atomics.add(this.#free, 0, units);
        Atomics.notify(this.#free, 0);
      },
    };
  }
}

function unitsOf(bytes: number): number {
  return Math.min(Math.ceil(bytes / UNIT_BYTES), 2 ** 31 - 1);
}

/**
 * Memory that the images in work of a process may take together, shared by its threads. A thread whose image does not
 * fit waits until others have given back what they took.
 */

/** The smallest unit that is counted; a 32-bit count of them reaches 2 TiB. */
const UNIT_BYTES = 1024;
/** Between two looks at a budget that others change: a wake-up may have been for another thread. */
const POLL_MS = 50;

export class MemoryBudget {
  readonly #free: Int32Array;
  readonly #totalUnits: number;

  /** @param shared As `MemoryBudget.create` made it. */
  constructor(shared: SharedArrayBuffer, totalBytes: number) {
    this.#free = new Int32Array(shared);
    this.#totalUnits = unitsOf(totalBytes);
  }

  /** What the threads share. */
  static create(totalBytes: number): SharedArrayBuffer {
    const shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    new Int32Array(shared)[0] = unitsOf(totalBytes);
    return shared;
  }

  /**
   * Blocks the thread until there is room, at most so long. An image that needs more than all there is takes all of it,
   * so that it is in work alone.
   * @returns what gives the memory back, or undefined where there was no room in time.
   */
  take(bytes: number, timeoutMs: number): Disposable | undefined {
    const units = Math.min(unitsOf(bytes), this.#totalUnits);
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const free = Atomics.load(this.#free, 0);
      if (free >= units) {
        if (Atomics.compareExchange(this.#free, 0, free, free - units) === free) return this.#hold(units);
        continue;
      }
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return undefined;
      Atomics.wait(this.#free, 0, free, Math.min(leftMs, POLL_MS));
    }
  }

  #hold(units: number): Disposable {
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

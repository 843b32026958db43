/**
 * State of the tasks sent to threads, in memory shared by all threads of the process. A task that has not started can
 * be taken back and given to another thread; a compare-and-set decides which side wins.
 */
const [FREE, SENT, BEGUN, TAKEN_BACK] = [0, 1, 2, 3];
const SLOT_BYTES = Float64Array.BYTES_PER_ELEMENT + Int32Array.BYTES_PER_ELEMENT;

/** Milliseconds on a monotonic clock shared by all threads, unlike `performance.now()`. */
export function processTime(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

export class TaskSlots {
  readonly #begunAt: Float64Array;
  readonly #states: Int32Array;

  /** @param memory Created by `create`. */
  constructor(memory: SharedArrayBuffer) {
    const count = memory.byteLength / SLOT_BYTES;
    this.#begunAt = new Float64Array(memory, 0, count);
    this.#states = new Int32Array(memory, this.#begunAt.byteLength, count);
  }

  /** Memory for `count` sent and unanswered tasks. */
  static create(count: number): SharedArrayBuffer {
    return new SharedArrayBuffer(count * SLOT_BYTES);
  }

  /** Takes a slot for a task to send. @throws if all slots are taken. */
  take(): number {
    const slot = this.#states.indexOf(FREE);
    if (slot < 0) throw new Error("More tasks were sent than there are slots.");
    Atomics.store(this.#states, slot, SENT);
    return slot;
  }

  /** Called by the thread. @returns false if the task was taken back. */
  begin(slot: number): boolean {
    this.#begunAt[slot] = processTime();
    return Atomics.compareExchange(this.#states, slot, SENT, BEGUN) === SENT;
  }

  /** @returns false if the task has started or was already taken back. */
  takeBack(slot: number): boolean {
    return Atomics.compareExchange(this.#states, slot, SENT, TAKEN_BACK) === SENT;
  }

  /** Start of the task on the clock of `processTime`; undefined if it has not started. */
  begunAt(slot: number): number | undefined {
    return Atomics.load(this.#states, slot) === BEGUN ? this.#begunAt[slot] : undefined;
  }

  /** Frees the slot of a finished task. */
  free(slot: number): void {
    Atomics.store(this.#states, slot, FREE);
  }
}

/**
 * Which tasks that were sent to threads have begun, in memory that all threads of the process share. A task that has
 * not begun can be taken back, and given to another thread: whichever of the two sides is first decides.
 */
const [FREE, SENT, BEGUN, TAKEN_BACK] = [0, 1, 2, 3];
const SLOT_BYTES = Float64Array.BYTES_PER_ELEMENT + Int32Array.BYTES_PER_ELEMENT;

/** Milliseconds on a monotonic clock that is the same in all threads, as `performance.now()` is not. */
export function processTime(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

export class TaskSlots {
  readonly #begunAt: Float64Array;
  readonly #states: Int32Array;

  /** @param memory as `create` made it. */
  constructor(memory: SharedArrayBuffer) {
    const count = memory.byteLength / SLOT_BYTES;
    this.#begunAt = new Float64Array(memory, 0, count);
    this.#states = new Int32Array(memory, this.#begunAt.byteLength, count);
  }

  /** Memory for so many tasks that are sent and not answered. */
  static create(count: number): SharedArrayBuffer {
    return new SharedArrayBuffer(count * SLOT_BYTES);
  }

  /** A slot for a task that is about to be sent. @throws if all are taken. */
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

  /** @returns false if the task has begun, or was taken back before. */
  takeBack(slot: number): boolean {
    return Atomics.compareExchange(this.#states, slot, SENT, TAKEN_BACK) === SENT;
  }

  /** When the task began, by `processTime`; undefined if it has not. */
  begunAt(slot: number): number | undefined {
    return Atomics.load(this.#states, slot) === BEGUN ? this.#begunAt[slot] : undefined;
  }

  /** Nothing more is heard of the task. */
  free(slot: number): void {
    Atomics.store(this.#states, slot, FREE);
  }
}

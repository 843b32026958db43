/**
 * Simulated time. Actions run one at a time, in the order of their times; those of one moment in an order that the seed
 * decides. Between two actions all promises settle that can, so that whoever decides when an action runs decides the
 * order of every await.
 */
import type { Random } from "../support/random.ts";

interface Entry {
  readonly at: number;
  /** Decides among entries of one moment. */
  readonly place: number;
  readonly label: string;
  /** Undefined once it is cancelled. */
  action: (() => void) | undefined;
}

export class Scheduler {
  /** Milliseconds since the start of the simulation. */
  now = 0;
  /** Actions that were run. */
  steps = 0;
  /** Of all actions in their order: the same for two runs only if they did the same. */
  fingerprint = 0;
  /** Lines about what happened, if they are wanted. */
  readonly trace: string[] | undefined;
  readonly #random: Random;
  /** A binary heap; the first is next. */
  readonly #heap: Entry[] = [];

  constructor(random: Random, { isTraced = false } = {}) {
    this.#random = random;
    this.trace = isTraced ? [] : undefined;
  }

  /** @returns a function that cancels the action. */
  after(ms: number, label: string, action: () => void): () => void {
    const entry: Entry = { at: this.now + Math.max(0, ms), place: this.#random.next(), label, action };
    this.#push(entry);
    return () => {
      entry.action = undefined;
    };
  }

  /** Runs actions until the condition holds or the time has come. @returns whether the condition holds. */
  async run(isOver: () => boolean, until: number): Promise<boolean> {
    await settled();
    while (!isOver()) {
      const entry = this.#pop(until);
      if (!entry) {
        this.now = until;
        return isOver();
      }
      this.now = entry.at;
      this.steps++;
      this.note(entry.label);
      entry.action?.();
      await settled();
    }
    return true;
  }

  /** Makes the line a part of what happened. */
  note(line: string): void {
    let hash = this.fingerprint ^ Math.round(this.now * 1024);
    for (let n = 0; n < line.length; n++) hash = Math.imul(hash ^ line.charCodeAt(n), 0x01000193);
    this.fingerprint = hash >>> 0;
    this.trace?.push(`${this.now.toFixed(3).padStart(12)} ${line}`);
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let n = heap.length;
    while (n > 0) {
      const parent = (n - 1) >> 1;
      const above = heap[parent] as Entry;
      if (isBefore(above, entry)) break;
      heap[n] = above;
      n = parent;
    }
    heap[n] = entry;
  }

  /** The next entry that was not cancelled, unless it is later than the time. */
  #pop(until: number): Entry | undefined {
    for (;;) {
      const [first] = this.#heap;
      if (!first || first.at > until) return undefined;
      const last = this.#heap.pop() as Entry;
      if (this.#heap.length > 0) this.#sink(last);
      if (first.action) return first;
    }
  }

  #sink(entry: Entry): void {
    const heap = this.#heap;
    for (let n = 0; ; ) {
      let child = 2 * n + 1;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry, heap[child] as Entry)) child++;
      if (child >= heap.length || isBefore(entry, heap[child] as Entry)) {
        heap[n] = entry;
        return;
      }
      heap[n] = heap[child] as Entry;
      n = child;
    }
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.place < b.place);
}

/** Resolves after all promises that can settle without the scheduler. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

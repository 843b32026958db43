/**
 * A set of detectors that can do the same work, and the work that it has. Not all detectors need to have all models, so
 * the time of each kind of images is that of the detectors that have its models.
 *
 * Sets overlap if detectors have several models, and one replaces another when a detector comes or goes. So a set has
 * its own work and a part of that of each other set: as large as the part of the other's threads that both have.
 */
import { WorkRate } from "./work-rate.ts";

/** Images in work per thread from which on the threads are never idle: one runs, one was sent ahead, one waits. */
const SATURATED_PER_THREAD = 3;

export interface Detector {
  readonly id: string;
  readonly threads: number;
}

export class DetectorSet {
  readonly threads: number;
  readonly #threadsOf: ReadonlyMap<string, number>;
  readonly #all: ReadonlyMap<string, DetectorSet>;
  readonly #rate = new WorkRate();
  readonly #workOfClients = new Map<string, number>();
  #work = 0;
  #inWork = 0;

  /** @param all All sets, this one included. */
  constructor(detectors: readonly Detector[], all: ReadonlyMap<string, DetectorSet>) {
    this.#threadsOf = new Map(detectors.map(({ id, threads }) => [id, threads]));
    this.threads = detectors.reduce((sum, { threads }) => sum + threads, 0);
    this.#all = all;
  }

  /** Reserved thread time, in milliseconds. */
  get work(): number {
    return this.#sum((set) => set.#work * set.#partIn(this));
  }

  /** Thread time that the client has reserved, in milliseconds. */
  workOf(client: string): number {
    return this.#sum((set) => (set.#workOfClients.get(client) ?? 0) * set.#partIn(this));
  }

  /** Number of clients that have reserved something. A client of several sets counts in each. */
  get clients(): number {
    return this.#sum((set) => (set.#partIn(this) > 0 ? set.#workOfClients.size : 0));
  }

  /**
   * Thread time that is done in a millisecond, in milliseconds.
   * @param now In milliseconds, on the clock of all calls.
   */
  workPerMs(now: number): number {
    // The measured rate is 0 if every image failed. The number of threads then gives the expected rate.
    return this.#rate.at(now) || Math.max(1, this.threads);
  }

  /** Whether a new set of the same detectors would be no different. */
  isUnused(now: number): boolean {
    return this.#workOfClients.size === 0 && this.#inWork === 0 && this.#rate.at(now) === undefined;
  }

  /** A change of what a client has reserved. */
  reserve(client: string, workMs: number): void {
    const own = (this.#workOfClients.get(client) ?? 0) + workMs;
    // Smaller values are rounding errors of floating-point sums.
    if (own > 1e-6) this.#workOfClients.set(client, own);
    else this.#workOfClients.delete(client);
    this.#work = this.#workOfClients.size === 0 ? 0 : this.#work + workMs;
  }

  /** An image is handed to the detectors. */
  begin(now: number): void {
    this.#inWork += 1;
    this.#observe(now);
  }

  /** An image has ended. @param workMs Its thread time, 0 if it failed; undefined if it took no detector's time. */
  end(workMs: number | undefined, now: number): void {
    if (workMs !== undefined) for (const set of this.#overlapping()) set.#rate.done(workMs * this.#partIn(set), now);
    this.#inWork -= 1;
    this.#observe(now);
  }

  #observe(now: number): void {
    for (const set of this.#overlapping()) set.#rate.observe(set.#isSaturated(), now);
  }

  /** However many images another set has in work, they only occupy the threads that both have. */
  #isSaturated(): boolean {
    const most = (set: DetectorSet) => SATURATED_PER_THREAD * this.threads * this.#partIn(set);
    const inWork = this.#sum((set) => Math.min(set.#inWork * set.#partIn(this), most(set)));
    return inWork >= most(this);
  }

  #overlapping(): DetectorSet[] {
    return [...this.#all.values()].filter((set) => this.#partIn(set) > 0);
  }

  #sum(valueIn: (set: DetectorSet) => number): number {
    let sum = 0;
    for (const set of this.#all.values()) sum += valueIn(set);
    return sum;
  }

  /** The part of the threads that the other set has too, from 0 to 1. */
  #partIn(other: DetectorSet): number {
    if (other === this) return 1;
    let common = 0;
    for (const [id, threads] of this.#threadsOf) if (other.#threadsOf.has(id)) common += threads;
    return common === 0 ? 0 : common / this.threads;
  }
}

import { Semaphore } from "async-mutex";

/** A readers-writer lock, granted in request order to prevent starvation. */
export class SharedLock {
  readonly #places: number;
  readonly #semaphore: Semaphore;

  /** @param places Maximum number of shared holders; an exclusive holder takes all places. */
  constructor(places: number) {
    this.#places = places;
    this.#semaphore = new Semaphore(places);
  }

  /** @returns the function that releases the lock. */
  async acquire(isExclusive: boolean): Promise<() => void> {
    const [, release] = await this.#semaphore.acquire(isExclusive ? this.#places : 1);
    return release;
  }
}

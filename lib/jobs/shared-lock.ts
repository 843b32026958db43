import { Semaphore } from "async-mutex";

/** A lock that many share, or one has exclusively; in the order of asking, so that nobody waits for ever. */
export class SharedLock {
  readonly #places: number;
  readonly #semaphore: Semaphore;

  /** @param places How many may share it at once; an exclusive holder takes all of them. */
  constructor(places: number) {
    this.#places = places;
    this.#semaphore = new Semaphore(places);
  }

  /** @returns releases it. */
  async acquire(isExclusive: boolean): Promise<() => void> {
    const [, release] = await this.#semaphore.acquire(isExclusive ? this.#places : 1);
    return release;
  }
}

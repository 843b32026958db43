import { Semaphore } from "async-mutex";

/** Lets many in together, or one alone; in the order of asking, so that nobody waits for ever. */
export class Gate {
  readonly #places: number;
  readonly #semaphore: Semaphore;

  /** @param places How many may be inside at once; one that is alone takes all of them. */
  constructor(places: number) {
    this.#places = places;
    this.#semaphore = new Semaphore(places);
  }

  /** @returns leaves again. */
  async enter(alone: boolean): Promise<() => void> {
    const [, leave] = await this.#semaphore.acquire(alone ? this.#places : 1);
    return leave;
  }
}

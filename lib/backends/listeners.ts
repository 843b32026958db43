/** Listeners to wake. They run in a later turn of the event loop, so one that throws does not affect the writer. */
export class Listeners {
  readonly #listeners = new Set<() => void>();
  #isWaking = false;

  /** @returns a function that removes the listener. */
  add(listener: () => void): () => void {
    const entry = () => listener();
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  wake(): void {
    if (this.#isWaking || this.#listeners.size === 0) return;
    this.#isWaking = true;
    setImmediate(() => {
      this.#isWaking = false;
      for (const listener of this.#listeners) listener();
    });
  }
}

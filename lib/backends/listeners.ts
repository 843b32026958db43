/** Who wants to be woken. Listeners are called on their own turn, so one that throws harms no writer. */
export class Listeners {
  readonly #listeners = new Set<() => void>();
  #isWaking = false;

  /** @returns stops the waking. */
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

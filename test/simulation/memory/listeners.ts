export class Listeners {
  readonly #listeners = new Set<() => void>();

  /** @returns a function that removes the listener. */
  add(listener: () => void): () => void {
    const entry = () => listener();
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  wake(): void {
    for (const listener of this.#listeners) listener();
  }
}

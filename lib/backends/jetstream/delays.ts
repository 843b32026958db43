/** Timers for delayed actions. They do not keep the process alive. */
export class Delays {
  readonly #timers = new Set<NodeJS.Timeout>();
  #isClosed = false;

  add(delayMs: number, act: () => void): void {
    if (this.#isClosed) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, delayMs);
    this.#timers.add(timer.unref());
  }

  /** Cancels all actions, and ignores later ones. */
  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }
}

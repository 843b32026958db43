/** One timer for the next poll. It does not keep the process alive. */
export class PollTimer {
  readonly #poll: () => void;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = 0;
  #isClosed = false;

  constructor(poll: () => void) {
    this.#poll = poll;
  }

  /** Schedules the next poll, unless one is due sooner. */
  in(delayMs: number): void {
    const dueAt = performance.now() + delayMs;
    if (this.#isClosed || (this.#timer && this.#dueAt <= dueAt)) return;
    clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#poll();
    }, delayMs).unref();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }
}

/** Work that is done once after a time of activity, when there is nothing else to do. */
export interface IdleWorkSettings {
  /** Time without activity before the work is done. */
  readonly idleMs: number;
  /** Minimum time from one run to the next. */
  readonly everyMs: number;
  readonly isIdle: () => boolean;
  readonly run: () => Promise<void>;
}

export class IdleWork {
  readonly #settings: IdleWorkSettings;
  #activeAt = 0;
  #ranAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(settings: IdleWorkSettings) {
    this.#settings = settings;
  }

  /** Records activity. That only reads the clock: a timer that runs is not set anew. */
  noteActivity(): void {
    this.#activeAt = performance.now();
    if (!this.#timer && !this.#isClosed) this.#wait(this.#activeAt);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #wait(now: number): void {
    const { idleMs, everyMs } = this.#settings;
    const dueAt = Math.max(this.#activeAt + idleMs, this.#ranAt + everyMs);
    this.#timer = setTimeout(() => this.#look(), Math.max(1, dueAt - now)).unref();
  }

  #look(): void {
    const { idleMs, isIdle, run } = this.#settings;
    const now = performance.now();
    if (!isIdle()) this.#activeAt = now;
    if (now - this.#activeAt < idleMs) {
      this.#wait(now);
      return;
    }
    this.#timer = undefined;
    this.#ranAt = now;
    void run();
  }
}

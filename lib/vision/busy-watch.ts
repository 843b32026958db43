/**
 * Reports items that have been busy for too long. Counts only the time that this process runs, so that after a
 * suspension of the process or the machine nothing is mistaken for hung.
 */
const TICKS = 8;
/** Ticks after which an item is late: slightly more than half of the timeout. */
const LATE_TICKS = TICKS / 2 + 1;

export interface BusyWatchSettings<T> {
  readonly timeoutMs: number;
  /** Whether an item's time counts. By default it always does. */
  readonly isBusy?: (item: T) => boolean;
  /** Called once per item, at half of the timeout or slightly later. */
  readonly onLate?: (item: T) => void;
  /** Called once per item, between the timeout and 1/8 beyond it. */
  readonly onHung: (item: T) => void;
}

export class BusyWatch<T> {
  readonly #ticks = new Map<T, number>();
  readonly #settings: BusyWatchSettings<T>;
  readonly #timer: NodeJS.Timeout;

  constructor(settings: BusyWatchSettings<T>) {
    this.#settings = settings;
    this.#timer = setInterval(() => this.#tick(), settings.timeoutMs / TICKS).unref();
  }

  start(item: T): void {
    this.#ticks.set(item, 0);
  }

  stop(item: T): void {
    this.#ticks.delete(item);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#ticks.clear();
  }

  #tick(): void {
    for (const [item, before] of this.#ticks) {
      if (this.#settings.isBusy?.(item) === false) continue;
      const ticks = before + 1;
      this.#ticks.set(item, ticks);
      if (ticks === LATE_TICKS) this.#settings.onLate?.(item);
      // The first tick may have followed right after the start.
      if (ticks === TICKS + 1) this.#settings.onHung(item);
    }
  }
}

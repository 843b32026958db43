/**
 * Tells what has been busy for too long. Time counts only while this process runs: one that was stopped, or a machine
 * that slept, must not take everything for hanging when it goes on.
 */
const TICKS = 8;
/** More than half of the time. */
const LATE_TICKS = TICKS / 2 + 1;

export interface BusyWatchSettings<T> {
  readonly timeoutMs: number;
  /** Whether an item's time counts; it always does where this is left out. */
  readonly isBusy?: (item: T) => boolean;
  /** Told once of an item, after half of the time or a little more. */
  readonly onLate?: (item: T) => void;
  /** Told once of an item, after the time and at most an eighth of it more. */
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
      // The first tick may have come right after the start.
      if (ticks === TICKS + 1) this.#settings.onHung(item);
    }
  }
}
